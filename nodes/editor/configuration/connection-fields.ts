import { type Security, USUAL_PORT } from "../../../src/settings/raw";
import { control } from "./form-fields";

/** Changing Security proposes the port that usually goes with it. */
export function connectConnectionFields(): void {
  const security = control("security");
  let lastSecurity = security.value;

  $(security).on("change", () => {
    if (security.value === lastSecurity) return;
    lastSecurity = security.value;
    proposePort(security.value as Security);
  });
}

/** A port that somebody chose on purpose stays, and one that goes with what only an environment variable knows. */
function proposePort(security: Security): void {
  if (!USUAL_PORT[security]) return;
  const port = $("#node-config-input-port");
  const usual = ["", ...Object.values(USUAL_PORT).map(String)];
  if (usual.includes(String(port.val()).trim())) port.val(String(USUAL_PORT[security])).trigger("change");
}
