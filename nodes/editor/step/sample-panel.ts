import { isAddress } from "../../../src/model/address-syntax";
import type { SampleReport } from "../../../src/model/sample";
import type { TypedField } from "../../../src/settings/send-email-raw";
import { renderVerdict } from "../configuration/test-report";
import { element } from "../shared/elements";
import { type RunningTest, runOnServer, type TestAnswer } from "../shared/running-test";
import { type CodeEditor, createCodeEditor } from "./code-editor";
import { effectiveConfiguration, refreshOnChanges } from "./configuration-choice";
import { inStep } from "./in-step";
import { readForm, usedFields } from "./open-form";
import { readSample, sampleFor } from "./sample-message";
import { renderSample, type SampleReportActions } from "./sample-report";
import type { SendEmailNode } from "./step-node";
import { configurationProblem } from "./validity";
import { whileOpen } from "./while-open";

/** Proposed at the next test in this browser window. */
let lastRecipient = "";
/** What was written for a step, by its id, while this window is open. */
const writtenSamples = new Map<string, string>();

/** The part of the dialog that shows the mail of the form as it stands, and sends it once to try it. */
export function startSamplePanel(node: SendEmailNode): void {
  new SamplePanel(node).start();
}

class SamplePanel {
  readonly #form = document.querySelector<HTMLElement>(".post-office-step") as HTMLElement;
  readonly #to = this.#part<HTMLInputElement>("to");
  readonly #result = this.#part("result");
  readonly #buttons = ["preview", "send", "preview-body"].map((name) => this.#part<HTMLButtonElement>(name));
  readonly #configuration = inStep<HTMLSelectElement>("node-input-smtpConfig");
  #running: RunningTest<SampleReport> | undefined;
  #editor: CodeEditor | undefined;
  #sample = "";

  constructor(private readonly node: SendEmailNode) {}

  /** While another dialog is in front of it, the form is not in the document. */
  #part<Kind extends HTMLElement = HTMLElement>(name: string): Kind {
    return this.#form.querySelector(`#post-office-sample-${name}`) as Kind;
  }

  start(): void {
    this.#to.value = lastRecipient;
    this.#startEditor();
    const [preview, send, previewBody] = this.#buttons;
    preview?.addEventListener("click", () => void this.#run(true, preview));
    previewBody?.addEventListener("click", () => void this.#run(true, previewBody));
    send?.addEventListener("click", () => void this.#run(false, send));
    this.#part("cancel").addEventListener("click", () => this.#running?.cancel());
    $(this.#to).on("keydown", (event) => {
      if (event.key === "Enter" && send && !send.disabled) void this.#run(false, send);
    });
    $(this.#form).on("input change", (event) => {
      // Choosing what of the mail is shown changes nothing of it.
      if (event.originalEvent && !this.#result.contains(event.target as Node)) this.#result.classList.add("po-stale");
      this.#refresh();
    });
    refreshOnChanges(() => this.#refresh());
    whileOpen(() => {
      this.#running?.cancel();
      this.#running = undefined;
    });
    this.#refresh();
  }

  /** Made where it is wanted; until then the sample follows the form. */
  #startEditor(): void {
    const { node } = this;
    const details = this.#part<HTMLDetailsElement>("data");
    details.addEventListener("toggle", () => {
      if (!details.open || this.#editor) return;
      const onChange = (value: string) => this.#write(value);
      const label = node._("send-email.sample.label");
      const options = { id: "post-office-sample-editor", mode: "json", label, value: this.#sample, onChange } as const;
      this.#editor = createCodeEditor(options);
    });
    this.#part("reset").addEventListener("click", () => {
      writtenSamples.delete(node.id);
      this.#refresh();
    });
  }

  #write(value: string): void {
    if (value === this.#sample) return;
    this.#sample = value;
    writtenSamples.set(this.node.id, value);
    this.#result.classList.add("po-stale");
    this.#refresh();
  }

  #refresh(): void {
    const form = readForm(this.#form, this.node);
    const written = writtenSamples.get(this.node.id);
    this.#sample = written ?? sampleFor(this.node._, form, usedFields(this.#form, form));
    // What is being written stays under the person's hands.
    if (written === undefined) this.#editor?.set(this.#sample);
    this.#part("reset").hidden = written === undefined;
    this.#part("names").textContent = Object.keys(readSample(this.#sample) ?? {})
      .map((name) => `msg.${name}`)
      .join(", ");
    const obstacle = this.#obstacle();
    const obstacleToSend = this.#obstacleToSend();
    const [preview, send, previewBody] = this.#buttons;
    for (const each of [preview, previewBody]) disable(each, obstacle !== undefined);
    disable(send, (obstacle ?? obstacleToSend) !== undefined);
    this.#part("running").hidden = this.#running === undefined;
    this.#part("why").textContent = obstacle ?? obstacleToSend ?? this.#purpose();
  }

  /** Why nothing can be made of the form now. */
  #obstacle(): string | undefined {
    if (this.#running) return "";
    const { _: translate } = this.node;
    const mayTest = RED.user.hasPermission("send-email.write") && RED.user.hasPermission("flows.write");
    if (!mayTest) return translate("send-email.test.no-permission");
    return readSample(this.#sample) ? undefined : translate("send-email.test.bad-sample");
  }

  #obstacleToSend(): string | undefined {
    const { _: translate } = this.node;
    const problem = configurationProblem(translate, this.#configuration.value);
    if (problem) return problem;
    const to = this.#to.value.trim();
    if (to === "") return translate("send-email.test.no-recipient");
    return isAddress(to, false) ? undefined : translate("send-email.test.bad-recipient");
  }

  #purpose(): string {
    const { _: translate } = this.node;
    const configuration = effectiveConfiguration(this.#configuration);
    const purpose = translate("send-email.test.purpose", {
      to: this.#to.value.trim(),
      name: configuration?.name ?? translate("send-email.label.smtpConfig"),
    });
    return configuration?.changed ? `${purpose} ${translate("send-email.test.not-deployed")}` : purpose;
  }

  async #run(preview: boolean, pressed: HTMLButtonElement): Promise<void> {
    const { node } = this;
    lastRecipient = this.#to.value.trim();
    this.#result.hidden = true;
    this.#result.classList.remove("po-stale");
    const request = {
      id: node.id,
      flow: node.z ?? "",
      config: readForm(this.#form, node),
      msg: readSample(this.#sample),
      preview,
    };
    const test = runOnServer(
      "send-email/test",
      preview ? request : { ...request, to: lastRecipient },
      (answer): answer is SampleReport => typeof answer === "object" && answer !== null && "empty" in answer,
    );
    this.#running = test;
    this.#refresh();
    if (!preview) this.#part("cancel").focus();
    const answer = await test.answer;
    if (this.#running !== test) return;
    this.#running = undefined;
    this.#refresh();
    this.#show(this.#render(answer, preview));
    pressed.focus({ preventScroll: true });
  }

  #show(parts: HTMLElement[]): void {
    const stale = element("p", "po-hint po-stale-note", this.node._("send-email.test.stale"));
    this.#result.replaceChildren(stale, ...parts);
    this.#result.hidden = false;
    this.#result.scrollIntoView({ block: "nearest" });
    this.#part("spoken").textContent = this.#result.querySelector(".po-verdict")?.textContent ?? "";
  }

  #render(answer: TestAnswer<SampleReport>, preview: boolean): HTMLElement[] {
    const { _: translate } = this.node;
    switch (answer.kind) {
      case "report":
        return renderSample(answer.report, preview, this.#actions());
      case "problems": {
        const [first] = answer.problems;
        const { field = "", message = "" } = first ?? {};
        // Some say the field's own name first.
        const problem = `${fieldLabel(translate, field)}: ${message.replace(`${field}: `, "")}`;
        return [renderVerdict("failed", translate("send-email.test.invalid", { problem }))];
      }
      case "busy":
        return [renderVerdict("note", translate("send-email.test.busy"))];
      case "forbidden":
        return [renderVerdict("failed", translate("send-email.test.no-permission"))];
      case "unreachable":
        return [renderVerdict("failed", translate("send-email.test.unreachable", { status: answer.status }))];
      case "cancelled":
        return [renderVerdict("note", translate("send-email.test.cancelled"))];
    }
  }

  #actions(): SampleReportActions {
    const { _: translate } = this.node;
    const form = readForm(this.#form, this.node);
    return {
      translate,
      configurationWords: RED.nodes.getType("smtp-config")?._ ?? translate,
      hasField: (field) => usedFields(this.#form, form).includes(field as TypedField),
      goTo: (field) => goTo(field),
      sourceOf: (field) => {
        const [value, kind] = [form[field as TypedField], form[`${field as TypedField}Type`]];
        return `${fieldLabel(translate, field)} (${kind === "jsonata" ? value : `${kind}.${value}`})`;
      },
    };
  }
}

function fieldLabel(translate: Translate, field: string): string {
  if (field === "msg") return translate("send-email.sample.label");
  return translate(field === "testTo" ? "send-email.test.to" : `send-email.label.${field}`);
}

function goTo(field: string): void {
  const label = document.querySelector<HTMLElement>(
    `label[for="node-input-${field}"], label[for="post-office-${field}-source"]`,
  );
  label?.closest("details")?.setAttribute("open", "");
  label?.scrollIntoView({ block: "center" });
  label?.click();
}

function disable(control: HTMLButtonElement | undefined, disabled: boolean): void {
  if (!control) return;
  control.disabled = disabled;
  // The editor's style sheet goes by the class.
  control.classList.toggle("disabled", disabled);
}
