type Content = Node | string | undefined;

/** Makes an element; texts become text nodes, so that nothing a server says is ever read as HTML. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className: string,
  ...content: Content[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (className !== "") made.className = className;
  made.append(...content.filter((part) => part !== undefined));
  return made;
}

/** A button in the editor's own style that does not submit the form. */
export function button(label: string, onClick: () => void): HTMLButtonElement {
  const made = element("button", "red-ui-button red-ui-button-small", label);
  made.type = "button";
  made.addEventListener("click", onClick);
  return made;
}

/** The element with this id; throws where the template lacks it. */
export function byId<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The dialog has no element ${id}`);
  return found as Kind;
}

/** Shows a notice. As an element, because Node-RED reads a text as HTML, and names come with imported flows. */
export function notify(text: string, type: "success" | "warning", timeoutMs: number): Notice {
  return RED.notify($(element("p", "", text)), { type, timeout: timeoutMs });
}
