import type { ProbeFinding } from "../../../src/model/probe";
import type { KeptFrom } from "../../../src/model/receipt";
import type { SampleMail, SampleReport } from "../../../src/model/sample";
import { causeOf, remedyOf } from "../../../src/model/translation";
import { renderFinding, renderVerdict } from "../configuration/test-report";
import { element } from "../shared/elements";
import { list, renderMail } from "./mail-preview";

export interface SampleReportActions {
  readonly translate: Translate;
  /** Of the configuration's dialog, whose words for a failure these are. */
  readonly configurationWords: Translate;
  /** Whether the form has this field now. */
  hasField(field: string): boolean;
  goTo(field: string): void;
  /** How the form says where this field's value comes from. */
  sourceOf(field: string): string;
}

/** What a preview or a test came to: the verdict, what happened, and the mail. */
export function renderSample(report: SampleReport, preview: boolean, actions: SampleReportActions): HTMLElement[] {
  const { translate } = actions;
  const { mail, warning, empty, missing } = report;
  const parts = [preview ? previewVerdict(report, actions) : testVerdict(report, translate)];
  if (report.safeMode) parts.push(renderSafeMode(report.safeMode, report.configuration, translate));
  if (report.sent) parts.push(...renderSent(report, translate));
  if (report.finding && report.outcome === "failed") parts.push(renderFailure(report.finding, actions));
  if (warning) parts.push(renderWarning(warning, actions.configurationWords));
  if (mail) parts.push(renderMail(translate, mail));
  if (empty.length > 0) {
    const fields = empty.map(actions.sourceOf).join(", ");
    parts.push(element("p", "po-hint", translate("send-email.preview.empty", { fields })));
  }
  if (missing.length > 0) {
    const names = missing.map((name) => `{{${name}}}`).join(", ");
    parts.push(element("p", "po-hint", translate("send-email.preview.missing", { names })));
  }
  return parts;
}

function previewVerdict(
  { outcome, configuration, finding }: SampleReport,
  { translate, configurationWords }: SampleReportActions,
) {
  if (outcome === "failed") return renderVerdict("failed", translate("send-email.preview.failed"));
  if (!finding) return renderVerdict("note", translate("send-email.preview.made", { name: configuration ?? "" }));
  const why = `${causeOf(configurationWords, finding)} ${remedyOf(configurationWords, finding)}`;
  return renderVerdict("note", `${translate("send-email.preview.no-configuration")} ${why}`);
}

function renderSafeMode(mode: KeptFrom, name = "", translate: Translate): HTMLElement {
  return element("p", "po-warning po-safe-mode", translate(`send-email.safe-mode.${mode}`, { name }));
}

function renderWarning(warning: ProbeFinding, configurationWords: Translate): HTMLElement {
  const words = `${causeOf(configurationWords, warning)} ${remedyOf(configurationWords, warning)}`;
  return element("p", "po-warning po-sender-warning", words);
}

function testVerdict({ outcome, sent, held, configuration }: SampleReport, translate: Translate): HTMLElement {
  if (outcome === "passed" && sent)
    return renderVerdict("passed", translate("send-email.test.accepted"), `${Math.round(sent.ms)} ms`);
  const name = configuration ?? "";
  return renderVerdict("failed", translate(held ? "send-email.test.held" : "send-email.test.failed", { name }));
}

function renderSent({ sent, mail, configuration }: SampleReport, translate: Translate): HTMLElement[] {
  if (!sent) return [];
  const { subject, from, to, response } = sent;
  const words = translate("send-email.test.sent", { subject, from, to, name: configuration ?? "" });
  const others = mail && ownRecipients(mail, translate);
  return [
    element("p", "po-sent", words),
    element("blockquote", "", response),
    element("p", "po-hint", translate("send-email.test.not-delivered")),
    ...(others ? [element("p", "po-hint", translate("send-email.test.not-served", { recipients: others }))] : []),
  ];
}

function ownRecipients(mail: SampleMail, translate: Translate): string {
  return (["to", "cc", "bcc"] as const)
    .filter((field) => mail[field].length > 0)
    .map((field) => `${translate(`send-email.label.${field}`)} ${list(mail[field])}`)
    .join("; ");
}

function renderFailure(finding: ProbeFinding, actions: SampleReportActions): HTMLElement {
  const { translate, configurationWords, hasField, goTo } = actions;
  // What an invitation is made of has fields of its own, where it is made of fields.
  const ownField = (field: string): string =>
    field.replace(/^invitation\.(.)/, (_, first) => `invitation${first.toUpperCase()}`);
  const nameOf = (field: string): string => (hasField(ownField(field)) ? ownField(field) : field.replace(/[[.].*/, ""));
  return renderFinding(finding, "", {
    translate: configurationWords,
    hasField: (field) => hasField(nameOf(field)),
    labelOf: (field) => translate(`send-email.label.${nameOf(field)}`),
    goTo: (field) => goTo(nameOf(field)),
  });
}
