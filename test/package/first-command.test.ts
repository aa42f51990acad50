import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { outputOf } from "../support/child-output";
import { checkout } from "../support/node-red";
import { createSignal } from "../support/signal";

/** What the demo would take if it could. */
const USUAL_PORTS = [1880, 2525, 8025];

describe("the README's first command in a fresh clone, with an empty npm cache", () => {
  let folder: string;
  const taken: Server[] = [];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "first-command-"));
    for (const port of USUAL_PORTS) await take(port);
  });
  after(() => {
    for (const server of taken) server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Somebody else may have it already, which serves as well. */
  function take(port: number): Promise<void> {
    return new Promise((resolve) => {
      const server = createServer().once("error", () => resolve());
      server.listen(port, "127.0.0.1", () => {
        taken.push(server);
        resolve();
      });
    });
  }

  it("starts Node-RED and the inbox on free ports, writes only into the clone, and ends on Ctrl-C", async () => {
    const [clone, home, cache] = ["clone", "home", "cache"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    execFileSync("git", ["clone", "--quiet", checkout, clone]);
    mkdirSync(home);
    const [, command] = /```sh\n(npm install[^\n]+)\n```/.exec(readFileSync(join(clone, "README.md"), "utf8")) ?? [];
    assert.equal(command, "npm install && npm run demo");
    // A terminal sends Ctrl-C to everything that the command has started.
    // Without what an npm that runs this test has put in front: a person has only Node.js and npm.
    const path = process.env["PATH"]?.split(":").filter((part) => !/node_modules\/\.bin$/.test(part));
    const env = { ...process.env, PATH: path?.join(":"), HOME: home, npm_config_cache: cache };
    const child = spawn("bash", ["-c", command ?? ""], { cwd: clone, env, detached: true });
    const changed = createSignal();
    const output = outputOf(child, changed);
    let ended = false;
    child.once("close", () => {
      ended = true;
      changed.emit();
    });
    try {
      await changed.waitFor(() => ended || /Ctrl-C/.test(output.text), 240_000);
      assert.ok(!ended, output.text);
      const urls = ["Node-RED", "Inbox"].map((name) => new RegExp(`${name} +(http\\S+)`).exec(output.text)?.[1] ?? "");
      for (const url of urls) {
        assert.equal((await fetch(url)).status, 200, url);
        assert.ok(!USUAL_PORTS.includes(Number(new URL(url).port)), `${url} was taken`);
      }
      process.kill(-(child.pid as number), "SIGINT");
      await changed.waitFor(() => ended, 20_000);
      for (const url of urls) await assert.rejects(fetch(url), url);
      const ignored = execFileSync("git", ["status", "--porcelain", "--ignored"], { cwd: clone, encoding: "utf8" });
      // Each release of npm writes the lock file its own way.
      const written = ignored.split("\n").filter((line) => line !== "" && line !== " M package-lock.json");
      assert.deepEqual(written.sort(), ["!! .demo/", "!! dist/", "!! node_modules/"]);
      assert.deepEqual(readdirSync(home), []);
    } finally {
      if (!ended) process.kill(-(child.pid as number), "SIGKILL");
    }
  });
});
