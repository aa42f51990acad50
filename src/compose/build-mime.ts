import type MailComposer from "nodemailer/lib/mail-composer";
import { encode, wrap } from "nodemailer/lib/qp";
import { inLines } from "./whole-mime";

type Node = ReturnType<MailComposer["compile"]>;

/** RFC 2045 §6.7 (5): no line of quoted-printable is longer. */
const LINE = 76;

/**
 * The bytes of a compiled mail, as nodemailer would write them with a stream for each part: its headers, its
 * choice of encodings, its boundaries. Everything is in memory here, and for a small mail the streams cost
 * more than all the rest.
 */
export function buildMime(root: Node): Buffer {
  const pieces: string[] = [];
  write(root, pieces);
  const source = pieces.join("");
  // Addresses may have letters outside ASCII; everything else is encoded.
  return Buffer.from(source.endsWith("\n") ? source : `${source}\r\n`, "utf8");
}

function write(node: Node, pieces: string[]): void {
  // This chooses the encoding and the boundary; asked for the encoding before, it would go through the content twice.
  pieces.push(node.buildHeaders(), "\r\n\r\n");
  const encoding = node.getTransferEncoding();
  if (node.content) pieces.push(encoded(node.content as string | Buffer, encoding));
  if (!node.multipart) return;
  for (const [at, child] of node.childNodes.entries()) {
    pieces.push(at > 0 ? "\r\n" : "", `--${node.boundary}\r\n`);
    write(child, pieces);
  }
  pieces.push(`\r\n--${node.boundary}--\r\n`);
}

function encoded(content: string | Buffer, encoding: string | false): string {
  const bytes = typeof content === "string" ? Buffer.from(content, "utf8") : content;
  if (encoding === "base64") return inLines(bytes);
  return encoding === "quoted-printable" ? wrap(encode(bytes), LINE) : bytes.toString("utf8");
}
