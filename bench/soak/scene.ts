import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { SEED } from "../../test/faults/seed";
import { createTestCa, issueCertificate } from "../../test/support/certificates";
import { checkout, startNodeRed } from "../../test/support/node-red";
import { answerOf } from "../child";
import type { Acceptance } from "./faults";
import type { ServerOrder, ServerPorts, ServerTask } from "./faulty-server";
import { soakFlow } from "./flow";
import type { InsideOptions } from "./inside";
import { LARGE_BYTES } from "./mails";
import type { Plan } from "./plan";
import type { Sample } from "./sample";
import type { Told } from "./truth";

/** Until the first mail: Node-RED starts, and is at rest. */
const HEAD_START_MS = 8000;

/** `dropped`: by Node-RED, before any step had it. */
export type Noted = { readonly handed: number } | { readonly dropped: number } | Told;

/** A Node-RED with the package, and mail servers in another process, with the files that they write. */
export async function setScene(plan: Plan) {
  const folder = mkdtempSync(join(tmpdir(), "soak-"));
  const userDir = join(folder, "node-red");
  mkdirSync(userDir);
  const file = (name: string): string => join(folder, name);
  const ca = await createTestCa();
  writeFileSync(file("ca.pem"), ca.cert);
  writeFileSync(file("large.bin"), Buffer.alloc(LARGE_BYTES, "A line of a large file, as long as lines are.\r\n"));

  let isEnding = false;
  const account = { user: "soak", pass: "soak-password" };
  const { cert, key } = await issueCertificate(ca, { hosts: ["localhost"] });
  const servers = fork(join(__dirname, "faulty-server.ts"), {
    execArgv: ["--require", "tsx/cjs"],
    env: { ...process.env, FAULT_SEED: String(SEED) },
  });
  servers.send({ plan, ledger: file("taken"), certificate: { cert, key }, account } satisfies ServerTask);
  servers.on("exit", (code, signal) => {
    if (isEnding) return;
    process.stderr.write(`the mail servers ended early (${code ?? signal})\n`);
    process.exit(1);
  });
  const ports = await answerOf<ServerPorts>(servers);

  const bundle = file("inside.js");
  const entryPoints = [join(__dirname, "inside.ts")];
  buildSync({ entryPoints, outfile: bundle, bundle: true, platform: "node", format: "cjs", target: "node20" });
  const options: InsideOptions = {
    nodeRed: join(checkout, "node_modules", "node-red", "red.js"),
    outbox: join(userDir, "post-office"),
    ledger: file("ledger"),
    samples: file("samples"),
    largeFile: file("large.bin"),
  };
  const startedAt = Date.now() + HEAD_START_MS;
  servers.send({ startedAt } satisfies ServerOrder);
  const soak = `require(${JSON.stringify(bundle)}).soak(${JSON.stringify(options)})`;
  const nodeRed = await startNodeRed({
    version: 4,
    userDir,
    settings: `functionGlobalContext: { soak: ${soak} }`,
    flows: soakFlow({ ports, account, attachmentFolder: folder, startedAt, feedMs: plan.feedMs }),
    env: { NODE_EXTRA_CA_CERTS: file("ca.pem"), FAULT_SEED: String(SEED) },
  });

  return {
    nodeRed,
    startedAt,
    calm: (): void => void servers.send({ calm: true } satisfies ServerOrder),
    samples: (): Sample[] => linesOf(file("samples")),
    noted: (): Noted[] => linesOf(file("ledger")),
    taken: (): Acceptance[] => linesOf(file("taken")),
    /** The folder stays where somebody has to look for what went wrong. */
    async end(keep: boolean): Promise<void> {
      await nodeRed.stop();
      isEnding = true;
      const ended = once(servers, "exit");
      servers.disconnect();
      await ended;
      if (!keep) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      else process.stdout.write(`What was written is kept in ${folder}\n`);
    },
  };
}

export type Scene = Awaited<ReturnType<typeof setScene>>;

/** The last line may be half written. */
function linesOf<T>(path: string): T[] {
  const lines = readFileSync(path, { encoding: "utf8", flag: "a+" }).split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as T);
}
