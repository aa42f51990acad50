import { control } from "./form-fields";

/** Says below each of these choices what the chosen one means. */
export function explainChoices(translate: Translate, fields: readonly ChoiceField[]): void {
  for (const field of fields) {
    const choice = control(field);
    const hint = document.getElementById(`post-office-${field}-hint`);
    const refresh = () => {
      const unknown = choice.value === "" || choice.value.startsWith("$");
      if (hint) hint.textContent = unknown ? "" : translate(`smtp-config.${field}-hint.${choice.value}`);
    };
    $(choice).on("change", refresh);
    refresh();
  }
}

export type ChoiceField = "outbox" | "onUnconfirmed" | "safeMode" | "attachmentLinks" | "oauthFlow" | "graphAuth";
