import { SEND_EMAIL_DEFAULTS } from "../../src/settings/send-email-raw";
import { offerImport } from "./import/start";
import { byId } from "./shared/elements";
import { showDefaultsOfMissing } from "./shared/missing-fields";
import { connectSegments } from "./shared/segments";
import { startBodyFields } from "./step/body-fields";
import { describeConfigurationChoice } from "./step/configuration-choice";
import { chosenOutputs, outputLabel, startDeliveryFields } from "./step/delivery-fields";
import { startInvitationFields, validInvitationKind, validWhereUsed } from "./step/invitation-fields";
import { forgetUnusedChoice, startMessageChoice } from "./step/message-choice";
import { startOptionalRows } from "./step/optional-rows";
import { startPlaceholderFields } from "./step/placeholder-fields";
import { startSamplePanel } from "./step/sample-panel";
import type { SendEmailNode } from "./step/step-node";
import { startTypedFields } from "./step/typed-fields";
import { countUsersOfAllowed } from "./step/users-of-allowed";
import {
  openStep,
  validAllowed,
  validBodyType,
  validConfiguration,
  validDedupeHours,
  validFinishWhen,
  validTyped,
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
    to: { value: initial.to, validate: validTyped("to") },
    toType: { value: initial.toType },
    cc: { value: initial.cc, validate: validTyped("cc") },
    ccType: { value: initial.ccType },
    bcc: { value: initial.bcc, validate: validTyped("bcc") },
    bccType: { value: initial.bccType },
    from: { value: initial.from, validate: validTyped("from") },
    fromType: { value: initial.fromType },
    replyTo: { value: initial.replyTo, validate: validTyped("replyTo") },
    replyToType: { value: initial.replyToType },
    subject: { value: initial.subject, validate: validTyped("subject") },
    subjectType: { value: initial.subjectType },
    bodyType: { value: initial.bodyType, validate: validBodyType },
    text: { value: initial.text, validate: validTyped("text") },
    textType: { value: initial.textType },
    html: { value: initial.html, validate: validTyped("html") },
    htmlType: { value: initial.htmlType },
    fillPlaceholders: { value: initial.fillPlaceholders },
    failOnMissing: { value: initial.failOnMissing },
    attachments: { value: initial.attachments, validate: validTyped("attachments") },
    attachmentsType: { value: initial.attachmentsType },
    headers: { value: initial.headers, validate: validTyped("headers") },
    headersType: { value: initial.headersType },
    priority: { value: initial.priority, validate: validTyped("priority") },
    priorityType: { value: initial.priorityType },
    inReplyTo: { value: initial.inReplyTo, validate: validTyped("inReplyTo") },
    inReplyToType: { value: initial.inReplyToType },
    references: { value: initial.references, validate: validTyped("references") },
    referencesType: { value: initial.referencesType },
    listUnsubscribe: { value: initial.listUnsubscribe, validate: validTyped("listUnsubscribe") },
    listUnsubscribeType: { value: initial.listUnsubscribeType },
    bounceTo: { value: initial.bounceTo, validate: validTyped("bounceTo") },
    bounceToType: { value: initial.bounceToType },
    // Written out, because the Flow Library's scorecard reads the names here and knows no spread.
    invitationKind: { value: initial.invitationKind, validate: validInvitationKind },
    invitation: { value: initial.invitation, validate: validWhereUsed("invitation") },
    invitationType: { value: initial.invitationType },
    invitationMethod: { value: initial.invitationMethod, validate: validWhereUsed("invitationMethod") },
    invitationMethodType: { value: initial.invitationMethodType },
    invitationUid: { value: initial.invitationUid, validate: validWhereUsed("invitationUid") },
    invitationUidType: { value: initial.invitationUidType },
    invitationSequence: { value: initial.invitationSequence, validate: validWhereUsed("invitationSequence") },
    invitationSequenceType: { value: initial.invitationSequenceType },
    invitationSummary: { value: initial.invitationSummary, validate: validWhereUsed("invitationSummary") },
    invitationSummaryType: { value: initial.invitationSummaryType },
    invitationStart: { value: initial.invitationStart, validate: validWhereUsed("invitationStart") },
    invitationStartType: { value: initial.invitationStartType },
    invitationEnd: { value: initial.invitationEnd, validate: validWhereUsed("invitationEnd") },
    invitationEndType: { value: initial.invitationEndType },
    invitationTimeZone: { value: initial.invitationTimeZone, validate: validWhereUsed("invitationTimeZone") },
    invitationTimeZoneType: { value: initial.invitationTimeZoneType },
    invitationAllDay: { value: initial.invitationAllDay, validate: validWhereUsed("invitationAllDay") },
    invitationAllDayType: { value: initial.invitationAllDayType },
    invitationLocation: { value: initial.invitationLocation, validate: validWhereUsed("invitationLocation") },
    invitationLocationType: { value: initial.invitationLocationType },
    includeSignature: { value: initial.includeSignature },
    failOnPartial: { value: initial.failOnPartial },
    finishWhen: { value: initial.finishWhen, validate: validFinishWhen },
    dedupeKey: { value: initial.dedupeKey, validate: validTyped("dedupeKey") },
    dedupeKeyType: { value: initial.dedupeKeyType },
    dedupeHours: { value: initial.dedupeHours, validate: validDedupeHours },
    accessToken: { value: initial.accessToken, validate: validTyped("accessToken") },
    accessTokenType: { value: initial.accessTokenType },
    chooseByMessage: { value: initial.chooseByMessage },
    configurationName: { value: initial.configurationName, validate: validTyped("configurationName") },
    configurationNameType: { value: initial.configurationNameType },
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
