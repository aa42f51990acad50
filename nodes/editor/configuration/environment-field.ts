import {
  CONFIGURATION_DEFAULTS,
  isEnvReference,
  NAMELESS,
  type RawConfiguration,
  variableIn,
} from "../../../src/settings/raw";
import type { SmtpConfigNode } from "../shared/configurations";
import { element } from "../shared/elements";
import { labelOf } from "./field-labels";
import { announce, control, enter } from "./form-fields";
import { type Field, type Fields, fieldsOf } from "./open-form";

/** Other fields depend on these. */
const DECISIVE: readonly Field[] = ["kind", "auth", "oauthFlow", "graphAuth"];

/**
 * One field that can take its value from an environment variable: a button beside it, and what shows that it does.
 *
 * A text is itself where the reference stands. A choice steps aside for a text, and goes on holding the value
 * that the editor saves and the rest of the form reads.
 */
export class EnvironmentField {
  readonly #node: SmtpConfigNode;
  readonly #name: Field;
  readonly #place: HTMLElement;
  readonly #stored: ReturnType<typeof control>;
  /** Where the reference is written. */
  readonly #typed: HTMLInputElement | HTMLTextAreaElement;
  readonly #note = element("p", "po-hint");
  readonly #button = element("button", "po-env-button", NAMELESS);
  readonly #isSecret: boolean;
  /** What stood here before the reference. */
  #before: string | boolean;

  constructor(node: SmtpConfigNode, place: HTMLElement) {
    this.#node = node;
    this.#place = place;
    this.#name = place.dataset.field as Field;
    this.#stored = control(this.#name);
    this.#isSecret = this.#stored.type === "password";
    const usual = (CONFIGURATION_DEFAULTS as Partial<Fields>)[this.#name] ?? "";
    this.#before = typeof usual === "boolean" ? usual : String(usual);
    this.#note.id = `post-office-env-note-${this.#name}`;
    this.#typed = isChoice(this.#stored) ? this.#makeTyped() : (this.#stored as HTMLInputElement);
    const described = this.#typed.getAttribute("aria-describedby");
    this.#typed.setAttribute("aria-describedby", described ? `${described} ${this.#note.id}` : this.#note.id);
    this.#button.type = "button";
    this.#button.addEventListener("click", () => (this.isReference ? this.#toValue() : this.#toReference()));
    place.append(this.#note, this.#button);
    const given = node[this.#name as keyof RawConfiguration];
    // Neither a list nor a check box takes what Node-RED fills in here.
    if (isEnvReference(given) && isChoice(this.#stored)) this.#hold(String(given));
    $(this.#stored).on("input change", () => this.#refresh());
    this.#refresh();
  }

  get isReference(): boolean {
    const { type, value } = this.#stored;
    return type !== "checkbox" && (isEnvReference(value) || value === NAMELESS);
  }

  #makeTyped(): HTMLInputElement {
    const typed = element("input", "");
    typed.type = "text";
    typed.spellcheck = false;
    typed.id = `post-office-env-${this.#name}`;
    const hasLabel = document.querySelector(`label[for="${this.#stored.id}"]`) !== null;
    if (!hasLabel) typed.setAttribute("aria-label", labelOf(this.#node._, this.#name, fieldsOf(this.#node)));
    typed.setAttribute("aria-describedby", `post-office-message-${this.#name}`);
    typed.addEventListener("input", () => {
      this.#hold(`\${${typed.value.replace(/[${}\s]/g, "")}}`);
      announce(this.#stored);
    });
    typed.addEventListener("change", () => {
      typed.value = this.#stored.value;
    });
    this.#face.after(typed);
    return typed;
  }

  /** What a person sees of a choice. */
  get #face(): HTMLElement {
    const segments = this.#place.querySelector<HTMLElement>(".po-segments");
    const wrapped = this.#stored.parentElement as HTMLElement;
    return segments ?? (wrapped === this.#place ? this.#stored : wrapped);
  }

  /** Gives a choice a value that is none of its own. */
  #hold(reference: string): void {
    if (this.#stored instanceof HTMLSelectElement) {
      const own = this.#stored.querySelector<HTMLOptionElement>("option[data-env]") ?? new Option();
      own.dataset.env = "";
      own.hidden = true;
      own.value = reference;
      this.#stored.append(own);
    } else if (this.#stored.type === "checkbox") {
      // Node-RED saves whether a check box is checked, and the value of anything else.
      (this.#stored as HTMLInputElement).type = "hidden";
    }
    this.#stored.value = reference;
  }

  #toReference(): void {
    const { type, value } = this.#stored;
    this.#before = type === "checkbox" ? (this.#stored as HTMLInputElement).checked : value;
    const reference = `\${MAIL_${this.#name.replace(/[A-Z]/g, "_$&").toUpperCase()}}`;
    if (isChoice(this.#stored)) {
      this.#hold(reference);
      announce(this.#stored);
    } else enter(this.#name, reference);
    this.#typed.focus();
    this.#typed.setSelectionRange(NAMELESS.length - 1, reference.length - 1);
  }

  #toValue(): void {
    if (typeof this.#before === "boolean") {
      const box = this.#stored as HTMLInputElement;
      box.type = "checkbox";
      box.checked = this.#before;
      announce(box);
    } else {
      // Node-RED's list of configuration nodes calls its empty choice so.
      enter(this.#name, this.#name === "tls" && this.#before === "" ? "_ADD_" : String(this.#before));
    }
    const first = this.#place.querySelector<HTMLElement>("input:checked, select, input:not([type=hidden]), textarea");
    first?.focus();
  }

  #refresh(): void {
    const on = this.isReference;
    const { value } = this.#stored;
    const label = labelOf(this.#node._, this.#name, fieldsOf(this.#node));
    this.#place.classList.toggle("po-env", on);
    this.#button.setAttribute("aria-pressed", String(on));
    this.#button.setAttribute("aria-label", this.#node._("smtp-config.env.button", { field: label }));
    this.#button.title = this.#node._(`smtp-config.env.${on ? "to-value" : "to-variable"}`);
    this.#note.textContent = on && value !== NAMELESS ? this.#describe(variableIn(value) ?? "") : "";
    if (this.#isSecret) this.#showSecret(on);
    if (this.#typed === this.#stored) return;
    this.#typed.hidden = !on;
    if (this.#stored.type !== "checkbox" && this.#face.matches(":not(label)")) this.#face.hidden = on;
    if (on && document.activeElement !== this.#typed) this.#typed.value = value;
    const of = document.querySelector<HTMLLabelElement>(`label[for="${(on ? this.#stored : this.#typed).id}"]`);
    if (of) of.htmlFor = (on ? this.#typed : this.#stored).id;
  }

  /** The name of a variable is no secret, and dots would hide a slip in it. */
  #showSecret(on: boolean): void {
    const secret = this.#stored as HTMLInputElement;
    const type = on ? "text" : "password";
    if (secret.type === type) return;
    const { selectionStart, selectionEnd } = secret;
    secret.type = type;
    if (document.activeElement === secret) secret.setSelectionRange(selectionStart, selectionEnd);
  }

  /** Where the value comes from, what it may be, and what that means for the form. */
  #describe(name: string): string {
    const translate: Translate = (key, values) => this.#node._(`smtp-config.env.${key}`, values);
    const parts = [translate("from", { name })];
    const choices = this.#choices();
    if (choices.length > 0) parts.push(translate("one-of", { choices: choices.join(", ") }));
    if (this.#name === "tls") parts.push(translate("tls"));
    if (this.#name === "isDefault") parts.push(translate("default"));
    if (DECISIVE.includes(this.#name)) parts.push(translate("decides"));
    return parts.join(" ");
  }

  #choices(): string[] {
    if (this.#name === "tls" || !isChoice(this.#stored)) return [];
    if (typeof this.#before === "boolean") return ["true", "false"];
    const own = this.#place.querySelectorAll<HTMLInputElement | HTMLOptionElement>(
      "input[type=radio], option:not([data-env])",
    );
    return [...own].map(({ value }) => value);
  }
}

/** Whether a person chooses here instead of typing. */
function isChoice({ tagName, type }: ReturnType<typeof control>): boolean {
  return tagName === "SELECT" || type === "checkbox" || type === "hidden";
}
