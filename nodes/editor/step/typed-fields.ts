import { inStep } from "./in-step";
import { ATTACHMENT_TYPES, HEADER_TYPES, type SendEmailNode, TEXT_TYPES, TOKEN_TYPES } from "./step-node";

/** What a text is that is written at these, at a glance; an empty one is Node-RED's own for a text. */
const WRITTEN_ICONS: Readonly<Record<string, string>> = {
  ...{ to: "fa fa-at", cc: "fa fa-at", bcc: "fa fa-at", replyTo: "fa fa-at", from: "fa fa-at" },
  ...{ references: "fa fa-reply-all", listUnsubscribe: "fa fa-sign-out", bounceTo: "fa fa-at" },
  ...{ invitationStart: "fa fa-clock-o", invitationEnd: "fa fa-clock-o", invitationTimeZone: "fa fa-globe" },
  ...{ invitationSummary: "", invitationLocation: "fa fa-map-marker", invitationUid: "fa fa-tag" },
  ...{
    invitationSequence: "fa fa-sort-numeric-asc",
    subject: "",
    inReplyTo: "fa fa-reply",
    dedupeKey: "fa fa-key",
    configurationName: "fa fa-server",
  },
};

/** Shown in an empty field, for the kinds of value that say where to look: a property, and an expression. */
const EXAMPLES: Readonly<Record<string, readonly [property: string, expression: string]>> = {
  to: ["payload.customer.email", "payload.customers.email"],
  cc: ["payload.manager.email", "payload.team[lead].email"],
  bcc: ["payload.archive", '"archive+" & payload.id & "@example.com"'],
  replyTo: ["payload.agent.email", 'payload.ticket & "@support.example.com"'],
  from: ["payload.sender", 'payload.shop & "@example.com"'],
  subject: ["payload.title", '"Order " & payload.id'],
  attachments: ["payload.files", '{"filename": payload.id & ".json", "content": $string(payload)}'],
  headers: ["payload.mailHeaders", '{"X-Order": payload.id}'],
  priority: ["payload.priority", 'payload.urgent ? "high" : "normal"'],
  inReplyTo: ["email.messageId", "payload.messageIds"],
  references: ["references", "payload.thread.messageIds"],
  listUnsubscribe: ["payload.unsubscribe", '"https://example.com/unsubscribe/" & payload.id'],
  bounceTo: ["payload.bounces", '"bounces+" & payload.id & "@example.com"'],
  invitation: ["invitation", '{"start": payload.start, "end": payload.end}'],
  invitationMethod: ["payload.method", 'payload.cancelled ? "cancel" : "request"'],
  invitationUid: ["payload.uid", 'payload.id & "@example.com"'],
  invitationSequence: ["payload.version", "payload.version + 1"],
  invitationSummary: ["payload.title", '"Delivery " & payload.id'],
  invitationStart: ["payload.start", 'payload.day & "T10:00"'],
  invitationEnd: ["payload.end", 'payload.day & "T11:30"'],
  invitationTimeZone: ["payload.timeZone", 'payload.country = "GB" ? "Europe/London" : "Europe/Berlin"'],
  invitationAllDay: ["payload.allDay", "$exists(payload.hour) = false"],
  invitationLocation: ["payload.place", '"Room " & payload.room'],
  dedupeKey: ["payload.id", '"order-" & payload.id'],
  configurationName: ["payload.account", 'payload.country & "_SMTP"'],
  accessToken: ["accessToken", "auth.access_token"],
};
const WRITTEN_JSON: Readonly<Record<string, string>> = {
  attachments: '[{"filename": "hello.txt", "content": "Hello"}]',
  headers: '{"X-Order": "4711"}',
  invitation: '{"start": "2026-12-24T10:00", "timeZone": "Europe/Berlin"}',
};

/** Turns the inputs into Node-RED's typed inputs, each with its accessible name. */
export function startTypedFields(node: SendEmailNode): void {
  const makeChoice = (field: string, icon: string, options: readonly (readonly [value: string, key: string])[]) => {
    const label = node._("send-email.priority.choice");
    const named = options.map(([value, key]) => ({ value, label: node._(key) }));
    const choice: TypedInputType = { value: "str", label, icon, options: named };
    makeTyped(node, field, [choice, ...TEXT_TYPES.filter((type) => type !== "str")]);
  };
  for (const [field, icon] of Object.entries(WRITTEN_ICONS)) makeTyped(node, field, textTypes(node, icon));
  makeTyped(node, "attachments", ATTACHMENT_TYPES);
  makeTyped(node, "headers", HEADER_TYPES);
  makeTyped(node, "accessToken", TOKEN_TYPES);
  makeTyped(node, "invitation", ATTACHMENT_TYPES);
  makeChoice("priority", "fa fa-flag-o", [
    ["", "send-email.priority.normal"],
    ["high", "send-email.priority.high"],
    ["low", "send-email.priority.low"],
  ]);
  makeChoice("invitationMethod", "fa fa-calendar", [
    ["", "send-email.invitation.method.request"],
    ["cancel", "send-email.invitation.method.cancel"],
  ]);
  makeChoice("invitationAllDay", "fa fa-sun-o", [
    ["", "send-email.invitation.all-day.by-start"],
    ["true", "send-email.invitation.all-day.yes"],
    ["false", "send-email.invitation.all-day.no"],
  ]);
}

function makeTyped(node: SendEmailNode, field: string, types: readonly (string | TypedInputType)[]): void {
  const input = $(`#node-input-${field}`);
  input.typedInput({ types: [...types], typeField: $(`#node-input-${field}Type`) });
  nameTypedInput(node, `node-input-${field}`, node._(`send-email.label.${field}`));
  showExamples(node, field);
}

function textTypes(node: SendEmailNode, icon: string): (string | TypedInputType)[] {
  const label = node._("send-email.source.text");
  return TEXT_TYPES.map((type) => (type === "str" && icon ? { value: "str", label, icon } : type));
}

/** An empty field shows what its kind of value may look like. */
function showExamples(node: SendEmailNode, field: string): void {
  const input = $(`#node-input-${field}`);
  const shown = input.next().find(".red-ui-typedInput-input");
  const written = field in WRITTEN_ICONS ? node._(`send-email.placeholder.${field}`) : "";
  const [property, expression] = EXAMPLES[field] ?? ["", ""];
  const name = property.split(".").at(-1) ?? "";
  const examples: Readonly<Record<string, string>> = {
    ...{ str: written, json: WRITTEN_JSON[field] ?? "", msg: property, flow: name, global: name },
    ...{ env: `MAIL_${field.replace(/[A-Z]/g, "_$&").toUpperCase()}`, jsonata: expression },
  };
  const show = () => shown.attr("placeholder", examples[input.typedInput("type")] ?? "");
  input.on("change", show);
  show();
}

/** The visible parts of a typed input are not the labelled input itself: each gets the label, and keeps its own words. */
export function nameTypedInput(node: SendEmailNode, id: string, name: string): void {
  const container = inStep(id).nextElementSibling as HTMLElement;
  const label = document.querySelector<HTMLElement>(`label[for="${id}"]`);
  for (const input of container.querySelectorAll("input:not([type=hidden])")) input.setAttribute("aria-label", name);
  container
    .querySelector(".red-ui-typedInput-option-expand")
    ?.setAttribute("aria-label", `${name}: ${node._("send-email.expand")}`);
  if (!label) return;
  label.id = `${id}-label`;
  for (const part of ["type-select", "option-trigger"]) {
    const choice = container.querySelector(`.red-ui-typedInput-${part}`);
    if (!choice) continue;
    choice.id = `${id}-${part}`;
    choice.setAttribute("aria-labelledby", `${label.id} ${choice.id}`);
  }
  label.addEventListener("click", () => {
    container.querySelector<HTMLElement>(".red-ui-typedInput-input")?.focus();
  });
}
