import type { QueueView, StandingView } from "../../../src/model/outbox-view";
import { button, element } from "../shared/elements";
import { Chart } from "./chart";
import type { Rights } from "./rights";
import type { Texts } from "./texts";

const RATE_MINUTES = 5;
const MARKS: Readonly<Record<StandingView["state"], string>> = {
  ok: "✔",
  limited: "⏳",
  paused: "⏳",
  away: "⚠",
  held: "✖",
  unusable: "✖",
  gone: "⚠",
};

export interface LineActions {
  /** Lets a held configuration go on. */
  release(view: QueueView): void;
  /** Throws away what is left of one that is gone. */
  discard(view: QueueView): void;
  open(queue: string): void;
}

/** One line for each configuration. They are changed in place, so that the focus stays where it is. */
export class ConfigurationLines {
  readonly element = element("ul", "po-lines");
  readonly #lines = new Map<string, Line>();

  constructor(
    private readonly texts: Texts,
    private readonly rights: Rights,
    private readonly actions: LineActions,
  ) {
    this.element.setAttribute("aria-label", texts("configurations"));
    this.element.tabIndex = -1;
  }

  show(views: readonly QueueView[]): void {
    for (const [queue, line] of this.#lines) {
      if (views.some((view) => view.queue === queue)) continue;
      line.element.remove();
      this.#lines.delete(queue);
    }
    views.forEach((view, at) => {
      const line = this.#lines.get(view.queue) ?? new Line(this.texts, this.rights, this.actions);
      this.#lines.set(view.queue, line);
      line.show(view);
      if (this.element.children[at] !== line.element)
        this.element.insertBefore(line.element, this.element.children[at] ?? null);
    });
  }
}

class Line {
  readonly element = element("li", "po-line");
  readonly #mark = element("span", "po-mark");
  readonly #name: HTMLButtonElement;
  readonly #badge: HTMLElement;
  readonly #safe = element("span", "po-badge po-safe");
  readonly #rate = element("span", "po-rate");
  readonly #standing = element("p", "po-standing");
  readonly #counts = element("p", "po-counts");
  readonly #buttons: HTMLElement;
  readonly #release: HTMLButtonElement;
  readonly #open: HTMLButtonElement;
  readonly #discard: HTMLButtonElement;
  readonly #chart = new Chart();
  #view: QueueView | undefined;

  constructor(
    private readonly texts: Texts,
    private readonly rights: Rights,
    actions: LineActions,
  ) {
    const withView = (run: (view: QueueView) => void) => () => this.#view && run(this.#view);
    const open = withView(({ queue }) => actions.open(queue));
    this.#mark.setAttribute("aria-hidden", "true");
    this.#name = element("button", "po-name");
    this.#name.type = "button";
    this.#name.addEventListener("click", open);
    this.#badge = element("span", "po-badge", `★ ${texts("default")}`);
    this.#release = button(texts("action.release"), withView(actions.release));
    this.#open = button(texts("open-configuration"), open);
    this.#discard = button(texts("discard-gone"), withView(actions.discard));
    this.#buttons = element("div", "po-buttons", this.#release, this.#open, this.#discard);
    const head = element("div", "po-line-head", this.#mark, this.#name, this.#badge, this.#safe, this.#rate);
    const body = element("div", "po-line-body", this.#standing, this.#chart.element);
    this.element.append(head, body, this.#counts, this.#buttons);
  }

  show(view: QueueView): void {
    this.#view = view;
    const { texts } = this;
    const { standing, name, isDefault, safeMode, accepted, failed } = view;
    this.element.dataset.state = standing.state;
    this.#mark.textContent = MARKS[standing.state];
    const isGone = standing.state === "gone";
    this.#name.textContent = isGone ? texts("gone", { id: name }) : name;
    this.#name.disabled = isGone;
    this.#name.title = isGone ? "" : texts("open-configuration");
    this.#badge.hidden = !isDefault;
    this.#safe.hidden = safeMode === undefined;
    this.#safe.textContent = safeMode ? `⚠ ${texts(`safe-mode.${safeMode}`)}` : "";
    const rate = sum(accepted.slice(-RATE_MINUTES)) / RATE_MINUTES;
    this.#rate.textContent = rate > 0 ? texts("rate", { n: texts.number(rate) }) : "";
    this.#standing.textContent = this.#words(standing);
    this.#standing.title = "error" in standing ? `${texts.cause(standing.error)} ${texts.remedy(standing.error)}` : "";
    this.#buttons.hidden = !["held", "unusable", "gone"].includes(standing.state);
    this.#release.hidden = standing.state !== "held";
    this.#open.hidden = isGone;
    this.#chart.element.toggleAttribute("hidden", isGone);
    this.#discard.hidden = !isGone;
    this.rights.guard(this.#discard, texts("action-hint.discard-gone"));
    this.rights.guard(this.#release, texts("action-hint.release-configuration"));
    const { queued, sending, deferred, held, dead } = view.counts;
    this.#counts.replaceChildren(
      ...this.#count("waiting", queued + sending),
      ...this.#count("retrying", deferred),
      ...this.#count("held", held),
      ...this.#count("failed", dead),
      ...this.#count("sent-today", view.sentToday),
    );
    const hour = { accepted: texts.number(sum(accepted)), failed: texts.number(sum(failed)) };
    this.#chart.show(accepted, failed, texts("last-hour", hour));
  }

  #count(what: string, n: number): HTMLElement[] {
    const shown = element("span", n > 0 ? "po-some" : "", `${this.texts(`count.${what}`)} `);
    shown.append(element("b", "", this.texts.number(n)));
    shown.dataset.count = what;
    return [shown];
  }

  #words(standing: StandingView): string {
    const { texts } = this;
    const now = Date.now();
    switch (standing.state) {
      case "ok":
        return texts("standing.ok");
      case "limited":
      case "paused":
        return texts(`standing.${standing.state}`, { until: texts.time(standing.until) });
      case "away": {
        const next = standing.until > now ? ` ${texts("standing.next", { until: texts.time(standing.until) })}` : "";
        return texts("standing.away", { since: texts.time(standing.since) }) + next;
      }
      case "held": {
        const reason = texts.label(standing.error.code);
        return texts("standing.held", { since: texts.time(standing.since), reason });
      }
      case "unusable":
        return texts("standing.unusable", { reason: texts.cause(standing.error) });
      case "gone":
        return texts("standing.gone");
    }
  }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, n) => total + n, 0);
}
