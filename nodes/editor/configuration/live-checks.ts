import type { Problem } from "../../../src/settings/rules";
import type { SmtpConfigNode } from "../shared/configurations";
import type { FieldMessages } from "./field-messages";
import { fieldsOf } from "./open-form";
import { FORM_FIELDS, problemOf, problemText } from "./validity";

/** Keeps the message below every field true while the person types. */
export interface LiveChecks {
  refresh(): void;
  /** Shows what the server found; each goes away once its field is edited. */
  showFound(problems: readonly Problem[]): void;
}

export function startLiveChecks(
  node: SmtpConfigNode,
  root: HTMLElement,
  messages: FieldMessages,
  isNew: boolean,
): LiveChecks {
  const touched = new Set<string>();
  const found = new Map<string, Problem>();

  // An empty field of a new form is not a mistake yet.
  const isDue = (problem: Problem) => problem.rule !== "required" || !isNew || touched.has(problem.field);

  const textOf = (problem: Problem | undefined) =>
    problem && isDue(problem) ? problemText(node._, problem) : undefined;

  const refresh = () => {
    const fields = fieldsOf(node);
    for (const field of FORM_FIELDS) messages.show(field, textOf(problemOf(node, field, fields) ?? found.get(field)));
    for (const field of ["to", "testFrom"]) messages.show(field, textOf(found.get(field)));
  };

  $(root).on("input change focusout", "[data-field] input, [data-field] select, [data-field] textarea", (event) => {
    const field = event.currentTarget.closest("[data-field]")?.dataset.field as string;
    // Node-RED triggers a change of every field by itself while it fills the form.
    if (event.originalEvent) touched.add(field);
    if (event.type !== "focusout" && found.delete(field)) messages.clearBlame(field);
    if (event.type === "input") messages.clearBlame(field);
    refresh();
  });
  refresh();

  return {
    refresh,
    showFound(problems) {
      found.clear();
      for (const problem of problems) {
        found.set(problem.field, problem);
        touched.add(problem.field);
        messages.blame(problem.field);
      }
      refresh();
    },
  };
}
