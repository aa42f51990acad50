import { byId } from "../shared/elements";

/** Says below each choice of the outbox what the chosen one means. */
export function explainDeliveryChoices(translate: Translate): void {
  for (const field of ["outbox", "onUnconfirmed"]) {
    const choice = byId<HTMLSelectElement>(`node-config-input-${field}`);
    const hint = byId(`post-office-${field}-hint`);
    const refresh = () => {
      hint.textContent = choice.value === "" ? "" : translate(`smtp-config.${field}-hint.${choice.value}`);
    };
    $(choice).on("change", refresh);
    refresh();
  }
}
