import { SEND_EMAIL_DEFAULTS } from "../../../src/settings/send-email-raw";
import { button, byId, element } from "../shared/elements";
import type { SendEmailNode } from "./step-node";

const OPTIONAL = ["cc", "bcc", "replyTo", "from"] as const;
type Optional = (typeof OPTIONAL)[number];

/** Rows that stay away until they are wanted: a click adds one, and what is used stays. */
export function startOptionalRows(node: SendEmailNode): void {
  const bar = byId("post-office-add");
  for (const field of OPTIONAL) {
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
  return node[field] !== SEND_EMAIL_DEFAULTS[field] || node[`${field}Type`] !== SEND_EMAIL_DEFAULTS[`${field}Type`];
}
