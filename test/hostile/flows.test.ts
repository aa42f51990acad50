import assert from "node:assert/strict";
import fc from "fast-check";
import { INVITATION_FIELDS, TYPED_FIELDS, type TypedField } from "../../src/settings/send-email-raw";
import { SEED, tellSeedOfFailures } from "../faults/seed";
import { configurationNode, loadFlow, nodeById, startServer, stepNode, stopServer, unload } from "../support/flow";
import { type ScriptedSmtpServer, startScriptedSmtpServer } from "../support/scripted-smtp-server";
import { SHAPES } from "./shapes";
import { type Message, watchFlow } from "./watched-flow";

/** Every field of a step, read from the message's property of the same name. */
const TYPED = Object.fromEntries(
  TYPED_FIELDS.flatMap((field) => [
    [field, field],
    [`${field}Type`, "msg"],
  ]),
);
const CHOICE = { chooseByMessage: true, allowedConfigurations: ["config"] };

/** Besides the fields: what names a body that is a Buffer. */
type Property = TypedField | "filename";
const PROPERTIES: readonly Property[] = [...TYPED_FIELDS, "filename"];

const mail = (more: Message): Message => ({
  ...{ _msgid: "1", to: "a@example.com", subject: "x", text: "Hello", other: 1 },
  ...more,
});

/** An invitation is made of fields by one step, and of a value by the other. */
const isOfInvitation = (property: string): boolean => (INVITATION_FIELDS as readonly string[]).includes(property);
function mailWith(property: Property, value: unknown): { msg: Message; step: string } {
  if (property === "filename") return { msg: mail({ text: Buffer.from("x"), filename: value }), step: "step" };
  if (!isOfInvitation(property)) return { msg: mail({ [property]: value }), step: "step" };
  return { msg: mail({ invitationStart: "2026-12-24T10:00Z", [property]: value }), step: "inviting" };
}

describe("messages of any shape", () => {
  tellSeedOfFailures();
  const flow = watchFlow((port) => [
    [
      configurationNode(port, { maxSize: 20 }),
      stepNode({ ...TYPED, bodyType: "both", ...CHOICE, invitationKind: "value" }),
      stepNode({ ...TYPED, bodyType: "both", ...CHOICE, invitationKind: "fields" }, "inviting"),
    ],
  ]);

  for (const [what, { make, large }] of Object.entries(SHAPES)) {
    it(`${what}: sent as it should be, or an error with a code, in any field`, async function () {
      this.timeout(60_000);
      // One for all, because the runtime's test helper keeps every message.
      const kept = large ? make() : undefined;
      for (const property of PROPERTIES) {
        const { msg, step } = mailWith(property, large ? kept : make());
        try {
          await flow.check(msg, { step, large: large === true });
        } catch (error) {
          throw new Error(`in ${property}: ${(error as Error).message}`, { cause: error });
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
    const messages = fc.dictionary(fc.constantFrom(...PROPERTIES), any, { minKeys: 1, maxKeys: 6 });
    await fc.assert(
      fc.asyncProperty(messages, fc.constantFrom("step", "inviting"), async (fields, step) => {
        await flow.check(mail({ invitationStart: "2026-12-24T10:00Z", ...fields }), { step });
      }),
      { numRuns: 400, seed: SEED, endOnFailure: true },
    );
  });

  it("that are frozen are told what became of their mail", async () => {
    const { at, msg } = await flow.outcomeOf(Object.freeze(mail({})));
    assert.equal(at, "output");
    assert.equal((msg["email"] as Message)["state"], "accepted");
  });

  it("and a mail that is right is still sent", async () => {
    assert.equal(await flow.check(mail({})), "output");
    assert.equal(flow.server.mails.at(-1)?.to[0], "a@example.com");
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
