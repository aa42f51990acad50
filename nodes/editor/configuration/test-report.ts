import type {
  DialogueLine,
  DnsRecord,
  ProbeFinding,
  ProbeOutcome,
  ProbeReport,
  ProbeStep,
} from "../../../src/model/probe";
import { causeOf, remedyOf, textIn, wordsOf } from "../../../src/model/translation";
import { button, element } from "../shared/elements";

const MARKS: Readonly<Record<ProbeOutcome, string>> = { passed: "✔", warned: "⚠", failed: "✖", skipped: "–" };

export interface ReportActions {
  readonly translate: Translate;
  /** Whether the form shows this field, so that a finding can lead to it. */
  hasField(field: string): boolean;
  labelOf(field: string): string;
  goTo(field: string): void;
}

/** The report as a person reads it: verdict, steps, what was sent, and the dialogue behind Details. */
export function renderReport(report: ProbeReport, actions: ReportActions): HTMLElement[] {
  const { translate } = actions;
  const steps = element("ol", "po-steps");
  steps.append(...report.steps.map((step, index) => renderStep(step, index, actions)));
  const parts: HTMLElement[] = [
    renderVerdict(report.outcome, headlineOf(report, translate), `${Math.round(report.ms)} ms`),
    steps,
  ];
  if (report.sent) {
    const { from, to } = report.sent;
    const sent = element("p", "po-sent", `${translate("smtp-config.test.sent", { from, to })} `);
    sent.append(element("span", "po-hint", translate("smtp-config.test.not-delivered")));
    parts.push(sent);
  }
  if (report.dialogue.length > 0) parts.push(renderDialogue(report.dialogue, translate));
  return parts;
}

/** The report in a sentence; in English it is the server's. */
function headlineOf({ headline, summary, steps }: ProbeReport, translate: Translate): string {
  const failed = steps.find(({ outcome }) => outcome === "failed");
  const words = failed?.finding && (failed.finding.response ?? causeOf(translate, failed.finding));
  const key = headline === "login" && failed?.name === "token" ? "token" : headline;
  return textIn(translate, `smtp-config.headline.${key}`, { words }) ?? summary;
}

/** One sentence in colour and with a mark. */
export function renderVerdict(
  outcome: "passed" | "warned" | "failed" | "note",
  sentence: string,
  time?: string,
): HTMLElement {
  const mark = element("span", "po-mark", outcome === "note" ? "ℹ" : MARKS[outcome]);
  mark.setAttribute("aria-hidden", "true");
  const duration = time === undefined ? undefined : element("small", "", time);
  return element("div", `po-verdict po-${outcome}`, mark, element("span", "", sentence), duration);
}

function renderStep(step: ProbeStep, index: number, actions: ReportActions): HTMLElement {
  const { translate } = actions;
  const mark = element("span", "po-mark", MARKS[step.outcome]);
  mark.setAttribute("role", "img");
  mark.setAttribute("aria-label", translate(`smtp-config.outcome.${step.outcome}`));
  const detail = detailOf(step, translate);
  const line = element(
    "li",
    `po-step po-${step.outcome}`,
    mark,
    element("span", "po-what", translate(`smtp-config.step.${step.name}`)),
    // Where the cause quotes the server, twice would be noise.
    element("span", "po-detail", step.finding && causeOf(translate, step.finding).includes(detail) ? "" : detail),
    element("span", "po-ms", step.outcome === "skipped" ? "" : `${Math.round(step.ms)} ms`),
  );
  line.dataset.step = step.name;
  line.style.setProperty("--po-index", String(index));
  if (step.finding) line.append(renderFinding(step.finding, detail, actions));
  if (step.record) line.append(renderRecord(step.record, step.outcome !== "passed", translate));
  return line;
}

function detailOf({ detail, parts, finding, outcome }: ProbeStep, translate: Translate): string {
  if (finding && detail === finding.cause) return causeOf(translate, finding);
  if (parts) return parts.map((part) => wordsOf(translate, part)).join(" · ");
  return detail || (outcome === "skipped" ? translate("smtp-config.test.skipped") : "");
}

/** A failure or warning: cause, remedy, what the server said, and a way to the field. */
export function renderFinding(finding: ProbeFinding, detail: string, actions: ReportActions): HTMLElement {
  const { translate, hasField, labelOf, goTo } = actions;
  const { field } = finding;
  const foot = element("div", "po-finding-foot", element("code", "", finding.code));
  if (field !== undefined && hasField(field)) {
    const label = translate("smtp-config.test.go-to", { field: labelOf(field) });
    foot.append(button(label, () => goTo(field)));
  }
  return element(
    "div",
    "po-finding",
    element("p", "po-cause", causeOf(translate, finding)),
    element("p", "po-remedy", remedyOf(translate, finding)),
    renderWords(finding, detail, translate),
    foot,
  );
}

/** What the server said, and the id by which its support finds the request. */
function renderWords({ cause, response, requestId }: ProbeFinding, detail: string, translate: Translate) {
  const words = response && !`${cause} ${detail}`.includes(response) ? response : undefined;
  const id = requestId && element("span", "po-request-id", translate("smtp-config.test.request-id", { id: requestId }));
  return words || id ? element("blockquote", "", words, id || undefined) : undefined;
}

/** What to publish in DNS, in the two parts that providers of DNS ask for. */
function renderRecord({ name, type, value }: DnsRecord, isWanted: boolean, translate: Translate): HTMLElement {
  const parts = [
    ["record-name", name],
    ["record-value", value],
  ] as const;
  const cells = parts.flatMap(([key, text]) => {
    const label = translate(`smtp-config.test.${key}`, { type });
    const shown = element("code", "", text);
    const copy = copyButton(shown, translate);
    copy.setAttribute("aria-label", `${translate("smtp-config.test.copy")}: ${label}`);
    return [element("span", "", label), shown, copy];
  });
  const summary = element("summary", "", translate("smtp-config.test.record"));
  const details = element("details", "po-details po-record", summary, element("div", "po-record-parts", ...cells));
  // What is published already is of no more interest.
  details.open = isWanted;
  return details;
}

function copyButton(shown: HTMLElement, translate: Translate): HTMLElement {
  const copy = button(translate("smtp-config.test.copy"), () => {
    copyText(shown.textContent ?? "", shown).then(() => {
      copy.textContent = translate("smtp-config.test.copied");
    });
  });
  return copy;
}

function renderDialogue(lines: readonly DialogueLine[], translate: Translate): HTMLElement {
  const text = lines.map(dialogueLine).join("\n");
  const shown = element("pre", "", text);
  const copy = copyButton(shown, translate);
  copy.classList.add("po-copy");
  shown.tabIndex = 0;
  const details = element(
    "details",
    "po-details",
    element("summary", "", translate("smtp-config.test.details")),
    shown,
  );
  details.addEventListener("toggle", () => {
    if (details.open) details.insertBefore(copy, shown);
    else copy.remove();
  });
  return details;
}

function dialogueLine({ atMs, by, text }: DialogueLine): string {
  const who = { client: "→", server: "←", note: "·" }[by];
  const time = `${Math.round(atMs)}`.padStart(6);
  return text
    .split(/\r?\n/)
    .map((line) => `${time}  ${who} ${line}`)
    .join("\n");
}

/** The clipboard is there only on https and localhost; elsewhere the text is selected and copied the old way. */
async function copyText(text: string, shown: HTMLElement): Promise<void> {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  getSelection()?.selectAllChildren(shown);
  document.execCommand("copy");
}
