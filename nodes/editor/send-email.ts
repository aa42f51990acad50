import { SEND_EMAIL_DEFAULTS } from "../../src/settings/send-email-raw";
import { offerImport } from "./import/start";
import { byId } from "./shared/elements";
import { showDefaultsOfMissing } from "./shared/missing-fields";
import { connectSegments } from "./shared/segments";
import { startBodyFields } from "./step/body-fields";
import { describeConfigurationChoice } from "./step/configuration-choice";
import { chosenOutputs, outputLabel, startDeliveryFields } from "./step/delivery-fields";
import { invitationProperties, startInvitationFields } from "./step/invitation-fields";
import { forgetUnusedChoice, startMessageChoice } from "./step/message-choice";
import { startOptionalRows } from "./step/optional-rows";
import { startPlaceholderFields } from "./step/placeholder-fields";
import { startSamplePanel } from "./step/sample-panel";
import type { SendEmailNode } from "./step/step-node";
import { startTypedFields } from "./step/typed-fields";
import { typedProperties } from "./step/typed-properties";
import { countUsersOfAllowed } from "./step/users-of-allowed";
import {
  openStep,
  validAllowed,
  validBodyType,
  validConfiguration,
  validDedupeHours,
  validFinishWhen,
} from "./step/validity";
import { leaveDialog } from "./step/while-open";

const initial = SEND_EMAIL_DEFAULTS;

RED.nodes.registerType<SendEmailNode, keyof typeof SEND_EMAIL_DEFAULTS>("send-email", {
  category: "network",
  color: "#8ec5e6",
  icon: "envelope.svg",
  inputs: 1,
  outputs: 1,
  defaults: {
    version: { value: initial.version },
    name: { value: initial.name },
    // Not `required: false`: Node-RED would then never ask whether the empty choice has a default.
    smtpConfig: { value: initial.smtpConfig, type: "smtp-config", validate: validConfiguration },
    ...typedProperties(["to", "cc", "bcc", "from", "replyTo", "subject"]),
    bodyType: { value: initial.bodyType, validate: validBodyType },
    ...typedProperties(["text", "html"]),
    fillPlaceholders: { value: initial.fillPlaceholders },
    failOnMissing: { value: initial.failOnMissing },
    ...typedProperties([
      "attachments",
      "headers",
      "priority",
      "inReplyTo",
      "references",
      "listUnsubscribe",
      "bounceTo",
    ]),
    ...invitationProperties(),
    includeSignature: { value: initial.includeSignature },
    failOnPartial: { value: initial.failOnPartial },
    finishWhen: { value: initial.finishWhen, validate: validFinishWhen },
    ...typedProperties(["dedupeKey"]),
    dedupeHours: { value: initial.dedupeHours, validate: validDedupeHours },
    ...typedProperties(["accessToken"]),
    chooseByMessage: { value: initial.chooseByMessage },
    ...typedProperties(["configurationName"]),
    allowedConfigurations: { value: initial.allowedConfigurations, type: "smtp-config[]", validate: validAllowed },
    outputs: { value: initial.outputs },
  },
  label() {
    return this.name || this._("send-email.palette");
  },
  paletteLabel() {
    return this._("send-email.palette");
  },
  labelStyle() {
    return this.name ? "node_label_italic" : "";
  },
  outputLabels(index) {
    return outputLabel(this, index);
  },
  oneditprepare() {
    leaveDialog();
    openStep(this);
    showDefaultsOfMissing("node-input", this, initial);
    startTypedFields(this);
    startOptionalRows(this);
    startBodyFields(this);
    startPlaceholderFields(this);
    startDeliveryFields(this);
    startInvitationFields(this);
    connectSegments(document.querySelector<HTMLElement>(".post-office-step") as HTMLElement);
    startMessageChoice(this);
    describeConfigurationChoice(this._);
    startSamplePanel(this);
    if (usesMore(this)) byId("post-office-more").setAttribute("open", "");
  },
  oneditsave() {
    forgetUnusedChoice();
    leaveDialog();
    openStep(undefined);
    this.outputs = chosenOutputs();
  },
  oneditcancel() {
    leaveDialog();
    openStep(undefined);
  },
});

offerImport((key, values) => RED.nodes.getType("send-email")?._(key, values) ?? key);
countUsersOfAllowed();

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
  return fields.some((field) => (node[field] ?? initial[field]) !== initial[field]);
}
