import type { MimeAttachment } from "../../compose/read-back/read-mime";
import type { SendError } from "../../model/send-error";
import { jsonOf } from "./answer";
import type { HttpReply } from "./exchange";
import type { GraphCalls, GraphContext } from "./graph-calls";
import { SESSION_BYTES } from "./limits";
import { attachmentItem, attachmentJson } from "./message-json";
import type { Parcel } from "./outgoing";
import { uploadRanges } from "./upload";

/** How long tidying up may take. */
const REMOVAL_MS = 5_000;

export interface DraftWay {
  readonly context: GraphContext;
  readonly calls: GraphCalls;
  readonly signal: AbortSignal;
  readonly beforeBody: () => Promise<void>;
  readonly recipients: readonly string[];
}

/**
 * Sends a mail that is too large for one request: makes a draft, brings its attachments, sends it.
 *
 * Until the last request nothing of it can go out, so every failure before is safe to try again.
 * The draft is removed then; not where the answer to the last request was lost, because it may be on its way.
 */
export async function sendAsDraft({ body, contentType, separate }: Parcel, way: DraftWay): Promise<HttpReply> {
  const { calls, signal, beforeBody, recipients } = way;
  const draft = await calls.call(
    { method: "POST", path: "/messages", purpose: "draft", expected: 201, body, contentType, recipients },
    signal,
  );
  const path = `/messages/${encodeURIComponent(idOf(draft, calls))}`;
  try {
    for (const attachment of separate) await attach(attachment, path, way);
    const send = { method: "POST", path: `${path}/send`, purpose: "send", expected: 202, recipients } as const;
    return await calls.call({ ...send, before: beforeBody }, signal);
  } catch (error) {
    if ((error as Partial<SendError>).disposition !== "ambiguous") await remove(path, way);
    throw error;
  }
}

function idOf(draft: HttpReply, calls: GraphCalls): string {
  const id = jsonOf(draft)?.["id"];
  if (typeof id !== "string" || id === "") throw calls.failure({ ...draft, status: 200 }, "draft");
  return id;
}

async function attach(attachment: MimeAttachment, draft: string, way: DraftWay): Promise<void> {
  const { calls, context, signal } = way;
  const post = (path: string, body: object): Promise<HttpReply> =>
    calls.call(
      {
        method: "POST",
        path: `${draft}/attachments${path}`,
        purpose: "draft",
        expected: 201,
        body: Buffer.from(JSON.stringify(body)),
        contentType: "application/json",
      },
      signal,
    );
  if (attachment.content.size < SESSION_BYTES) {
    await post("", attachmentJson(attachment));
    return;
  }
  const session = await post("/createUploadSession", { AttachmentItem: attachmentItem(attachment) });
  const uploadUrl = uploadUrlOf(session, context.graphUrl);
  if (uploadUrl === undefined) throw calls.failure({ ...session, status: 200, text: "" }, "draft");
  await uploadRanges(attachment, { uploadUrl, calls, clock: context.clock, signal });
}

/** Attachments do not leave less protected than the mail itself would. */
function uploadUrlOf(session: HttpReply, graphUrl: string): string | undefined {
  const url = jsonOf(session)?.["uploadUrl"];
  if (typeof url !== "string" || !URL.canParse(url)) return undefined;
  const { protocol } = new URL(url);
  return protocol === "https:" || protocol === new URL(graphUrl).protocol ? url : undefined;
}

/** Even where the mail was cancelled; what is left behind after all is only untidy. */
async function remove(path: string, { calls, context }: DraftWay): Promise<void> {
  const tidying = new AbortController();
  const callOff = context.clock.after(REMOVAL_MS, () => tidying.abort());
  try {
    await calls.call({ method: "DELETE", path, purpose: "draft", expected: 204 }, tidying.signal);
  } catch {
    // What is told is why the mail failed.
  } finally {
    callOff();
  }
}
