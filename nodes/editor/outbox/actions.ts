import type { EntryState } from "../../../src/model/entry-state";
import type { EntryView } from "../../../src/model/outbox-view";
import { button, element } from "../shared/elements";
import type { Rights } from "./rights";
import type { Action } from "./server";
import type { Texts } from "./texts";

/** What can be done to a mail in which state. */
const ACTIONS: Readonly<Record<Action, { readonly icon: string; readonly states: readonly EntryState[] }>> = {
  retry: { icon: "fa-paper-plane-o", states: ["deferred", "held", "dead"] },
  hold: { icon: "fa-pause", states: ["queued", "deferred"] },
  release: { icon: "fa-play", states: ["held"] },
  discard: { icon: "fa-trash-o", states: ["queued", "deferred", "held", "dead"] },
};
const NAMES = Object.keys(ACTIONS) as Action[];

/** The buttons for what is chosen, and the question before something is thrown away. */
export class ActionBar {
  readonly element = element("div", "po-actions");
  readonly #buttons = new Map<Action, HTMLButtonElement>();
  readonly #row = element("div", "po-buttons");
  readonly #question = element("div", "po-question");
  #entries: readonly EntryView[] = [];
  #cameFrom: Element | null = null;

  constructor(
    private readonly texts: Texts,
    private readonly rights: Rights,
    private readonly act: (action: Action, ids: readonly string[]) => void,
  ) {
    for (const name of NAMES) {
      const pressed = button("", () => this.press(name));
      const icon = element("i", `fa ${ACTIONS[name].icon}`);
      icon.setAttribute("aria-hidden", "true");
      pressed.append(icon, element("span", "po-action-name", texts(`action.${name}`)));
      pressed.setAttribute("aria-label", texts(`action.${name}`));
      pressed.dataset.action = name;
      this.#buttons.set(name, pressed);
      this.#row.append(pressed);
    }
    this.#question.hidden = true;
    this.#question.setAttribute("role", "alertdialog");
    this.#question.setAttribute("aria-labelledby", "post-office-outbox-question");
    this.#question.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.#close();
    });
    this.element.append(this.#row, this.#question);
    this.show([]);
  }

  /** These are what the buttons are for. */
  show(entries: readonly EntryView[]): void {
    this.#entries = entries;
    for (const [name, pressed] of this.#buttons) {
      const some = this.#fitting(name).length > 0;
      const whyNot = entries.length === 0 ? this.texts("nothing-selected") : this.texts(`not-now.${name}`);
      this.rights.guard(pressed, this.texts(`action-hint.${name}`), some ? undefined : whyNot);
    }
  }

  press(name: Action): void {
    if (this.#buttons.get(name)?.disabled) return;
    const ids = this.#fitting(name).map(({ id }) => id);
    if (name === "discard") this.#ask(ids);
    else this.act(name, ids);
  }

  #fitting(name: Action): EntryView[] {
    return this.#entries.filter(({ state }) => ACTIONS[name].states.includes(state));
  }

  #ask(ids: readonly string[]): void {
    const { texts } = this;
    this.#cameFrom = document.activeElement;
    const words = element("p", "", texts.counted("discard-question", ids.length));
    words.id = "post-office-outbox-question";
    const keep = button(texts.counted("keep", ids.length), () => this.#close());
    const go = button(texts.counted("discard", ids.length), () => {
      this.#close();
      this.act("discard", ids);
    });
    go.classList.add("primary");
    this.#question.replaceChildren(words, element("div", "po-buttons", go, keep));
    this.#question.hidden = false;
    this.#row.hidden = true;
    keep.focus();
  }

  #close(): void {
    this.#question.hidden = true;
    this.#row.hidden = false;
    (this.#cameFrom as HTMLElement | null)?.focus();
  }
}
