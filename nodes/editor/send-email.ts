import { SEND_EMAIL_DEFAULTS } from "../../src/settings/send-email-raw";
import { offerImport } from "./import/offer";
import { invitationProperties } from "./step/invitation-validity";
import { outputLabel } from "./step/output-labels";
import type { SendEmailNode } from "./step/step-node";
import { countUsersOfAllowed } from "./step/users-of-allowed";
import {
  validAllowed,
  validBodyType,
  validConfiguration,
  validDedupeHours,
  validFinishWhen,
  validTyped,
} from "./step/validity";

/** Made when the first dialog is opened. */
const dialog = (): typeof import("./step/dialog") => partLater("./step/dialog");

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
    ...invitationProperties(),
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
    dialog().prepare(this);
  },
  oneditsave() {
    this.outputs = dialog().save();
  },
  oneditcancel() {
    dialog().leave();
  },
});

const words: Translate = (key, values) => RED.nodes.getType("send-email")?._(key, values) ?? key;
offerImport(words, (imported) => {
  const start: typeof import("./import/start") = partLater("./import/start");
  void start.startImport(imported);
});
countUsersOfAllowed();
