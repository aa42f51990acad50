import { currentDefault, isConfiguration, type SmtpConfigNode } from "../shared/configurations";
import { byId, element } from "../shared/elements";
import { configurationProblem } from "./validity";
import { whileOpen } from "./while-open";

/** Lets the empty choice name the default, and says below what the choice means. */
export function describeConfigurationChoice(translate: Translate): void {
  const select = byId<HTMLSelectElement>("node-input-smtpConfig");
  const through = byId("post-office-through");
  const message = byId("post-office-config-message");
  const token = byId("post-office-token-row");
  const open = openButton();
  select.setAttribute("aria-describedby", "post-office-through post-office-config-message");

  const refresh = () => {
    const standard = currentDefault();
    const empty = select.querySelector('option[value="_ADD_"]');
    const label = standard
      ? translate("send-email.default", { name: standard.name })
      : translate("send-email.no-default");
    if (empty && empty.textContent !== label) empty.textContent = label;
    const configuration = effectiveConfiguration(select);
    through.textContent = configuration ? routeOf(translate, configuration) : "";
    token.hidden = !(configuration && wantsToken(configuration));
    open.show(configuration, translate);
    message.textContent = configurationProblem(translate, select.value) ?? "";
  };

  // Node-RED fills the list anew, with its own wording, whenever a configuration's dialog closes.
  new MutationObserver(refresh).observe(select, { childList: true });
  $(select).on("change", refresh);
  refreshOnChanges(refresh);
  refresh();
}

/** The configuration that mails go out through now, be it chosen or the default. */
export function effectiveConfiguration({ value }: HTMLSelectElement): SmtpConfigNode | undefined {
  const chosen = value === "_ADD_" || value === "" ? currentDefault() : RED.nodes.node(value);
  return chosen && isConfiguration(chosen) ? chosen : undefined;
}

/** Opens what mails go out through; Node-RED's own pencil opens only what is chosen, not the default. */
function openButton() {
  const open = byId<HTMLButtonElement>("post-office-open");
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

function wantsToken({ kind, auth, oauthFlow }: SmtpConfigNode): boolean {
  return kind !== "graph" && auth === "oauth2" && oauthFlow === "message";
}
