import type { OnlyFor } from "./invitation";
import type { Component } from "./library";
import { attendeeOf, organizerOf } from "./people";

/**
 * Takes everybody out of a calendar whom an answer, an update or an alarm of it could reach, and puts one in where
 * it asks for an answer. Its ids become others, so that it neither changes nor removes a real event of the reader.
 */
export function concernOnly(calendar: Component, { attendee, organizer, mark }: OnlyFor): void {
  const method = String(calendar.getFirstPropertyValue("method") ?? "").toUpperCase();
  removePeople(calendar);
  for (const part of calendar.getAllSubcomponents()) {
    if (part.name === "vtimezone") continue;
    // What asks guests needs an organizer (RFC 5546 §3.2); what answers one is for nobody now.
    if (["REQUEST", "CANCEL", "PUBLISH"].includes(method)) part.addProperty(organizerOf(organizer));
    if (["REQUEST", "CANCEL"].includes(method)) part.addProperty(attendeeOf(attendee, false));
    renew(part, mark);
    // One that mails names whom it mails to.
    for (const alarm of part.getAllSubcomponents("valarm"))
      if (alarm.getFirstPropertyValue("action") !== "DISPLAY") part.removeSubcomponent(alarm);
  }
}

/** One id, even where there were several: any of them could be a real event's. */
function renew(part: Component, mark: string): void {
  const uid = part.getFirstPropertyValue("uid");
  part.removeAllProperties("uid");
  if (uid !== null) part.addPropertyWithValue("uid", `test-${uid}`);
  part.updatePropertyWithValue("summary", `${mark} ${part.getFirstPropertyValue("summary") ?? ""}`.trim());
}

/** Also where they have no business. */
function removePeople(component: Component): void {
  for (const name of ["attendee", "organizer", "contact"]) component.removeAllProperties(name);
  for (const part of component.getAllSubcomponents()) removePeople(part);
}
