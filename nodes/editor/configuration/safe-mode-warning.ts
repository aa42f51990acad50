import { isEnvReference, variableIn } from "../../../src/settings/raw";
import { byId } from "../shared/elements";
import { control } from "./form-fields";

/** Says at the top of the form where mails do not reach their recipients, or may not. */
export function warnOfSafeMode(translate: Translate): void {
  const warning = byId("post-office-safe-mode");
  const [mode, to] = [control("safeMode"), control("redirectTo")];
  const refresh = () => {
    const text = warningOf(mode.value, to.value.trim(), translate);
    warning.textContent = text;
    warning.hidden = text === "";
  };
  for (const input of [mode, to]) $(input).on("input change", refresh);
  refresh();
}

function warningOf(mode: string, to: string, translate: Translate): string {
  const warn = (key: string, values?: Record<string, string>) => translate(`smtp-config.warning.safe-${key}`, values);
  if (isEnvReference(mode)) return warn("env", { name: variableIn(mode) ?? "" });
  if (mode === "dry-run") return warn(mode);
  if (mode !== "redirect") return "";
  return to === "" || isEnvReference(to) ? warn("redirect-unknown") : warn("redirect", { to });
}
