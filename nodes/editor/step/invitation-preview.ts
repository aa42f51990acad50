import type { InvitationSummary } from "../../../src/model/invitation";

/** An invitation in lines: what it asks for and what it is about, when, and where. */
export function describeInvitation(translate: Translate, invitation: InvitationSummary): string {
  const { method, title, place, repeats } = invitation;
  const again = repeats ? `, ${translate("send-email.invitation.repeats")}` : "";
  return [
    `${translate(`send-email.invitation.method.${method.toLowerCase()}`)}: ${title}`,
    `${timesOf(invitation)}${again}`,
    place,
  ]
    .filter((line) => line !== "")
    .join("\n");
}

/** Instants in the reader's own time zone; days, and times in a zone that the invitation names, as they stand. */
function timesOf({ start, end = start, timeZone }: InvitationSummary): string {
  const withTime = start.includes("T");
  const own = start.endsWith("Z");
  const format = new Intl.DateTimeFormat(RED.i18n.lang(), {
    dateStyle: "medium",
    ...(withTime ? { timeStyle: "short" } : {}),
    ...(own ? {} : { timeZone: "UTC" }),
  });
  const [from, to] = [start, end].map((time) => new Date(`${time.replace("Z", "")}${withTime ? "" : "T00:00:00"}Z`));
  const zone = own ? format.resolvedOptions().timeZone : timeZone;
  const shown = from && to && from < to ? format.formatRange(from, to) : format.format(from);
  return withTime && zone ? `${shown} (${zone})` : shown;
}
