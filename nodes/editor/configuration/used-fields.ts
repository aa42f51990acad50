import { isUsed, possibleSignIns } from "../../../src/settings/field-use";
import type { SmtpConfigNode } from "../shared/configurations";
import { control } from "./form-fields";
import { type Field, type Fields, readForm } from "./open-form";

/** The fields that decide which others mean something. */
export const CHOOSERS = [
  "kind",
  "security",
  "auth",
  "oauthFlow",
  "graphAuth",
  "safeMode",
  "attachmentLinks",
] as const satisfies readonly Field[];

/** Shows only the fields that the choices of the form give a meaning. What the others hold stays. */
export function showUsedFields(node: SmtpConfigNode, form: HTMLElement): void {
  const places = [...form.querySelectorAll<HTMLElement>("[data-field]")];
  /** Of a section's summary, about fields that are in it. */
  const words = [...form.querySelectorAll<HTMLElement>("[data-with]")];
  const rows = [...form.querySelectorAll<HTMLElement>(".po-row")].filter((row) => row.querySelector("[data-field]"));
  const refresh = () => {
    const fields = readForm(form, node);
    for (const place of places) place.hidden = !isShown(place.dataset.field as string, fields);
    for (const word of words) word.hidden = !isShown(word.dataset.with as string, fields);
    for (const row of rows) row.hidden = row.querySelector("[data-field]:not([hidden])") === null;
  };
  for (const chooser of CHOOSERS) $(control(chooser)).on("change", refresh);
  // Whether mails are signed at all shows while it is typed, so that Tab leads on to the other two fields.
  $(control("dkimDomain")).on("input change", refresh);
  refresh();
}

function isShown(field: string, fields: Fields): boolean {
  if (field === "accessToken") return possibleSignIns(fields).includes("message");
  if (field === "tls" && fields.security === "none") return false;
  return isUsed(field as Field, fields);
}
