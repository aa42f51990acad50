import type { SmtpConfigNode } from "../shared/configurations";
import { element } from "../shared/elements";
import type { Secret } from "./duplicate";
import { labelOf } from "./field-labels";
import { fieldsOf } from "./open-form";
import { problemOf, problemText } from "./validity";

/** Keys and key files have several lines. */
const MULTILINE: readonly Secret[] = ["certificateKey", "serviceAccountKey", "dkimKey"];

type Control = HTMLInputElement | HTMLTextAreaElement;

/** Fields for secrets that the form itself does not show. */
export interface SecretFields {
  readonly rows: readonly HTMLElement[];
  focus(): void;
  /** What was entered; nothing while something is wrong, which is said and gone to. */
  read(): Partial<Record<Secret, string>> | undefined;
}

export function createSecretFields(node: SmtpConfigNode, secrets: readonly Secret[]): SecretFields {
  const parts = secrets.map((secret) => createPart(node, secret));
  return {
    rows: parts.map(({ row }) => row),
    focus: () => parts[0]?.control.focus(),
    read() {
      const given = Object.fromEntries(parts.map(({ secret, control }) => [secret, control.value]));
      const wrong = parts.filter(({ check }) => !check(given));
      wrong[0]?.control.focus();
      return wrong.length === 0 ? given : undefined;
    },
  };
}

function createPart(node: SmtpConfigNode, secret: Secret) {
  const control = createControl(secret);
  const label = element("label", "", labelOf(node._, secret, fieldsOf(node)));
  const message = element("p", "po-message");
  label.htmlFor = control.id;
  message.id = `${control.id}-message`;
  control.setAttribute("aria-describedby", message.id);
  const say = (text: string) => {
    message.textContent = text;
    control.setAttribute("aria-invalid", String(text !== ""));
  };
  control.addEventListener("input", () => say(""));
  const check = (given: Partial<Record<Secret, string>>): boolean => {
    const problem =
      control.value === "" ? emptyProblem(secret) : problemOf(node, secret, { ...fieldsOf(node), ...given });
    say(problem ? problemText(node._, problem) : "");
    return !problem;
  };
  return { secret, control, check, row: element("div", "po-row", label, element("div", "po-field", control, message)) };
}

function emptyProblem(field: Secret) {
  return { field, rule: "required", message: "is required" } as const;
}

function createControl(secret: Secret): Control {
  const control = MULTILINE.includes(secret) ? element("textarea", "po-pem po-dots") : element("input", "");
  control.id = `post-office-duplicate-${secret}`;
  control.autocomplete = "new-password";
  control.spellcheck = false;
  control.setAttribute("aria-required", "true");
  if (control instanceof HTMLInputElement) control.type = "password";
  else control.rows = 4;
  return control;
}
