// Bundles the editor's script of a node in two: what is run when the editor loads, and what is only text until then.
import { readFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { build, transform } from "esbuild";

const options = { target: "es2022", minify: true, legalComments: "none", charset: "utf8" };

/**
 * What the node's script asks for with `partLater` comes later; what is needed by both comes at once.
 * @returns {Promise<{ now: string, later: string }>} two scripts
 */
export async function editorScripts(root, node) {
  const editor = join(root, "nodes", "editor");
  const entry = join(editor, `${node}.ts`);
  const laterPaths = [...readFileSync(entry, "utf8").matchAll(/\bpartLater\("\.\/([\w/-]+)"\)/g)].map(
    ([, path]) => path,
  );
  const { outputFiles, metafile } = await build({
    ...options,
    entryPoints: [entry, ...laterPaths.map((path) => join(editor, `${path}.ts`))],
    plugins: [asModule(entry)],
    bundle: true,
    format: "esm",
    splitting: true,
    metafile: true,
    write: false,
    outdir: join(root, "out"),
    outbase: editor,
    absWorkingDir: root,
  });
  const texts = new Map(outputFiles.map(({ path, text }) => [partName(relative(join(root, "out"), path)), text]));
  const imports = new Map(
    Object.entries(metafile.outputs).map(([path, output]) => [
      partName(relative("out", path)),
      output.imports.map((one) => partName(relative("out", one.path))),
    ]),
  );
  const atOnce = reachable(partName(node), imports);
  const partsOf = (names) => `{${names.map((name) => `"${name}":${asPart(texts.get(name))}`).join(",")}}`;
  const names = [...texts.keys()].sort();
  const { code } = await transform(readFileSync(join(root, "scripts", "editor-loader.mjs"), "utf8"), {
    ...options,
    minifyIdentifiers: false,
  });
  const parts = partsOf(names.filter((name) => atOnce.has(name)));
  return {
    now: `(()=>{const node="${node}",parts=${parts};${code}})();`,
    later: `postOfficeParts(${partsOf(names.filter((name) => !atOnce.has(name)))})`,
  };
}

/** A file that exports nothing is CommonJS to esbuild in a package like this one, and would be wrapped with all it imports. */
function asModule(entry) {
  return {
    name: "as-module",
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, ({ path }) =>
        path === entry ? { contents: `${readFileSync(path, "utf8")}export {};`, loader: "ts" } : undefined,
      );
    },
  };
}

/** As `partLater` and the imports of the other parts name it. */
function partName(path) {
  return `./${path.replace(/\.js$/, "")}`;
}

function reachable(name, imports, found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  for (const next of imports.get(name) ?? []) reachable(next, imports, found);
  return found;
}

const IMPORT = /import(?:\{([^}]*)\}from)?"([^"]*)";/g;
const IMPORTS = new RegExp(`^(?:${IMPORT.source})+`);
const EXPORTS = /export\{([^}]*)\};$/;

/**
 * A module of esbuild's as a function that returns what it exports. esbuild writes all imports first and the exports
 * last, shared parts stand beside each other, and without cycles of imports nothing needs more than this.
 */
function asPart(text) {
  const body = text
    .trim()
    .replace(IMPORTS, (imports) =>
      imports.replace(IMPORT, (_, names, path) => {
        const part = `need("${partName(basename(path))}")`;
        return names ? `const{${names.replaceAll(" as ", ":")}}=${part};` : `${part};`;
      }),
    )
    .replace(EXPORTS, (_, names) => `return{${names.split(",").map(asProperty).join(",")}};`);
  if (/(?:^|[;}])(?:import|export)\b/.test(body))
    throw new Error(`Not a module as esbuild used to write them: ${body}`);
  // In brackets, because V8 then compiles it in one go, and would otherwise read it twice.
  return `(function(need,partLater){${body}})`;
}

function asProperty(name) {
  const [local, outside = local] = name.split(" as ");
  return `${outside}:${local}`;
}
