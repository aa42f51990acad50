import { createPrivateKey } from "node:crypto";
import { getServers } from "node:dns";
import { Resolver } from "node:dns/promises";
import { misalignment } from "../../compose/dkim/dkim-alignment";
import { dkimRecord, isKeyRecord, isRecordOf } from "../../compose/dkim/dkim-record";
import { phrase } from "../../model/catalogue";
import type { Clock } from "../../model/clock";
import type { DnsRecord } from "../../model/probe";
import { findingFor, type ProbeLog } from "../../model/probe-log";
import type { DkimSettings } from "../../settings/dkim";
import type { SessionContext } from "./session";

/** A test must not hang on a DNS that drops questions. */
const DNS_MS = 3_000;
const SAFE_BITS = 2048;

/** Shows the record that mails signed with these settings need, and compares it with what DNS answers. */
export async function checkDkim(
  log: ProbeLog,
  { settings, clock }: SessionContext,
  from: string,
  signal: AbortSignal,
): Promise<void> {
  const { dkim } = settings;
  if (!dkim) return;
  const record = dkimRecord(dkim);
  const published = await keysAt(record.name, clock, signal);
  const finding =
    (published && misfit(dkim, record, published)) ?? weakness(dkim, from || (settings.from?.address ?? ""));
  if (finding) log.warn("dkim", finding);
  else if (published) log.pass("dkim", [record.name, phrase("dkim-published")]);
  else log.skip("dkim", phrase("dkim-dns-silent"));
  log.publish("dkim", record);
}

/** What is wrong with what is published. */
function misfit(dkim: DkimSettings, { name }: DnsRecord, published: readonly string[]) {
  const facts = { host: name };
  if (published.length === 0) return findingFor("dkim-record-missing", facts);
  if (published.length > 1) return findingFor("dkim-record-several", facts);
  return isRecordOf(dkim, published[0] as string) ? undefined : findingFor("dkim-record-other", facts);
}

/** Why receivers may not count a signature that is right. */
function weakness(dkim: DkimSettings, from: string) {
  const unaligned = misalignment(dkim, from);
  if (unaligned) return unaligned;
  const { asymmetricKeyType: kind, asymmetricKeyDetails } = createPrivateKey(dkim.key.reveal());
  if (kind === "ed25519") return findingFor("dkim-key-ed25519", {});
  const bits = asymmetricKeyDetails?.modulusLength ?? 0;
  return bits < SAFE_BITS ? findingFor("dkim-key-below-2048", { value: bits }) : undefined;
}

/** The keys that DNS has at a name; undefined where it did not answer. */
async function keysAt(name: string, clock: Clock, signal: AbortSignal): Promise<readonly string[] | undefined> {
  const resolver = new Resolver({ timeout: 1_000, tries: 2 });
  // Those that this process was told to ask, where it was told.
  resolver.setServers(getServers());
  const cancel = (): void => resolver.cancel();
  const callOff = clock.after(DNS_MS, cancel);
  signal.addEventListener("abort", cancel, { once: true });
  try {
    const texts = await resolver.resolveTxt(name);
    return texts.map((chunks) => chunks.join("")).filter(isKeyRecord);
  } catch (error) {
    // NXDOMAIN and an answer without a text: DNS knows that there is none.
    return ["ENOTFOUND", "ENODATA"].includes((error as NodeJS.ErrnoException).code ?? "") ? [] : undefined;
  } finally {
    callOff();
    signal.removeEventListener("abort", cancel);
  }
}
