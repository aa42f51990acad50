import { SendError } from "../../../src/model/send-error";
import { FEATURES, type Feature } from "./features";
import { graphWay, smtpWay, type Way } from "./ways";

export type Verdict =
  | { readonly kind: "yes" }
  | { readonly kind: "changed"; readonly how: string }
  /** Refused with a SendError, or nothing that one could ask for. */
  | { readonly kind: "no"; readonly why: string }
  /** Neither there nor refused: what must never be. */
  | { readonly kind: "dropped"; readonly saw: string };

export interface Capability {
  readonly feature: Feature;
  readonly smtp: Verdict;
  readonly graph: Verdict;
}

/** Sends every feature both ways, to a mail server and to a stand-in for Microsoft Graph, and looks at what arrives. */
export async function capabilities(): Promise<Capability[]> {
  const [smtp, graph] = [await smtpWay(), await graphWay()];
  try {
    const found: Capability[] = [];
    for (const feature of FEATURES) {
      const verdicts = {
        smtp: await verdictOf(feature, smtp, "smtp"),
        graph: await verdictOf(feature, graph, "graph"),
      };
      found.push({ feature, ...verdicts });
    }
    return found;
  } finally {
    await smtp.close();
    await graph.close();
  }
}

async function verdictOf(feature: Feature, way: Way, name: "smtp" | "graph"): Promise<Verdict> {
  const { drafts = [], configured = {}, options, notFor = {}, sees, seen } = feature;
  const why = notFor[name];
  if (why !== undefined) return { kind: "no", why };
  try {
    const sent = await way.send(drafts, configured, options);
    const [mail] = sent.arrived;
    const found = seen ? seen(sent) : mail && sees?.(mail, sent);
    if (found === true) return { kind: "yes" };
    return typeof found === "string" ? { kind: "changed", how: found } : { kind: "dropped", saw: show(sent) };
  } catch (error) {
    if (!(error instanceof SendError)) throw error;
    return { kind: "no", why: `refused with \`${error.reason}\`. ${error.message}` };
  }
}

function show(value: unknown): string {
  return JSON.stringify(value, (_, one) =>
    typeof one === "string" && one.length > 300 ? `${one.slice(0, 300)}…` : one,
  );
}

/** docs/capabilities.md. */
export function pageOf(found: readonly Capability[]): string {
  const groups = [...new Set(found.map(({ feature }) => feature.group))];
  const tables = groups.map((group) => {
    const rows = found
      .filter(({ feature }) => feature.group === group)
      .map(({ feature, smtp, graph }) => `| ${feature.what} | ${cellOf(smtp)} | ${cellOf(graph)} |`);
    return [`## ${group}`, "", "| | SMTP | Microsoft Graph |", "| --- | --- | --- |", ...rows].join("\n");
  });
  return `# What each way can do

Written by \`npx tsx scripts/capability-table.ts\` from what was tried: each row is sent both ways, to a mail server and to a stand-in for Microsoft Graph that checks every request as Microsoft describes it, and what arrives is looked at. \`test/contract/capabilities.test.ts\` does the same, and fails where this page says something else, or where anything was neither there nor refused.

“Changed” says how it arrives instead. What a way cannot do is refused with an error that says so, or cannot be asked for; nothing is left out silently.

${tables.join("\n\n")}
`;
}

function cellOf(verdict: Verdict): string {
  switch (verdict.kind) {
    case "yes":
      return "yes";
    case "changed":
      return `changed: ${verdict.how}`;
    case "no":
      return `no: ${verdict.why}`;
    default:
      return `**dropped**: ${verdict.saw}`;
  }
}
