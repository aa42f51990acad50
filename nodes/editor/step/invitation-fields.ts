import { INVITATION_KINDS, type InvitationField } from "../../../src/settings/send-email-raw";
import { inStep } from "./in-step";
import type { SendEmailNode } from "./step-node";
import { isOpen, validTyped } from "./validity";

export const validInvitationKind: Validator<SendEmailNode> = function (value, _opt) {
  const known = value === undefined || (INVITATION_KINDS as readonly unknown[]).includes(value);
  return known ? true : this._("send-email.error.invitation-kind");
};

/** Those that are not used are as good as not there. */
export function validWhereUsed(field: "invitation" | InvitationField): Validator<SendEmailNode> {
  const valid = validTyped(field);
  return function (value, opt) {
    const open = isOpen(this);
    const kind = open ? $("#node-input-invitationKind").val() : this.invitationKind;
    if (kind !== (field === "invitation" ? "value" : "fields")) return true;
    const problem = problemIn((name) => String((open ? $(`#node-input-${name}`).val() : this[name]) ?? ""));
    return problem?.field === field ? this._(problem.key) : valid.call(this, value, opt);
  };
}

type Typed = InvitationField | `${InvitationField}Type`;

/** The form, while a person types: a typed input hands its value on only when it is left. */
function asTyped(name: Typed): string {
  const [, field = "", type] = /^(\w+?)(Type)?$/.exec(name) ?? [];
  return String($(`#node-input-${field}`).typedInput(type ? "type" : "value") ?? "");
}

/** What the fields alone show to be missing. */
function problemIn(read: (name: Typed) => string): { field: InvitationField; key: string } | undefined {
  const written = (field: InvitationField) => read(`${field}Type`) === "str";
  const empty = (field: InvitationField) => written(field) && read(field).trim() === "";
  if (empty("invitationStart")) return { field: "invitationStart", key: "send-email.error.invitation-start" };
  const cancels = written("invitationMethod") && read("invitationMethod") === "cancel";
  if (cancels && empty("invitationUid")) return { field: "invitationUid", key: "send-email.error.invitation-uid" };
  return undefined;
}

/** The invitation: none, made of the fields below, or a value that is one. */
export function startInvitationFields(node: SendEmailNode): void {
  const form = document.querySelector<HTMLElement>(".post-office-step") as HTMLElement;
  const kind = inStep<HTMLInputElement>("node-input-invitationKind");
  const zone = $("#node-input-invitationTimeZone");

  const refresh = () => {
    for (const part of form.querySelectorAll<HTMLElement>("[data-invitation]"))
      part.hidden = part.dataset.invitation !== kind.value;
    inStep("post-office-invitation-hint").textContent = node._(`send-email.invitation.kind-hint.${kind.value}`);
    inStep("post-office-invitation-note").textContent = node._(`send-email.invitation.kind.${kind.value}`);
    const problem = kind.value === "fields" ? problemIn(asTyped) : undefined;
    inStep("post-office-invitation-message").textContent = problem ? node._(problem.key) : "";
  };
  let last = kind.value;
  $(kind).on("change", () => {
    // Node-RED tells of a change where it only fills the form.
    if (kind.value === last) return;
    last = kind.value;
    const untouched = zone.typedInput("type") === "str" && zone.typedInput("value") === "";
    // Who writes 10:00 means the clocks around.
    if (kind.value === "fields" && untouched)
      zone.typedInput("value", Intl.DateTimeFormat().resolvedOptions().timeZone);
  });
  $(form).on("input change", refresh);
  inStep("post-office-invitation").toggleAttribute("open", (node.invitationKind ?? "none") !== "none");
  refresh();
}
