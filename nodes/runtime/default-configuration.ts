import type { SmtpConfigNode } from "./nodes";

/**
 * The configurations that are running now, so that the default can be found at every message:
 * a partial deploy does not rebuild steps that only follow the default.
 */
class RunningConfigurations {
  readonly #byId = new Map<string, SmtpConfigNode>();
  #warnedAbout = "";

  add(node: SmtpConfigNode): void {
    this.#byId.set(node.id, node);
  }

  /** A redeployed node closes after its successor may have been added: only the same instance leaves. */
  remove(node: SmtpConfigNode): void {
    if (this.#byId.get(node.id) === node) this.#byId.delete(node.id);
  }

  get(id: string): SmtpConfigNode | undefined {
    return this.#byId.get(id);
  }

  all(): readonly SmtpConfigNode[] {
    return [...this.#byId.values()];
  }

  /** The default; of several (two can arrive by import) always the same one, with a warning. */
  default(): SmtpConfigNode | undefined {
    const defaults = [...this.#byId.values()].filter(({ isDefault }) => isDefault).sort(byNameThenId);
    const [chosen] = defaults;
    if (chosen && defaults.length > 1) this.#warnOnce(chosen, defaults);
    return chosen;
  }

  #warnOnce(chosen: SmtpConfigNode, defaults: readonly SmtpConfigNode[]): void {
    const about = defaults.map(({ id }) => id).join();
    if (about === this.#warnedAbout) return;
    this.#warnedAbout = about;
    const names = defaults.map(({ name }) => name).join(", ");
    chosen.warn(
      `Several mail configurations are marked as default (${names}). ${chosen.name} is used; unmark the others.`,
    );
  }
}

function byNameThenId(a: SmtpConfigNode, b: SmtpConfigNode): number {
  const [left, right] = [`${a.name ?? ""}\n${a.id}`, `${b.name ?? ""}\n${b.id}`];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** One for the process: both kinds of node are loaded into the same Node-RED. */
export const runningConfigurations = new RunningConfigurations();
