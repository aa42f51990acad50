import { PLACEHOLDER_FIELDS } from "../../../src/settings/send-email-raw";
import { inStep } from "./in-step";
import { readForm, usedFields } from "./open-form";
import type { SendEmailNode } from "./step-node";
import { placeholderProblem } from "./validity";

/** Whether `{{…}}` is filled in; asked only where something is written in the step that could have it. */
export function startPlaceholderFields(node: SendEmailNode): void {
  const form = document.querySelector<HTMLElement>(".post-office-step") as HTMLElement;
  const fills = inStep<HTMLInputElement>("node-input-fillPlaceholders");

  const refresh = () => {
    const step = readForm(form, node);
    const used = usedFields(form, step);
    const written = PLACEHOLDER_FIELDS.filter((field) => used.includes(field) && step[`${field}Type`] === "str");
    const problems = written.map((field) => fills.checked && placeholderProblem(node._, field, step[field]));
    inStep("post-office-placeholders").hidden = written.length === 0;
    inStep("post-office-placeholders-more").hidden = !fills.checked;
    inStep("post-office-placeholders-message").textContent = problems.find((problem) => problem) || "";
  };
  $(form).on("input change", refresh);
  refresh();
}
