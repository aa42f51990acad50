import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FAILURES } from "../../src/model/catalogue";
import { PHRASES } from "../../src/model/catalogue/phrases";
import { SUMMARY } from "../../src/model/probe-log";
import { checkout } from "../support/node-red";

const locales = join(checkout, "nodes", "locales");
const languages = readdirSync(locales).filter((language) => language !== "en-US");
const catalogues = readdirSync(join(locales, "en-US"))
  .filter((name) => name.endsWith(".json"))
  .map((name) => name.replace(".json", ""));

/** What the server says in English: the source of these texts is its own table, so the English catalogue lacks them. */
const serverTexts: Readonly<Record<string, string>> = Object.fromEntries([
  ...Object.entries(FAILURES).flatMap(([reason, { cause, remedy }]) => [
    [`failure.${reason}.cause`, asCatalogue(cause)],
    [`failure.${reason}.remedy`, asCatalogue(remedy)],
  ]),
  ...Object.entries(PHRASES).map(([key, text]) => [`phrase.${key}`, asCatalogue(text)]),
  ...Object.entries(SUMMARY).map(([headline, text]) => [`headline.${headline}`, text]),
  ["headline.token", "Sign-in failed: no token was given out."],
  ["headline.failed", "Failed: __words__"],
]);

/** What is the same in every language: terms of the standards, names of products, examples, units. */
const SAME = new Set(
  `Name|Cc|Bcc|Text|HTML|In-Reply-To|References|Message-ID|Normal|Server|Host|Port|Version|Cloud|Token|DKIM|mail2026|Name (__type__)|OAuth 2|MB|Mails|1 mail|1 Mail
  Microsoft 365 (Graph)|US GCC High|US DoD|China (21Vianet)|smtp.example.com|https://flows.example.com|00001111-aaaa-2222-bbbb-3333cccc4444
  1234567890-abc.apps.googleusercontent.com|-----BEGIN CERTIFICATE-----|-----BEGIN PRIVATE KEY-----
  { "type": "service_account", … }|__field__: __problem__|{field}: {value}|__field__: __value__|__field__: __value__.
  __n__/min|service@example.com|<4711@example.com>|<4709@example.com> <4710@example.com>|__n__ KB|__n__ s`.split(
    /\||\n\s*/,
  ),
);

const blocks = /<(?=\/?(?:p|dl|dt|dd|h\d|pre|script)\b)/;

for (const language of languages) {
  describe(`The language ${language}`, () => {
    for (const name of catalogues) {
      const file = `${language}/${name}.json`;
      const english = { ...textsOf(`en-US/${name}.json`, name), ...(name === "smtp-config" ? serverTexts : {}) };
      const texts = existsSync(join(locales, file)) ? textsOf(file, name) : {};
      const both = Object.keys(english).filter((key) => key in texts);
      const complain = (keys: string[], what: string) =>
        assert.deepEqual(
          keys.map((key) => `nodes/locales/${file} ${what} ${name}.${key}`),
          [],
        );

      it(`has every text of ${name}, what the server says included`, () => {
        complain(
          Object.keys(english).filter((key) => !(key in texts)),
          "lacks",
        );
      });

      it(`has no text in ${name} that nobody asks for`, () => {
        complain(
          Object.keys(texts).filter((key) => !(key in english)),
          "has, but English has not,",
        );
      });

      it(`has the places of the English text in each of ${name}`, () => {
        complain(
          both.filter((key) => places(texts[key]) !== places(english[key])),
          "has other __places__ in",
        );
      });

      it(`has the tags of the English text in each of ${name}`, () => {
        complain(
          both.filter((key) => tags(texts[key]) !== tags(english[key])),
          "has other tags in",
        );
      });

      it(`leaves nothing of ${name} in English`, () => {
        complain(
          both.filter((key) => texts[key] === english[key] && !SAME.has(texts[key] as string)),
          "is still English in",
        );
      });

      it(`has the whole help of ${name}, paragraph by paragraph`, () => {
        const path = join(locales, language, `${name}.html`);
        assert.ok(existsSync(path), `nodes/locales/${language}/${name}.html is missing`);
        const shape = (help: string) => help.split(blocks).map((block) => tags(`<${block}`));
        const help = readFileSync(path, "utf8");
        assert.deepEqual(shape(help), shape(readFileSync(join(locales, "en-US", `${name}.html`), "utf8")));
      });

      it(`calls the fields in the help of ${name} what the dialog calls them`, () => {
        const help = readHelp(language, name);
        const helpInEnglish = readHelp("en-US", name);
        const labels = Object.keys(english).filter((key) => key.startsWith("label."));
        const named = labels.filter((key) => helpInEnglish.includes(`<dt>${english[key]}<`.toLowerCase()));
        complain(
          named.filter((key) => !help.includes(`<dt>${texts[key]}<`.toLowerCase())),
          "has no help for",
        );
      });
    }
  });
}

describe("The languages", () => {
  it("are English and at least German", () => {
    assert.ok(languages.includes("de"));
  });
});

/** All texts of a catalogue by their keys, without its name. */
function textsOf(file: string, name: string): Record<string, string> {
  return flat((JSON.parse(readFileSync(join(locales, file), "utf8")) as Record<string, object>)[name] ?? {});
}

function flat(texts: object, prefix = ""): Record<string, string> {
  const entries = Object.entries(texts).map(([name, text]) =>
    typeof text === "string" ? { [prefix + name]: text } : flat(text, `${prefix}${name}.`),
  );
  return Object.assign({}, ...entries);
}

/** The server's `{place}` as the catalogue writes it. */
function asCatalogue(template: string): string {
  return template.replace(/\{(\w+)\}/g, "__$1__");
}

function places(text = ""): string {
  return [...new Set(text.match(/__\w+?__/g))].sort().join(" ");
}

function tags(text = ""): string {
  // An address in angle brackets is none.
  return (text.match(/<\/?[a-z]\w*(?:\s[^>]*)?>/g) ?? []).sort().join(" ");
}

function readHelp(language: string, name: string): string {
  const path = join(locales, language, `${name}.html`);
  const help = existsSync(path) ? readFileSync(path, "utf8") : "";
  return help.replaceAll(' class="optional"', "").toLowerCase();
}
