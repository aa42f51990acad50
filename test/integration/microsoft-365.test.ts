import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { Mailer, type SendResult, type Submitted } from "../../src/mailer";
import type { SendError } from "../../src/model/send-error";
import { PostOffice } from "../../src/post-office";
import { parseSettings } from "../../src/settings/parse";
import type { RawConfiguration, RawCredentials } from "../../src/settings/raw";
import { fastClock } from "../faults/fast-clock";
import { selfSigned } from "../support/certificates";
import { type Graph, startGraph } from "../support/graph/start-graph";
import { startScriptedSmtpServer } from "../support/scripted-smtp-server";
import { type Entra, servicesWith, startEntra } from "../support/sign-in/entra";

const TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47";
const CLIENT = "00001111-aaaa-2222-bbbb-3333cccc4444";
const SECRET = "Zk8Q~first-Secret-of-the-test";
const MENDED = "Zk8Q~second-Secret-of-the-test";
const MAILBOX = "orders@contoso.example";

/** A Microsoft 365 on loopback: tokens of the one are what the other takes. */
describe("a Graph configuration and the sign-in service", () => {
  const clock = fastClock(100);
  let entra: Entra;
  let graph: Graph;
  let office: PostOffice;
  let mailer: Mailer;
  let held: (SendError | undefined)[];

  beforeEach(async () => {
    held = [];
    entra = await startEntra({ tenantId: TENANT, clientId: CLIENT, clientSecret: SECRET });
    // By the mailer's clock, which runs faster than the sign-in service's.
    const firstSeen = new Map<string, number>();
    const permissionsOf = (token: string) => {
      const now = clock.now();
      const age = now - (firstSeen.get(token) ?? now);
      firstSeen.set(token, now - age);
      return entra.accepts(token) && age < entra.tokenLifetimeS * 1000 ? ["Mail.Send"] : undefined;
    };
    graph = await startGraph({ mailboxes: [MAILBOX], permissionsOf });
    office = new PostOffice({ clock });
    mailer = open(SECRET);
  });
  afterEach(async () => {
    await mailer.close(600_000);
    await graph.close();
    await entra.close();
  });

  function open(clientSecret: string, more: Partial<RawConfiguration> = {}): Mailer {
    const raw = {
      name: "Graph",
      kind: "graph",
      tenantId: TENANT,
      clientId: CLIENT,
      mailbox: MAILBOX,
      outbox: "memory",
      ...more,
    };
    const parsed = parseSettings(raw, { clientSecret });
    assert.ok("settings" in parsed, JSON.stringify(parsed));
    const services = servicesWith({ ...entra.cloud, graph: graph.url });
    const dependencies = {
      clock,
      newId: randomUUID as () => string,
      random: Math.random,
      postOffice: office,
      services,
    };
    return new Mailer(parsed.settings, "graph", dependencies, { onHeld: (error) => held.push(error) });
  }

  async function submit(count: number): Promise<Promise<SendResult>[]> {
    const submitted = await Promise.all(
      Array.from({ length: count }, (_, at) =>
        mailer.submit({ to: `r${at}@example.com`, subject: `mail ${at}`, text: "x" }),
      ),
    );
    return submitted.map((each: Submitted) => {
      assert.equal(each.state, "queued");
      return (each as Extract<Submitted, { state: "queued" }>).result;
    });
  }

  function assertEachOnce(count: number): void {
    const subjects = graph.mails.map(({ subject }) => subject).sort();
    assert.deepEqual(subjects, Array.from({ length: count }, (_, at) => `mail ${at}`).sort());
  }

  it("asks for one token when ten messages come at once, and for none after that", async () => {
    await Promise.all(await submit(10));
    await Promise.all(await submit(10));
    assert.equal(entra.tokensIssued.length, 1);
    assert.equal(entra.requests.length, 1);
    assert.equal(graph.mails.length, 20);
  });

  it("tells the request id that Graph answered", async () => {
    const [result] = await Promise.all(await submit(1));
    assert.match(result?.requestId ?? "", /^[\da-f-]{36}$/);
    assert.equal(result?.state, "accepted");
  });

  it("goes on over the end of a token's life without a refused or a lost mail", async () => {
    entra.tokenLifetimeS = 20;
    let sent = 0;
    for (; entra.tokensIssued.length < 4 && sent < 2000; sent += 10) await Promise.all(await submit(10));
    assert.equal(entra.tokensIssued.length, 4);
    assert.equal(graph.mails.length, sent);
    assert.equal(new Set(graph.mails.map(({ messageId }) => messageId)).size, sent);
  });

  it("asks for a fresh token once where Graph refuses one that looked good", async () => {
    await Promise.all(await submit(1));
    entra.revoke();
    await Promise.all(await submit(4));
    assert.equal(entra.tokensIssued.length, 2);
    assert.equal(graph.mails.length, 5);
    assert.deepEqual(held, []);
  });

  for (const [what, outage] of Object.entries({
    "does not answer": "dropped",
    "says 503": { status: 503, body: {} },
    "asks for patience": { status: 429, headers: { "retry-after": "30" } },
  } as const)) {
    it(`waits while the sign-in service ${what}, and loses nothing`, async () => {
      entra.outage = outage;
      const results = await submit(20);
      await entra.waitFor(() => entra.requests.length >= 2);
      assert.equal(graph.mails.length, 0);
      entra.outage = undefined;
      await Promise.all(results);
      assertEachOnce(20);
      assert.deepEqual(held, []);
    });
  }

  it("redirects each mail whole to the other address in safe mode, as JSON and as MIME", async () => {
    await mailer.close(600_000);
    mailer = open(SECRET, { safeMode: "redirect", redirectTo: "tests@example.com" });
    for (const inReplyTo of ["", "<asked@example.org>"]) {
      const everybody = { to: "ann@example.org", cc: "ben@example.org", bcc: "carl@example.org" };
      const submitted = await mailer.submit({ ...everybody, subject: "Hello", text: "x", inReplyTo });
      assert.ok(submitted.state === "queued");
      assert.equal((await submitted.result).safeMode, "redirect");
      const { to, cc, bcc, subject, headers } = graph.mails.at(-1) ?? assert.fail("no mail");
      assert.deepEqual([to, cc, bcc], [["tests@example.com"], [], []]);
      assert.equal(subject, "[TEST → ann@example.org, ben@example.org, carl@example.org] Hello");
      const own = ["", "-to", "-cc", "-bcc"].map((part) => headers[`x-safe-mode${part}`]);
      assert.deepEqual(own, ["redirect", "ann@example.org", "ben@example.org", "carl@example.org"]);
    }
    assert.equal(graph.mails.length, 2);
  });

  it("asks for no token and no mailbox in a dry run, and says that nothing was sent", async () => {
    await mailer.close(600_000);
    mailer = open(SECRET, { safeMode: "dry-run" });
    const results = await Promise.all(await submit(3));
    for (const { safeMode, response } of results)
      assert.deepEqual([safeMode, response], ["dry-run", "Dry run: not sent"]);
    assert.deepEqual([entra.requests.length, graph.requests.length], [0, 0]);
  });

  it("is held when the secret was revoked, told once, and goes on with the mended one", async () => {
    entra.clientSecret = MENDED;
    const results = await submit(20);
    await entra.waitFor(() => entra.requests.length >= 1);
    await graph.waitFor(() => true);
    const counts = async (): Promise<number> => {
      const [store] = office.openStores;
      const { queued = 0, deferred = 0, sending = 0 } = (await store?.counts("graph")) ?? {};
      return queued + deferred + sending;
    };
    assert.equal(await counts(), 20);
    const before = mailer;
    mailer = open(MENDED);
    await before.close(600_000);
    await Promise.all(results);
    assertEachOnce(20);
    assert.deepEqual(
      held.flatMap((error) => (error ? [[error.code, error.reason, error.http?.error]] : [])),
      [["ERR_MAIL_TOKEN", "entra-secret-wrong", "AADSTS7000215"]],
    );
    assert.ok(held[0]?.http?.requestId, "a trace id");
  });
});

describe("an SMTP configuration with a token of Microsoft Entra", () => {
  it("signs in at Entra, then with the token at the server", async () => {
    const clock = fastClock(1);
    const entra = await startEntra({
      tenantId: TENANT,
      clientId: CLIENT,
      clientSecret: SECRET,
      permissions: ["SMTP.SendAsApp"],
    });
    const account = {
      user: MAILBOX,
      get pass() {
        return entra.tokensIssued.at(-1) ?? "none yet";
      },
    };
    const tls = await selfSigned({ hosts: ["localhost"] });
    const server = await startScriptedSmtpServer({ tls, accounts: [account], mechanisms: "XOAUTH2" });
    const raw: Partial<RawConfiguration> = {
      name: "Smtp365",
      host: "localhost",
      port: server.port,
      auth: "oauth2",
      oauthFlow: "azure-client-secret",
      tenantId: TENANT,
      clientId: CLIENT,
      outbox: "memory",
    };
    const credentials: RawCredentials = { username: MAILBOX, clientSecret: SECRET };
    const parsed = parseSettings({ ...raw }, credentials, { ca: tls.ca });
    assert.ok("settings" in parsed, JSON.stringify(parsed));
    const postOffice = new PostOffice({ clock });
    const services = servicesWith(entra.cloud);
    const dependencies = { clock, newId: randomUUID as () => string, random: Math.random, postOffice, services };
    const mailer = new Mailer(parsed.settings, "smtp", dependencies);
    try {
      const submitted = await mailer.submit({ to: "a@example.com", subject: "x", text: "x" });
      assert.equal(submitted.state, "queued");
      assert.equal((await (submitted as Extract<Submitted, { state: "queued" }>).result).state, "accepted");
      assert.equal(server.mails[0]?.from, MAILBOX);
      const form = new URLSearchParams(entra.requests[0]?.form as never);
      assert.equal(form.get("scope"), "https://outlook.office365.com/.default");
    } finally {
      await mailer.close(1000);
      await server.close();
      await entra.close();
    }
  });
});
