import type { Field } from "./field-use";
import { ATTACHMENT_LINKS } from "./raw";
import { atMost, bad, oneLine, oneOf, type Rule, required, wholeNumber } from "./rule-kit";

const LINK_LIMITS = Object.freeze({
  maxAttachmentSize: [1, 150],
  linkBaseUrl: 500,
  linkDays: [1, 365],
} as const);

/** Whoever writes or reads a link must see where it leads: nothing in it may hide the host, or stand behind the file. */
const webAddress: Rule = (value) => {
  const text = value.trim();
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url !== undefined && url.username === "" && url.password === "" && !/[?#\s\\@]/.test(text);
  return plain && /^https?:\/\/[^/]/i.test(text)
    ? undefined
    : bad("link-base-url", "must be an address such as https://flows.example.com, without ?, # and a login");
};

/** Without a limit no attachment would ever be above it. */
const whereLinksBegin: Rule = (value, { attachmentLinks }) =>
  value === "" && attachmentLinks === "above-limit"
    ? bad("required", "is required: it says from which size on an attachment goes as a link")
    : undefined;

/** The rules of what may leave as an attachment, and of the links that take its place. */
export const LINK_RULES: Readonly<Partial<Record<Field, readonly Rule[]>>> = {
  attachmentLinks: [oneOf(ATTACHMENT_LINKS)],
  maxAttachmentSize: [whereLinksBegin, wholeNumber(LINK_LIMITS.maxAttachmentSize, true)],
  linkBaseUrl: [
    oneLine,
    required("is required to send links: where Node-RED's HTTP nodes are reached from outside"),
    atMost(LINK_LIMITS.linkBaseUrl),
    webAddress,
  ],
  linkDays: [wholeNumber(LINK_LIMITS.linkDays)],
};
