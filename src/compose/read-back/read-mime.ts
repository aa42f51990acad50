import addressparser from "nodemailer/lib/addressparser";
import type { HeaderField, Mailbox, PreparedEmail } from "../../model/email";
import { contentOf, fileContent, type PartContent, textOf } from "./part-content";
import { decodeWords, readFields, readStructured, type StructuredValue } from "./read-fields";

/** One node of a mail's tree, by its places in the bytes. */
export interface MimePart {
  /** Unfolded, not decoded. */
  readonly fields: readonly HeaderField[];
  readonly contentType: StructuredValue;
  readonly disposition: StructuredValue;
  readonly encoding: string;
  /** Where its headers begin. */
  readonly start: number;
  readonly bodyStart: number;
  /** After its last byte; the line end before a boundary belongs to the boundary (RFC 2046 §5.1.1). */
  readonly end: number;
  readonly parts: readonly MimePart[];
}

export interface MimeAttachment {
  readonly part: MimePart;
  readonly name: string;
  /** With its parameters, as it stands in the mail; without the name. */
  readonly contentType: string;
  readonly inline: boolean;
  /** Without angle brackets. */
  readonly contentId?: string;
  readonly content: PartContent;
}

/** A composed mail, read back. */
export interface ReadMail extends Pick<PreparedEmail, "mime" | "files"> {
  readonly root: MimePart;
  readonly from: readonly Mailbox[];
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly replyTo: readonly Mailbox[];
  readonly subject: string;
  readonly text?: string;
  readonly html?: string;
  readonly attachments: readonly MimeAttachment[];
}

/**
 * Reads back what this package's composer wrote (`prepare.ts`): its header forms, its tree, CRLF everywhere.
 *
 * Not a parser for mail from elsewhere. Attachments are found, not decoded: their `content` decodes
 * range by range out of the bytes that are there anyway.
 */
export function readMime({ mime, files = [] }: Pick<PreparedEmail, "mime" | "files">): ReadMail {
  const root = readPart(mime, 0, mime.length);
  const leaves = leavesOf(root);
  const body = (type: string): string | undefined => {
    const part = leaves.find((leaf) => isBody(leaf) && leaf.contentType.value === type);
    return part && textOf({ mime, ...part }, part.contentType.parameters.get("charset") ?? "utf-8");
  };
  const text = body("text/plain");
  const html = body("text/html");
  const fileIn = (part: MimePart) => files.find(({ at }) => at === part.bodyStart)?.file;
  return {
    mime,
    files,
    root,
    from: addressesOf(root, "From"),
    to: addressesOf(root, "To"),
    cc: addressesOf(root, "Cc"),
    replyTo: addressesOf(root, "Reply-To"),
    subject: fieldOf(root, "Subject") ?? "",
    ...(text === undefined ? {} : { text }),
    ...(html === undefined ? {} : { html }),
    attachments: leaves
      .filter((leaf) => !isBody(leaf))
      .map((part) => {
        const file = fileIn(part);
        return attachmentOf(part, file ? fileContent(file) : contentOf({ mime, ...part }));
      }),
  };
}

/** The decoded value of a part's field; undefined where it has none. */
export function fieldOf({ fields }: MimePart, name: string): string | undefined {
  const found = fields.find((field) => field.name.toLowerCase() === name.toLowerCase());
  return found && decodeWords(found.value);
}

/** The addresses of a field with their names decoded. */
function addressesOf({ fields }: MimePart, name: string): Mailbox[] {
  return fields
    .filter((field) => field.name.toLowerCase() === name.toLowerCase())
    .flatMap(({ value }) => addressparser(value, { flatten: true }))
    .map(({ name: shown, address }) => ({ name: decodeWords(shown), address }));
}

/** The composer gives every attachment a disposition, and no body one. */
function isBody({ contentType, disposition }: MimePart): boolean {
  return disposition.value === "" && (contentType.value === "text/plain" || contentType.value === "text/html");
}

function attachmentOf(part: MimePart, content: PartContent): MimeAttachment {
  const contentId = fieldOf(part, "Content-ID")?.replace(/^<|>$/g, "");
  const { contentType, disposition } = part;
  return {
    part,
    name: disposition.parameters.get("filename") ?? contentType.parameters.get("name") ?? "attachment",
    contentType: [
      contentType.value,
      ...[...contentType.parameters]
        .filter(([name]) => name !== "name")
        .map(([name, value]) => `${name}=${quoted(value)}`),
    ].join("; "),
    inline: disposition.value === "inline",
    ...(contentId ? { contentId } : {}),
    content,
  };
}

function quoted(value: string): string {
  return /^[\w.!#$&+^-]+$/.test(value) ? value : JSON.stringify(value);
}

function leavesOf(part: MimePart): MimePart[] {
  return isMultipart(part.contentType) ? part.parts.flatMap(leavesOf) : [part];
}

function isMultipart({ value }: StructuredValue): boolean {
  return value.startsWith("multipart/");
}

function readPart(mime: Buffer, start: number, end: number): MimePart {
  const empty = mime.indexOf("\r\n\r\n", start);
  const headEnd = empty < 0 || empty > end ? end : empty;
  const fields = readFields(mime.toString("utf8", start, headEnd));
  const field = (name: string): string | undefined => fields.find((one) => one.name.toLowerCase() === name)?.value;
  const contentType = readStructured(field("content-type") ?? "text/plain");
  const bodyStart = Math.min(headEnd + 4, end);
  const boundary = contentType.parameters.get("boundary");
  return {
    fields,
    contentType,
    disposition: readStructured(field("content-disposition") ?? ""),
    encoding: (field("content-transfer-encoding") ?? "7bit").trim().toLowerCase(),
    start,
    bodyStart,
    end,
    parts: isMultipart(contentType) && boundary !== undefined ? readParts(mime, bodyStart, end, boundary) : [],
  };
}

function readParts(mime: Buffer, bodyStart: number, end: number, boundary: string): MimePart[] {
  const parts: MimePart[] = [];
  const delimiter = Buffer.from(`--${boundary}`);
  let partStart: number | undefined;
  for (let at = mime.indexOf(delimiter, bodyStart); at >= 0 && at < end; at = mime.indexOf(delimiter, at + 1)) {
    const rest = mime.toString("latin1", at + delimiter.length, at + delimiter.length + 2);
    // One boundary may be the beginning of another: of Part_1 and Part_10.
    if (rest !== "--" && rest !== "\r\n") continue;
    if (at > bodyStart && mime[at - 1] !== 0x0a) continue;
    if (partStart !== undefined) parts.push(readPart(mime, partStart, at - 2));
    if (rest === "--") break;
    partStart = at + delimiter.length + 2;
  }
  return parts;
}
