import type { MimeAttachment } from "../../compose/read-back/read-mime";
import { cancelled } from "../../model/cancelled";
import type { Clock } from "../../model/clock";
import { SendError } from "../../model/send-error";
import { jsonOf, retryAfterMs } from "./answer";
import type { HttpReply } from "./exchange";
import type { GraphCalls } from "./graph-calls";
import { RANGE_BYTES } from "./limits";

/** How often a range is sent again before the mail is given back to the outbox. */
const MOST_FAILURES = 3;
const FIRST_PAUSE_MS = 1_000;
/** Longer than this the outbox waits, not an open upload. */
const LONGEST_PAUSE_MS = 30_000;

export interface UploadTarget {
  /** Whoever has it may write: it is a secret. */
  readonly uploadUrl: string;
  readonly calls: GraphCalls;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Brings an attachment to its upload session, range by range and in order ("Attach large files to
 * Outlook messages"). Only one range at a time is decoded. Rejects with SendError.
 *
 * Putting a range again is harmless, so one that was not answered, or refused for a while, is put again.
 */
export async function uploadRanges({ content }: MimeAttachment, target: UploadTarget): Promise<void> {
  const { clock, signal } = target;
  // One for all ranges: what a range leaves behind would wait in memory for the collector.
  const range = Buffer.allocUnsafeSlow(Math.min(RANGE_BYTES, content.size));
  let from = 0;
  let failures = 0;
  while (from < content.size) {
    const to = from + content.copy(range, from);
    const put = await putRange(range.subarray(0, to - from), { from, to, size: content.size }, target);
    if (put.reply?.status === 201) return;
    const next = put.reply && nextOf(put.reply, content.size);
    if (next !== undefined && next >= to) {
      from = next;
      failures = 0;
      continue;
    }
    if (++failures > MOST_FAILURES || !mayPass(put)) throw put.failure;
    from = next ?? from;
    await pause(pauseOf(put.reply, failures, clock.now(), put.failure), clock, signal);
  }
  throw target.calls.failure({ status: 200, headers: {}, text: "" }, "draft");
}

interface Put {
  readonly reply?: HttpReply;
  /** What to tell where it is not tried again. */
  readonly failure: SendError;
}

async function putRange(
  body: Buffer,
  { from, to, size }: { from: number; to: number; size: number },
  { uploadUrl, calls, signal }: UploadTarget,
): Promise<Put> {
  const range = `bytes ${from}-${to - 1}/${size}`;
  const headers = {
    "Content-Type": "application/octet-stream",
    "Content-Length": String(body.length),
    "Content-Range": range,
  };
  try {
    const request = { method: "PUT", url: uploadUrl, headers, body };
    const reply = await calls.secret(request, `PUT (upload session) ${range}`, signal);
    return { reply, failure: calls.failure(reply, "draft") };
  } catch (error) {
    if (!(error instanceof SendError) || signal.aborted) throw error;
    return { failure: error };
  }
}

/** Where the service wants to go on: `NextExpectedRanges: ["327680"]`, or `["327680-"]`, in either case. */
function nextOf(reply: HttpReply, size: number): number | undefined {
  if (reply.status < 200 || reply.status >= 300) return undefined;
  const json = jsonOf(reply);
  const ranges = json?.["NextExpectedRanges"] ?? json?.["nextExpectedRanges"];
  const next = Array.isArray(ranges) ? /^(\d+)/.exec(String(ranges[0]))?.[1] : undefined;
  return next !== undefined && Number(next) < size ? Number(next) : undefined;
}

/** Whether putting it again may help: not where the session is gone or the range is refused. */
function mayPass({ reply, failure }: Put): boolean {
  if (reply && reply.status >= 200 && reply.status < 300) return true;
  return failure.disposition === "transient" && (failure.retryAfterMs ?? 0) <= LONGEST_PAUSE_MS && !isGone(reply);
}

function isGone(reply: HttpReply | undefined): boolean {
  return (
    reply !== undefined &&
    reply.status >= 400 &&
    reply.status < 500 &&
    ![408, 409, 423, 425, 429].includes(reply.status)
  );
}

function pauseOf(reply: HttpReply | undefined, failures: number, now: number, failure: SendError): number {
  if (reply && reply.status < 300) return 0;
  return (reply && retryAfterMs(reply, now)) ?? failure.retryAfterMs ?? FIRST_PAUSE_MS * 2 ** (failures - 1);
}

function pause(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.reject(cancelled(signal, "request"));
  if (ms === 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      callOff();
      reject(cancelled(signal, "request"));
    };
    const callOff = clock.after(ms, () => {
      signal.removeEventListener("abort", abort);
      resolve();
    });
    signal.addEventListener("abort", abort, { once: true });
  });
}
