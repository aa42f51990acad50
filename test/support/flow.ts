import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import helper = require("node-red-node-test-helper");

import type { RawConfiguration } from "../../src/settings/raw";
import type { RawSendEmail } from "../../src/settings/send-email-raw";

/** The versions of Node-RED that flows are tried on; 5 runs its runtime on Node 20 as well. */
const RUNTIMES = { 4: "node-red", 5: "node-red-5" } as const;
type Version = keyof typeof RUNTIMES;

// The node modules use `export =`, which an ES import cannot name without esModuleInterop.
const own = [require("../../nodes/smtp-config"), require("../../nodes/send-email")];
let nodes: unknown[] = [];

function use(version: Version): void {
  const runtime = require.resolve(RUNTIMES[version]);
  helper.init(runtime);
  nodes = [...own, createRequire(runtime)("@node-red/nodes/core/network/05-tls")];
}

/** Which one, where a test does not say; CI has hostile messages come to the other as well. */
const usual: Version = process.env["NODE_RED"] === "5" ? 5 : 4;
use(usual);

/** The same tests once on each version of Node-RED, with the helper's server running, and flows unloaded after each. */
export function describeOnEachVersion(title: string, tests: () => void, settings: Record<string, unknown> = {}): void {
  for (const version of [4, 5] as const) {
    describe(`${title} (Node-RED ${version})`, () => {
      before(() => use(version));
      withServer(settings);
      tests();
      after(() => use(usual));
    });
  }
}

/**
 * Within `describe`: the server that the helper needs, and nothing left of a test's flow. What is sent in the block
 * has an outbox of its own.
 */
export function withServer(settings: Record<string, unknown> = {}): void {
  before(() => startServer(settings));
  afterEach(unload);
  after(stopServer);
}

export type FlowNode = Record<string, unknown> & { id: string };
type Received = Record<string, unknown> & { email?: Record<string, unknown>; error?: Record<string, unknown> };
type Credentials = Record<string, Record<string, string>>;

/** A running flow: messages go in at `input`, and whatever comes out or is caught is waited for. */
export interface Flow {
  send(msg: Record<string, unknown>): void;
  sendTo(id: string, msg: Record<string, unknown>): void;
  next(): Promise<Received>;
  nextError(): Promise<Received>;
  /** Resolves once the step has shown a status that fits, before or after the call. */
  untilStatus(pattern: RegExp): Promise<void>;
  warnings(): string[];
}

const tab: FlowNode = { id: "tab", type: "tab", label: "Test" };

export function configurationNode(port: number, raw: Partial<RawConfiguration> = {}, id = "config"): FlowNode {
  const base = {
    name: `Config_${id}`,
    kind: "generic",
    isDefault: true,
    from: "orders@example.com",
    host: "localhost",
  };
  return {
    id,
    type: "smtp-config",
    ...base,
    port,
    security: "none",
    auth: "none",
    outbox: "memory",
    giveUpAfter: 0,
    version: 1,
    ...raw,
  };
}

export function stepNode(raw: Partial<RawSendEmail> = {}, id = "step"): FlowNode {
  return { id, type: "send-email", z: "tab", x: 100, y: 100, wires: [["output"]], ...raw };
}

const ends: FlowNode[] = [
  { id: "output", type: "helper", z: "tab", x: 200, y: 100, wires: [] },
  { id: "catch", type: "catch", z: "tab", x: 100, y: 200, scope: null, wires: [["caught"]] },
  { id: "caught", type: "helper", z: "tab", x: 200, y: 200, wires: [] },
];

let userDir = "";

export function startServer(settings: Record<string, unknown> = {}): Promise<void> {
  userDir = mkdtempSync(join(tmpdir(), "flows-"));
  helper.settings({ userDir, ...settings });
  return new Promise((resolve) => helper.startServer(resolve));
}

export async function stopServer(): Promise<void> {
  await new Promise<void>((resolve) => helper.stopServer(() => resolve()));
  rmSync(userDir, { recursive: true, force: true });
}

/** Where the outbox of what is sent now is. */
export const userDirectory = (): string => userDir;

export const unload = (): Promise<void> => Promise.resolve(helper.unload()).then(() => undefined);

export async function loadFlow(flow: FlowNode[], credentials: Credentials = {}): Promise<Flow> {
  await helper.load(nodes, [tab, ...flow, ...ends], credentials);
  return observe();
}

/** Deploys anew, only the nodes that changed unless told otherwise. */
export async function redeploy(flow: FlowNode[], type: "nodes" | "full" = "nodes"): Promise<Flow> {
  await helper.setFlows([tab, ...flow, ...ends], type);
  return observe();
}

/** What Catch is told beyond message and code. */
export const detailsOf = (error: Received["error"]): Record<string, unknown> =>
  (error?.["cause"] ?? {}) as Record<string, unknown>;

export const adminRequest = (): ReturnType<typeof helper.request> => helper.request();
export const nodeById = (id: string): ReturnType<typeof helper.getNode> => helper.getNode(id);
export const logEntries = (): { level: number; msg: unknown }[] =>
  helper.log().args.map(([entry]: [{ level: number; msg: unknown }]) => entry);

/** The admin API on a port of its own, for requests that are cut off in the middle. */
export async function listenAdmin(): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(helper._httpAdmin);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function observe(): Flow {
  const output = collect("output");
  const caught = collect("caught");
  const untilStatus = watchStatus("step");
  return {
    send: (msg) => helper.getNode("step").receive(msg),
    sendTo: (id, msg) => helper.getNode(id).receive(msg),
    next: () => output(),
    nextError: () => caught(),
    untilStatus,
    warnings: () =>
      logEntries()
        .filter(({ level }) => level === 30)
        .map(({ msg }) => String(msg)),
  };
}

function collect(id: string): () => Promise<Received> {
  const arrived: Received[] = [];
  const waiting: ((msg: Received) => void)[] = [];
  helper.getNode(id).on("input", (msg: Received) => {
    const waiter = waiting.shift();
    if (waiter) waiter(msg);
    else arrived.push(msg);
  });
  return () => {
    const msg = arrived.shift();
    return msg ? Promise.resolve(msg) : new Promise((resolve) => waiting.push(resolve));
  };
}

function watchStatus(id: string): (pattern: RegExp) => Promise<void> {
  const shown: string[] = [];
  const looking = new Set<() => void>();
  helper.getNode(id)?.on("call:status", (call: { args: [{ text: string }] }) => {
    shown.push(call.args[0].text);
    for (const look of looking) look();
  });
  return (pattern) =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!shown.some((text) => pattern.test(text))) return;
        looking.delete(look);
        resolve();
      };
      looking.add(look);
      look();
    });
}

/** Every time that the node calls `done`, with the error it is given. */
export function watchCompletions(id: string): { error?: unknown }[] {
  const completions: { error?: unknown }[] = [];
  const { hooks } = (
    helper as unknown as {
      _RED: { hooks: { add(name: string, run: (event: { node: { id: string }; error?: unknown }) => void): void } };
    }
  )._RED;
  hooks.add("onComplete.test", (event) => {
    if (event.node.id === id) completions.push(event.error === undefined ? {} : { error: event.error });
  });
  return completions;
}
