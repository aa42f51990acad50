import { element, notify } from "../shared/elements";
import { accountOf } from "./accounts";
import { carryOut } from "./carry-out";
import { type EmailNode, emailNodes, oldNodeOf, selectedOf } from "./email-nodes";
import { openModal } from "./modal";
import { mayImport } from "./offer";
import { type ImportPlan, planImport } from "./plan";
import { flowList, planView } from "./plan-view";
import { showReport } from "./report";
import { surroundings } from "./surroundings";
import type { Words } from "./wording";

/** Asks what to import, imports it, and says what became of it. */
export async function startImport(words: Words): Promise<void> {
  if (!mayImport()) return void notify(words("read-only"), "warning", 8000);
  const { free, locked } = emailNodes();
  const skipped = locked.length === 0 ? "" : words("locked", { flows: flowList(locked) });
  if (free.length === 0) return void notify(skipped || words("nothing"), "warning", 8000);
  const selected = selectedOf(free);
  const planAll = await planOf(free);
  const planSelected = selected.length > 0 && selected.length < free.length ? await planOf(selected) : undefined;
  ask(words, skipped, [
    { nodes: free, plan: planAll, label: words.counted("choice.all", free.length) },
    ...(planSelected
      ? [{ nodes: selected, plan: planSelected, label: words.counted("choice.selected", selected.length) }]
      : []),
  ]);
}

async function planOf(nodes: readonly EmailNode[]): Promise<ImportPlan> {
  const candidates = nodes.map(async (node) => ({ node: oldNodeOf(node), account: await accountOf(node) }));
  return planImport(await Promise.all(candidates), await surroundings());
}

interface Choice {
  nodes: EmailNode[];
  plan: ImportPlan;
  label: string;
}

/** A person who selected something first most likely means that. */
function ask(words: Words, skipped: string, choices: Choice[]): void {
  let chosen = choices.at(-1) as Choice;
  const view = element("div", "");
  const show = (choice: Choice) => {
    chosen = choice;
    view.replaceChildren(planView(choice.plan, choice.nodes, words));
  };
  show(chosen);
  const content = element("div", "po-import");
  if (choices.length > 1) content.append(choiceOf(choices, words("which"), show));
  if (skipped) content.append(element("p", "po-import-skipped", skipped));
  content.append(view);
  const close = openModal(words("title"), content, [
    { text: words("cancel"), click: () => close() },
    {
      text: words("go"),
      class: "primary",
      click: () => {
        close();
        carryOut(chosen.plan, chosen.nodes, words("tls-name"));
        showReport(chosen.plan, words);
      },
    },
  ]);
}

function choiceOf(choices: Choice[], legend: string, choose: (choice: Choice) => void): HTMLElement {
  const radios = choices.map((choice, index) => {
    const radio = element("input", "");
    radio.type = "radio";
    radio.name = "post-office-import-which";
    radio.checked = index === choices.length - 1;
    radio.addEventListener("change", () => choose(choice));
    return element("label", "", radio, ` ${choice.label}`);
  });
  return element("fieldset", "", element("legend", "", legend), ...radios);
}
