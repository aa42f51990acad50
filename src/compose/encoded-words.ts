import type MailComposer from "nodemailer/lib/mail-composer";
import { encodeWord } from "nodemailer/lib/mime-funcs";
import type { HeaderField } from "../model/email";

const OUTSIDE_ASCII = /[^ -~]/;

type Root = ReturnType<MailComposer["compile"]>;

/** What readers take for an encoded word (RFC 2047), and more of them than the standard has it. */
const LOOKALIKE = /=\?[^?]*\?[bq]\?[^?]*\?=/i;
/** RFC 2047 §2: no word is longer than 75; so is nodemailer's own choice. */
const LONGEST_WORD = 52;

/**
 * A text as it may stand in a header: where it looks like an encoded word it becomes one, or readers would
 * show, and act upon, what it stands for: a value could bring in letters that were refused in plain.
 */
export function literal(text: string): string {
  return LOOKALIKE.test(text) ? encodeWord(text, "Q", LONGEST_WORD) : text;
}

/**
 * A header of the message's own, for nodemailer: ASCII as it is, whose quotes, commas and brackets may mean
 * something (`List-Id: "Orders" <orders.example.com>`, JSON), and everything else encoded as a text.
 */
export function ownHeader({ name, value }: HeaderField) {
  // The addresses of a list are never encoded (RFC 2369 §2).
  const isText = OUTSIDE_ASCII.test(value) || (LOOKALIKE.test(value) && !/^list-/i.test(name));
  return { key: name, value: isText ? literal(value) : { prepared: true, foldLines: true, value } };
}

/**
 * The same for the names of addresses. nodemailer puts them into quotes, where no encoded word is one
 * (RFC 2047 §5), but most readers decode them all the same.
 */
export function withLiteralNames(root: Root): Root {
  const open = root as unknown as { _encodeAddressName(name: string): string };
  const encode = open._encodeAddressName.bind(root);
  open._encodeAddressName = (name) => (LOOKALIKE.test(name) ? literal(name) : encode(name));
  return root;
}
