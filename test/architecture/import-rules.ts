import { type Import, resolvedImports } from "./imports";
import type { Rule } from "./source-files";

interface Floor {
  /** Which files it holds for; the first that fits counts. */
  readonly files: RegExp;
  readonly may: RegExp;
  readonly mayAsType?: RegExp;
}

/** The table of docs/architecture.md: imports point down only. Own files are always allowed. */
const FLOORS: readonly Floor[] = [
  {
    files: /^nodes\/editor\//,
    // Nothing of these needs Node: they run in the browser.
    may: /^(?:nodes\/editor\/|src\/settings\/(?:raw|rules|field-use|migrate|providers|send-email-raw)$|src\/model\/(?:address-syntax|domain-patterns|codes|outbox-actions|translation)$)/,
    mayAsType: /^src\/model\//,
  },
  {
    files: /^nodes\//,
    may: /^(?:nodes\/runtime\/|src\/mailer$|src\/links\/|src\/settings\/|src\/model\/)/,
    mayAsType: /^src\/linked-attachments$/,
  },
  { files: /^src\/(?:mailer|carrier|safe-sending|live-links|linked-attachments|probing)$/, may: /^src\// },
  { files: /^src\/post-office$/, may: /^src\/(?:outbox|model|settings)\// },
  { files: /^src\/links\//, may: /^src\/(?:links|model)\/|^src\/outbox\/stores\/store-fault$/ },
  { files: /^src\/transports\/smtp\//, may: /^src\/(?:transports\/smtp|model|settings|compose)\// },
  { files: /^src\/transports\/graph\//, may: /^src\/(?:transports\/graph|model|settings|compose)\// },
  { files: /^src\/oauth\//, may: /^src\/(?:oauth|model|settings|compose)\// },
  { files: /^src\/outbox\//, may: /^src\/(?:outbox|model|settings|compose)\// },
  { files: /^src\/attachments\//, may: /^src\/(?:attachments|model|settings|compose)\// },
  { files: /^src\/compose\//, may: /^src\/(?:compose|model)\//, mayAsType: /^src\/settings\// },
  { files: /^src\/settings\//, may: /^src\/(?:settings|model)\// },
  { files: /^src\/model\//, may: /^src\/model\// },
];

/** Imports point down only; a new folder of `src` has to be given its floor first. */
export const pointsDown: Rule = (files) =>
  resolvedImports(files)
    .filter(({ local }) => local)
    .flatMap((one) => {
      const floor = FLOORS.find((candidate) => candidate.files.test(one.from));
      if (!floor) return [`${one.from} is on no floor`];
      const allowed = floor.may.test(one.to) || (one.typeOnly && floor.mayAsType?.test(one.to));
      return allowed ? [] : [`${one.from} imports ${one.to}${one.typeOnly ? " (type)" : ""}`];
    });

interface PackageRule {
  readonly packages: RegExp;
  readonly may: RegExp;
}

const PACKAGES: readonly PackageRule[] = [
  { packages: /^nodemailer(?:\/|$)/, may: /^src\/(?:transports\/smtp|compose)\// },
  { packages: /^@azure\/msal-node$/, may: /^src\/oauth\// },
  { packages: /^@microsoft\/microsoft-graph-client$/, may: /^src\/transports\/graph\// },
  { packages: /^(?:html-to-text|mustache|ical\.js)$/, may: /^src\/compose\// },
  { packages: /^@photostructure\/sqlite$/, may: /^src\/outbox\/stores\/sqlite-engine$/ },
  // Both only give types; Node-RED itself is handed over as `RED`.
  { packages: /^(?:node-red|express)$/, may: /^nodes\/(?!editor\/)/ },
  { packages: /^node:/, may: /^(?:src\/(?!model\/)|nodes\/(?!editor\/))/ },
];

/** One SDK, one place; `src/model` and the dialogs need no package at all. */
export const onePlacePerPackage: Rule = (files) =>
  resolvedImports(files)
    .filter(({ local }) => !local)
    .flatMap(({ from, to }) => {
      const rule = PACKAGES.find(({ packages }) => packages.test(to));
      if (!rule) return [`${from} imports ${to}, which has no place yet`];
      return rule.may.test(from) ? [] : [`${from} imports ${to}`];
    });

/** No file reaches itself over imports, whether of values or of types. */
export const noCycles: Rule = (files) => {
  const targets = new Map<string, Set<string>>();
  for (const { from, to, local } of resolvedImports(files)) {
    if (local) targets.set(from, (targets.get(from) ?? new Set()).add(to));
  }
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, way: readonly string[]): void => {
    const seenAt = way.indexOf(file);
    if (seenAt >= 0) cycles.push([...way.slice(seenAt), file].join(" -> "));
    if (seenAt >= 0 || done.has(file)) return;
    for (const next of targets.get(file) ?? []) visit(next, [...way, file]);
    done.add(file);
  };
  for (const file of targets.keys()) visit(file, []);
  return cycles;
};

/** Local imports that lead to no file: the other rules would not see what is behind them. */
export const noLooseEnds: Rule = (files) => {
  const known = new Set(files.map(({ path }) => path.replace(/(?:\.d)?\.ts$/, "")));
  const loose = ({ to, local }: Import): boolean => local && !known.has(to);
  return resolvedImports(files)
    .filter(loose)
    .map(({ from, to }) => `${from} imports ${to}, which is not there`);
};
