import { basename } from "node:path";
import type { EmailDraft } from "../../src/mailer";
import { SendError } from "../../src/model/send-error";
import { INVITATION_FIELDS, type RawSendEmail } from "../../src/settings/send-email-raw";
import type { TypedValues } from "./typed-values";

/**
 * Makes the draft of a mail from the evaluated fields of a step.
 *
 * A body that is a Buffer goes out as an attachment beside the others, named by `msg.filename`
 * where there is one; an object as JSON. Throws SendError that names the field.
 */
export function draftOf(definition: RawSendEmail, values: TypedValues, filename: unknown): EmailDraft {
  const text = readBody(values.text, "text");
  const html = readBody(values.html, "html");
  const bodies = [text.attachment, html.attachment].filter((body) => body !== undefined);
  const attachments = bodies.length === 0 ? values.attachments : withBodies(values.attachments, bodies, filename);
  return {
    ...values,
    text: text.content,
    html: html.content,
    attachments,
    invitation: definition.invitationKind === "fields" ? invitationOf(values) : values.invitation,
    includeSignature: definition.includeSignature !== false,
  };
}

/** Named as an invitation that comes as an object: `start` for `invitationStart`. */
function invitationOf(values: TypedValues): object {
  const nameOf = (field: string): string => field.replace(/^invitation(.)/, (_, first: string) => first.toLowerCase());
  return Object.fromEntries(INVITATION_FIELDS.map((field) => [nameOf(field), values[field]]));
}

function readBody(value: unknown, field: string): { content?: unknown; attachment?: unknown } {
  if (isBinary(value)) return { attachment: value };
  if (value === null || typeof value !== "object") return { content: value };
  try {
    return { content: JSON.stringify(value, null, 2) };
  } catch {
    throw new SendError("field-type", {
      phase: "input",
      facts: { field, value: "is an object that cannot be written as JSON" },
    });
  }
}

/** A Buffer, its relatives, and what became of one that went through JSON, as after a context store or MQTT. */
function isBinary(value: unknown): boolean {
  if (value instanceof Uint8Array) return true;
  const { type, data } = (value ?? {}) as { type?: unknown; data?: unknown };
  return type === "Buffer" && Array.isArray(data);
}

function withBodies(attachments: unknown, bodies: readonly unknown[], filename: unknown): unknown[] {
  const given = attachments === undefined || attachments === null || attachments === "" ? [] : attachments;
  const name =
    typeof filename === "string" && filename !== "" ? basename(filename.replaceAll("\\", "/")) : "attachment.bin";
  return [...bodies.map((content) => ({ filename: name, content })), ...(Array.isArray(given) ? given : [given])];
}
