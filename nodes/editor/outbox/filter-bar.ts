import type { EntryState } from "../../../src/model/entry-state";
import { element } from "../shared/elements";
import type { Filter } from "./entry-loader";
import type { Texts } from "./texts";

const TYPING_MS = 300;

/** What a person calls the states. */
const CHIPS: Readonly<Record<string, readonly EntryState[]>> = {
  waiting: ["queued", "sending"],
  retrying: ["deferred"],
  held: ["held"],
  failed: ["dead"],
  sent: ["sent"],
};

/** Search and chips. Without a chip all states are shown. */
export function createFilterBar(texts: Texts, choose: (filter: Filter) => void): HTMLElement {
  const pressed = new Set<string>();
  const search = element("input", "");
  search.type = "search";
  search.placeholder = texts("search");
  search.setAttribute("aria-label", texts("search-label"));
  let typing = 0;
  const tell = (): void => {
    clearTimeout(typing);
    choose({ states: [...pressed].flatMap((chip) => CHIPS[chip] ?? []), search: search.value.trim() });
  };
  search.addEventListener("input", () => {
    clearTimeout(typing);
    typing = window.setTimeout(tell, TYPING_MS);
  });
  const chips = Object.keys(CHIPS).map((name) => {
    const chip = element("button", "po-chip", texts(`count.${name}`));
    chip.type = "button";
    chip.dataset.chip = name;
    chip.setAttribute("aria-pressed", "false");
    chip.addEventListener("click", () => {
      if (!pressed.delete(name)) pressed.add(name);
      chip.setAttribute("aria-pressed", String(pressed.has(name)));
      tell();
    });
    return chip;
  });
  const group = element("div", "po-chips", ...chips);
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", texts("filter-label"));
  return element("div", "po-filter", search, group);
}
