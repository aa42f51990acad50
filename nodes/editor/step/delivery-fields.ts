import { inStep } from "./in-step";
import type { SendEmailNode } from "./step-node";
import { dedupeHoursProblem } from "./validity";

/** When the message goes on, and the key under which a mail is sent only once. */
export function startDeliveryFields(node: SendEmailNode): void {
  const finishWhen = inStep<HTMLInputElement>("node-input-finishWhen");
  const key = $("#node-input-dedupeKey");
  const hours = inStep<HTMLInputElement>("node-input-dedupeHours");

  const refresh = () => {
    inStep("post-office-finish-hint").textContent = node._(`send-email.finish-hint.${finishWhen.value}`);
    const hasKey = key.typedInput("type") !== "str" || key.typedInput("value") !== "";
    inStep("post-office-dedupe-hours").hidden = !hasKey;
    const problem = hasKey ? dedupeHoursProblem(node._, hours.value) : undefined;
    inStep("post-office-dedupe-message").textContent = problem ?? "";
    hours.setAttribute("aria-invalid", String(problem !== undefined));
  };
  $(finishWhen).on("change", refresh);
  // As the person types; a typed input itself tells only when it is left.
  key.parent().on("input change", refresh);
  $(hours).on("input change", refresh);
  refresh();
}

/** How many outputs the form asks for: the outcome has one of its own where the message does not wait for it. */
export function chosenOutputs(): number {
  return inStep<HTMLInputElement>("node-input-finishWhen").value === "queued" ? 2 : 1;
}
