import type { SmtpConfigNode } from "../shared/configurations";
import { byId, notify } from "../shared/elements";
import { duplicate, nameOfCopy, type Secret, secretsOf } from "./duplicate";
import { fieldsOf, hasUnsavedChanges } from "./open-form";
import { createSecretFields, type SecretFields } from "./secret-fields";

/** The part of the dialog that makes a copy of the configuration, and asks for the secrets that it needs. */
export function createDuplicatePanel(node: SmtpConfigNode, form: HTMLElement): void {
  const translate: Translate = (key, values) => node._(`smtp-config.duplicate.${key}`, values);
  const open = byId("post-office-duplicate-open");
  const said = byId("post-office-duplicate-said");
  const panel = byId("post-office-duplicate-panel");
  const place = byId("post-office-duplicate-secrets");
  let asked: SecretFields | undefined;

  const start = () => {
    said.textContent = "";
    const secrets = secretsOf(fieldsOf(node));
    if (hasUnsavedChanges(node, form)) said.textContent = translate("unsaved");
    else if (secrets.length > 0) ask(secrets);
    else finish({});
  };

  const ask = (secrets: readonly Secret[]) => {
    asked = createSecretFields(node, secrets);
    place.append(...asked.rows);
    byId("post-office-duplicate-title").textContent = translate("title", { name: nameOfCopy(node) });
    show(true);
    asked.focus();
    panel.scrollIntoView({ block: "nearest" });
  };

  const confirm = () => {
    const secrets = asked?.read();
    // The messages have made the panel longer.
    if (!secrets) return panel.scrollIntoView({ block: "nearest" });
    close();
    finish(secrets);
  };

  const finish = (secrets: Partial<Record<Secret, string>>) => {
    const { name } = duplicate(node, secrets);
    said.textContent = translate("done", { name, original: node.name });
    notify(said.textContent, "success", 5000);
  };

  // What was typed leaves the page with its fields.
  const close = () => {
    asked = undefined;
    place.replaceChildren();
    show(false);
    open.focus();
  };

  const show = (asking: boolean) => {
    panel.hidden = !asking;
    byId("post-office-duplicate-opener").hidden = asking;
  };

  open.addEventListener("click", start);
  byId("post-office-duplicate-confirm").addEventListener("click", confirm);
  byId("post-office-duplicate-cancel").addEventListener("click", close);
  panel.addEventListener("keydown", (event) => onKey(event, confirm, close));
  byId("post-office-duplicate").hidden = false;
}

/** Enter and Escape mean this panel alone: Node-RED would save or leave the whole dialog. */
function onKey(event: KeyboardEvent, confirm: () => void, close: () => void): void {
  const command = event.ctrlKey || event.metaKey;
  const isConfirmed = event.key === "Enter" && (command || event.target instanceof HTMLInputElement);
  if (!isConfirmed && event.key !== "Escape") return;
  event.preventDefault();
  event.stopPropagation();
  if (isConfirmed) confirm();
  else close();
}
