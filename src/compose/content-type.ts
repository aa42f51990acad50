import { detectExtension, detectMimeType } from "nodemailer/lib/mime-funcs";

/** Which says nothing of the content but that it is to be kept as it is (RFC 2046 §4.5.1). */
export const PLAIN_BYTES = "application/octet-stream";
/** The extension of what has no other. */
const NO_EXTENSION = "bin";

/** How files begin whose format a mail program shows or opens. */
const BEGINNINGS: readonly [type: string, extension: string, beginning: RegExp][] = [
  ["application/pdf", "pdf", /^%PDF-/],
  ["image/png", "png", /^\x89PNG\r\n\x1a\n/],
  ["image/jpeg", "jpg", /^\xff\xd8\xff/],
  ["image/gif", "gif", /^GIF8[79]a/],
  ["image/webp", "webp", /^RIFF....WEBP/s],
  ["image/tiff", "tif", /^(?:II\*\0|MM\0\*)/],
  ["application/zip", "zip", /^PK(?:\x03\x04|\x05\x06)/],
  ["application/gzip", "gz", /^\x1f\x8b\x08/],
];
const LONGEST = 16;

/** An attachment, as far as its type is told by it; only a Buffer is looked into. */
interface Typed {
  readonly filename: string;
  readonly content: unknown;
  readonly contentType?: string;
}

/** What the message says of the type, else what the name says, else the content. */
export function typeOf({ contentType, filename, content }: Typed): string {
  if (contentType !== undefined) return contentType;
  const byName = detectMimeType(filename);
  return byName === PLAIN_BYTES ? (beginningOf(content)?.[0] ?? PLAIN_BYTES) : byName;
}

/** The extension that a file without a name should have, with its dot; empty where nothing tells. */
export function extensionOf({ contentType, content }: Omit<Typed, "filename">): string {
  const byType = contentType === undefined ? NO_EXTENSION : detectExtension(contentType);
  const extension = byType === NO_EXTENSION ? beginningOf(content)?.[1] : byType;
  return extension === undefined ? "" : `.${extension}`;
}

function beginningOf(content: unknown) {
  if (!Buffer.isBuffer(content)) return undefined;
  const start = content.toString("latin1", 0, LONGEST);
  return BEGINNINGS.find(([, , beginning]) => beginning.test(start));
}
