import {
  INVITATION_FIELDS,
  type RawSendEmail,
  SEND_EMAIL_DEFAULTS,
  TYPED_FIELDS,
  type TypedField,
} from "../../../src/settings/send-email-raw";
import type { SendEmailNode } from "./step-node";

/** The form as it stands, also while another dialog is in front of it; what has no control is as the step has it. */
export function readForm(form: HTMLElement, node: SendEmailNode): RawSendEmail {
  const read = Object.keys(SEND_EMAIL_DEFAULTS).map((field) => {
    const control = form.querySelector<HTMLInputElement | HTMLSelectElement>(`#node-input-${field}`);
    if (!control) return [field, node[field as keyof RawSendEmail]];
    if (control.type === "checkbox") return [field, (control as HTMLInputElement).checked];
    if (control instanceof HTMLSelectElement && control.multiple) return [field, $(control).val()];
    // The choice that stands for the default.
    return [field, control.value === "_ADD_" ? "" : control.value];
  });
  return Object.fromEntries(read.filter(([, value]) => value !== undefined)) as RawSendEmail;
}

/** The fields that a mail is made of now: the body's other kind and rows that are not shown are none. */
export function usedFields(
  form: HTMLElement,
  { bodyType, chooseByMessage, invitationKind }: RawSendEmail,
): TypedField[] {
  return TYPED_FIELDS.filter((field) => {
    if (field === "text") return bodyType !== "html";
    if (field === "html") return bodyType !== "text";
    if (field === "configurationName") return chooseByMessage;
    if (field === "invitation") return invitationKind === "value";
    if ((INVITATION_FIELDS as readonly TypedField[]).includes(field) && invitationKind !== "fields") return false;
    const row = form.querySelector(`#node-input-${field}`)?.closest<HTMLElement>(".po-row");
    return row ? !row.hidden : false;
  });
}
