import type { EntryState } from "../../../src/model/entry-state";
import type { Action } from "../../../src/model/outbox-actions";
import type { EntryView, FailureView, QueueView } from "../../../src/model/outbox-view";

/** More in one call is refused. */
const MOST_IDS = 1000;

/** Which mails are meant; without states those in any. */
export interface Matching {
  readonly queue?: string;
  readonly states: readonly EntryState[];
  readonly search: string;
}

export type Counts = Partial<Record<EntryState, number>>;

/** The mails that something is done to: these, or all that match. */
export type Target = { readonly ids: readonly string[] } | { readonly matching: Matching };

export interface PageRequest extends Matching {
  /** The entry before the page. */
  readonly after?: Pick<EntryView, "id" | "queuedAt"> | undefined;
  readonly limit: number;
}

// Relative and without a leading slash: only so Node-RED adds its token.
const ROOT = "smtp-config/outbox";

export function askOverview(): Promise<QueueView[]> {
  return get<{ queues: QueueView[] }>("overview").then(({ queues }) => queues);
}

export function askPage({ states, search, after, limit }: PageRequest): Promise<EntryView[]> {
  const query = new URLSearchParams({ limit: String(limit), ...partsOf({ states, search }) });
  if (after) {
    query.set("beforeQueuedAt", String(after.queuedAt));
    query.set("beforeId", after.id);
  }
  return get<{ entries: EntryView[] }>(`entries?${query}`).then(({ entries }) => entries);
}

export function askEntry(id: string): Promise<EntryView> {
  return get(`entries/${encodeURIComponent(id)}`);
}

/** How many match, by state. */
export function askMatching(matching: Matching): Promise<Counts> {
  return get<{ counts: Counts }>(`matching?${new URLSearchParams(partsOf(matching))}`).then(({ counts }) => counts);
}

/** Resolves with how many it was done to. */
export async function act(action: Action, target: Target): Promise<number> {
  if ("matching" in target) return (await post(action, { matching: partsOf(target.matching) })).count;
  const { ids } = target;
  let count = 0;
  for (let at = 0; at < ids.length; at += MOST_IDS)
    count += (await post(action, { ids: ids.slice(at, at + MOST_IDS) })).count;
  return count;
}

export function resume(queue: string): Promise<unknown> {
  return post("resume", { queues: [queue] });
}

function partsOf({ queue, states, search }: Matching): Record<string, string> {
  return {
    ...(queue === undefined ? {} : { queue }),
    ...(states.length > 0 ? { states: states.join() } : {}),
    ...(search === "" ? {} : { search }),
  };
}

function get<Answer>(path: string): Promise<Answer> {
  return asked({ url: `${ROOT}/${path}`, cache: true });
}

function post(path: string, body: object): Promise<{ count: number }> {
  const data = JSON.stringify(body);
  return asked({ url: `${ROOT}/${path}`, method: "POST", contentType: "application/json", data });
}

/** The server did not do it. Its message is English; where it is a known failure, the tab's language has it too. */
export class Refused extends Error {
  readonly failure: Pick<FailureView, "reason" | "cause" | "facts"> | undefined;

  constructor(
    readonly status: number,
    { message = `HTTP ${status}`, reason, facts = {} }: Partial<FailureView> & { message?: string } = {},
  ) {
    super(message);
    this.failure = reason === undefined ? undefined : { reason, cause: message, facts };
  }
}

function asked<Answer>(settings: JQuery.AjaxSettings): Promise<Answer> {
  return new Promise((resolve, reject) => {
    $.ajax({ dataType: "json", ...settings }).then(resolve, ({ status, responseJSON }: JQuery.jqXHR) =>
      reject(new Refused(status, responseJSON)),
    );
  });
}
