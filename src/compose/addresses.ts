import { domainToASCII } from "node:url";
import addressparser from "nodemailer/lib/addressparser";
import { hasControlCharacter, isAddress } from "../model/address-syntax";
import type { Mailbox } from "../model/email";
import { readHeaderValue, readLine, refuse, shorten, typeNameOf } from "./fields";
import { bareAddress, listParts, visibleAddresses } from "./visible-addresses";

/** More than this in one mail is a mistake in the flow, and hurts every server. */
const MAX_ADDRESSES = 1000;

/** As long as so many may be (RFC 5321 §4.5.3.1.3), each with a long name. To take a text apart takes time. */
const MAX_CHARACTERS = MAX_ADDRESSES * 1000;

/** What most mails have, and no parser reads in another way: one address, without a name, quotes or comments. */
const ONE_BARE = /^[\w.+-]+@[A-Za-z0-9.-]+$/;

/** A domain as the envelope has it: most are, and to have each converted takes time. */
const IN_ASCII = /^[a-z0-9.-]+\.[a-z]+$/;

/**
 * Reads one or more addresses: a text (`Name <a@example.com>, b@example.com`), an object
 * `{ name, address }`, what a mail parser gives (`{ value: [...] }`), or an array of these.
 * Missing and empty values are no addresses. Throws SendError that names the field.
 */
export function readAddresses(value: unknown, field: string, strict: boolean): Mailbox[] {
  const mailboxes = flatten(value, field).filter(({ name, address }) => name !== "" || address !== "");
  if (mailboxes.length > MAX_ADDRESSES) throw refuse("field-type", field, `has more than ${MAX_ADDRESSES} addresses`);
  for (const { name, address } of mailboxes) {
    if (hasControlCharacter(name) || hasControlCharacter(address)) throw refuse("line-break", field);
    readHeaderValue(name, field);
    if (!isAddress(address, strict)) throw refuse("address-invalid", field, address || name);
  }
  return mailboxes;
}

function flatten(value: unknown, field: string): Mailbox[] {
  if (value === undefined || value === null || value === "") return [];
  if (typeof value === "string") return parse(value, field);
  if (Array.isArray(value)) {
    if (value.length > MAX_ADDRESSES) throw refuse("field-type", field, `has more than ${MAX_ADDRESSES} addresses`);
    return value.flatMap((entry) => (Array.isArray(entry) ? [unreadable(entry, field)] : flatten(entry, field)));
  }
  if (typeof value === "object") {
    const { value: parsed, name, address } = value as { value?: unknown; name?: unknown; address?: unknown };
    if (Array.isArray(parsed)) return flatten(parsed, field);
    if (typeof address === "string") return [{ name: readLine(name, field), address: readLine(address, field).trim() }];
  }
  return [unreadable(value, field)];
}

function unreadable(value: unknown, field: string): never {
  throw refuse(
    "field-type",
    field,
    `must be a text with addresses, or { name, address }, or an array of these, not ${typeNameOf(value)}`,
  );
}

function parse(text: string, field: string): Mailbox[] {
  if (text.length > MAX_CHARACTERS)
    throw refuse("field-type", field, `is longer than ${MAX_ADDRESSES} addresses can be`);
  // Before parsing, because the parser would fold a line break into white space.
  const line = readLine(text, field);
  if (ONE_BARE.test(line)) return [{ name: "", address: line }];
  const mailboxes = addressparser(line, { flatten: true }).map(({ name, address }) => ({ name, address }));
  if (mailboxes.length === 0 && line.trim() !== "") throw refuse("address-invalid", field, shorten(line));
  if (mailboxes.length <= MAX_ADDRESSES) refuseLost(line, mailboxes, field);
  return mailboxes;
}

/** The parser takes "a@example.com b@example.com" for one address with a name: one of them would get nothing. */
function refuseLost(line: string, mailboxes: readonly Mailbox[], field: string): void {
  const visible = visibleAddresses(line);
  if (!visible) throw refuse("address-invalid", field, line);
  const known = new Set(mailboxes.map(({ address }) => bareAddress(address)));
  const lost = visible.map(bareAddress).find((address) => !known.has(address));
  if (lost !== undefined) {
    const part = line.split(/[,;]/).find((each) => bareAddress(each).includes(lost)) ?? line;
    throw refuse("address-invalid", field, part.trim());
  }
  const [squeezed, parts] = [line.replace(/\s/g, ""), listParts(line)];
  for (const { name, address } of mailboxes) {
    // A name stands before the address in angle brackets, or in a comment after it.
    if (name !== "" && !squeezed.includes(`<${address}>`) && !parts.has(bareAddress(address)))
      throw refuse("address-invalid", field, `${name} ${address}`);
  }
}

/**
 * The address as it goes into the envelope: a domain in other scripts in its ASCII form
 * (RFC 5891), the part before the @ as it is (RFC 6531).
 */
export function toEnvelopeAddress(address: string): string {
  const at = address.lastIndexOf("@");
  const domain = address.slice(at + 1);
  if (domain.startsWith("[") || (IN_ASCII.test(domain) && !domain.includes("xn--"))) return address;
  return `${address.slice(0, at)}@${domainToASCII(domain) || domain}`;
}
