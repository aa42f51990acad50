import type { SmtpConfigNode } from "../shared/configurations";
import { byId } from "../shared/elements";
import { EnvironmentField } from "./environment-field";

/**
 * Lets every field take its value from an environment variable. The buttons for it show when they are asked for,
 * so that nobody who does not need them is kept from the form; a field that has a reference is always marked.
 */
export function connectEnvironmentFields(node: SmtpConfigNode, form: HTMLElement): void {
  const places = [...form.querySelectorAll<HTMLElement>("[data-field]")].filter((place) =>
    place.querySelector(`#node-config-input-${place.dataset.field}`),
  );
  const fields = places.map((place) => new EnvironmentField(node, place));
  const all = byId("post-office-env");
  const show = (on: boolean) => {
    form.classList.toggle("po-env-on", on);
    all.setAttribute("aria-pressed", String(on));
    byId("post-office-env-hint").hidden = !on;
  };
  all.addEventListener("click", () => show(all.getAttribute("aria-pressed") === "false"));
  show(fields.some(({ isReference }) => isReference));
}
