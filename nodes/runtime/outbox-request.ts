import type { ListFilter } from "../../src/mailer";
import { ENTRY_STATES, type EntryState } from "../../src/model/entry-state";
import type { Matching } from "./outbox-matching";

const MOST_PER_PAGE = 200;

/**
 * What a page of the outbox is asked for by; undefined where the query does not say it properly.
 * Reads `queue`, `states` (separated by commas), `search`, `beforeQueuedAt` with `beforeId`, and `limit`.
 */
export function readListRequest(query: unknown): ListFilter | undefined {
  const { beforeQueuedAt, beforeId, limit = "50" } = (query ?? {}) as Record<string, unknown>;
  const most = Number(limit);
  const matching = readMatching(query);
  if (!matching || !Number.isInteger(most) || most < 1 || most > MOST_PER_PAGE) return undefined;
  const at = Number(beforeQueuedAt);
  if ((beforeQueuedAt === undefined) !== (beforeId === undefined) || (beforeId !== undefined && !Number.isFinite(at)))
    return undefined;
  return {
    limit: most,
    ...matching,
    ...(typeof beforeId === "string" ? { before: { queuedAt: at, id: beforeId } } : {}),
  };
}

/** Which mails are meant, by `queue`, `states` (separated by commas) and `search`; undefined where a state is unknown. */
export function readMatching(query: unknown): Matching | undefined {
  const { queue, states, search } = (query ?? {}) as Record<string, unknown>;
  const wanted = typeof states === "string" && states !== "" ? states.split(",") : [];
  if (!wanted.every((state): state is EntryState => (ENTRY_STATES as readonly string[]).includes(state)))
    return undefined;
  return {
    ...(typeof queue === "string" ? { queue } : {}),
    ...(wanted.length > 0 ? { states: wanted } : {}),
    ...(typeof search === "string" && search !== "" ? { search: search.slice(0, 200) } : {}),
  };
}
