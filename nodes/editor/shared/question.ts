import { element } from "./elements";

/** Asks before something is done, in Node-RED's own way. Escape and Cancel leave all as it is. */
export function ask(title: string, lines: readonly string[], yes: string, onYes: () => void): void {
  const asker = document.activeElement;
  const heading = element("p", "", element("strong", "", title));
  const texts = lines.map((line) => element("p", "", line));
  const leave = () => {
    box.close();
    if (asker instanceof HTMLElement) asker.focus();
  };
  const agree = () => {
    leave();
    onYes();
  };
  const box = RED.notify($([heading, ...texts]), {
    type: "warning",
    modal: true,
    fixed: true,
    buttons: [
      { text: RED._("common.label.cancel"), click: leave },
      { text: yes, class: "primary", click: agree },
    ],
  });
  announce(box, heading, texts);
  box.addEventListener("keydown", (event) => keepKeys(event, box, leave));
  // It is still unfolding: scrolled to, the button would push the text out of it.
  box.querySelector("button")?.focus({ preventScroll: true });
}

function announce(box: HTMLElement, heading: HTMLElement, texts: readonly HTMLElement[]): void {
  heading.id = `${box.id}-title`;
  for (const [at, text] of texts.entries()) text.id = `${box.id}-text-${at}`;
  box.setAttribute("role", "alertdialog");
  box.setAttribute("aria-modal", "true");
  box.setAttribute("aria-labelledby", heading.id);
  box.setAttribute("aria-describedby", texts.map(({ id }) => id).join(" "));
}

/** While it is asked, keys mean the question alone: neither the flow behind it nor its shortcuts. */
function keepKeys(event: KeyboardEvent, box: HTMLElement, leave: () => void): void {
  event.stopPropagation();
  if (event.key === "Escape") leave();
  if (event.key !== "Tab") return;
  event.preventDefault();
  const buttons = [...box.querySelectorAll("button")];
  buttons.find((button) => button !== document.activeElement)?.focus();
}
