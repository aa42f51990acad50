// Builds dist/: the runtime with tsc, the dialogs with esbuild, and beside each node's
// script what Node-RED looks for there (html, icons, locales).
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { editorScripts } from "./editor-scripts.mjs";
import { formOf } from "./forms.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const out = join(root, "dist", "nodes");
const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");

rmSync(join(root, "dist"), { recursive: true, force: true });
execFileSync(process.execPath, [tsc, "-p", join(root, "tsconfig.json")], { stdio: "inherit" });

for (const node of ["smtp-config", "send-email", "outbox-tab"]) {
  const { now, later } = await editorScripts(root, node);
  // What nobody has asked for yet is text of a type that no browser reads.
  const [styles, forms] = formOf(node).split(/(?<=<\/style>\n)/);
  const parts = [
    styles.replace("<style>", `<style type="text/plain" data-post-office="${node}">`),
    forms ?? "",
    node === "outbox-tab" ? helpOf(node) : "",
    scriptTag(`type="text/plain" data-post-office="${node}"`, later),
    scriptTag('type="text/javascript"', now),
  ];
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, `${node}.html`), parts.join(""));
}

function scriptTag(attributes, script) {
  // A literal end tag inside the script would end it early in the page.
  return `<script ${attributes}>\n${script.trimEnd().replaceAll("</script", "<\\/script")}\n</script>\n`;
}

/** The help in all languages: Node-RED fetches that of nodes by itself, but not that of plugins. */
function helpOf(plugin) {
  const locales = join(root, "nodes", "locales");
  return readdirSync(locales)
    .map((language) => [language, join(locales, language, `${plugin}.html`)])
    .filter(([, file]) => existsSync(file))
    .map(([language, file]) => {
      const help = `<script type="text/html" data-help-name="${plugin}"`;
      return readFileSync(file, "utf8").replace(help, `${help} data-lang="${language}"`);
    })
    .join("");
}

for (const [from, to] of [
  [join(root, "icons"), join(out, "icons")],
  [join(root, "nodes", "locales"), join(out, "locales")],
]) {
  if (existsSync(from)) cpSync(from, to, { recursive: true });
}
