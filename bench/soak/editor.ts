import { setTimeout } from "node:timers/promises";
import type { EntryView, QueueView } from "../../src/model/outbox-view";
import type { RunningNodeRed } from "../../test/support/node-red";
import { numberIn } from "./mails";
import type { Queue } from "./plan";

const POLL_MS = 1000;
const CLEAN_UP_MS = 60_000;
const PAGE = 200;
const ROOT = "smtp-config/outbox";

/** Asks as an open outbox tab does while mails come and go, and once a minute throws away what is held or given up. */
export class OpenEditor {
  readonly #stopped = new AbortController();
  readonly #loops: Promise<void>[];
  asked = 0;
  unanswered = 0;
  /** Answers in which a configuration was held, and sent nothing. */
  held = 0;
  #overview: readonly QueueView[] = [];

  constructor(private readonly nodeRed: RunningNodeRed) {
    this.#loops = [this.#every(POLL_MS, () => this.#look()), this.#every(CLEAN_UP_MS, () => this.discard())];
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.all(this.#loops);
  }

  /** How each configuration does, as the tab says it. */
  get standings(): string {
    return this.#overview
      .map(({ name, standing, counts }) => `${name} ${JSON.stringify(standing)} ${JSON.stringify(counts)}`)
      .join("\n");
  }

  /** What waits for a person, or was given up, is thrown away; whoever waits for it is told. */
  async discard(): Promise<void> {
    await this.#post("discard", { matching: { states: "held,dead" } });
  }

  async retryNow(): Promise<void> {
    await this.#post("retry", { matching: { states: "deferred" } });
  }

  /** The numbers of all mails that are not at an end. */
  async waiting(): Promise<number[]> {
    const mails: number[] = [];
    let cursor = "";
    for (let isMore = true; isMore; ) {
      const path = `${ROOT}/entries?limit=${PAGE}&states=queued,sending,deferred,held${cursor}`;
      const { entries } = (await this.#get(path)) as { entries: EntryView[] };
      mails.push(...entries.map(({ subject }) => numberIn(subject) ?? -1));
      const last = entries.at(-1);
      cursor = `&beforeQueuedAt=${last?.queuedAt}&beforeId=${last?.id}`;
      isMore = entries.length === PAGE;
    }
    return mails;
  }

  async redeploy(queues: readonly Queue[]): Promise<void> {
    const flows = (await this.#get("flows")) as { id: string; type: string; description?: string }[];
    const description = `deployed at ${new Date().toISOString()}`;
    const changed = flows.map((node) => (queues.includes(node.id as Queue) ? { ...node, description } : node));
    await this.nodeRed.deploy(changed, "nodes");
  }

  async #look(): Promise<void> {
    const paths = [`${ROOT}/overview`, `${ROOT}/entries?limit=50`];
    const answers = await Promise.all(paths.map((path) => this.nodeRed.fetch(path)));
    this.asked += paths.length;
    // A store that is closed for a redeploy right now says so, and the tab asks again.
    this.unanswered += answers.filter(({ status }) => status === 503).length;
    for (const [at, answer] of answers.entries()) {
      if (answer.status === 503) continue;
      const body = await answered(paths[at] ?? "", answer);
      if (!body.queues) continue;
      this.#overview = body.queues as QueueView[];
      if (this.#overview.some(({ standing }) => standing.state === "held")) this.held++;
    }
  }

  async #every(ms: number, work: () => Promise<void>): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      await setTimeout(ms, undefined, { signal }).catch(() => {});
      if (!signal.aborted) await work();
    }
  }

  // biome-ignore lint/suspicious/noExplicitAny: what Node-RED answers
  async #get(path: string): Promise<any> {
    return answered(path, await this.nodeRed.fetch(path));
  }

  async #post(action: string, body: object): Promise<unknown> {
    const headers = { "content-type": "application/json" };
    const init = { method: "POST", headers, body: JSON.stringify(body), signal: AbortSignal.timeout(120_000) };
    return answered(action, await this.nodeRed.fetch(`${ROOT}/${action}`, init));
  }
}

// biome-ignore lint/suspicious/noExplicitAny: what Node-RED answers
async function answered(path: string, response: Response): Promise<any> {
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}
