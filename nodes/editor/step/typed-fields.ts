import { byId } from "../shared/elements";
import { ATTACHMENT_TYPES, HEADER_TYPES, type SendEmailNode, TEXT_TYPES, TOKEN_TYPES } from "./step-node";

/** Turns the inputs into Node-RED's typed inputs, each with its accessible name. */
export function startTypedFields(node: SendEmailNode): void {
  const priority: TypedInputType = {
    value: "str",
    label: node._("send-email.priority.choice"),
    icon: "fa fa-flag-o",
    options: [
      { value: "", label: node._("send-email.priority.normal") },
      { value: "high", label: node._("send-email.priority.high") },
      { value: "low", label: node._("send-email.priority.low") },
    ],
  };
  for (const field of ["to", "cc", "bcc", "replyTo", "from", "subject", "inReplyTo", "dedupeKey"])
    makeTyped(node, field, TEXT_TYPES);
  makeTyped(node, "attachments", ATTACHMENT_TYPES);
  makeTyped(node, "headers", HEADER_TYPES);
  makeTyped(node, "accessToken", TOKEN_TYPES);
  makeTyped(node, "priority", [priority, ...TEXT_TYPES.filter((type) => type !== "str")]);
}

function makeTyped(node: SendEmailNode, field: string, types: readonly (string | TypedInputType)[]): void {
  const input = $(`#node-input-${field}`);
  input.typedInput({ types: [...types], typeField: $(`#node-input-${field}Type`) });
  nameTypedInput(node, `node-input-${field}`, node._(`send-email.label.${field}`));
}

/** The visible parts of a typed input are not the labelled input itself: each gets the label, and keeps its own words. */
export function nameTypedInput(node: SendEmailNode, id: string, name: string): void {
  const container = byId(id).nextElementSibling as HTMLElement;
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
