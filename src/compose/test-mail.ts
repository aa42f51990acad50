import { isInDomains } from "../model/domain-patterns";
import type { PreparedEmail } from "../model/email";
import type { ProbeRequest } from "../model/probe";
import { SendError } from "../model/send-error";
import type { CommonSettings } from "../settings/common";
import type { GenericSettings } from "../settings/generic";
import type { GraphSettings } from "../settings/graph";
import type { MailSettings } from "../settings/parse";
import type { Problem } from "../settings/rules";
import { readAddresses } from "./addresses";
import { readDraft, senderOf, withoutSources } from "./message";
import { type Identity, prepareEmail } from "./prepare";

const SECURITY_WORDS = {
  none: "none",
  "starttls-if-offered": "STARTTLS if offered",
  starttls: "STARTTLS, required",
  tls: "implicit TLS",
} as const;

/** The mail that the Test button sends: it says which configuration it proves (T1). */
export function composeTestMail(
  settings: MailSettings,
  { from, to }: Required<ProbeRequest>,
  identity: Pick<Identity, "id" | "date">,
): Promise<PreparedEmail> {
  const rows = [
    ["Configuration", settings.name],
    ...(settings.kind === "graph" ? graphRows(settings) : genericRows(settings)),
    ...safeModeRows(settings),
  ];
  const text = [
    "This is a test mail from Node-RED.",
    "",
    ...rows.map(([name, value]) => `${`${name}:`.padEnd(15)} ${value}`),
    "",
    "It arrived, so this configuration can send mail.",
  ].join("\n");
  const draft = {
    from,
    to,
    subject: `Test mail from Node-RED (${settings.name})`,
    text,
    // RFC 3834 §5; Graph takes only own headers that begin with X-, and the mail is to go as most mails do.
    headers: settings.kind === "graph" ? { "X-Auto-Response-Suppress": "All" } : { "Auto-Submitted": "auto-generated" },
  };
  const message = readDraft(draft, { ...settings, overrideFrom: false });
  return prepareEmail(withoutSources(message), { ...identity, signature: "" });
}

/** The test proves the server, so it is sent all the same. */
function safeModeRows({ safeMode, redirectTo }: CommonSettings): string[][] {
  if (safeMode === "send") return [];
  const meaning = safeMode === "redirect" ? `go to ${redirectTo?.address}` : "are not sent";
  return [["Safe mode", `${safeMode}: mails of the flow ${meaning}`]];
}

function genericRows({ host, port, security, login, oauth }: GenericSettings): string[][] {
  return [
    ["Type", "Generic SMTP"],
    ["Host", host],
    ["Port", String(port)],
    ["Security", SECURITY_WORDS[security]],
    ["User name", login?.username ?? (oauth ? `${oauth.username} (OAuth)` : "no sign-in")],
  ];
}

function graphRows({ mailbox, signIn }: GraphSettings): string[][] {
  return [
    ["Type", "Microsoft Graph"],
    ["Mailbox", mailbox],
    ["Tenant", signIn.tenantId],
    ["Application", signIn.clientId],
  ];
}

/** Reads the one address that a test is sent to (`to`; `testTo` where a step has a To of its own) or from (`testFrom`; empty for the configuration's own). */
export function readTestAddress(
  value: unknown,
  field: "to" | "testTo" | "testFrom",
  settings: CommonSettings,
): { address: string } | { problem: Problem } {
  try {
    const mailboxes = readAddresses(value, field, settings.strictAddresses);
    if (mailboxes.length > 1) return { problem: { field, rule: "one-address", message: "must be one address" } };
    const address = mailboxes[0]?.address;
    if (address !== undefined && field !== "testFrom" && !isInDomains(address, settings.allowedDomains))
      return { problem: { field, rule: "domain-not-allowed", message: "must be in one of the allowed domains" } };
    if (address !== undefined) return { address };
    if (field === "testFrom") return { address: senderOf("", settings).address };
    return { problem: { field, rule: "required", message: "is required to send a test mail" } };
  } catch (error) {
    if (!(error instanceof SendError)) throw error;
    const blamed = error.reason === "sender-missing" ? "from" : field;
    return { problem: { field: blamed, rule: error.reason, message: error.message } };
  }
}
