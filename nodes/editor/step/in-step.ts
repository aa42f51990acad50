let form: HTMLElement | undefined;

/**
 * An element of the step's form by its id; throws where there is none.
 *
 * While another dialog is in front of it, such as a configuration's or the large editor, the form is not in the
 * document, and what happens there still changes it.
 */
export function inStep<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  form = document.querySelector<HTMLElement>(".post-office-step") ?? form;
  const found = form?.querySelector<Kind>(`#${CSS.escape(id)}`);
  if (!found) throw new Error(`The step's dialog has no element ${id}`);
  return found;
}
