// `node scripts/secret-scan.mjs FILE…`: looks for the tests' own secrets in what the tests printed and
// left behind. Every password, secret and token that a test gives a name of that kind counts.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(fileURLToPath(import.meta.url), "..", "..");
const NAMED =
  /\b(?:pass|password|\w*Pass\w*|\w*secret|\w*token|PASSWORD|SECRET|TOKEN|RIGHT|WRONG|FIRST|SECOND|ANOTHER)["']?\s*[:=]\s*["'`]([^"'`$\n]{8,})["'`]/gi;
/** What bears such a name and is none. */
const NO_SECRETS = new Set([
  "accesstoken",
  "client-secret",
  "test-passed.png",
  "__PWRD__",
  "/:tenant/oauth2/v2.0/token",
]);
const TEXT = /\.(?:log|txt|json|jsonl|html?|xml|md|ts|mjs|js|svg)$|\/[^./]+$/;

function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => filesBelow(join(path, name)));
}

const sources = filesBelow(join(root, "test")).filter((file) => file.endsWith(".ts"));
const secrets = new Set(
  sources.flatMap((file) => [...readFileSync(file, "utf8").matchAll(NAMED)].map(([, secret]) => secret)),
);
for (const word of NO_SECRETS) secrets.delete(word);

// What is named is looked at whatever its name: a log from mktemp ends like no text file.
const looked = process.argv
  .slice(2)
  .flatMap((named) => filesBelow(named).filter((file) => file === named || TEXT.test(file)));
let found = 0;
for (const file of looked) {
  const text = readFileSync(file, "utf8");
  for (const secret of secrets) {
    const forms = [secret, Buffer.from(secret).toString("base64").replace(/=+$/, "")];
    if (!forms.some((form) => text.includes(form))) continue;
    found++;
    console.error(`${file} has the secret that begins with “${secret.slice(0, 4)}”`);
  }
}
if (secrets.size < 10 || looked.length === 0) {
  console.error(`${secrets.size} secrets, ${looked.length} files: there must be more to look for and to look at`);
  found++;
}
console.log(`${secrets.size} secrets of the tests looked for in ${looked.length} files: ${found} found`);
process.exitCode = found === 0 ? 0 : 1;
