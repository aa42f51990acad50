import { bytesOf, type KeptFile } from "../model/email";
import { SendError } from "../model/send-error";
import type { DraftAttachment, ReadAttachment } from "./attachments";
import { typeOf } from "./content-type";
import { shorten } from "./fields";
import { MOST_BYTES, type OnlyFor } from "./invitation/invitation";
import { fileContent } from "./read-back/part-content";

/** Those that are registered (RFC 5545 §8.1), were before, and that programs write all the same. */
const TYPES = /^(?:text|application)\/(?:x-)?(?:v?calendar|ical|ics)\b/i;
/** Windows leaves dots and spaces at the end away. */
const NAMES = /\.(?:ics|ical|icalendar|ifb|vcs)[. ]*$/i;
const BEGINNING = /^\s*BEGIN:VCALENDAR\s/i;
/** As far as a calendar's first line is looked for. */
const BEGINNING_BYTES = 256;

/** The attachments, in whose calendars nobody else stands. Throws SendError where one cannot be read. */
export function concerningOnly(attachments: readonly ReadAttachment[], only: OnlyFor): readonly ReadAttachment[] {
  return attachments.map((attachment, at) => {
    if (!isCalendar(attachment)) return attachment;
    return rewritten(attachment, attachments.length === 1 ? "attachments" : `attachments[${at}]`, only);
  });
}

/** Whether a mail program takes it for a calendar, by what is said of it; its content may still be somewhere else. */
export function isCalledCalendar(attachment: DraftAttachment): boolean {
  return TYPES.test(typeOf(attachment)) || NAMES.test(attachment.filename);
}

/** Whether a program that opens the file finds one, whatever it is called. */
function isCalendar(attachment: ReadAttachment): boolean {
  if (isCalledCalendar(attachment)) return true;
  return BEGINNING.test(
    beginningOf(attachment.content)
      .toString("utf8")
      .replace(/^\ufeff/, ""),
  );
}

function beginningOf(content: Buffer | KeptFile): Buffer {
  return Buffer.isBuffer(content)
    ? content.subarray(0, BEGINNING_BYTES)
    : fileContent(content).read(0, BEGINNING_BYTES);
}

function rewritten(attachment: ReadAttachment, field: string, only: OnlyFor): ReadAttachment {
  const { content, filename } = attachment;
  // Costs time and memory at start, and few mails are tests with a calendar.
  const { readCalendar } = require("./invitation/ready-made") as typeof import("./invitation/ready-made");
  const { concernOnly } = require("./invitation/concern-only") as typeof import("./invitation/concern-only");
  const { textOf } = require("./invitation/write-calendar") as typeof import("./invitation/write-calendar");
  const refusal = (why: unknown): SendError => {
    const facts = { field, names: shorten(filename), value: shorten(String(why)) };
    return new SendError("attachment-calendar", { phase: "input", facts });
  };
  if (!Buffer.isBuffer(content) || bytesOf(content) > MOST_BYTES)
    throw refusal(`it has more than ${MOST_BYTES / 1000} kB`);
  try {
    const { calendar } = readCalendar(content, field);
    concernOnly(calendar, only);
    return { ...attachment, content: Buffer.from(textOf(calendar)), contentType: inUtf8(typeOf(attachment)) };
  } catch (error) {
    throw refusal(error instanceof SendError ? error.facts["value"] : "it cannot be written again");
  }
}

function inUtf8(contentType: string): string {
  const type = contentType.replace(/;\s*charset\s*=\s*(?:"[^"]*"|[^;]*)/gi, "");
  return /^text\//i.test(type) ? `${type}; charset=utf-8` : type;
}
