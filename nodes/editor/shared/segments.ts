/** Ties a row of radio buttons to the hidden input that Node-RED saves, named by `data-chooses`. */
export function connectSegments(root: HTMLElement): void {
  for (const group of root.querySelectorAll<HTMLElement>("[data-chooses]")) {
    const stored = $(`#${group.dataset.chooses}`);
    const radios = [...group.querySelectorAll<HTMLInputElement>("input[type=radio]")];
    const show = () => {
      for (const radio of radios) radio.checked = radio.value === stored.val();
    };
    for (const radio of radios) radio.addEventListener("change", () => stored.val(radio.value).trigger("change"));
    stored.on("change", show);
    show();
  }
}
