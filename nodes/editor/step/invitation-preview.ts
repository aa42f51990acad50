import type { InvitationSummary } from "../../../src/model/invitation";

/** An invitation in lines: what it asks for and what it is about, when, and where. */
export function describeInvitation(translate: Translate, invitation: InvitationSummary): string {
  const { method, title, start, end, timeZone, place, repeats } = invitation;
  const times = [start, end].filter((time) => time !== undefined && time !== "").map((time) => shown(time as string));
  const when = [...new Set(times)].join(" – ");
  return [
    `${translate(`send-email.invitation.method.${method.toLowerCase()}`)}: ${title}`,
    `${when}${timeZone ? ` (${timeZone})` : ""}${repeats ? `, ${translate("send-email.invitation.repeats")}` : ""}`,
    place,
  ]
    .filter((line) => line !== "")
    .join("\n");
}

/** An instant in the reader's own time zone; a day, and a time in a zone that it names, as it stands. */
function shown(time: string): string {
  const language = RED.i18n.lang();
  if (time.endsWith("Z")) return new Date(time).toLocaleString(language, { dateStyle: "medium", timeStyle: "short" });
  const withTime = time.includes("T") ? { timeStyle: "short" as const } : {};
  return new Date(`${time.includes("T") ? time : `${time}T00:00:00`}Z`).toLocaleString(language, {
    dateStyle: "medium",
    ...withTime,
    timeZone: "UTC",
  });
}
