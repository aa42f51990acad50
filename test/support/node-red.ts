import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { outputOf } from "./child-output";
import { createSignal, type Signal } from "./signal";
import { type SignInStandIns, standInsFor } from "./stand-ins";

export type { SignInStandIns } from "./stand-ins";

export const checkout = resolve(__dirname, "../..");

export interface AdminUser {
  username: string;
  /** In clear; the settings file gets its hash. */
  password: string;
  permissions: string | string[];
}

export interface NodeRedOptions {
  version: 4 | 5;
  /** Kept on stop; without it a temporary one is made and removed on stop. */
  userDir?: string;
  /** Settings, or JavaScript text of an object literal's inside where functions are needed. */
  settings?: Record<string, unknown> | string;
  /** The flows it starts with; a node's `credentials` are put where Node-RED keeps them. */
  flows?: FlowNode[];
  /** Loads this package from the checkout (its build in dist/). */
  nodesDir?: boolean;
  httpAdminRoot?: string;
  adminAuth?: AdminUser[];
  env?: Record<string, string>;
  /** Stand-ins on loopback for Microsoft's worldwide cloud and for Google. */
  services?: SignInStandIns;
}

export interface FlowNode {
  id: string;
  type: string;
  credentials?: Record<string, string>;
  [property: string]: unknown;
}

export interface RunningNodeRed {
  /** Where the editor and the admin API are; ends with a slash. */
  url: string;
  port: number;
  userDir: string;
  /** All that it printed so far. */
  log(): string;
  waitForLog(pattern: RegExp, timeoutMs?: number): Promise<void>;
  /** Calls the admin API; `path` is relative to its root. Bounded in time. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Deploys through the admin API and resolves when the flows have started. */
  deploy(flows: FlowNode[], deploymentType?: "full" | "nodes" | "flows", token?: string): Promise<void>;
  /** An access token for a user of `adminAuth`. */
  login(username: string, password: string): Promise<string>;
  /** Ends the process as kill -9 does; a user directory that was given stays. */
  kill(): Promise<void>;
  /** Ends the process (by force after 20 s) and removes a temporary user directory. */
  stop(): Promise<void>;
}

/** Starts a real Node-RED in a process of its own; rejects with its log if it is not ready within 60 s. */
export async function startNodeRed(options: NodeRedOptions): Promise<RunningNodeRed> {
  const userDir = options.userDir ?? mkdtempSync(join(tmpdir(), "node-red-"));
  writeUserDir(userDir, options);
  const redJs = join(checkout, "node_modules", options.version === 5 ? "node-red-5" : "node-red", "red.js");
  const child = spawn(
    nodeFor(options.version),
    [redJs, "--port", "0", "--userDir", userDir, "--settings", join(userDir, "settings.js")],
    { cwd: userDir, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...options.env } },
  );
  const killWithParent = () => child.kill("SIGKILL");
  process.once("exit", killWithParent);
  child.once("exit", () => process.removeListener("exit", killWithParent));
  const changed = createSignal();
  const output = outputOf(child, changed);
  const stop = async (signal: NodeJS.Signals = "SIGTERM") => {
    await end(child, signal);
    if (!options.userDir) rmSync(userDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  };
  try {
    await changed.waitFor(() => output.exited || isReady(output.text), 60_000);
    if (output.exited) throw new Error("Node-RED ended");
  } catch (error) {
    await stop();
    throw new Error(`Node-RED ${options.version} did not start: ${(error as Error).message}\n${output.text}`);
  }
  const { url, port } = address(output.text);
  const kill = () => stop("SIGKILL");
  return {
    port,
    userDir,
    log: () => output.text,
    stop: () => stop(),
    kill,
    ...access(url, () => output.text, changed),
  };
}

/** Node-RED 5 needs Node 22.9; where the one running this is older, the Node 24 of `.tools` is taken. */
export function nodeFor(version: 4 | 5): string {
  if (version === 4 || Number.parseInt(process.versions.node, 10) >= 24) return process.execPath;
  return join(checkout, ".tools", "node24", "node_modules", ".bin", "node");
}

/**
 * Tests on a Node-RED that runs for itself. Where there is no Node for it they are left out, and that is said:
 * `npm test` needs Node 20 and nothing else. The run on Node 24 has them in any case.
 */
export function describeOnNodeRed(version: 4 | 5, title: string, tests: (this: Mocha.Suite) => void): void {
  const node = nodeFor(version);
  if (existsSync(node)) describe(`${title} ${version}`, tests);
  else
    console.warn(
      `Left out: ${title} ${version}. It needs Node 22.9 or newer; there is no ${relative(checkout, node)}.`,
    );
}

function access(url: string, log: () => string, changed: Signal) {
  const waitForLog = (pattern: RegExp, timeoutMs = 10_000) => changed.waitFor(() => pattern.test(log()), timeoutMs);
  const call = (path: string, init: RequestInit = {}) =>
    fetch(new URL(path.replace(/^\//, ""), url), { signal: AbortSignal.timeout(20_000), ...init });
  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const init = { method: "POST", headers: { "content-type": "application/json", ...headers } };
    const answer = await call(path, { ...init, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  return {
    url,
    waitForLog,
    fetch: call,
    async deploy(flows: FlowNode[], deploymentType = "full", token?: string) {
      const before = log().length;
      const authorization: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
      await post("flows", flows, { "node-red-deployment-type": deploymentType, ...authorization });
      await changed.waitFor(() => started.test(log().slice(before)), 20_000);
    },
    async login(username: string, password: string) {
      const body = { client_id: "node-red-admin", grant_type: "password", scope: "", username, password };
      const answer = await post("auth/token", body);
      return ((await answer.json()) as { access_token: string }).access_token;
    },
  };
}

// In English or, where a test sets `lang`, in German.
const started = /Started (modified )?(flows|nodes)|Flows sind gestartet|Waiting for missing types/;
const running = /Server (?:now running at|wird jetzt auf) (https?:\/\/[^:]+:(\d+)\S*)/;

function isReady(log: string): boolean {
  return running.test(log) && started.test(log);
}

function address(log: string): { url: string; port: number } {
  const [, url = "", port = ""] = running.exec(log) ?? [];
  return { url: url.replace(/\/?$/, "/"), port: Number(port) };
}

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const force = setTimeout(() => child.kill("SIGKILL"), 20_000);
    child.once("exit", () => {
      clearTimeout(force);
      resolve();
    });
    child.kill(signal);
  });
}

function writeUserDir(userDir: string, options: NodeRedOptions): void {
  const settings = {
    flowFile: "flows.json",
    uiHost: "127.0.0.1",
    lang: "en-US",
    credentialSecret: "test",
    telemetry: { enabled: false, updateNotification: false },
    editorTheme: { tours: false, palette: { catalogues: [] } },
    ...(options.nodesDir === false ? {} : { nodesDir: [checkout] }),
    ...(options.httpAdminRoot ? { httpAdminRoot: options.httpAdminRoot } : {}),
    ...(options.adminAuth ? { adminAuth: hashed(options.adminAuth) } : {}),
    ...(typeof options.settings === "object" ? options.settings : {}),
  };
  const extra = typeof options.settings === "string" ? options.settings : "";
  writeFileSync(
    join(userDir, "settings.js"),
    `${standInsFor(checkout, options.services)}module.exports = Object.assign(${JSON.stringify(settings, null, 2)}, { ${extra} });\n`,
  );
  if (!options.flows) return;
  const bare = options.flows.map(({ credentials: _, ...node }) => node);
  const secrets = options.flows.flatMap(({ id, credentials }) => (credentials ? [[id, credentials]] : []));
  writeFileSync(join(userDir, "flows.json"), JSON.stringify(bare));
  // Node-RED takes credentials in clear and encrypts them at the next deploy.
  writeFileSync(join(userDir, "flows_cred.json"), JSON.stringify(Object.fromEntries(secrets)));
}

function hashed(users: AdminUser[]) {
  const bcrypt = createRequire(join(checkout, "node_modules", "node-red", "red.js"))("bcryptjs") as {
    hashSync(password: string, rounds: number): string;
  };
  return {
    type: "credentials",
    users: users.map((user) => ({ ...user, password: bcrypt.hashSync(user.password, 4) })),
  };
}
