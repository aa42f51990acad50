import type { ReadAttachment } from "./attachments";
import { PLAIN_BYTES, typeOf } from "./content-type";
import type { FileMarks } from "./embedded-files";

/** From here on encoding takes longer than looking for a mark. */
const LARGE_BYTES = 16 * 1024;

/** The attachment as nodemailer is given it. */
export function partOf(attachment: ReadAttachment, marks: FileMarks) {
  const { filename, content, cid, disposition } = attachment;
  return {
    filename,
    ...(Buffer.isBuffer(content) && content.length < LARGE_BYTES
      ? { content }
      : { content: marks.markFor(content), contentTransferEncoding: "base64" as const }),
    contentType: encodable(typeOf(attachment)),
    ...(cid ? { cid } : {}),
    contentDisposition: disposition ?? (cid ? "inline" : "attachment"),
  };
}

/**
 * A part of type message/* must not be encoded (RFC 2046 §5.2.1), so its line ends, and what is not ASCII,
 * would not survive the way. As plain bytes it does; its name says what it is.
 */
function encodable(contentType: string): string {
  return /^message\//i.test(contentType) ? PLAIN_BYTES : contentType;
}
