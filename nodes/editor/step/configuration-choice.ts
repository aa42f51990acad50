import { currentDefault, isConfiguration, type SmtpConfigNode } from "../shared/configurations";
import { byId } from "../shared/elements";
import { allowedInForm } from "./message-choice";
import { configurationProblem } from "./validity";

/** Lets the empty choice name the default, and says below what the choice means. */
export function describeConfigurationChoice(translate: Translate): void {
  const select = byId<HTMLSelectElement>("node-input-smtpConfig");
  const through = byId("post-office-through");
  const message = byId("post-office-config-message");
  const token = byId("post-office-token-row");
  select.setAttribute("aria-describedby", "post-office-through post-office-config-message");

  const refresh = () => {
    const standard = currentDefault();
    const empty = select.querySelector('option[value="_ADD_"]');
    const label = standard
      ? translate("send-email.default", { name: standard.name })
      : translate("send-email.no-default");
    if (empty && empty.textContent !== label) empty.textContent = label;
    const chosen = select.value === "_ADD_" ? standard : RED.nodes.node(select.value);
    const configuration = chosen && isConfiguration(chosen) ? chosen : undefined;
    through.textContent = configuration ? routeOf(translate, configuration) : "";
    token.hidden = ![configuration, ...allowedInForm()].some((one) => one && wantsToken(one));
    message.textContent = configurationProblem(translate, select.value) ?? "";
  };

  // Node-RED fills the list anew, with its own wording, whenever a configuration's dialog closes.
  new MutationObserver(refresh).observe(select, { childList: true });
  $(select).on("change", refresh);
  $("#node-input-chooseByMessage, #node-input-allowedConfigurations").on("change", refresh);
  refresh();
}

function routeOf(translate: Translate, { kind, host, port, mailbox, from }: SmtpConfigNode): string {
  if (kind === "graph") return translate("send-email.through-graph", { mailbox, from: from || mailbox });
  return translate("send-email.through", { host, port, from: from || translate("send-email.sender-by-message") });
}

function wantsToken({ kind, auth, oauthFlow }: SmtpConfigNode): boolean {
  return kind !== "graph" && auth === "oauth2" && oauthFlow === "message";
}
