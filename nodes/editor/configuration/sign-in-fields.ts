import { isAddress } from "../../../src/model/address-syntax";
import { possibilities } from "../../../src/settings/field-use";
import { providerOf } from "../../../src/settings/providers";
import { CREDENTIAL_NAMES, CREDENTIAL_TYPES, isEnvReference } from "../../../src/settings/raw";
import type { SmtpConfigNode } from "../shared/configurations";
import { byId } from "../shared/elements";
import { hintOf, labelOf, placeholderOf } from "./field-labels";
import { control, enter } from "./form-fields";
import { type Fields, readForm, UNTOUCHED } from "./open-form";
import { CHOOSERS } from "./used-fields";

const REWORDED = ["username", "password", "clientId", "clientSecret", "mailbox", "maxConnections"] as const;

/** What the section Sign-in says besides its fields: labels that follow the choice, warnings, ways out. */
export function connectSignInFields(node: SmtpConfigNode, form: HTMLElement): void {
  const retirement = byId("post-office-retirement");
  const clear = byId("post-office-clear-warning");

  const refresh = () => {
    const fields = readForm(form, node);
    const withPassword = possibilities(fields).some(({ kind, auth }) => kind !== "graph" && auth === "password");
    const clearWarning = withPassword ? clearWarningOf(fields.security) : undefined;
    for (const field of REWORDED) reword(node, field, fields);
    retirement.hidden = !(withPassword && providerOf(fields.host)?.id === "microsoft-365");
    clear.hidden = clearWarning === undefined;
    clear.textContent = clearWarning ? node._(`smtp-config.warning.${clearWarning}`, { name: fields.security }) : "";
  };

  $(control("auth")).on("change", () => proposeFlow());
  for (const chooser of CHOOSERS) $(control(chooser)).on("change", refresh);
  $(control("host")).on("input change", refresh);
  byId("post-office-use-oauth").addEventListener("click", useOAuth);
  byId("post-office-use-graph").addEventListener("click", useGraph);
  for (const name of CREDENTIAL_NAMES) if (CREDENTIAL_TYPES[name] === "password") replaceWhole(control(name));
  refresh();
}

/** The warning of a password that may be read on its way, with the choices as they are or may turn out to be. */
function clearWarningOf(security: string): string | undefined {
  if (isEnvReference(security)) return "password-env";
  return security === "none" || security === "starttls-if-offered" ? `password-${security}` : undefined;
}

function reword(node: SmtpConfigNode, field: (typeof REWORDED)[number], fields: Fields): void {
  const label = document.querySelector(`label[for="node-config-input-${field}"]`);
  const hint = document.getElementById(`post-office-${field}-hint`);
  const placeholder = placeholderOf(node._, field, fields);
  // Node-RED fills in what is marked for translation only after this dialog was prepared.
  label?.removeAttribute("data-i18n");
  if (label) label.textContent = labelOf(node._, field, fields);
  if (hint) hint.textContent = hintOf(node._, field, fields);
  if (placeholder === undefined) return;
  control(field).removeAttribute("data-i18n");
  control(field).setAttribute("placeholder", placeholder);
}

/** The button goes away with its note, so the person is brought to what is to be filled in next. */
function useOAuth(): void {
  enter("oauthFlow", "azure-client-secret");
  enter("auth", "oauth2");
  control("tenantId").focus();
}

function useGraph(): void {
  const user = control("username").value.trim();
  if (control("mailbox").value === "" && isAddress(user, true)) enter("mailbox", user);
  enter("kind", "graph");
  control("tenantId").focus();
}

/** A way to sign in that the server's provider does not have is no help. */
function proposeFlow(): void {
  const provider = providerOf(control("host").value)?.id;
  const flow = control("oauthFlow").value;
  if (control("auth").value !== "oauth2") return;
  if (provider === "gmail" && flow.startsWith("azure-")) enter("oauthFlow", "google-service-account");
  if (provider === "microsoft-365" && flow.startsWith("google-")) enter("oauthFlow", "azure-client-secret");
}

/** Dots stand for a stored secret; a letter typed behind them would become part of a wrong one. */
function replaceWhole(secret: ReturnType<typeof control>): void {
  for (const event of ["focus", "click"]) {
    secret.addEventListener(event, () => {
      if (secret.value === UNTOUCHED && !(secret instanceof HTMLSelectElement)) secret.select();
    });
  }
}
