import type { IncomingHttpHeaders } from "node:http";
import { readFileName } from "../compose/file-name";

const EXTENDED_NAME = /;\s*filename\*\s*=\s*(?:utf-8)'[^']*'([^;\s]+)/i;
const NAME = /;\s*filename\s*=\s*("(?:[^"\\]|\\.)*"|[^;\s]+)/i;

/** The file name that an answer proposes (RFC 6266), made fit for an attachment; empty where it proposes none. */
export function nameIn({ "content-disposition": disposition }: IncomingHttpHeaders): string {
  if (disposition === undefined) return "";
  const text = asUtf8(disposition);
  const [, extended] = EXTENDED_NAME.exec(text) ?? [];
  const decoded = extended === undefined ? undefined : fromPercent(extended);
  if (decoded !== undefined) return readFileName(decoded);
  const [, plain = ""] = NAME.exec(text) ?? [];
  return readFileName(plain.startsWith('"') ? plain.slice(1, -1).replace(/\\(.)/g, "$1") : plain);
}

/** Node reads a header as Latin-1, and most servers write names in UTF-8. */
function asUtf8(header: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(header, "latin1"));
  } catch {
    return header;
  }
}

function fromPercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

const TYPE = /^\s*([\w.+-]{1,80}\/[\w.+-]{1,80})\s*(?:;(.*))?$/;
const CHARSET = /(?:^|;)\s*charset\s*=\s*"?([\w.:-]{1,40})"?\s*(?:;|$)/i;

/** The type that an answer tells of its content; undefined where it says nothing that the file's name does not tell better. */
export function typeIn({ "content-type": header = "" }: IncomingHttpHeaders): string | undefined {
  const [, type = "", parameters = ""] = TYPE.exec(header) ?? [];
  const name = type.toLowerCase();
  if (name === "" || name === "application/octet-stream" || name.startsWith("multipart/")) return undefined;
  const [, charset] = name.startsWith("text/") ? (CHARSET.exec(parameters) ?? []) : [];
  return charset === undefined ? name : `${name}; charset=${charset}`;
}
