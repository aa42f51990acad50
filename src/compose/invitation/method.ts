import { INVITATION_METHODS, type InvitationMethod } from "../../model/invitation";
import { refuse } from "../fields";

/** A method as iCalendar writes it, whatever its case. Throws SendError for any other. */
export function readMethod(text: string, field: string): InvitationMethod {
  const method = INVITATION_METHODS.find((known) => known === text.trim().toUpperCase());
  if (!method) throw refuse("invitation-method", field, text);
  return method;
}
