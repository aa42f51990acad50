import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { type SignInStandIns, standInsFor } from "../test/support/stand-ins";
import type { FlowNode } from "./example-flow";
import { listen } from "./listen";

export interface DemoNodeRed {
  url: string;
  /** Resolves when the flows have started. */
  deploy(flows: FlowNode[]): Promise<void>;
  stop(): Promise<void>;
}

export interface DemoNodeRedOptions {
  checkout: string;
  folder: string;
  preferredPort: number;
  /** What answers in Microsoft's place. */
  standIns: SignInStandIns;
  /** Called when the process ends without having been asked to. */
  onDeath(lastWords: string): void;
}

/** Starts Node-RED 4.1 on loopback with this checkout's nodes; rejects when it is not ready in a minute. */
export async function startNodeRed(options: DemoNodeRedOptions): Promise<DemoNodeRed> {
  const { checkout, folder } = options;
  const port = await freePort(options.preferredPort);
  writeSettings(options, port);
  const redJs = join(checkout, "node_modules", "node-red", "red.js");
  const child = spawn(process.execPath, [redJs, "--userDir", folder, "--settings", join(folder, "settings.js")], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const killWithDemo = () => child.kill("SIGKILL");
  process.once("exit", killWithDemo);
  let stopping = false;
  const log = keepLog(child, join(folder, "node-red.log"));
  child.once("exit", () => {
    process.removeListener("exit", killWithDemo);
    if (!stopping) options.onDeath(log.tail());
  });
  const stop = () => {
    stopping = true;
    return end(child);
  };
  await log.ready.catch(async (error) => {
    await stop();
    throw error;
  });
  const url = `http://127.0.0.1:${port}/`;
  return {
    url,
    stop,
    async deploy(flows) {
      const started = log.nextLine(/Started flows/, 20_000);
      await Promise.all([deploy(url, flows), started]);
    },
  };
}

async function freePort(preferred: number): Promise<number> {
  const probe = createServer();
  const { port, close } = await listen(probe, preferred, () => new Promise((resolve) => probe.close(() => resolve())));
  await close();
  return port;
}

function writeSettings({ folder, checkout, standIns }: DemoNodeRedOptions, uiPort: number): void {
  const settings = {
    uiHost: "127.0.0.1",
    uiPort,
    flowFile: "flows.json",
    flowFilePretty: true,
    nodesDir: [checkout],
    telemetry: { enabled: false, updateNotification: false },
    lang: "en-US",
    editorTheme: { tours: false, palette: { catalogues: [] }, page: { title: "Node-RED: mail demo" } },
  };
  const script = `${standInsFor(checkout, standIns)}module.exports = ${JSON.stringify(settings, null, 2)};\n`;
  writeFileSync(join(folder, "settings.js"), script);
}

function keepLog(child: ChildProcess, file: string) {
  const sink = createWriteStream(file);
  let text = "";
  const tail = () => text.slice(-4000);
  const ready = new Promise<void>((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`Node-RED was not ready in a minute:\n${tail()}`)), 60_000);
    const settle = (settled: () => void) => {
      clearTimeout(limit);
      settled();
    };
    const onText = (more: string) => {
      text = (text + more).slice(-100_000);
      sink.write(more);
      if (/Server now running at/.test(text) && /Started flows|Waiting for missing types/.test(text)) settle(resolve);
    };
    child.stdout?.setEncoding("utf8").on("data", onText);
    child.stderr?.setEncoding("utf8").on("data", onText);
    child.once("error", (error) => settle(() => reject(error)));
    child.once("exit", (code) => settle(() => reject(new Error(`Node-RED ended with ${code}:\n${tail()}`))));
  });
  child.once("close", () => sink.end());
  const nextLine = (pattern: RegExp, timeoutMs: number) =>
    new Promise<void>((resolve, reject) => {
      const look = (more: string) => {
        if (pattern.test(more)) settle(resolve);
      };
      const limit = setTimeout(() => settle(() => reject(new Error(`Node-RED hangs:\n${tail()}`))), timeoutMs);
      const settle = (settled: () => void) => {
        clearTimeout(limit);
        child.stdout?.off("data", look);
        settled();
      };
      child.stdout?.on("data", look);
    });
  return { tail, ready, nextLine };
}

function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const force = setTimeout(() => child.kill("SIGKILL"), 15_000);
    child.once("exit", () => {
      clearTimeout(force);
      resolve();
    });
    child.kill("SIGTERM");
  });
}

async function deploy(url: string, flows: FlowNode[]): Promise<void> {
  const answer = await fetch(`${url}flows`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(flows),
    signal: AbortSignal.timeout(20_000),
  });
  if (!answer.ok) throw new Error(`Node-RED did not take the example flow: ${answer.status} ${await answer.text()}`);
}
