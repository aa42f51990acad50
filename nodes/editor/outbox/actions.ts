import type { Action } from "../../../src/model/outbox-actions";
import { button, element } from "../shared/elements";
import { type Chosen, chosenEntries } from "./chosen";
import type { Rights } from "./rights";
import type { Target } from "./server";
import type { Texts } from "./texts";

const ICONS: Readonly<Record<Action, string>> = {
  retry: "fa-paper-plane-o",
  hold: "fa-pause",
  release: "fa-play",
  discard: "fa-trash-o",
};
const NAMES = Object.keys(ICONS) as Action[];

/** The buttons for what is chosen, and the question before something is thrown away or done to many. */
export class ActionBar {
  readonly element = element("div", "po-actions");
  readonly #buttons = new Map<Action, HTMLButtonElement>();
  readonly #row = element("div", "po-buttons");
  readonly #question = element("div", "po-question");
  #chosen: Chosen = chosenEntries([]);
  #cameFrom: Element | null = null;

  constructor(
    private readonly texts: Texts,
    private readonly rights: Rights,
    private readonly act: (action: Action, target: Target) => void,
  ) {
    for (const name of NAMES) {
      const pressed = button("", () => this.press(name));
      const icon = element("i", `fa ${ICONS[name]}`);
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
    this.show(this.#chosen);
  }

  /** These are what the buttons are for. */
  show(chosen: Chosen): void {
    this.#chosen = chosen;
    for (const [name, pressed] of this.#buttons) {
      const some = chosen.count(name) > 0;
      const whyNot = chosen.isEmpty ? this.texts("nothing-selected") : this.texts(`not-now.${name}`);
      this.rights.guard(pressed, this.texts(`action-hint.${name}`), some ? undefined : whyNot);
    }
  }

  press(name: Action): void {
    if (this.#buttons.get(name)?.disabled) return;
    if (name === "discard" || this.#chosen.isUnseen) this.ask(name, this.#chosen);
    else this.act(name, this.#chosen.target(name));
  }

  /** Asks, with their number, and does it only then. */
  ask(name: Action, chosen: Chosen): void {
    const n = chosen.count(name);
    const { texts } = this;
    this.#cameFrom = document.activeElement;
    const words = element("p", "", texts.counted(`question.${name}`, n));
    words.id = "post-office-outbox-question";
    const keep = button(texts.counted("keep", n), () => this.#close());
    const go = button(texts.counted(`go.${name}`, n), () => {
      this.#close();
      this.act(name, chosen.target(name));
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
