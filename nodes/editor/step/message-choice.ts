import { allowedIds } from "../../../src/settings/send-email-raw";
import { configurations, isConfiguration, type SmtpConfigNode } from "../shared/configurations";
import { element } from "../shared/elements";
import { inStep } from "./in-step";
import type { SendEmailNode } from "./step-node";
import { allowedProblem } from "./validity";

/** Whether a message may name the configuration, by which value, and which ones it may name. */
export function startMessageChoice(node: SendEmailNode): void {
  const chooses = inStep<HTMLInputElement>("node-input-chooseByMessage");
  const stored = inStep<HTMLSelectElement>("node-input-allowedConfigurations");
  const message = inStep("post-office-allowed-message");

  const refresh = () => {
    inStep("post-office-choice").hidden = !chooses.checked;
    message.textContent = (chooses.checked ? allowedProblem(node._, tickedIds()) : undefined) ?? "";
  };
  const fill = (ids: readonly string[]) => {
    const inReach = configurations().filter(({ z }) => !z || z === node.z);
    offer(stored, inReach, ids);
    list(node, inReach, stored);
    refresh();
  };
  // Node-RED fills its own list anew whenever a configuration's dialog closes; names and marks may be others then.
  new MutationObserver(() => fill(tickedIds())).observe(inStep("node-input-smtpConfig"), { childList: true });
  $(chooses).on("change", refresh);
  $(stored).on("change", refresh);
  fill(allowedIds(node.allowedConfigurations));
}

/** The configurations that the open form allows messages to name. */
export function allowedInForm(): SmtpConfigNode[] {
  if (!inStep<HTMLInputElement>("node-input-chooseByMessage").checked) return [];
  return tickedIds().flatMap((id) => {
    const found = RED.nodes.node(id);
    return found && isConfiguration(found) ? [found] : [];
  });
}

/** A step that lets no message choose refers to nothing: an export takes along what a node refers to. */
export function forgetUnusedChoice(): void {
  if (!inStep<HTMLInputElement>("node-input-chooseByMessage").checked)
    $(inStep("node-input-allowedConfigurations")).val([]);
}

function tickedIds(): string[] {
  return [...inStep<HTMLSelectElement>("node-input-allowedConfigurations").selectedOptions].map(({ value }) => value);
}

/** The hidden list that Node-RED saves: what is allowed in its saved order, so that a look alone changes nothing. */
function offer(stored: HTMLSelectElement, inReach: readonly SmtpConfigNode[], allowed: readonly string[]): void {
  const known = inReach.map(({ id }) => id);
  const kept = allowed.filter((id) => known.includes(id));
  const options = [...kept, ...known.filter((id) => !kept.includes(id))].map((id) => new Option(id, id));
  for (const option of options) option.selected = kept.includes(option.value);
  stored.replaceChildren(...options);
}

function list(node: SendEmailNode, inReach: readonly SmtpConfigNode[], stored: HTMLSelectElement): void {
  const focused = (document.activeElement as HTMLInputElement | null)?.value;
  const byLabel = inReach
    .map((configuration) => ({ configuration, label: configuration._def.label.call(configuration) }))
    .sort((a, b) => a.label.localeCompare(b.label));
  const lines = byLabel.map(({ configuration, label }) => {
    const option = [...stored.options].find(({ value }) => value === configuration.id) as HTMLOptionElement;
    const box = element("input", "");
    Object.assign(box, { type: "checkbox", value: configuration.id, checked: option.selected });
    box.addEventListener("change", () => {
      option.selected = box.checked;
      $(stored).trigger("change");
    });
    return element("label", "po-check", box, element("span", "", label), flawOf(node, configuration));
  });
  const place = inStep("post-office-allowed");
  const hadFocus = place.contains(document.activeElement);
  place.replaceChildren(...lines);
  if (lines.length === 0) place.append(element("p", "po-hint", node._("send-email.allowed.none")));
  if (hadFocus) place.querySelector<HTMLInputElement>(`[value="${CSS.escape(focused ?? "")}"]`)?.focus();
}

function flawOf(node: SendEmailNode, { d, valid }: SmtpConfigNode): HTMLElement | undefined {
  if (d) return element("span", "po-flaw", node._("send-email.allowed.disabled"));
  return valid === false ? element("span", "po-flaw", node._("send-email.allowed.invalid")) : undefined;
}
