import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { type AttachmentJson, type Letter, letterOfJson, letterOfMime } from "./letters";
import type { GraphMail, Mailboxes, SessionItem } from "./mailboxes";
import { malformed, Refusal, tooLarge } from "./refusal";
import { fileAttachment, message, type Shape, sendMailBody, uploadSessionBody } from "./shapes";

const REQUEST_BYTES = 4 * 1024 * 1024;
/** An attachment of just under 3 MB, in base64, with what is around it. */
const ATTACHMENT_BYTES = REQUEST_BYTES + 64 * 1024;
const USER = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[^@\s/]+@[^@\s/]+)$/i;

export interface GraphOptions {
  /** Those that exist; any where left out. Addresses, or object ids. */
  mailboxes?: readonly string[];
  /** What a token allows; undefined where it is not accepted. Every token allows everything where left out. */
  permissionsOf?: (token: string) => readonly string[] | undefined;
  /** Address that mails may be from besides the mailbox's own; any where left out. */
  sendAs?: readonly string[];
  /** Hears of each mail that is accepted. */
  onSent?: (mail: GraphMail) => void;
  port?: number;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

export interface Incoming {
  method: string;
  /** Path and query as they came. */
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Of the stand-in itself. */
  base: string;
}

/** Which permissions serve: one of them is enough. */
const READ_WRITE = ["Mail.ReadWrite", "Mail.ReadWrite.Shared"];
const SEND = ["Mail.Send", "Mail.Send.Shared"];
const LOOK = ["User.Read.All", "User.ReadBasic.All", "User.Read", "Directory.Read.All"];

/** Serves one request after the other; throws Refusal. */
export class Desk {
  constructor(
    private readonly mailboxes: Mailboxes,
    private readonly options: GraphOptions,
  ) {}

  async serve(incoming: Incoming): Promise<Answer> {
    const { pathname } = new URL(incoming.url, "http://graph");
    const [version, top, ...rest] = pathname.split("/").slice(1).map(decodeURIComponent);
    if (version !== "v1.0") throw new Refusal(404, "ResourceNotFound", "Resource could not be discovered.");
    if (top === "upload") return this.#upload(incoming, rest[0] ?? "");
    const [user = "", ...way] = rest;
    const permissions = this.#permissions(incoming);
    if (top !== "users" || !USER.test(user))
      throw new Refusal(404, "ResourceNotFound", "Resource could not be discovered.");
    const { mailboxes } = this.options;
    const mailbox = user.toLowerCase();
    if (mailboxes && !mailboxes.some((one) => one.toLowerCase() === mailbox))
      throw new Refusal(404, "ErrorInvalidUser", `The requested user '${user}' is invalid.`);
    return this.#route(`${incoming.method} ${shapeOf(way)}`, mailbox, way[1] ?? "", incoming, permissions);
  }

  async #route(
    route: string,
    mailbox: string,
    id: string,
    incoming: Incoming,
    permissions: readonly string[] | undefined,
  ): Promise<Answer> {
    const need = (names: readonly string[]): void => {
      if (permissions && !permissions.some((one) => names.includes(one)))
        throw new Refusal(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.");
    };
    switch (route) {
      case "GET ":
        need(LOOK);
        return json(200, { displayName: `Mailbox ${mailbox}`, mail: mailbox, userPrincipalName: mailbox });
      case "POST sendMail": {
        need(SEND);
        const { letter, saveToSentItems } = await this.#sendMail(incoming, mailbox);
        this.mailboxes.send(mailbox, letter, saveToSentItems);
        return { status: 202 };
      }
      case "POST messages": {
        need(READ_WRITE);
        const letter = await this.#letter(incoming, mailbox, message);
        return json(201, { id: this.mailboxes.createDraft(mailbox, letter), isDraft: true });
      }
      case "DELETE messages/*":
        need(READ_WRITE);
        this.mailboxes.remove(mailbox, id);
        return { status: 204 };
      case "POST messages/*/attachments": {
        need(READ_WRITE);
        const attachment = checked(incoming, fileAttachment, "microsoft.graph.fileAttachment", ATTACHMENT_BYTES);
        this.mailboxes.attach(mailbox, id, attachment as AttachmentJson);
        return json(201, { id: randomUUID() });
      }
      case "POST messages/*/attachments/createUploadSession": {
        need(READ_WRITE);
        const { AttachmentItem } = checked(incoming, uploadSessionBody, "the body") as { AttachmentItem: SessionItem };
        const session = this.mailboxes.openSession(mailbox, id, AttachmentItem);
        return json(201, {
          uploadUrl: `${incoming.base}/v1.0/upload/${session}?authtoken=${authToken(session)}`,
          expirationDateTime: "2030-01-01T00:00:00Z",
          nextExpectedRanges: ["0-"],
        });
      }
      case "POST messages/*/send":
        need(SEND);
        if (incoming.body.length > 0) throw malformed("send takes no body");
        this.mailboxes.sendDraft(mailbox, id);
        return { status: 202 };
      default:
        throw new Refusal(405, "Request_BadRequest", `There is no ${route}`);
    }
  }

  async #sendMail(incoming: Incoming, mailbox: string): Promise<{ letter: Letter; saveToSentItems: boolean }> {
    if (isMime(incoming)) return { letter: await this.#letter(incoming, mailbox, message), saveToSentItems: true };
    const body = checked(incoming, sendMailBody, "the body") as { message: object; saveToSentItems?: boolean };
    const letter = this.#mayBeFrom(letterOfJson(body.message, mailbox), mailbox);
    return { letter, saveToSentItems: body.saveToSentItems ?? true };
  }

  async #letter(incoming: Incoming, mailbox: string, shape: Shape): Promise<Letter> {
    if (isMime(incoming)) return this.#mayBeFrom(await letterOfMime(mimeOf(incoming)), mailbox);
    return letterOfJson(checked(incoming, shape, "microsoft.graph.message") as object, mailbox);
  }

  #mayBeFrom(letter: Letter, mailbox: string): Letter {
    const { sendAs } = this.options;
    const from = letter.from.toLowerCase();
    if (!sendAs || from === mailbox || sendAs.some((one) => one.toLowerCase() === from)) return letter;
    const words =
      "The user account which was used to submit this request does not have the right to send mail on behalf of the specified sending account.";
    throw new Refusal(403, "ErrorSendAsDenied", words);
  }

  #permissions({ headers }: Incoming): readonly string[] | undefined {
    const [, token] = /^Bearer (\S+)$/.exec(headers.authorization ?? "") ?? [];
    const { permissionsOf } = this.options;
    const permissions = token === undefined ? undefined : permissionsOf?.(token);
    if (token === undefined || (permissionsOf && permissions === undefined))
      throw new Refusal(401, "InvalidAuthenticationToken", "Access token has expired or is not yet valid.");
    return permissions;
  }

  #upload({ method, headers, body, url }: Incoming, session: string): Answer {
    if (method !== "PUT") throw new Refusal(405, "Request_BadRequest", "only PUT");
    if (headers.authorization !== undefined)
      throw new Refusal(401, "InvalidAuthenticationToken", "An upload session takes no Authorization header.");
    if (new URL(url, "http://graph").searchParams.get("authtoken") !== authToken(session))
      throw new Refusal(401, "InvalidAuthenticationToken", "The upload session's token is missing.");
    const [, from, to, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers["content-range"] ?? "") ?? [];
    if (total === undefined || headers["content-length"] === undefined)
      throw malformed("Content-Range or Content-Length");
    const range = { from: Number(from), to: Number(to), total: Number(total) };
    const next = this.mailboxes.putRange(session, range, body);
    if (next === undefined) return { status: 201, headers: { Location: `https://outlook.office.com/${session}` } };
    return json(200, { ExpirationDateTime: "2030-01-01T00:00:00Z", NextExpectedRanges: [String(next)] });
  }
}

/** The way without its ids. */
function shapeOf([first = "", id, ...rest]: readonly string[]): string {
  return [first, ...(id === undefined ? [] : ["*"]), ...rest].join("/");
}

function authToken(session: string): string {
  return `upload-${session.replaceAll("-", "")}`;
}

function isMime({ headers }: Incoming): boolean {
  return /^text\/plain\b/i.test(headers["content-type"] ?? "");
}

function mimeOf({ body }: Incoming): Buffer {
  if (body.length > REQUEST_BYTES) throw tooLarge();
  const text = body.toString("latin1");
  if (text.length < 8 || !/^[A-Za-z0-9+/\r\n]+={0,2}[\r\n]*$/.test(text))
    throw new Refusal(400, "ErrorMimeContentInvalidBase64String", "Invalid base64 string for MIME content.");
  return Buffer.from(text, "base64");
}

function checked({ headers, body }: Incoming, shape: Shape, name: string, most = REQUEST_BYTES): unknown {
  if (body.length > most) throw tooLarge();
  if (!/^application\/json\b/i.test(headers["content-type"] ?? ""))
    throw new Refusal(415, "RequestBodyRead", "The content type is not supported.");
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    throw new Refusal(400, "BadRequest", "Unable to read JSON request payload.");
  }
  const problem = shape(value, name);
  if (problem !== undefined) throw malformed(problem);
  return value;
}

function json(status: number, body: object): Answer {
  return { status, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}
