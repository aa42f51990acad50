// `npm run audit`: looks for published advisories against what users install, and says what it found out.
// Ends with 0 where there are none, 1 where there are or nobody knows, and 3 where the registry has no such service.
import { spawnSync } from "node:child_process";

const NOT_AUDITED = 3;
/** What registries answer that do not know the request at all. */
const NO_SERVICE = [404, 405, 501];

const run = spawnSync("npm", ["audit", "--omit=dev", "--json", ...process.argv.slice(2)], {
  encoding: "utf8",
  maxBuffer: 64 * 1024 * 1024,
  shell: process.platform === "win32",
});
const answer = parsed(run.stdout);
const found = Object.values(answer?.vulnerabilities ?? {});

if (NO_SERVICE.includes(answer?.statusCode)) {
  console.log("not audited: this registry does not answer audits");
  process.exitCode = NOT_AUDITED;
} else if (found.length > 0) {
  for (const line of found.map(lineOf).sort()) console.error(line);
  console.error(`${found.length} packages that users install have advisories`);
  process.exitCode = 1;
} else if (run.status === 0 && isWhole(answer)) {
  console.log(`audited: no advisory against the ${answer.metadata.dependencies.prod} packages that users install`);
} else {
  console.error(`the audit failed: ${answer?.message ?? answer?.error?.summary ?? run.error?.message ?? run.stderr}`);
  process.exitCode = 1;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An answer that counts nothing says nothing. */
function isWhole(answer) {
  const { vulnerabilities, dependencies } = answer?.metadata ?? {};
  return vulnerabilities?.total === 0 && dependencies?.prod > 1;
}

function lineOf({ name, severity, range, via }) {
  const advisories = via.map((one) => (typeof one === "string" ? `through ${one}` : `${one.title} ${one.url}`));
  return `${name} ${range} (${severity}): ${advisories.join("; ")}`;
}
