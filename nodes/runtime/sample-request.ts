import type { NodeAPI } from "node-red";
import type { Problem } from "../../src/settings/rules";
import { BODY_TYPES, type RawSendEmail, SEND_EMAIL_DEFAULTS, TYPED_FIELDS } from "../../src/settings/send-email-raw";
import type { EmailStepMessage } from "./step";

/** Kinds of value that the dialog offers. Node-RED knows more, some of which read files or credentials. */
const KINDS: readonly unknown[] = ["str", "msg", "flow", "global", "env", "jsonata", "json"];

/** A step's form as it stands, and a message that it is to make a mail of. */
export interface SampleRequest {
  /** The step's id, deployed or not. */
  readonly id: string;
  /** The id of the flow that it stands in. */
  readonly flow: string;
  readonly definition: RawSendEmail;
  readonly msg: EmailStepMessage;
  /** Who gets the mail; undefined for a preview, which sends none. */
  readonly to: unknown;
  readonly preview: boolean;
}

/** The request in a body; where it is none, what is wrong with it. */
export function readSampleRequest(RED: NodeAPI, body: unknown): SampleRequest | { problems: readonly Problem[] } {
  const { id, flow, config, msg, to, preview } = isObject(body) ? body : {};
  if (typeof id !== "string" || id === "" || typeof flow !== "string" || !isObject(config))
    return problem("", "bad-request", "The request must have an id, a flow, a config and a msg.");
  if (!isObject(msg))
    return problem("msg", "sample-object", 'must be a JSON object, such as {"to": "ann@example.com"}');
  const wrong = wrongField(config);
  if (wrong) return problem(wrong, "bad-field", "is not what the dialog would send: open the step again");
  return {
    id,
    flow,
    definition: { ...SEND_EMAIL_DEFAULTS, ...config },
    // Every message of a flow has one.
    msg: { _msgid: RED.util.generateId(), ...msg },
    to,
    preview: preview === true,
  };
}

function wrongField(config: Record<string, unknown>): string | undefined {
  const { bodyType = "text", smtpConfig = "" } = config;
  if (!(BODY_TYPES as readonly unknown[]).includes(bodyType)) return "bodyType";
  if (typeof smtpConfig !== "string") return "smtpConfig";
  return TYPED_FIELDS.find((field) => {
    const { [field]: value = "", [`${field}Type`]: kind = "str" } = config;
    return typeof value !== "string" || !KINDS.includes(kind);
  });
}

function problem(field: string, rule: string, message: string): { problems: readonly Problem[] } {
  return { problems: [{ field, rule, message }] };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
