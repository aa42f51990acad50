import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Demo, startDemo } from "../support/demo";
import type { FlowNode } from "../support/node-red";

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
    await demo.press("demo-inject");
    const { envelope } = await demo.waitForMail(({ parsed }) => parsed.subject === "Hello from Node-RED");
    assert.deepEqual(envelope, ["ada@example.com"]);
    const { nodeRed, inbox } = demo;
    assert.equal(await demo.end("SIGINT"), 0);
    for (const url of [nodeRed, inbox]) await assert.rejects(fetch(url), url);
  });

  it("keeps what the person changed in the flow, except where the inbox is", async () => {
    demo = await startDemo(folder);
    assert.equal(await demo.end("SIGTERM"), 0);
    const file = join(folder, "flows.json");
    const before = flowsIn(file).map((node) =>
      node.id === "demo-smtp" ? { ...node, port: 1, fromName: "Changed" } : node,
    );
    writeFileSync(file, JSON.stringify(before));

    demo = await startDemo(folder);
    const after = flowsIn(file);
    const port = Number(/SMTP +127\.0\.0\.1:(\d+)/.exec(demo.output())?.[1]);
    assert.deepEqual(
      after,
      before.map((node) => (node.tls === "demo-tls" ? { ...node, port } : node)),
    );
    await demo.press("demo-inject");
    await demo.waitForMail(({ parsed }) => parsed.from?.text === '"Changed" <node-red@example.com>');
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
