import { hasControlCharacter } from "../model/address-syntax";
import type { Attachment } from "../model/email";
import { type ContentSource, nameOf, readSource } from "./attachment-source";
import { extensionOf } from "./content-type";
import { readHeaderValue, readLine, readToken, refuse, shorten, typeNameOf } from "./fields";

/** What a parsed mail says about its attachments; it describes the content and asks for nothing. */
const DESCRIPTIONS = new Set([
  "type",
  "size",
  "checksum",
  "partId",
  "release",
  "related",
  "headers",
  "contentId",
  "length",
  "generatedFileName",
  "transferEncoding",
  "mimetype",
]);
const SUPPORTED = new Set([
  ...["filename", "name", "content", "contentType", "encoding", "cid", "contentDisposition"],
  ...["path", "href", "url"],
]);
/** More in one mail is a mistake in the flow, and each is composed for itself. */
const MOST_ATTACHMENTS = 1000;
const DATA_URI = /^data:([^,;]*)((?:;[^,;]*)*),/i;

/** An attachment, and how readers are asked to show it; without a word, a picture that HTML refers to is inline. */
export interface ReadAttachment extends Attachment {
  readonly disposition?: "inline" | "attachment";
}

/** The same whose content may still be somewhere else. */
export interface DraftAttachment extends Omit<ReadAttachment, "content"> {
  readonly content: ReadAttachment["content"] | ContentSource;
}

/** Where the content still is; undefined where it is there. */
export function sourceOf({ content }: DraftAttachment): ContentSource | undefined {
  return "field" in content ? content : undefined;
}

/**
 * Reads attachments: a Buffer, a text, a data URI, an object
 * `{ filename, content, contentType, encoding, cid, contentDisposition }`, or an array of these.
 * With `path` or `url` instead of `content` the attachment has a source: nothing of it is read here.
 */
export function readAttachments(value: unknown, field: string): DraftAttachment[] {
  if (value === undefined || value === null || value === "") return [];
  const entries = Array.isArray(value) ? value : [value];
  if (entries.length > MOST_ATTACHMENTS)
    throw refuse("field-type", field, `has more than ${MOST_ATTACHMENTS} attachments`);
  return entries.map((entry, index) =>
    readAttachment(entry, Array.isArray(value) ? `${field}[${index}]` : field, index),
  );
}

function readAttachment(entry: unknown, field: string, index: number): DraftAttachment {
  if (isContent(entry)) {
    const read = readContent(entry, undefined, field);
    const extension = extensionOf(read) || (typeof entry === "string" ? ".txt" : ".bin");
    return { ...read, filename: `attachment-${index + 1}${extension}` };
  }
  if (entry === null || typeof entry !== "object" || Array.isArray(entry)) {
    throw refuse("attachment-invalid", field, `is ${typeNameOf(entry)}`);
  }
  const properties = entry as Record<string, unknown>;
  refuseUnknown(properties, field);
  const source = readSource(properties, field);
  const content = source ? { content: source } : contentOf(properties, field);
  const contentType =
    readContentType(properties.contentType, field) ?? ("contentType" in content ? content.contentType : undefined);
  const filename = readHeaderValue(properties.filename ?? properties.name, `${field}.filename`);
  const disposition = readDisposition(properties.contentDisposition, `${field}.contentDisposition`);
  const cid = readToken(properties.cid, `${field}.cid`).replace(/^<|>$/g, "");
  if (/[<>\s"]/.test(cid))
    throw refuse("attachment-invalid", `${field}.cid`, "must not contain spaces, quotes or angle brackets");
  return {
    filename:
      filename ||
      (source && nameOf(source)) ||
      `attachment-${index + 1}${extensionOf({ content: content.content, ...(contentType ? { contentType } : {}) })}`,
    content: content.content,
    ...(contentType ? { contentType } : {}),
    ...(cid ? { cid } : {}),
    ...(disposition ? { disposition } : {}),
  };
}

function contentOf(properties: Record<string, unknown>, field: string): ReturnType<typeof readContent> {
  if (!isContent(properties.content))
    throw refuse("attachment-invalid", `${field}.content`, "is missing, or neither a Buffer nor a text");
  return readContent(properties.content, properties.encoding, field);
}

function readDisposition(value: unknown, field: string): DraftAttachment["disposition"] {
  const text = readLine(value, field).trim().toLowerCase();
  if (text === "") return undefined;
  if (text === "inline" || text === "attachment") return text;
  throw refuse("attachment-invalid", field, `must be inline or attachment, not “${text}”`);
}

function refuseUnknown(properties: Record<string, unknown>, field: string): void {
  for (const name of Object.keys(properties)) {
    if (name === "raw") throw refuse("attachment-location", `${field}.raw`, "raw");
    if (SUPPORTED.has(name) || DESCRIPTIONS.has(name)) continue;
    throw refuse("attachment-invalid", `${field}.${shorten(name)}`, "is not a property that attachments have here");
  }
}

function isContent(value: unknown): value is Buffer | Uint8Array | string | { type: "Buffer"; data: number[] } {
  return typeof value === "string" || value instanceof Uint8Array || isSerialisedBuffer(value);
}

/** A Buffer that went through JSON, as after an HTTP or context store round trip. */
function isSerialisedBuffer(value: unknown): value is { type: "Buffer"; data: number[] } {
  const { type, data } = (value ?? {}) as { type?: unknown; data?: unknown };
  return type === "Buffer" && Array.isArray(data) && data.every(isByte);
}

function isByte(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 255;
}

function readContent(
  value: Buffer | Uint8Array | string | { type: "Buffer"; data: number[] },
  encoding: unknown,
  field: string,
): { content: Buffer; contentType?: string } {
  if (value instanceof Uint8Array) return { content: Buffer.from(value) };
  if (typeof value !== "string") return { content: Buffer.from(value.data) };
  const uri = encoding === undefined ? DATA_URI.exec(value) : null;
  if (uri) return readDataUri(value, uri, field);
  const name = encoding === undefined ? "utf8" : readLine(encoding, `${field}.encoding`);
  if (!Buffer.isEncoding(name))
    throw refuse("attachment-invalid", `${field}.encoding`, `“${name}” is not known; use base64, utf8, hex or latin1`);
  if (/^base64/i.test(name)) return { content: decodeBase64(value, field) };
  return { content: Buffer.from(value, name) };
}

function readDataUri(value: string, uri: RegExpExecArray, field: string): { content: Buffer; contentType?: string } {
  const payload = value.slice(uri[0].length);
  const contentType = readContentType(uri[1], field);
  const content = /;base64$/i.test(uri[2] ?? "")
    ? decodeBase64(payload, field)
    : Buffer.from(decodePercent(payload, field), "utf8");
  return contentType ? { content, contentType } : { content };
}

function decodePercent(text: string, field: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refuse("attachment-invalid", field, "is a data URI with a broken % escape");
  }
}

function decodeBase64(text: string, field: string): Buffer {
  // Node ignores what is not base64; a truncated file would go out without a word.
  const [, digits] = /^([A-Za-z0-9+/_-]*)={0,2}$/.exec(text.replace(/\s+/g, "")) ?? [];
  if (digits === undefined || digits.length % 4 === 1) throw refuse("attachment-invalid", field, "is not base64");
  return Buffer.from(text, "base64");
}

function readContentType(value: unknown, field: string): string | undefined {
  const type = readHeaderValue(value, `${field}.contentType`);
  if (type === "") return undefined;
  const wellFormed = /^[\w.+-]+\/[\w.+-]+(?:\s*;[^\u0000-\u001f]*)?$/.test(type) && !hasControlCharacter(type);
  if (!wellFormed || /^multipart\//i.test(type)) {
    throw refuse("attachment-invalid", `${field}.contentType`, `“${type}” is not a type that an attachment can have`);
  }
  return type;
}
