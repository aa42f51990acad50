// A dialog's form as Node-RED gets it: nodes/<node>.html with its sections put in and its rows written out.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ROWS } from "./form-rows.mjs";

const nodes = join(dirname(fileURLToPath(import.meta.url)), "..", "nodes");

/** The form of a node and its styles. A section that would make it too long stands in a file of its own. */
export function formOf(node) {
  const include = /^ *<!-- include (\S+) -->\n/gm;
  const source = readFileSync(join(nodes, `${node}.html`), "utf8");
  return expandRows(source.replace(include, (_, path) => readFileSync(join(nodes, path), "utf8")));
}

/**
 * Writes out each line such as `<number-row field="keepSent" unit="days" hint />`, at its indentation. What is not
 * quite a row of form-rows.mjs is an error: the browser would show nothing in its place.
 */
export function expandRows(html) {
  return html.replace(/^(.*)<(\w+-row)\b(.*)$/gm, (line, indent, kind, rest) => {
    const { takes = [], needs = [], html } = ROWS[kind] ?? {};
    const given = /^((?: \w+(?:="[^"]*")?)*) \/>$/.exec(rest)?.[1];
    if (!html || given === undefined || indent.trim() !== "") throw new Error(`This is no row: ${line.trim()}`);
    const attributes = Object.fromEntries(
      [...given.matchAll(/(\w+)(?:="([^"]*)")?/g)].map(([, name, value]) => [name, value ?? true]),
    );
    const missing = ["field", ...needs].filter((name) => typeof attributes[name] !== "string");
    const strange = Object.keys(attributes).filter((name) => !["field", ...needs, ...takes].includes(name));
    if (missing.length > 0) throw new Error(`A ${kind} needs its ${missing.join(" and ")}: ${line.trim()}`);
    if (strange.length > 0) throw new Error(`A ${kind} takes no ${strange.join(" and no ")}: ${line.trim()}`);
    const lines = html(attributes.field, attributes).split("\n");
    return lines.flatMap((text) => (text.trim() === "" ? [] : [indent + text])).join("\n");
  });
}
