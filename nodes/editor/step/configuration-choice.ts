import { possibleSignIns } from "../../../src/settings/field-use";
import {
  configurations,
  currentDefault,
  isConfiguration,
  mayGetDefault,
  type SmtpConfigNode,
  safeModeBadge,
} from "../shared/configurations";
import { element } from "../shared/elements";
import { inStep } from "./in-step";
import { allowedInForm } from "./message-choice";
import { configurationProblem } from "./validity";
import { whileOpen } from "./while-open";

/** Lets the empty choice name the default, and says below what the choice means. */
export function describeConfigurationChoice(translate: Translate): void {
  const select = inStep<HTMLSelectElement>("node-input-smtpConfig");
  const through = inStep("post-office-through");
  const message = inStep("post-office-config-message");
  const token = inStep("post-office-token-row");
  const open = openButton();
  select.setAttribute("aria-describedby", "post-office-through post-office-config-message");

  const refresh = () => {
    const standard = currentDefault();
    const empty = select.querySelector('option[value="_ADD_"]');
    const label = standard
      ? translate("send-email.default", { name: standard.name })
      : translate(mayGetDefault() ? "send-email.default-by-environment" : "send-email.no-default");
    if (empty && empty.textContent !== label) empty.textContent = label;
    const configuration = effectiveConfiguration(select);
    through.textContent = configuration
      ? `${routeOf(translate, configuration)} ${safeModeBadge(configuration)}`.trim()
      : "";
    token.hidden = ![configuration, ...allowedInForm()].some((one) => one && wantsToken(one));
    open.show(configuration, translate);
    message.textContent = configurationProblem(translate, select.value) ?? "";
  };

  // Node-RED fills the list anew, with its own wording, whenever a configuration's dialog closes.
  new MutationObserver(refresh).observe(select, { childList: true });
  $(select).on("change", refresh);
  for (const event of ["focus", "pointerenter"]) select.addEventListener(event, () => offerCopies(select));
  $("#node-input-chooseByMessage, #node-input-allowedConfigurations").on("change", refresh);
  refreshOnChanges(refresh);
  refresh();
}

/** Node-RED does not list a copy that was made in a configuration's dialog, when that is left with Cancel. */
function offerCopies(select: HTMLSelectElement): void {
  const listed = [...select.options].map(({ value }) => value);
  for (const node of configurations()) {
    const isInReach = !node.z || node.z === RED.workspaces.active();
    if (listed.includes(node.id) || !isInReach) continue;
    select.insertBefore(new Option(node._def.label.call(node), node.id), select.querySelector('[value="_ADD_"]'));
  }
}

/** The configuration that mails go out through now, be it chosen or the default. */
export function effectiveConfiguration({ value }: HTMLSelectElement): SmtpConfigNode | undefined {
  const chosen = value === "_ADD_" || value === "" ? currentDefault() : RED.nodes.node(value);
  return chosen && isConfiguration(chosen) ? chosen : undefined;
}

/** Opens what mails go out through; Node-RED's own pencil opens only what is chosen, not the default. */
function openButton() {
  const open = inStep<HTMLButtonElement>("post-office-open");
  let id = "";
  open.addEventListener("click", () => RED.editor.editConfig("", "smtp-config", id));
  return {
    show(configuration: SmtpConfigNode | undefined, translate: Translate) {
      id = configuration?.id ?? "";
      open.hidden = configuration === undefined;
      const label = translate("send-email.open", { name: configuration?.name ?? "" });
      open.replaceChildren(element("i", "fa fa-pencil"), ` ${label}`);
    },
  };
}

/** Whatever changes a configuration, from a dialog on top of this one. */
export function refreshOnChanges(refresh: () => void): void {
  for (const event of ["nodes:add", "nodes:change", "nodes:remove"]) {
    RED.events.on(event, refresh);
    whileOpen(() => RED.events.off(event, refresh));
  }
}

function routeOf(translate: Translate, { kind, host, port, mailbox, from }: SmtpConfigNode): string {
  if (kind === "graph") return translate("send-email.through-graph", { mailbox, from: from || mailbox });
  return translate("send-email.through", { host, port, from: from || translate("send-email.sender-by-message") });
}

/** Also where an environment variable may make it so. */
function wantsToken({ kind, auth, oauthFlow }: SmtpConfigNode): boolean {
  return possibleSignIns({ kind, auth, oauthFlow }).includes("message");
}
