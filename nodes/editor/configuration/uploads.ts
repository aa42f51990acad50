import { byId, element } from "../shared/elements";
import { control, enter } from "./form-fields";
import type { Field } from "./open-form";

/** Keys and certificates have a few kilobytes; whatever is larger is another file. */
const MOST_BYTES = 64 * 1024;

const CERTIFICATES = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;
const KEYS = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]+?-----END [A-Z ]*PRIVATE KEY-----/g;

/** The buttons that put a file's text into the field above them. The file is read in the browser and goes nowhere else. */
export function connectUploads(form: HTMLElement, translate: Translate): void {
  for (const button of form.querySelectorAll<HTMLButtonElement>("[data-uploads]")) {
    const field = button.dataset.uploads as Field;
    const file = element("input", "");
    file.type = "file";
    file.accept = button.dataset.accepts ?? "";
    file.hidden = true;
    file.addEventListener("change", () => void read(file, field, translate));
    button.setAttribute(
      "aria-label",
      `${translate("smtp-config.action.upload")}: ${translate(`smtp-config.label.${field}`)}`,
    );
    button.addEventListener("click", () => file.click());
    button.after(file);
  }
  const moved = () => {
    byId("post-office-certificateKey-hint").textContent = translate("smtp-config.hint.key-moved");
  };
  $(control("certificate")).on("input change", () => keepKeyOut(moved));
  $(control("certificateKey")).on("input change", keepCertificateOut);
}

async function read(file: HTMLInputElement, field: Field, translate: Translate): Promise<void> {
  const chosen = file.files?.[0];
  if (!chosen) return;
  const hint = byId(`post-office-${field}-hint`);
  if (chosen.size > MOST_BYTES) hint.textContent = translate("smtp-config.hint.file-too-large", { name: chosen.name });
  else {
    hint.textContent = translate("smtp-config.hint.file-read", { name: chosen.name });
    enter(field, (await chosen.text()).trim());
  }
  // So that choosing the same file again counts as a change.
  file.value = "";
}

/** A file often has both. The certificate is exported with the flow, so a key must not stay in its field. */
function keepKeyOut(moved: () => void): void {
  const text = control("certificate").value;
  const [key] = text.match(KEYS) ?? [];
  if (key === undefined) return;
  enter("certificate", certificatesIn(text) || text.replace(KEYS, "").trim());
  enter("certificateKey", key);
  moved();
}

function keepCertificateOut(): void {
  const text = control("certificateKey").value;
  const [key] = text.match(KEYS) ?? [];
  const certificates = certificatesIn(text);
  if (key === undefined || certificates === "") return;
  enter("certificateKey", key);
  if (control("certificate").value.trim() === "") enter("certificate", certificates);
}

function certificatesIn(text: string): string {
  return (text.match(CERTIFICATES) ?? []).join("\n");
}
