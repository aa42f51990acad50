import type { InvitationSummary } from "../../../src/model/invitation";
import { timesOf } from "./invitation-times";

/** An invitation in lines: what it asks for and what it is about, when, and where. */
export function describeInvitation(translate: Translate, invitation: InvitationSummary): string {
  const { method, title, place, repeats } = invitation;
  const again = repeats ? `, ${translate("send-email.invitation.repeats")}` : "";
  const { shown, here } = timesOf(invitation, RED.i18n.lang(), Intl.DateTimeFormat().resolvedOptions().timeZone);
  return [
    `${translate(`send-email.invitation.method.${method.toLowerCase()}`)}: ${title}`,
    `${shown}${again}`,
    here === undefined ? "" : translate("send-email.invitation.here", { times: here }),
    place,
  ]
    .filter((line) => line !== "")
    .join("\n");
}
