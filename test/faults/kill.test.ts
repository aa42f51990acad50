import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkout } from "../support/node-red";
import { type ScriptedSmtpServer, startScriptedSmtpServer } from "../support/scripted-smtp-server";
import { arrivals } from "./post-office-rig";

const ROUNDS = 12;
const MAILS = 40;

describe("kill -9", () => {
  let folder: string;
  let server: ScriptedSmtpServer;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "post-office-"));
    server = await startScriptedSmtpServer();
  });
  afterEach(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it(`at ${ROUNDS} points of a run loses no mail that was acknowledged, and marks every one that may have come twice`, async () => {
    const acknowledged: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      // From the first acknowledgement on to long after the last one, when mails are with the server.
      const output = await run(server.port, folder, `round${round}`, MAILS, (lines, arrived) =>
        round % 2 === 0 ? lines >= 1 + round * 3 : arrived >= 1 + round * 2,
      );
      acknowledged.push(...output.filter((line) => line.startsWith("ack ")).map((line) => line.slice(4)));
    }
    const last = await run(server.port, folder, "last", 0, () => false);
    const unconfirmed = Number(last.find((line) => line.startsWith("drained "))?.slice(8));
    const times = arrivals(server.mails.map(({ raw }) => raw));
    assert.ok(acknowledged.length > ROUNDS, `${acknowledged.length} acknowledged`);
    assert.deepEqual(
      acknowledged.filter((subject) => !times.has(subject)),
      [],
      "lost",
    );
    const duplicates = [...times.values()].reduce((sum, count) => sum + count - 1, 0);
    assert.ok(duplicates <= unconfirmed, `${duplicates} duplicates, ${unconfirmed} attempts marked`);
  });

  /** Runs a sender until it ends, or until `isDue` says that it is to be killed. */
  function run(
    port: number,
    store: string,
    prefix: string,
    count: number,
    isDue: (lines: number, arrived: number) => boolean,
  ): Promise<string[]> {
    const script = join(__dirname, "sender-process.ts");
    const child = spawn(process.execPath, ["--import", "tsx", script, String(port), store, prefix, String(count)], {
      cwd: checkout,
    });
    const before = server.mails.length;
    let output = "";
    const look = (): void => {
      if (isDue(output.split("\n").length - 1, server.mails.length - before)) child.kill("SIGKILL");
    };
    child.stderr.on("data", (chunk) => {
      output += `error ${chunk}`;
    });
    child.stdout.on("data", (chunk) => {
      output += chunk;
      look();
    });
    const watching = server.waitFor(() => {
      look();
      return child.exitCode !== null || child.signalCode !== null;
    }, 30_000);
    return new Promise((resolve) => {
      child.on("close", () => {
        watching.catch(() => {});
        resolve(output.split("\n"));
      });
    });
  }
});
