import type { Request, Response } from "express";
import type { NodeAPI } from "node-red";
import type { Action } from "../../src/model/outbox-actions";
import { SendError } from "../../src/model/send-error";
import { runningConfigurations } from "./default-configuration";
import { countsMatching, idsMatching, type Matching } from "./outbox-matching";
import { countsOf, overview } from "./outbox-overview";
import { readListRequest, readMatching } from "./outbox-request";
import { outboxWatchOf } from "./outbox-watch";
import { openPostOffice } from "./post-office";

/** More in one call would hold up the store for everybody else. */
const MOST_IDS = 1000;

const MATCHING_PARTS = ["queue", "states", "search"];

type Answer = (request: Request) => Promise<unknown>;

/**
 * What a sidebar needs of the outbox, under `smtp-config/outbox/`:
 * `GET overview`, `GET counts`, `GET matching`, `GET entries` (paged), `GET entries/:id`, and with `{ ids }` or
 * `{ matching }` `POST hold`, `POST release`, `POST retry` and `POST discard`, with `{ queues }` `POST resume`.
 * Reading wants the permission `outbox.read`, changing `outbox.write`. No body of a mail is ever answered.
 */
export function serveOutbox(RED: NodeAPI): void {
  const read = RED.auth.needsPermission("outbox.read");
  const write = RED.auth.needsPermission("outbox.write");
  const root = "/smtp-config/outbox";
  const watch = outboxWatchOf(RED);
  RED.httpAdmin.get(
    `${root}/overview`,
    read,
    serve(async () => ({ queues: await overview(RED) })),
  );
  RED.httpAdmin.get(
    `${root}/counts`,
    read,
    serve(() => counts(RED)),
  );
  RED.httpAdmin.get(
    `${root}/matching`,
    read,
    serve(async ({ query }) => ({ counts: await countsMatching(storesOf(RED), matchingOf(query)) })),
  );
  RED.httpAdmin.get(
    `${root}/entries`,
    read,
    serve(({ query }) => entries(RED, query)),
  );
  RED.httpAdmin.get(
    `${root}/entries/:id`,
    read,
    serve(({ params }) => entry(RED, params["id"] ?? "")),
  );
  const actions: Readonly<Record<Action, typeof hold>> = { hold, release, retry, discard };
  for (const [name, action] of Object.entries(actions) as [Action, typeof hold][]) {
    RED.httpAdmin.post(
      `${root}/${name}`,
      write,
      serve(async ({ body }) => action(RED, await idsOf(RED, name, body)).finally(() => watch.changed())),
    );
  }
  RED.httpAdmin.post(
    `${root}/resume`,
    write,
    serve(async ({ body }) => {
      const count = resume(readIds(body, "queues"));
      watch.changed();
      return { count };
    }),
  );
}

class BadRequest extends Error {}
class NotFound extends Error {}

function serve(answer: Answer): (request: Request, response: Response) => void {
  return (request, response) => {
    response.set("Cache-Control", "no-store");
    answer(request).then(
      (body) => response.json(body),
      (error: Error) => {
        const status = error instanceof BadRequest ? 400 : error instanceof NotFound ? 404 : 503;
        const failure = error instanceof SendError ? { reason: error.reason, facts: error.facts } : {};
        response.status(status).json({ message: error.message, ...failure });
      },
    );
  };
}

function storesOf(RED: NodeAPI) {
  return openPostOffice(RED)?.openStores ?? [];
}

/** The mails that a request names, or all that match what it says of them. */
async function idsOf(RED: NodeAPI, action: Action, body: unknown): Promise<string[]> {
  const { matching } = (body ?? {}) as { matching?: unknown };
  return matching === undefined ? readIds(body, "ids") : idsMatching(storesOf(RED), action, matchingOf(matching));
}

/** A slip must not stand for all mails, so that nothing unknown is passed over. */
function matchingOf(query: unknown): Matching {
  const parts = typeof query === "object" && query !== null ? Object.entries(query) : undefined;
  const known = parts?.every(([name, value]) => MATCHING_PARTS.includes(name) && typeof value === "string");
  const matching = known ? readMatching(query) : undefined;
  if (!matching)
    throw new BadRequest("What is to match may have queue, search and known states, separated by commas; all texts.");
  return matching;
}

async function counts(RED: NodeAPI): Promise<unknown> {
  const stores = storesOf(RED);
  const queues = runningConfigurations
    .all()
    .map(async ({ id, name }) => ({ queue: id, name, counts: await countsOf(stores, id) }));
  return { queues: await Promise.all(queues) };
}

async function entries(RED: NodeAPI, query: unknown): Promise<unknown> {
  const filter = readListRequest(query);
  if (!filter) throw new BadRequest("The request must have a limit from 1 to 200, known states, and a whole cursor.");
  const stores = storesOf(RED);
  const lists = await Promise.all(stores.map((store) => store.list(filter)));
  const newestFirst = lists.flat().sort((a, b) => b.queuedAt - a.queuedAt || (a.id < b.id ? 1 : -1));
  return { entries: newestFirst.slice(0, filter.limit) };
}

async function entry(RED: NodeAPI, id: string): Promise<unknown> {
  for (const store of storesOf(RED)) {
    const found = await store.get(id);
    if (found) return found;
  }
  throw new NotFound("There is no mail with this id in the outbox.");
}

async function hold(RED: NodeAPI, ids: readonly string[]): Promise<unknown> {
  return { count: (await openPostOffice(RED)?.park(ids)) ?? 0 };
}

/** Unlike `retry` it leaves alone what is not held. */
async function release(RED: NodeAPI, ids: readonly string[]): Promise<unknown> {
  const stores = storesOf(RED);
  const found = await Promise.all(stores.flatMap((store) => ids.map((id) => store.get(id))));
  return retry(
    RED,
    found.flatMap((one) => (one?.state === "held" ? [one.id] : [])),
  );
}

async function retry(RED: NodeAPI, ids: readonly string[]): Promise<unknown> {
  const { count, queues } = (await openPostOffice(RED)?.retry(ids)) ?? { count: 0, queues: [] };
  for (const queue of queues) runningConfigurations.get(queue)?.wake();
  return { count };
}

async function discard(RED: NodeAPI, ids: readonly string[]): Promise<unknown> {
  return { count: (await openPostOffice(RED)?.discard(ids)) ?? 0 };
}

/** Lets these configurations go on; says how many of them run. */
function resume(queues: readonly string[]): number {
  const known = queues.flatMap((queue) => runningConfigurations.get(queue) ?? []);
  for (const node of known) node.resume();
  return known.length;
}

function readIds(body: unknown, name: "ids" | "queues"): string[] {
  const ids = ((body ?? {}) as Record<string, unknown>)[name];
  const fits = Array.isArray(ids) && ids.length <= MOST_IDS && ids.every((id) => typeof id === "string");
  if (!fits) throw new BadRequest(`The request must have ${name}: an array of at most ${MOST_IDS} texts.`);
  return ids as string[];
}
