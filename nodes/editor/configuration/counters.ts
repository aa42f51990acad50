import { LIMITS } from "../../../src/settings/rules";
import { byId } from "../shared/elements";

/** Shows below the long texts how much of their room is used. */
export function startCounters(root: HTMLElement): void {
  for (const counter of root.querySelectorAll<HTMLElement>("[data-counts]")) {
    const field = counter.dataset.counts as "description" | "signature";
    const text = byId<HTMLTextAreaElement>(`node-config-input-${field}`);
    const count = () => {
      const used = [...text.value].length;
      counter.textContent = `${used}/${LIMITS[field]}`;
      counter.classList.toggle("po-over", used > LIMITS[field]);
    };
    $(text).on("input change", count);
    count();
  }
}
