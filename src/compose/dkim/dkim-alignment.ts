import { domainToASCII } from "node:url";
import type { ProbeFinding } from "../../model/probe";
import { findingFor } from "../../model/probe-log";
import type { DkimSettings } from "../../settings/dkim";

/** Why a signature that is right does not count for DMARC in a mail from this address; undefined where it does. */
export function misalignment({ domain }: Pick<DkimSettings, "domain">, from: string): ProbeFinding | undefined {
  const sender = domainToASCII(from.slice(from.lastIndexOf("@") + 1)).toLowerCase();
  if (sender === "" || isAligned(sender, domain)) return undefined;
  return findingFor("dkim-not-aligned", { names: sender, value: domain });
}

/** Relaxed (RFC 7489 §3.1.1), as far as that can be told without a list of all registries. */
function isAligned(sender: string, signed: string): boolean {
  return sender === signed || sender.endsWith(`.${signed}`) || signed.endsWith(`.${sender}`);
}
