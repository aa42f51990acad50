import { PLACEHOLDER_FIELDS, type RawSendEmail, type TypedField } from "../../../src/settings/send-email-raw";
import { addPlaceholders } from "./placeholder-sample";

/** What a mail is made of here; a token is never made up, and with no name the step's own configuration is taken. */
const VALUES: Readonly<Partial<Record<TypedField, unknown>>> = {
  to: "ann@example.com",
  cc: "ben@example.com",
  bcc: "carla@example.com",
  from: "orders@example.com",
  replyTo: "service@example.com",
  attachments: [{ filename: "order.csv", content: "item,count\nlamp,2\n" }],
  headers: { "X-Order": "4711" },
  priority: "high",
  inReplyTo: "<4711@example.com>",
  references: "<4709@example.com> <4710@example.com>",
  listUnsubscribe: "https://example.com/unsubscribe/4711",
  bounceTo: "bounces@example.com",
  invitation: { start: "2026-12-24T10:00", end: "2026-12-24T11:30", timeZone: "Europe/Berlin", location: "Room 1" },
  invitationMethod: "request",
  invitationUid: "4711@example.com",
  invitationSequence: 1,
  invitationSummary: "Order 4711",
  invitationStart: "2026-12-24T10:00",
  invitationEnd: "2026-12-24T11:30",
  invitationTimeZone: "Europe/Berlin",
  invitationAllDay: false,
  invitationLocation: "Room 1",
  dedupeKey: "4711",
  accessToken: "",
  configurationName: "",
};

/**
 * A message that has whatever these fields read from one, to begin with, and what the placeholders of a text
 * stand for. An expression reads what only its author knows.
 */
export function sampleFor(translate: Translate, form: RawSendEmail, fields: readonly TypedField[]): string {
  const written: Partial<Record<TypedField, unknown>> = {
    ...VALUES,
    subject: translate("send-email.sample.subject"),
    text: translate("send-email.sample.text"),
    html: translate("send-email.sample.html"),
  };
  const msg = {};
  for (const field of fields) {
    if (form[`${field}Type`] !== "msg" || !form[field]) continue;
    try {
      RED.utils.setMessageProperty(msg, form[field], written[field], true);
    } catch {
      // The form says at the field that this is no property.
    }
  }
  for (const field of PLACEHOLDER_FIELDS) {
    if (form.fillPlaceholders && fields.includes(field) && form[`${field}Type`] === "str")
      addPlaceholders(msg, form[field]);
  }
  return JSON.stringify(msg, null, 2);
}

/** The message that was written; undefined where it is no JSON object. */
export function readSample(text: string): object | undefined {
  try {
    const msg: unknown = JSON.parse(text);
    return typeof msg === "object" && msg !== null && !Array.isArray(msg) ? msg : undefined;
  } catch {
    return undefined;
  }
}
