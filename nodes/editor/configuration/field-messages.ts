import { element } from "../shared/elements";

/** Says what is wrong with a field, below it and to screen readers. */
export interface FieldMessages {
  /** Without a text the message goes away. */
  show(field: string, text: string | undefined): void;
  /** Marks the field that a test found to be the cause, and opens the section it stands in. */
  blame(field: string): void;
  clearBlame(field?: string): void;
  /** Brings the person to the field. */
  goTo(field: string): void;
  /** Whether the form shows the field, so that a finding can lead to it. */
  isShown(field: string): boolean;
}

export function createFieldMessages(root: HTMLElement): FieldMessages {
  const places = new Map<string, HTMLElement>();
  for (const place of root.querySelectorAll<HTMLElement>("[data-field]")) {
    const field = place.dataset.field as string;
    const message = element("p", "po-message");
    message.id = `post-office-message-${field}`;
    place.append(message);
    const described = place.querySelector("input, select, textarea");
    const hint = described?.getAttribute("aria-describedby");
    described?.setAttribute("aria-describedby", hint ? `${message.id} ${hint}` : message.id);
    places.set(field, place);
  }
  const control = (field: string) =>
    [...(places.get(field)?.querySelectorAll<HTMLElement>("input:not([type=hidden]), select, textarea") ?? [])].find(
      (one) => !one.closest("[hidden]"),
    );

  return {
    show(field, text) {
      const message = places.get(field)?.querySelector(":scope > .po-message");
      if (!message) return;
      control(field)?.setAttribute("aria-invalid", String(text !== undefined));
      if (message.textContent !== (text ?? "")) message.textContent = text ?? "";
    },
    blame(field) {
      const place = places.get(field);
      place?.classList.add("po-blamed");
      place?.closest("details")?.setAttribute("open", "");
    },
    clearBlame(field) {
      for (const [name, place] of places)
        if (field === undefined || field === name) place.classList.remove("po-blamed");
    },
    goTo(field) {
      control(field)?.closest("details")?.setAttribute("open", "");
      control(field)?.focus();
    },
    isShown(field) {
      return places.has(field) && !places.get(field)?.closest("[hidden]");
    },
  };
}
