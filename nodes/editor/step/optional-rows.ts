import { SEND_EMAIL_DEFAULTS, type TypedField } from "../../../src/settings/send-email-raw";
import { button, element } from "../shared/elements";
import { inStep } from "./in-step";
import type { SendEmailNode } from "./step-node";

/** By the place of their buttons. */
const OPTIONAL = {
  "post-office-add": ["cc", "bcc", "replyTo", "from"],
  "post-office-add-invitation": [
    "invitationLocation",
    "invitationSummary",
    "invitationAllDay",
    "invitationMethod",
    "invitationUid",
    "invitationSequence",
  ],
  "post-office-add-delivery": ["references", "listUnsubscribe", "bounceTo"],
} as const satisfies Record<string, readonly TypedField[]>;
type Place = keyof typeof OPTIONAL;
type Optional = (typeof OPTIONAL)[Place][number];

/** Rows that stay away until they are wanted: a click adds one, and what is used stays. */
export function startOptionalRows(node: SendEmailNode): void {
  for (const place of Object.keys(OPTIONAL) as Place[]) startRowsOf(node, place);
}

function startRowsOf(node: SendEmailNode, place: Place): void {
  const bar = inStep(place);
  for (const field of OPTIONAL[place]) {
    const row = document.querySelector<HTMLElement>(`[data-optional="${field}"]`) as HTMLElement;
    const input = $(`#node-input-${field}`);
    const add = button(`+ ${node._(`send-email.add.${field}`)}`, () => {
      show(true);
      row.querySelector<HTMLElement>(".red-ui-typedInput-input, .red-ui-typedInput-type-select")?.focus();
    });
    add.title = node._(`send-email.add-hint.${field}`);
    add.dataset.adds = field;
    const remove = button("", () => {
      input.typedInput("type", SEND_EMAIL_DEFAULTS[`${field}Type`]);
      input.typedInput("value", SEND_EMAIL_DEFAULTS[field]);
      show(false);
      add.focus();
    });
    remove.append(element("i", "fa fa-times"));
    remove.classList.add("po-remove");
    remove.title = node._("send-email.remove");
    remove.setAttribute("aria-label", `${node._(`send-email.label.${field}`)}: ${remove.title}`);
    const show = (used: boolean) => {
      row.hidden = !used;
      add.hidden = used;
    };
    row.append(remove);
    bar.append(add);
    show(isUsed(node, field));
  }
}

function isUsed(node: SendEmailNode, field: Optional): boolean {
  return isOther(node, field) || isOther(node, `${field}Type`);
}

/** A node of an earlier release lacks fields; then it is as a fresh step. */
function isOther(node: SendEmailNode, property: Optional | `${Optional}Type`): boolean {
  return (node[property] ?? SEND_EMAIL_DEFAULTS[property]) !== SEND_EMAIL_DEFAULTS[property];
}
