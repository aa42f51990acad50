import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkout, type FlowNode } from "../support/node-red";
import { createSignal } from "../support/signal";

interface Demo {
  process: ChildProcess;
  nodeRed: string;
  inbox: string;
  output(): string;
  /** The exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

describe("npm run demo", () => {
  let folder: string;
  let demo: Demo | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "demo-"));
  });
  afterEach(async () => {
    await demo?.end("SIGTERM");
    demo = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  it("sends the example flow's mail to its inbox, and ends cleanly on Ctrl-C", async () => {
    demo = await startDemo(folder);
    const press = await fetch(`${demo.nodeRed}inject/demo-inject`, { method: "POST" });
    assert.equal(press.status, 200);
    assert.match(await inboxWith(demo, /Hello from Node-RED/), /ada@example\.com/);
    const { nodeRed, inbox } = demo;
    assert.equal(await demo.end("SIGINT"), 0);
    for (const url of [nodeRed, inbox]) await assert.rejects(fetch(url), url);
  });

  it("keeps what the person changed in the flow, except where the inbox is", async () => {
    demo = await startDemo(folder);
    assert.equal(await demo.end("SIGTERM"), 0);
    const file = join(folder, "flows.json");
    const before = flowsIn(file).map((node) =>
      node.type === "smtp-config" ? { ...node, port: 1, fromName: "Changed" } : { ...node, name: "Changed" },
    );
    writeFileSync(file, JSON.stringify(before));

    demo = await startDemo(folder);
    const after = flowsIn(file);
    const port = Number(/SMTP +127\.0\.0\.1:(\d+)/.exec(demo.output())?.[1]);
    assert.deepEqual(
      after,
      before.map((node) => (node.type === "smtp-config" ? { ...node, port } : node)),
    );
    await fetch(`${demo.nodeRed}inject/demo-inject`, { method: "POST" });
    await inboxWith(demo, /Changed.*ada@example\.com/);
  });

  it("ends with an error when Node-RED dies", async () => {
    demo = await startDemo(folder);
    const exited = new Promise((resolve) => demo?.process.once("exit", resolve));
    const once = { once: true, onceDelay: 0.1, repeat: "", crontab: "", props: [] };
    const libs = [{ var: "process", module: "process" }];
    const flows = [
      { id: "t", type: "tab", label: "t" },
      { id: "in", type: "inject", z: "t", ...once, x: 1, y: 1, wires: [["crash"]] },
      { id: "crash", type: "function", z: "t", func: "process.exit(3)", libs, outputs: 1, x: 1, y: 1, wires: [] },
    ];
    await fetch(`${demo.nodeRed}flows`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(flows),
    });
    assert.equal(await exited, 1);
    assert.match(demo.output(), /Node-RED ended/);
  });
});

function flowsIn(file: string): FlowNode[] {
  return JSON.parse(readFileSync(file, "utf8"));
}

/** Reads the page each time that the inbox announces a mail, until it shows what is looked for. */
async function inboxWith({ inbox }: Demo, pattern: RegExp): Promise<string> {
  const events = await fetch(`${inbox}events`, { signal: AbortSignal.timeout(20_000) });
  for await (const _ of events.body!) {
    const page = await (await fetch(inbox)).text();
    if (pattern.test(page)) return page;
  }
  throw new Error("the inbox ended");
}

async function startDemo(folder: string): Promise<Demo> {
  const tsx = join(checkout, "node_modules", ".bin", "tsx");
  const child = spawn(tsx, [join(checkout, "demo", "start.ts"), folder], { cwd: checkout });
  const changed = createSignal();
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      changed.emit();
    });
  }
  child.once("exit", changed.emit);
  const exited = () => child.exitCode !== null || child.signalCode !== null;
  await changed.waitFor(() => exited() || /Ctrl-C/.test(output), 60_000);
  const [, nodeRed] = /Node-RED +(http\S+)/.exec(output) ?? [];
  const [, inbox] = /Inbox +(http\S+)/.exec(output) ?? [];
  if (!nodeRed || !inbox) throw new Error(`the demo did not start:\n${output}`);
  const end = async (signal: NodeJS.Signals) => {
    if (!exited()) child.kill(signal);
    await changed.waitFor(exited, 30_000);
    return child.exitCode;
  };
  return { process: child, nodeRed, inbox, output: () => output, end };
}
