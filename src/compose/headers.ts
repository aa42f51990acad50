import type { HeaderField, Priority } from "../model/email";
import { readHeaderValue, readLine, readToken, refuse, shorten, typeNameOf } from "./fields";

/** Written by this package from fields of their own, by the composer, or by servers on the way. */
const RESERVED =
  /^(?:from|sender|to|cc|bcc|reply-to|subject|date|message-id|in-reply-to|references|mime-version|return-path|received|dkim-signature|arc-.*|authentication-results|content-.*|resent-.*|x-priority|x-msmail-priority|importance|priority|x-safe-mode.*)$/i;
/** Servers refuse a mail for far less. */
const MOST_HEADERS = 1000;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,76}$/;

/** Reads own headers from an object of names with a value or several; throws SendError that names the header. */
export function readHeaders(value: unknown, field: string): HeaderField[] {
  if (value === undefined || value === null || value === "") return [];
  if (typeof value !== "object" || Array.isArray(value) || Buffer.isBuffer(value)) {
    throw refuse("field-type", field, `must be an object of header names and values, not ${typeNameOf(value)}`);
  }
  const entries = Object.entries(value);
  if (entries.length > MOST_HEADERS) throw refuse("field-type", field, `has more than ${MOST_HEADERS} headers`);
  return entries.flatMap(([name, content]) => {
    if (!TOKEN.test(name))
      throw refuse("header-refused", `${field}.${shorten(name).replace(/[^\w-]/g, "?")}`, "this is not a header name");
    if (RESERVED.test(name))
      throw refuse(
        "header-refused",
        `${field}.${name}`,
        "this header belongs to the mail itself and cannot be set here",
      );
    const values = Array.isArray(content) ? content : [content];
    return values.map((one) => ({ name, value: readHeaderValue(one, `${field}.${name}`) }));
  });
}

export function readPriority(value: unknown, field: string): Priority | undefined {
  const text = readLine(value, field).trim().toLowerCase();
  if (text === "") return undefined;
  if (text === "high" || text === "normal" || text === "low") return text;
  throw refuse("field-type", field, `must be high, normal or low, not “${text}”`);
}

/** Reads message ids of a thread (RFC 5322 §3.6.4), oldest first; angle brackets may be missing. */
export function readMessageIds(value: unknown, field: string): string[] {
  const texts = Array.isArray(value) ? value : [value];
  return texts
    .flatMap((text) => readLine(text, field).split(/[\s,]+/))
    .filter((id) => id !== "")
    .map((id) => {
      const bare = id.replace(/^<(.*)>$/, "$1");
      if (!/^[^<>\s@]+@[^<>\s@]+$/.test(bare))
        throw refuse("field-type", field, `“${id}” is not a message id such as <abc@example.com>`);
      return readToken(`<${bare}>`, field);
    });
}
