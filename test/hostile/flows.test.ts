import assert from "node:assert/strict";
import fc from "fast-check";
import { SEED, tellSeedOfFailures } from "../faults/seed";
import { configurationNode, loadFlow, nodeById, startServer, stepNode, stopServer, unload } from "../support/flow";
import { type ScriptedSmtpServer, startScriptedSmtpServer } from "../support/scripted-smtp-server";
import { SHAPES } from "./shapes";

type Message = Record<string, unknown>;
type End = { readonly at: "output" | "catch"; readonly msg: Message };

/** Every field of a step, read from the message's property of the same name. */
const FIELDS = [
  "to",
  "cc",
  "bcc",
  "from",
  "replyTo",
  "subject",
  "text",
  "html",
  "attachments",
  "headers",
  "priority",
  "inReplyTo",
  "references",
  "listUnsubscribe",
  "bounceTo",
  "dedupeKey",
  "configurationName",
  "accessToken",
] as const;
const TYPED = Object.fromEntries(
  FIELDS.flatMap((field) => [
    [field, field],
    [`${field}Type`, "msg"],
  ]),
);
/** A second is too long for a timer to wait; the machine of the tests has others to serve as well. */
const MOST_STANDSTILL_MS = 1_000;
const MOST_STANDSTILL_OF_LARGE_MS = 3_000;

describe("messages of any shape", () => {
  tellSeedOfFailures();
  let server: ScriptedSmtpServer;
  let send: (msg: Message) => void;
  let ended: ((end: End) => void) | undefined;
  const prototype = Reflect.ownKeys(Object.prototype);
  const rejections: unknown[] = [];
  const onRejection = (reason: unknown): void => void rejections.push(reason);

  before(async () => {
    process.on("unhandledRejection", onRejection);
    await startServer();
    server = await startScriptedSmtpServer({ size: 200_000_000 });
    const step = stepNode({ ...TYPED, bodyType: "both", chooseByMessage: true, allowedConfigurations: ["config"] });
    const flow = await loadFlow([configurationNode(server.port, { maxSize: 20 }), step]);
    send = flow.send;
    for (const [id, at] of [
      ["output", "output"],
      ["caught", "catch"],
    ] as const)
      nodeById(id).on("input", (msg: Message) => ended?.({ at, msg }));
  });
  after(async () => {
    await unload();
    await stopServer();
    await server.close();
    process.removeListener("unhandledRejection", onRejection);
  });

  /** Sends it, and says how it ended and for how long nothing else could happen meanwhile. */
  async function outcomeOf(msg: Message): Promise<End & { standstillMs: number }> {
    let last = performance.now();
    let standstillMs = 0;
    const look = (): void => {
      const now = performance.now();
      standstillMs = Math.max(standstillMs, now - last);
      last = now;
    };
    const looking = setInterval(look, 10);
    let timer: NodeJS.Timeout | undefined;
    try {
      const end = await new Promise<End>((resolve, reject) => {
        ended = resolve;
        timer = setTimeout(() => reject(new Error(`nothing came out of it; ${rejections.join()}`)), 15_000);
        send(msg);
      });
      look();
      return { ...end, standstillMs };
    } finally {
      clearInterval(looking);
      clearTimeout(timer);
      ended = undefined;
    }
  }

  const mail = (more: Message): Message => ({
    _msgid: "1",
    to: "a@example.com",
    subject: "x",
    text: "Hello",
    other: 1,
    ...more,
  });

  async function check(msg: Message, large = false): Promise<End["at"]> {
    const before = Reflect.ownKeys(msg);
    const values = before.map((key) => msg[key as string]);
    const { at, msg: told, standstillMs } = await outcomeOf(msg);
    if (at === "catch") {
      const { code, message } = told["error"] as { code?: unknown; message: string };
      assert.match(String(code), /^ERR_MAIL_[A-Z_]+$/, message);
      assert.ok(message.length < 2500, `${message.length} characters`);
    }
    assert.ok(
      standstillMs < (large ? MOST_STANDSTILL_OF_LARGE_MS : MOST_STANDSTILL_MS),
      `stood still for ${standstillMs} ms`,
    );
    const added = Reflect.ownKeys(msg).filter((key) => !before.includes(key));
    assert.deepEqual(
      added.filter((key) => key !== "email"),
      [],
      "nothing else is written into the message",
    );
    assert.ok(
      before.every((key, index) => Object.is(msg[key as string], values[index])),
      "nothing of it is changed",
    );
    assert.deepEqual(Reflect.ownKeys(Object.prototype), prototype);
    assert.deepEqual(rejections.splice(0), []);
    return at;
  }

  for (const [what, { make, large }] of Object.entries(SHAPES)) {
    it(`${what}: sent as it should be, or an error with a code, in any field`, async function () {
      this.timeout(60_000);
      for (const field of FIELDS) {
        try {
          await check(mail({ [field]: make() }), large);
        } catch (error) {
          throw new Error(`in ${field}: ${(error as Error).message}`, { cause: error });
        }
      }
    });
  }

  it("whatever else: values at random in several fields at once", async function () {
    this.timeout(60_000);
    const any = fc.anything({
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withNullPrototype: true,
      withObjectString: true,
      withSparseArray: true,
      withTypedArray: true,
      withUnicodeString: true,
      maxDepth: 4,
    } as never);
    const messages = fc.dictionary(fc.constantFrom(...FIELDS), any, { minKeys: 1, maxKeys: 6 });
    await fc.assert(
      fc.asyncProperty(messages, async (fields) => void (await check(mail({ ...fields })))),
      { numRuns: 400, seed: SEED, endOnFailure: true },
    );
  });

  it("that are frozen are told what became of their mail", async () => {
    const { at, msg } = await outcomeOf(Object.freeze(mail({})));
    assert.equal(at, "output");
    assert.equal((msg["email"] as Message)["state"], "accepted");
  });

  it("and a mail that is right is still sent", async () => {
    assert.equal(await check(mail({})), "output");
    assert.equal(server.mails.at(-1)?.to[0], "a@example.com");
  });
});

describe("a message that Node-RED cannot copy", () => {
  let server: ScriptedSmtpServer;
  const rejections: unknown[] = [];
  const onRejection = (reason: unknown): void => void rejections.push(reason);

  before(startServer);
  after(stopServer);
  afterEach(async () => {
    await unload();
    await server.close();
    process.removeListener("unhandledRejection", onRejection);
  });

  it("is sent once, and is no failure, where several wires and a Complete node want copies of it", async () => {
    process.on("unhandledRejection", onRejection);
    server = await startScriptedSmtpServer();
    const complete = {
      id: "complete",
      type: "complete",
      z: "tab",
      x: 1,
      y: 1,
      scope: ["step"],
      wires: [["completed"]],
    };
    const more = { id: "completed", type: "helper", z: "tab", x: 1, y: 1, wires: [] };
    const step = stepNode({ wires: [["output", "completed"]] } as never);
    const flow = await loadFlow([configurationNode(server.port), step, complete, more]);
    const caught: unknown[] = [];
    nodeById("caught").on("input", (msg: Message) => void caught.push(msg));
    const nobody = Object.defineProperty({}, "x", {
      enumerable: true,
      get: () => {
        throw new Error("not for you");
      },
    });
    flow.send({ _msgid: "1", to: "a@example.com", payload: "Hello", nobody });
    await flow.untilStatus(/accepted/);
    // A turn for whatever nobody caught.
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    assert.equal(server.mails.length, 1);
    assert.deepEqual(caught, []);
    assert.deepEqual(rejections, []);
  });
});
