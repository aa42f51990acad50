import type { Action } from "../../../src/model/outbox-actions";
import type { EntryView } from "../../../src/model/outbox-view";
import { button, element } from "../shared/elements";
import { ActionBar } from "./actions";
import { chosenEntries } from "./chosen";
import type { Rights } from "./rights";
import { askEntry, type Target } from "./server";
import { renderStory } from "./story";
import type { Texts } from "./texts";

/** One mail in the place of the list, until a person goes back. */
export class StoryView {
  readonly element = element("div", "po-story");
  readonly #content = element("div", "po-story-scroll");
  readonly #bar: ActionBar;
  readonly #back: HTMLButtonElement;
  #entry: EntryView | undefined;
  #configuration = "";

  constructor(
    private readonly texts: Texts,
    rights: Rights,
    act: (action: Action, target: Target) => void,
    close: () => void,
  ) {
    this.#bar = new ActionBar(texts, rights, act);
    this.#back = button(`‹ ${texts("back")}`, () => close());
    this.#content.tabIndex = 0;
    this.#content.setAttribute("role", "region");
    this.#content.setAttribute("aria-label", texts("story.title"));
    this.element.hidden = true;
    this.element.append(element("div", "po-story-head", this.#back), this.#bar.element, this.#content);
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      close();
    });
  }

  show(entry: EntryView | undefined, configuration: string): void {
    this.#entry = entry;
    this.#configuration = configuration;
    this.element.hidden = entry === undefined;
    if (!entry) return;
    this.#draw(entry);
    this.#content.scrollTop = 0;
    this.#back.focus();
  }

  /** Fetches the open mail anew. */
  async refresh(): Promise<void> {
    const open = this.#entry;
    if (!open) return;
    const entry = await askEntry(open.id);
    if (this.#entry?.id !== entry.id) return;
    const isNews = JSON.stringify(entry) !== JSON.stringify(this.#entry);
    this.#entry = entry;
    if (isNews) this.#draw(entry);
  }

  #draw(entry: EntryView): void {
    this.#content.replaceChildren(renderStory(entry, this.#configuration, this.texts));
    this.#bar.show(chosenEntries([entry]));
  }
}
