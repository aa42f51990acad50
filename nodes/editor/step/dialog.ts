import { SEND_EMAIL_DEFAULTS } from "../../../src/settings/send-email-raw";
import { byId } from "../shared/elements";
import { showDefaultsOfMissing } from "../shared/missing-fields";
import { connectSegments } from "../shared/segments";
import { startBodyFields } from "./body-fields";
import { describeConfigurationChoice } from "./configuration-choice";
import { chosenOutputs, startDeliveryFields } from "./delivery-fields";
import { startInvitationFields } from "./invitation-fields";
import { forgetUnusedChoice, startMessageChoice } from "./message-choice";
import { startOptionalRows } from "./optional-rows";
import { startPlaceholderFields } from "./placeholder-fields";
import { startSamplePanel } from "./sample-panel";
import type { SendEmailNode } from "./step-node";
import { startTypedFields } from "./typed-fields";
import { openStep } from "./validity";
import { leaveDialog } from "./while-open";

/** Brings the form to life that Node-RED has filled. */
export function prepare(node: SendEmailNode): void {
  leaveDialog();
  openStep(node);
  showDefaultsOfMissing("node-input", node, SEND_EMAIL_DEFAULTS);
  startTypedFields(node);
  startOptionalRows(node);
  startBodyFields(node);
  startPlaceholderFields(node);
  startDeliveryFields(node);
  startInvitationFields(node);
  connectSegments(document.querySelector<HTMLElement>(".post-office-step") as HTMLElement);
  startMessageChoice(node);
  describeConfigurationChoice(node._);
  startSamplePanel(node);
  if (usesMore(node)) byId("post-office-more").setAttribute("open", "");
}

/** When Done is pressed; says how many outputs the step has from now on. */
export function save(): number {
  forgetUnusedChoice();
  leave();
  return chosenOutputs();
}

export function leave(): void {
  leaveDialog();
  openStep(undefined);
}

/** Whether something in the folded part differs from a fresh step, and must not be overlooked. */
function usesMore(node: SendEmailNode): boolean {
  const fields = [
    "finishWhen",
    "dedupeKey",
    "dedupeKeyType",
    "priority",
    "headers",
    "inReplyTo",
    "references",
    "referencesType",
    "listUnsubscribe",
    "listUnsubscribeType",
    "bounceTo",
    "bounceToType",
    "includeSignature",
    "failOnPartial",
  ] as const;
  return fields.some((field) => (node[field] ?? SEND_EMAIL_DEFAULTS[field]) !== SEND_EMAIL_DEFAULTS[field]);
}
