import type { Mailbox } from "../../model/email";
import type { Recipients } from "../recipients";
import { inLines, type MimePiece, sliceOf } from "../whole-mime";
import { fileContent } from "./part-content";
import type { MimePart, ReadMail } from "./read-mime";

/** A body for a multipart that has lost all its parts: one has to be there (RFC 2046 §5.1.1). */
const EMPTY_PART = "Content-Type: text/plain; charset=utf-8\r\n\r\n";

/**
 * The same mail, addressed to these recipients alone and without these parts.
 *
 * Its pieces are views of the mail's own bytes, and its files: nothing that stays is copied. A Bcc field is added
 * where there is anybody for it, for services that take their recipients from the headers.
 */
export function rewriteMime(mail: ReadMail, recipients: Recipients, without: ReadonlySet<MimePart>): MimePiece[] {
  const { root } = mail;
  const head = headOf(mail, recipients, without.has(root));
  if (without.has(root)) return [Buffer.from(`${head}${EMPTY_PART}`)];
  return [Buffer.from(`${head}\r\n`), ...bodyOf(mail, root, without)];
}

/** The pieces as they go out, in memory as a whole. */
export function joined(pieces: readonly MimePiece[]): Buffer {
  const bytes = (piece: MimePiece): Buffer => {
    if (Buffer.isBuffer(piece)) return piece;
    const content = fileContent(piece);
    return Buffer.from(inLines(content.read(0, content.size)), "latin1");
  };
  return Buffer.concat(pieces.map(bytes));
}

function headOf({ mime, root, to, cc }: ReadMail, recipients: Recipients, replaced: boolean): string {
  const lines = mime.toString("utf8", root.start, root.bodyStart - 2).split(/(?<=\r\n)(?![ \t])/);
  const kept = lines
    .filter((line) => !(replaced && /^content-/i.test(line)))
    .flatMap((line) => {
      if (/^to:/i.test(line) && recipients.to.length < to.length) return addressField("To", line, recipients.to);
      if (/^cc:/i.test(line) && recipients.cc.length < cc.length) return addressField("Cc", line, recipients.cc);
      return /^bcc:/i.test(line) ? [] : [line];
    });
  const bcc = recipients.bcc.map(({ address }) => address).join(",\r\n ");
  return [...kept, ...(bcc === "" ? [] : [`Bcc: ${bcc}\r\n`])].join("");
}

/** The field with only those addresses left; their names stay encoded as they are. */
function addressField(name: string, line: string, mailboxes: readonly Mailbox[]): string[] {
  if (mailboxes.length === 0) return [];
  const wanted = new Set(mailboxes.map(({ address }) => address));
  const kept = splitAddresses(line.slice(line.indexOf(":") + 1)).filter((text) =>
    wanted.has(/<([^<>]+)>\s*$/.exec(text)?.[1] ?? text.trim()),
  );
  return [`${name}: ${kept.map((text) => text.trim()).join(",\r\n ")}\r\n`];
}

/** Splits at commas that stand outside quotes. */
function splitAddresses(value: string): string[] {
  return value.replace(/\r\n/g, "").match(/(?:"(?:[^"\\]|\\.)*"|[^,"])+/g) ?? [];
}

function bodyOf(mail: ReadMail, part: MimePart, without: ReadonlySet<MimePart>): MimePiece[] {
  if (part.parts.length === 0 || !touches(part, without)) return sliceOf(mail, part.bodyStart, part.end);
  const boundary = part.contentType.parameters.get("boundary") ?? "";
  const kept = part.parts.filter((child) => !without.has(child));
  const children = kept.map((child) => [
    mail.mime.subarray(child.start, child.bodyStart),
    ...bodyOf(mail, child, without),
  ]);
  return [
    ...(children.length > 0 ? children : [[Buffer.from(EMPTY_PART)]]).flatMap((pieces) => [
      Buffer.from(`--${boundary}\r\n`),
      ...pieces,
      Buffer.from("\r\n"),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ];
}

function touches(part: MimePart, without: ReadonlySet<MimePart>): boolean {
  return part.parts.some((child) => without.has(child) || touches(child, without));
}
