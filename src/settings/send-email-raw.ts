export const BODY_TYPES = ["text", "html", "both"] as const;
export type BodyType = (typeof BODY_TYPES)[number];

export const FINISH_CHOICES = ["accepted", "queued"] as const;
export type FinishWhen = (typeof FINISH_CHOICES)[number];

export const INVITATION_KINDS = ["none", "fields", "value"] as const;
export type InvitationKind = (typeof INVITATION_KINDS)[number];

/** What an invitation is made of in the dialog: `invitationStart` becomes `start` of the invitation, and so on. */
export const INVITATION_FIELDS = [
  "invitationMethod",
  "invitationUid",
  "invitationSequence",
  "invitationSummary",
  "invitationStart",
  "invitationEnd",
  "invitationTimeZone",
  "invitationAllDay",
  "invitationLocation",
] as const;
export type InvitationField = (typeof INVITATION_FIELDS)[number];

/** Each of these is a typed field: its value in `<field>`, the kind of value in `<field>Type`. */
export const TYPED_FIELDS = [
  "to",
  "cc",
  "bcc",
  "from",
  "replyTo",
  "subject",
  "text",
  "html",
  "attachments",
  "headers",
  "priority",
  "inReplyTo",
  "references",
  "listUnsubscribe",
  "bounceTo",
  "invitation",
  ...INVITATION_FIELDS,
  "dedupeKey",
  "accessToken",
  "configurationName",
] as const;
export type TypedField = (typeof TYPED_FIELDS)[number];

/** What these hold says how the mail is sent, and is no part of it. */
export const NOT_OF_THE_MAIL = [
  "dedupeKey",
  "accessToken",
  "configurationName",
] as const satisfies readonly TypedField[];

/** What may be a template where it is written in the step. */
export const PLACEHOLDER_FIELDS = [
  ...(["subject", "text", "html"] as const),
  ...(["invitationSummary", "invitationStart", "invitationEnd", "invitationLocation", "invitationUid"] as const),
] as const satisfies readonly TypedField[];

export type RawSendEmail = Record<TypedField | `${TypedField}Type`, string> & {
  version: number;
  name: string;
  /** Id of an `smtp-config`; empty for the default at the time of the message. */
  smtpConfig: string;
  /** Whether a message may name another configuration, out of those that are allowed. */
  chooseByMessage: boolean;
  /** Ids of configurations; see `allowedIds` for what else may stand here. */
  allowedConfigurations: readonly string[] | string;
  bodyType: BodyType;
  /** Whether `{{…}}` in a subject, text or HTML that is written in the step stands for a value. */
  fillPlaceholders: boolean;
  /** Whether a placeholder without a value is an error; else nothing stands in its place. */
  failOnMissing: boolean;
  /** Whether the mail has an invitation, and what makes it: the fields for it, or one value. */
  invitationKind: InvitationKind;
  includeSignature: boolean;
  failOnPartial: boolean;
  /** When the message goes on; `queued` has a second output for the outcome. */
  finishWhen: FinishWhen;
  /** Hours during which the same dedupe key is sent once. */
  dedupeHours: string | number;
  /** Ports that the editor draws: two with `queued`. */
  outputs: number;
};

/** The lifetime of a dedupe key where none is set. */
export const DEDUPE_HOURS = 24;

/** A send-email as dropped from the palette: it serves a flow that was wired for Node-RED's e-mail node. */
export const SEND_EMAIL_DEFAULTS: Readonly<RawSendEmail> = Object.freeze({
  version: 1,
  name: "",
  smtpConfig: "",
  to: "to",
  toType: "msg",
  cc: "cc",
  ccType: "msg",
  bcc: "bcc",
  bccType: "msg",
  from: "",
  fromType: "str",
  replyTo: "",
  replyToType: "str",
  subject: "topic",
  subjectType: "msg",
  bodyType: "text",
  text: "payload",
  textType: "msg",
  html: "payload",
  htmlType: "msg",
  fillPlaceholders: true,
  failOnMissing: false,
  attachments: "attachments",
  attachmentsType: "msg",
  headers: "",
  headersType: "json",
  priority: "",
  priorityType: "str",
  inReplyTo: "",
  inReplyToType: "str",
  references: "",
  referencesType: "str",
  listUnsubscribe: "",
  listUnsubscribeType: "str",
  bounceTo: "",
  bounceToType: "str",
  invitationKind: "none",
  invitation: "invitation",
  invitationType: "msg",
  invitationMethod: "",
  invitationMethodType: "str",
  invitationUid: "",
  invitationUidType: "str",
  invitationSequence: "",
  invitationSequenceType: "str",
  invitationSummary: "",
  invitationSummaryType: "str",
  invitationStart: "",
  invitationStartType: "str",
  invitationEnd: "",
  invitationEndType: "str",
  invitationTimeZone: "",
  invitationTimeZoneType: "str",
  invitationAllDay: "",
  invitationAllDayType: "str",
  invitationLocation: "",
  invitationLocationType: "str",
  includeSignature: true,
  failOnPartial: true,
  finishWhen: "accepted",
  dedupeKey: "",
  dedupeKeyType: "str",
  dedupeHours: DEDUPE_HOURS,
  accessToken: "accessToken",
  accessTokenType: "msg",
  chooseByMessage: false,
  configurationName: "smtpConfig",
  configurationNameType: "msg",
  allowedConfigurations: [],
  outputs: 1,
});

/**
 * The ids in `allowedConfigurations`. Node-RED's editor puts a text in place of a list of one when that
 * configuration is deleted: an empty one, or the id where the deletion is undone.
 */
export function allowedIds(saved: unknown): readonly string[] {
  const listed = Array.isArray(saved) ? saved : [saved];
  return listed.filter((id) => typeof id === "string" && id !== "");
}
