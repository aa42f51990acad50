import { type Security, USUAL_PORT } from "../../../src/settings/raw";
import { byId } from "../shared/elements";

/** The fields that depend on one another: Security, port, certificates and sign-in. */
export function connectConnectionFields(translate: Translate): void {
  const security = byId<HTMLSelectElement>("node-config-input-security");
  const auth = byId<HTMLInputElement>("node-config-input-auth");
  const tlsRow = byId("post-office-tls-row");
  const login = byId("post-office-login");
  const warning = byId("post-office-clear-warning");
  let lastSecurity = security.value;

  const refresh = () => {
    const mayBeClear = security.value === "none" || security.value === "starttls-if-offered";
    const withPassword = auth.value === "password";
    tlsRow.hidden = security.value === "none";
    login.hidden = !withPassword;
    warning.hidden = !(withPassword && mayBeClear);
    if (mayBeClear) warning.textContent = translate(`smtp-config.warning.password-${security.value}`);
  };

  $(security).on("change", () => {
    if (security.value !== lastSecurity) {
      lastSecurity = security.value;
      proposePort(security.value as Security);
    }
    refresh();
  });
  $(auth).on("change", refresh);
  refresh();
  replaceWhole(byId<HTMLInputElement>("node-config-input-password"));
}

/** Dots stand for a stored password; a letter typed behind them would become part of a wrong one. */
function replaceWhole(password: HTMLInputElement): void {
  password.addEventListener("focus", () => {
    if (password.value === "__PWRD__") password.select();
  });
}

/** A port that somebody chose on purpose stays. */
function proposePort(security: Security): void {
  const port = $("#node-config-input-port");
  const usual = ["", ...Object.values(USUAL_PORT).map(String)];
  if (usual.includes(String(port.val()).trim())) port.val(String(USUAL_PORT[security])).trigger("change");
}
