/** What is wrong with a value; undefined where nothing is. `at` names the place. */
export type Shape = (value: unknown, at: string) => string | undefined;

const text =
  (pattern?: RegExp): Shape =>
  (value, at) =>
    typeof value !== "string"
      ? `${at} is not a text`
      : pattern && !pattern.test(value)
        ? `${at} does not match ${pattern}`
        : undefined;

const flag: Shape = (value, at) => (typeof value === "boolean" ? undefined : `${at} is not a boolean`);

const whole =
  (least: number, most: number): Shape =>
  (value, at) =>
    Number.isInteger(value) && Number(value) >= least && Number(value) <= most
      ? undefined
      : `${at} is not a whole number from ${least} to ${most}`;

const orNull =
  (shape: Shape): Shape =>
  (value, at) =>
    value === null ? undefined : shape(value, at);

/** Graph takes the names of its enumerations in either case. */
const oneOf =
  (...names: string[]): Shape =>
  (value, at) =>
    typeof value === "string" && names.some((name) => name.toLowerCase() === value.toLowerCase())
      ? undefined
      : `${at} is none of ${names.join(", ")}`;

const list =
  (shape: Shape, most = Number.POSITIVE_INFINITY): Shape =>
  (value, at) => {
    if (!Array.isArray(value)) return `${at} is not a list`;
    if (value.length > most) return `${at} has more than ${most} entries`;
    return firstOf(value.map((entry, index) => () => shape(entry, `${at}[${index}]`)));
  };

/** An object with these properties and no others. */
const only =
  (properties: Readonly<Record<string, Shape>>, required: readonly string[] = []): Shape =>
  (value, at) => {
    if (value === null || typeof value !== "object" || Array.isArray(value)) return `${at} is not an object`;
    const given = value as Record<string, unknown>;
    const unknown = Object.keys(given).find((name) => !Object.hasOwn(properties, name));
    if (unknown !== undefined) return `The property '${unknown}' does not exist on ${at}`;
    const missing = required.find((name) => given[name] === undefined);
    if (missing !== undefined) return `${at} has no ${missing}`;
    return firstOf(
      Object.entries(given).map(
        ([name, one]) =>
          () =>
            properties[name]?.(one, `${at}.${name}`),
      ),
    );
  };

function firstOf(checks: readonly (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const problem = check();
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const MAX_INT = 2 ** 31 - 1;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const recipient = only(
  { emailAddress: only({ address: text(/^[^@\s]+@[^@\s]+$/), name: orNull(text()) }, ["address"]) },
  ["emailAddress"],
);

const header = only({ name: text(/^x-/i), value: orNull(text()) }, ["name", "value"]);

/** Graph's `fileAttachment`. */
export const fileAttachment = only(
  {
    "@odata.type": oneOf("#microsoft.graph.fileAttachment", "microsoft.graph.fileAttachment"),
    name: orNull(text()),
    contentType: orNull(text()),
    contentBytes: text(BASE64),
    contentId: orNull(text()),
    contentLocation: orNull(text()),
    isInline: flag,
    size: whole(0, MAX_INT),
  },
  ["@odata.type", "name", "contentBytes"],
);

/** Graph's `message`, with the properties that somebody who sends mail may set. */
export const message = only({
  "@odata.type": text(),
  subject: orNull(text()),
  body: only({ contentType: oneOf("text", "html"), content: orNull(text()) }, ["content"]),
  from: recipient,
  sender: recipient,
  toRecipients: list(recipient),
  ccRecipients: list(recipient),
  bccRecipients: list(recipient),
  replyTo: list(recipient),
  importance: oneOf("low", "normal", "high"),
  internetMessageId: orNull(text()),
  internetMessageHeaders: list(header, 5),
  attachments: list(fileAttachment),
  categories: list(text()),
  isDeliveryReceiptRequested: orNull(flag),
  isReadReceiptRequested: orNull(flag),
});

export const sendMailBody = only({ message, saveToSentItems: orNull(flag) }, ["message"]);

export const uploadSessionBody = only(
  {
    AttachmentItem: only(
      {
        attachmentType: oneOf("file", "item", "reference"),
        name: orNull(text()),
        size: whole(1, 150 * 1024 * 1024),
        contentType: orNull(text()),
        contentId: orNull(text()),
        isInline: orNull(flag),
      },
      ["attachmentType", "name", "size"],
    ),
  },
  ["AttachmentItem"],
);
