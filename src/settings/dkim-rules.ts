import { isDomain } from "../model/address-syntax";
import type { Field } from "./field-use";
import { privateKey } from "./oauth-rules";
import { bad, oneLine, type Rule, required } from "./rule-kit";

/** A label of DNS; underscores are none of a host's name, but occur in selectors. */
const LABEL = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;

/** Empty: nothing is signed. */
const domain: Rule = (value) => {
  const name = value.trim();
  if (name === "" || (isDomain(name) && /^[^[].*\../.test(name))) return undefined;
  return bad("dkim-domain", "must be a domain, such as example.com");
};

const selector: Rule = (value) => {
  const name = value.trim();
  if (/\._domainkey(?:\.|$)/i.test(name))
    return bad("dkim-selector-only", "must be the selector only: what stands before ._domainkey");
  return name.split(".").every((label) => LABEL.test(label))
    ? undefined
    : bad("dkim-selector", "must be letters, digits and hyphens, such as mail2026");
};

const toSign = required("is required to sign mails; without a DKIM domain none is signed");

/** The rules of the fields that signing needs, as far as text tells; the key itself is read by the runtime. */
export const DKIM_RULES: Readonly<Partial<Record<Field, readonly Rule[]>>> = {
  dkimDomain: [oneLine, domain],
  dkimSelector: [oneLine, toSign, selector],
  dkimKey: [toSign, privateKey],
};
