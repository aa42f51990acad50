import {
  INVITATION_FIELDS,
  INVITATION_KINDS,
  type InvitationField,
  SEND_EMAIL_DEFAULTS,
} from "../../../src/settings/send-email-raw";
import type { SendEmailNode } from "./step-node";
import { typedProperties } from "./typed-properties";
import { isOpen, validTyped } from "./validity";

const FIELDS = ["invitation", ...INVITATION_FIELDS] as const;

/** How Node-RED keeps and checks the fields of an invitation; those that are not used are as good as not there. */
export function invitationProperties() {
  const kind = { value: SEND_EMAIL_DEFAULTS.invitationKind, validate: validKind };
  return { invitationKind: kind, ...typedProperties(FIELDS, validWhereUsed) };
}

const validKind: Validator<SendEmailNode> = function (value, _opt) {
  const known = value === undefined || (INVITATION_KINDS as readonly unknown[]).includes(value);
  return known ? true : this._("send-email.error.invitation-kind");
};

function validWhereUsed(field: (typeof FIELDS)[number]): Validator<SendEmailNode> {
  const valid = validTyped(field);
  return function (value, opt) {
    const open = isOpen(this);
    const kind = open ? $("#node-input-invitationKind").val() : this.invitationKind;
    if (kind !== (field === "invitation" ? "value" : "fields")) return true;
    const problem = problemIn((name) => String((open ? $(`#node-input-${name}`).val() : this[name]) ?? ""));
    return problem?.field === field ? this._(problem.key) : valid.call(this, value, opt);
  };
}

export type Typed = InvitationField | `${InvitationField}Type`;

/** What the fields alone show to be missing. */
export function problemIn(read: (name: Typed) => string): { field: InvitationField; key: string } | undefined {
  const written = (field: InvitationField) => read(`${field}Type`) === "str";
  const empty = (field: InvitationField) => written(field) && read(field).trim() === "";
  if (empty("invitationStart")) return { field: "invitationStart", key: "send-email.error.invitation-start" };
  const cancels = written("invitationMethod") && read("invitationMethod") === "cancel";
  if (cancels && empty("invitationUid")) return { field: "invitationUid", key: "send-email.error.invitation-uid" };
  return undefined;
}
