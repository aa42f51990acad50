import {
  CONFIGURATION_DEFAULTS,
  CREDENTIAL_NAMES,
  type RawConfiguration,
  type RawCredentials,
} from "../../../src/settings/raw";
import type { SmtpConfigNode } from "../shared/configurations";

export type Field = keyof RawConfiguration | keyof RawCredentials;
export type Fields = RawConfiguration & RawCredentials;

/** What stands for a stored secret that nobody touched. */
export const UNTOUCHED = "__PWRD__";

const STORED = Object.keys(CONFIGURATION_DEFAULTS) as (keyof RawConfiguration)[];

let open: { readonly id: string; readonly form: HTMLElement } | undefined;

/** From now on the fields of this node are those of its form, as they stand. */
export function openForm(node: SmtpConfigNode, form: HTMLElement): void {
  open = { id: node.id, form };
}

export function closeForm(): void {
  open = undefined;
}

/** The fields as they stand in the node's open dialog, otherwise as they are in the node; new with each call. */
export function fieldsOf(node: SmtpConfigNode): Partial<Fields> {
  return open?.id === node.id ? readForm(open.form, node) : fieldsOfNode(node);
}

/** The whole configuration of the open form, for a test of it. */
export function readForm(form: HTMLElement, node: SmtpConfigNode): Fields {
  const fields: Record<string, unknown> = { ...CONFIGURATION_DEFAULTS, version: node.version };
  for (const name of [...STORED, ...CREDENTIAL_NAMES]) {
    const input = form.querySelector<HTMLInputElement>(`#node-config-input-${name}`);
    if (input) fields[name] = input.type === "checkbox" ? input.checked : input.value;
  }
  // Node-RED's selector of configuration nodes calls its empty choice so.
  if (fields.tls === "_ADD_") fields.tls = "";
  return fields as unknown as Fields;
}

/** Whether the form says something else than the node, so that Update would change it. */
export function hasUnsavedChanges(node: SmtpConfigNode, form: HTMLElement): boolean {
  const shown = readForm(form, node);
  const saved = { ...CONFIGURATION_DEFAULTS, ...fieldsOfNode(node) };
  return (Object.keys(shown) as Field[]).some((name) => textOf(shown[name]) !== textOf(saved[name]));
}

/** As a form shows it: numbers and line ends may stand otherwise in a flow file. */
function textOf(value: unknown): string {
  return String(value ?? "").replace(/\r\n?/g, "\n");
}

/** Only the fields: a copy of all that a node of the editor has took most of the time of a check. */
function fieldsOfNode(node: SmtpConfigNode): Partial<Fields> {
  const { credentials } = node;
  const fields: Record<string, unknown> = {};
  for (const name of STORED) if (node[name] !== undefined) fields[name] = node[name];
  for (const name of CREDENTIAL_NAMES) {
    // Before the dialog was opened, and after a deploy, nobody but the server knows them.
    fields[name] = credentials ? (credentials[name] ?? (credentials[`has_${name}`] ? UNTOUCHED : "")) : UNTOUCHED;
  }
  return fields as Partial<Fields>;
}
