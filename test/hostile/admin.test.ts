import assert from "node:assert/strict";
import fc from "fast-check";
import { TestGate } from "../../nodes/runtime/test-gate";
import type { Clock } from "../../src/model/clock";
import type { ProbeReport } from "../../src/model/probe";
import { CONFIGURATION_DEFAULTS } from "../../src/settings/raw";
import { SEND_EMAIL_DEFAULTS } from "../../src/settings/send-email-raw";
import { SEED, tellSeedOfFailures } from "../faults/seed";
import { configurationNode, listenAdmin, loadFlow, stepNode, withServer } from "../support/flow";
import { type ScriptedSmtpServer, startScriptedSmtpServer } from "../support/scripted-smtp-server";
import { type Puppet, startPuppet } from "./puppet";

const TEST = "smtp-config/test";
const POSTS = [
  TEST,
  "smtp-config/certificate",
  "send-email/test",
  ...["hold", "release", "retry", "discard", "resume"].map((action) => `smtp-config/outbox/${action}`),
];
const GETS = ["overview", "counts", "matching", "entries", "entries/x"].map((path) => `smtp-config/outbox/${path}`);
const JSON_TYPE = { "content-type": "application/json" };
/** Of the body, the path, the permission, the rate; 503 is the outbox's. */
const EXPECTED = [200, 400, 401, 404, 409, 413, 415, 429, 503];

describe("hostile admin calls", () => {
  let server: ScriptedSmtpServer;
  let admin: { url: string; close(): Promise<void> };
  let puppet: Puppet | undefined;
  const rejections: unknown[] = [];
  const onRejection = (reason: unknown): void => void rejections.push(reason);

  // Express prints what it cannot parse.
  const { error } = console;

  withServer();
  beforeEach(async () => {
    console.error = () => {};
    process.on("unhandledRejection", onRejection);
    server = await startScriptedSmtpServer();
    await loadFlow([configurationNode(server.port), stepNode()]);
    admin = await listenAdmin();
  });
  afterEach(async () => {
    console.error = error;
    await admin.close();
    await server.close();
    await puppet?.close();
    puppet = undefined;
    process.removeListener("unhandledRejection", onRejection);
  });

  // After console.error is itself again.
  tellSeedOfFailures();

  async function ask(path: string, init: RequestInit = {}): Promise<{ status: number; text: string }> {
    const response = await fetch(`${admin.url}/${path}`, { ...init, signal: AbortSignal.timeout(10_000) });
    return { status: response.status, text: await response.text() };
  }
  const post = (path: string, body: unknown) =>
    ask(path, { method: "POST", headers: JSON_TYPE, body: JSON.stringify(body) });

  function assertAnswered({ status, text }: { status: number; text: string }): void {
    assert.ok(EXPECTED.includes(status), `${status}: ${text.slice(0, 300)}`);
    assert.ok(text.length < 200_000, `${text.length} characters`);
    assert.deepEqual(rejections.splice(0), []);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  }

  const form = (raw = {}) => ({
    id: "new",
    config: { ...configurationNode(server.port), host: "127.0.0.1", timeout: 1, connectTimeout: 1, ...raw },
    credentials: {},
    send: false,
  });

  const BODIES: Readonly<Record<string, RequestInit>> = {
    "no body": {},
    "a text": { headers: { "content-type": "text/plain" }, body: "hello" },
    "a form": { headers: { "content-type": "application/x-www-form-urlencoded" }, body: "id=x&config[host]=y" },
    "JSON that is called something else": { headers: { "content-type": "text/html" }, body: "{}" },
    "half of JSON": { headers: JSON_TYPE, body: '{"id":' },
    "no UTF-8": { headers: JSON_TYPE, body: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]) },
    "another encoding": { headers: { ...JSON_TYPE, "content-encoding": "gzip" }, body: "{}" },
    "a text as JSON": { headers: JSON_TYPE, body: '"hello"' },
    null: { headers: JSON_TYPE, body: "null" },
    "an array": { headers: JSON_TYPE, body: "[]" },
    "100,000 levels": {
      headers: JSON_TYPE,
      body: `{"id":"x","config":${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}}`,
    },
    "prototype keys": {
      headers: JSON_TYPE,
      body: '{"id":"x","config":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}},"credentials":{"__proto__":{"polluted":1}},"msg":{"__proto__":{"polluted":1}},"flow":"y","matching":{"__proto__":{}},"ids":["__proto__"]}',
    },
    "twenty megabytes": { headers: JSON_TYPE, body: `{"id":"${"x".repeat(20_000_000)}"}` },
  };
  for (const [what, init] of Object.entries(BODIES)) {
    it(`with ${what} are answered, with an error or without, at every endpoint`, async () => {
      for (const path of POSTS) assertAnswered(await ask(path, { method: "POST", ...init }));
    });
  }

  const any = fc.oneof(
    fc.jsonValue({ maxDepth: 4 }),
    fc.constantFrom<unknown>("", "${HOME}", "__PWRD__", "../../x", "\0", "a\r\nb", -1, 1e308, [], {}, true, null),
  );
  const some = (names: readonly string[]) =>
    fc.dictionary(fc.constantFrom(...names), any as fc.Arbitrary<unknown>, { maxKeys: 6 });

  it("to test are answered whatever is in the fields", async () => {
    const fields = some(Object.keys(CONFIGURATION_DEFAULTS).filter((name) => name !== "host"));
    await fc.assert(
      fc.asyncProperty(fields, some(["id", "to", "from", "send", "credentials", "accessToken"]), async (raw, rest) => {
        assertAnswered(await post(TEST, { ...form(raw), ...rest }));
      }),
      { numRuns: 150, seed: SEED, endOnFailure: true },
    );
  });

  it("to preview a step are answered whatever is in the fields", async () => {
    const fields = some(Object.keys(SEND_EMAIL_DEFAULTS));
    await fc.assert(
      fc.asyncProperty(fields, any, async (config, msg) => {
        assertAnswered(await post("send-email/test", { id: "step", flow: "tab", config, msg, preview: true }));
        assertAnswered(
          await post("send-email/test", {
            id: "step",
            flow: "tab",
            config: {},
            msg: { ...(msg as object), to: msg, payload: msg },
            preview: true,
          }),
        );
      }),
      { numRuns: 100, seed: SEED, endOnFailure: true },
    );
  });

  it("to the outbox are answered whatever is asked for", async () => {
    const query = fc.dictionary(
      fc.constantFrom(
        "queue",
        "states",
        "search",
        "limit",
        "beforeQueuedAt",
        "beforeId",
        "states[]",
        "search[a][b]",
        "__proto__[x]",
      ),
      fc.oneof(
        fc.string(),
        fc.constantFrom("%", "_", "'; DROP TABLE mails; --", "1e999", "-1", "sent,held", "NaN", "\0"),
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...GETS), query, async (path, asked) => {
        assertAnswered(await ask(`${path}?${new URLSearchParams(asked)}`));
      }),
      { numRuns: 150, seed: SEED, endOnFailure: true },
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...POSTS.slice(3)), some(["ids", "queues", "matching"]), async (path, body) => {
        assertAnswered(await post(path, body));
      }),
      { numRuns: 100, seed: SEED, endOnFailure: true },
    );
    for (const id of ["..%2f..%2fetc%2fpasswd", "%00", "%ff", "x".repeat(5000)])
      assertAnswered(await ask(`smtp-config/outbox/entries/${id}`));
  });

  it("run one test of a configuration at a time, and five of all", async () => {
    const release: (() => void)[] = [];
    const slow = await startScriptedSmtpServer({
      ehlo: () => new Promise((resolve) => release.push(() => resolve(undefined))),
    });
    try {
      const body = (id: string) => ({ ...form({ port: slow.port, timeout: 30 }), id });
      const running = ["a", "b", "c", "d", "e"].map((id) => post(TEST, body(id)));
      await slow.waitFor(() => release.length === 5);
      assert.equal((await post(TEST, body("a"))).status, 409);
      const { status, text } = await post(TEST, body("f"));
      assert.equal(status, 429);
      assert.match(text, /Try again in a minute/);
      assert.equal(slow.sessions.length, 5);
      for (const go of release) go();
      for (const { status } of await Promise.all(running)) assert.equal(status, 200);
      assert.equal((await post(TEST, { ...form(), id: "f" })).status, 200);
    } finally {
      await slow.close();
    }
  });

  it("start sixty tests a minute, so that none is a scan of ports", async () => {
    let now = 1_000_000;
    const clock: Clock = { now: () => now, after: () => () => {} };
    const gate = new TestGate(clock);
    for (let at = 0; at < 60; at++) {
      assert.equal(gate.refusal(`${at}`), undefined);
      await gate.run(`${at}`, async () => {});
    }
    assert.equal(gate.refusal("one more"), "too-often");
    now += 60_000;
    assert.equal(gate.refusal("one more"), undefined);
    await gate.run("one more", async () => {});
    now -= 3_600_000;
    assert.equal(gate.refusal("after the clock was set back"), undefined);
  });

  const BANNERS: Readonly<Record<string, string | Buffer>> = {
    SSH: `SSH-2.0-OpenSSH_9.6p1 ${"private ".repeat(100)}\r\nmore of it\r\n`,
    "a database": Buffer.concat([Buffer.from([74, 0, 0, 0, 10]), Buffer.from(`8.0.36\0${"secret ".repeat(500)}\n`)]),
    "a web server": `HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n\r\n<html>${"internal page ".repeat(100)}</html>\r\n`,
    "a shell": `\u001b[31mroot@host\u001b[0m ${"# cat /etc/shadow ".repeat(50)}\n`,
  };
  for (const [what, banner] of Object.entries(BANNERS)) {
    it(`are told of ${what} that it is no mail server, and not what else it says`, async () => {
      puppet = await startPuppet((line) => (line === undefined ? banner : "hidden answer\r\n"));
      const { status, text } = await post(TEST, form({ port: puppet.port }));
      assert.equal(status, 200);
      const { steps, dialogue } = JSON.parse(text) as ProbeReport;
      assert.equal(steps.find(({ outcome }) => outcome === "failed")?.finding?.reason, "not-smtp");
      const said = dialogue.filter(({ by }) => by === "server").map(({ text: words }) => words);
      assert.ok(said.join("").length <= 100, said.join(""));
      assert.doesNotMatch(text, /hidden answer|more of it|internal page|[\u0000-\u001f\u007f]|\\u00[01]/);
      assert.ok(text.length < 4000, `${text.length} characters`);
      assert.equal(puppet.received(), "", "nothing is said to it");
    });
  }

  it("are told of a mail server what it says, on lines that can be shown, and no more than a person reads", async () => {
    puppet = await startPuppet((line) =>
      line?.startsWith("EHLO")
        ? `250-hi\r\n${Array.from({ length: 2000 }, (_, at) => `250-X-${at}\u001b[2J\0\r\n`).join("")}250 END\r\n`
        : line?.startsWith("QUIT")
          ? "221 bye\r\n"
          : "220 mail\u0007 ready\r\n",
    );
    const { status, text } = await post(TEST, form({ port: puppet.port }));
    assert.equal(status, 200);
    assert.ok(text.length < 10_000, `${text.length} characters`);
    assert.doesNotMatch(text, /\\u00(?:0|1)/);
  });
});
