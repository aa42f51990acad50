import type { Mailbox } from "../../model/email";
import { toEnvelopeAddress } from "../addresses";
import { library, type Property } from "./library";

export function organizerOf(mailbox: Mailbox): Property {
  return personOf("organizer", mailbox, {});
}

export function attendeeOf(mailbox: Mailbox, optional: boolean): Property {
  return personOf("attendee", mailbox, {
    cutype: "INDIVIDUAL",
    role: optional ? "OPT-PARTICIPANT" : "REQ-PARTICIPANT",
    partstat: "NEEDS-ACTION",
    rsvp: "TRUE",
  });
}

function personOf(name: string, mailbox: Mailbox, parameters: Readonly<Record<string, string>>): Property {
  const property = new library.Property(name);
  for (const [parameter, value] of Object.entries(parameters)) property.setParameter(parameter, value);
  // A parameter has no double quotes (RFC 5545 §3.2), and Outlook does not know the escape of RFC 6868.
  const shown = mailbox.name.replaceAll('"', "'").trim();
  if (shown !== "") property.setParameter("cn", shown);
  property.setValue(`mailto:${toEnvelopeAddress(mailbox.address)}`);
  return property;
}
