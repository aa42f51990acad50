import type { Node, NodeAPI } from "node-red";
import { SendError } from "../../src/model/send-error";
import { PLACEHOLDER_FIELDS, type RawSendEmail } from "../../src/settings/send-email-raw";
import { loadMailer } from "./load-mailer";
import type { TypedValues } from "./typed-values";

export interface FilledValues<Values> {
  readonly values: Values;
  /** The placeholders that have no value. */
  readonly missing: readonly string[];
}

/**
 * Fills `{{…}}` in the subject, text and HTML that are written in the step, from the message and, as in
 * Node-RED's template node, from `flow.`, `global.` and `env.`. A value that came from anywhere is data, and
 * stays as it is: whoever sends it must not read the flow's contexts. Rejects with SendError.
 */
export async function fillPlaceholders<Values extends TypedValues>(
  RED: NodeAPI,
  node: Node,
  definition: RawSendEmail,
  values: Values,
  msg: object,
  maxBytes: number,
): Promise<FilledValues<Values>> {
  const filled: TypedValues = {};
  const missing = new Set<string>();
  for (const field of PLACEHOLDER_FIELDS) {
    const written = values[field];
    if (!definition.fillPlaceholders || definition[`${field}Type`] !== "str") continue;
    if (typeof written !== "string" || !written.includes("{{")) continue;
    const template = loadMailer().readTemplate(written, field);
    const beside = await valuesBeside(RED, node, template.names, field);
    const { text, missing: without } = template.fill(msg, { html: field === "html", maxBytes, beside });
    if (without.length > 0 && definition.failOnMissing) throw missingIn(field, without);
    filled[field] = text;
    for (const name of without) missing.add(name);
  }
  return { values: { ...values, ...filled }, missing: [...missing] };
}

function missingIn(field: string, names: readonly string[]): SendError {
  const listed = names.slice(0, 5).map((name) => `{{${name.slice(0, 80)}}}`);
  const facts = { field, names: `${listed.join(", ")}${names.length > listed.length ? ", …" : ""}` };
  return new SendError("template-value-missing", { phase: "input", facts });
}

/** What the names stand for that are looked up beside the message. */
async function valuesBeside(
  RED: NodeAPI,
  node: Node,
  names: ReadonlySet<string>,
  field: string,
): Promise<ReadonlyMap<string, unknown>> {
  const found = new Map<string, unknown>();
  for (const name of names) {
    try {
      const value = await valueBeside(RED, node, name);
      if (value !== undefined) found.set(name, value);
    } catch {
      throw new SendError("template-unreadable", { phase: "input", facts: { field, value: name.slice(0, 80) } });
    }
  }
  return found;
}

function valueBeside(RED: NodeAPI, node: Node, name: string): unknown {
  const variable = /^env\.(.+)$/.exec(name)?.[1];
  if (variable !== undefined) return RED.util.getSetting(node as never, variable);
  const [, kind, store, key] = /^(flow|global)(?:\[(\w+)\])?\.(.+)$/.exec(name) ?? [];
  if (key === undefined) return undefined;
  const context = node.context()[kind as "flow" | "global"];
  return new Promise((resolve, reject) => {
    context.get(key, store, (error, value) => (error ? reject(error) : resolve(value)));
  });
}
