import assert from "node:assert/strict";
import { inspect } from "node:util";
import {
  type FetchDependencies,
  type FetchSettings,
  fetchAttachments,
} from "../../../src/attachments/fetch-attachments";
import { readDraft } from "../../../src/compose/message";
import type { ReadMessage } from "../../../src/compose/prepare";
import { systemClock } from "../../../src/model/clock";
import { readHostPatterns } from "../../../src/model/host-patterns";
import { SendError } from "../../../src/model/send-error";
import type { Spool } from "../../../src/model/spool";
import { draft, sender } from "../compose/composing";

/** What stands in everything that must not be read, and in no error. */
export const CANARY = "canary-7f3a91";
/** What stands in addresses where no error shows it. */
export const TOKEN = "t0ken-5521";

export interface Fetch {
  readonly folders?: readonly string[];
  readonly hosts?: string;
  readonly maxBytes?: number;
  readonly spool?: Spool;
  readonly signal?: AbortSignal;
  readonly dependencies?: Partial<FetchDependencies>;
}

/** Fetches the attachments of a message, in memory unless told otherwise. */
export async function fetchAll(attachments: unknown, more: Fetch = {}): Promise<ReadMessage> {
  const settings: FetchSettings = {
    attachmentFolders: more.folders ?? [],
    attachmentHosts: readHostPatterns(more.hosts ?? ""),
    maxBytes: more.maxBytes ?? 5_000_000,
    connectTimeoutMs: 5_000,
    timeoutMs: 5_000,
  };
  const { spool, signal = new AbortController().signal } = more;
  const lookup = async (host: string): Promise<never> => assert.fail(`${host} was looked up`);
  const dependencies = { clock: systemClock, lookup, ...more.dependencies };
  return fetchAttachments(readDraft(draft({ attachments }), sender), settings, spool, signal, dependencies);
}

/** The error with which they are refused: it shows nothing that it must not. */
export async function refusal(attachments: unknown, more: Fetch = {}): Promise<SendError> {
  const error = await fetchAll(attachments, more).then(
    ({ attachments: [got] }) => assert.fail(`not refused: ${inspect(got)}`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof SendError, inspect(error));
  const shown = inspect(error, { depth: null }) + JSON.stringify(error);
  assert.ok(!shown.includes(CANARY) && !shown.includes(TOKEN), shown);
  assert.doesNotMatch(error.message + error.remedy, /undefined|\{\w+\}|\s{2}/);
  return error;
}
