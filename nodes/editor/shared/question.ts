import { element } from "./elements";

/** Asks before something is done, in Node-RED's own way. Escape and Cancel leave all as it is. */
export function ask(title: string, lines: readonly string[], yes: string, onYes: () => void): void {
  const asker = document.activeElement;
  const heading = element("p", "", element("strong", "", title));
  const text = element("div", "", ...lines.map((line) => element("p", "", line)));
  const leave = () => {
    box.close();
    if (asker instanceof HTMLElement) asker.focus();
  };
  const agree = () => {
    leave();
    onYes();
  };
  const box = RED.notify($([heading, text]), {
    type: "warning",
    modal: true,
    fixed: true,
    buttons: [
      { text: RED._("common.label.cancel"), click: leave },
      { text: yes, class: "primary", click: agree },
    ],
  });
  announce(box, heading, text);
  box.addEventListener("keydown", (event) => keepKeys(event, box, leave));
  box.querySelector("button")?.focus();
}

function announce(box: HTMLElement, heading: HTMLElement, text: HTMLElement): void {
  heading.id = `${box.id}-title`;
  text.id = `${box.id}-text`;
  box.setAttribute("role", "alertdialog");
  box.setAttribute("aria-modal", "true");
  box.setAttribute("aria-labelledby", heading.id);
  box.setAttribute("aria-describedby", text.id);
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
