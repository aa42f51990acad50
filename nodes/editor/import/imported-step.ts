import { type RawSendEmail, SEND_EMAIL_DEFAULTS } from "../../../src/settings/send-email-raw";
import type { OldNode } from "./old-node";

/** The e-mail node asked this of each payload; a step is told. */
const IS_HTML = '$type(payload) = "string" and $contains(payload, /<[a-z][\\s\\S]*>/i)';

/** What the e-mail node read from a message, but only where it had no recipient of its own. */
const FROM_MESSAGE = {
  cc: "cc",
  ccType: "msg",
  bcc: "bcc",
  bccType: "msg",
  replyTo: "replyTo",
  replyToType: "msg",
  inReplyTo: "inReplyTo",
  inReplyToType: "msg",
  // Many flows have a msg.priority that means something else; it was left alone.
  priority: '$lowercase($string(priority)) in ["high", "normal", "low"] ? priority',
  priorityType: "jsonata",
} as const;

/** The step that does what the e-mail node did, through this configuration. */
export function importedStep(node: OldNode, configuration: string): RawSendEmail {
  const recipient = (node.name ?? "").trim();
  return {
    ...SEND_EMAIL_DEFAULTS,
    // What it was labelled with in the flow.
    name: node.dname || recipient,
    smtpConfig: configuration,
    from: "from",
    fromType: "msg",
    ...(recipient ? { to: recipient, toType: "str", cc: "", ccType: "str", bcc: "", bccType: "str" } : FROM_MESSAGE),
    bodyType: "both",
    text: `${IS_HTML} ? plaintext : payload`,
    textType: "jsonata",
    html: `${IS_HTML} ? payload`,
    htmlType: "jsonata",
    ...(node.authtype === "XOAUTH2" && node.token ? { accessToken: node.token, accessTokenType: "msg" } : {}),
  };
}
