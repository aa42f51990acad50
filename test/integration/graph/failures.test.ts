import assert from "node:assert/strict";
import type { FailureReason } from "../../../src/model/catalogue";
import type { Disposition, Phase } from "../../../src/model/codes";
import { Secret } from "../../../src/model/secret";
import { SendError } from "../../../src/model/send-error";
import { selfSigned } from "../../support/certificates";
import { errorOf } from "../../support/error-of";
import { FakeClock } from "../../support/fake-clock";
import { CLIENT_SECRET, FakeTokens, graphSettings, graphTransport } from "../../support/graph/graph-rig";
import type { GraphFault } from "../../support/graph/start-graph";
import { startScriptedSmtpServer } from "../../support/scripted-smtp-server";
import { compose } from "../../unit/compose/composing";
import { bench, closeAll, large } from "./rig";

interface Row {
  title: string;
  fault: GraphFault;
  reason: FailureReason;
  disposition: Disposition;
  phase: Phase;
  retryAfterMs?: number;
  /** Whether the mail was accepted all the same. */
  arrives?: boolean;
}

const ROWS: readonly Row[] = [
  {
    title: "429 with Retry-After",
    fault: { status: 429, headers: { "Retry-After": "7" } },
    reason: "graph-throttled",
    disposition: "transient",
    phase: "request",
    retryAfterMs: 7000,
  },
  {
    title: "429 without",
    fault: { status: 429 },
    reason: "graph-throttled",
    disposition: "transient",
    phase: "request",
    retryAfterMs: 10_000,
  },
  {
    title: "503 with Retry-After",
    fault: { status: 503, headers: { "Retry-After": "7" } },
    reason: "graph-busy",
    disposition: "transient",
    phase: "request",
    retryAfterMs: 7000,
  },
  { title: "503 without", fault: { status: 503 }, reason: "unconfirmed", disposition: "ambiguous", phase: "request" },
  {
    title: "504",
    fault: { status: 504, headers: { "Retry-After": "7" } },
    reason: "unconfirmed",
    disposition: "ambiguous",
    phase: "request",
  },
  { title: "500", fault: { status: 500 }, reason: "unconfirmed", disposition: "ambiguous", phase: "request" },
  {
    title: "403 ErrorAccessDenied",
    fault: { status: 403, code: "ErrorAccessDenied" },
    reason: "graph-access-denied",
    disposition: "configuration",
    phase: "permission",
  },
  {
    title: "403 ErrorSendAsDenied",
    fault: { status: 403, code: "ErrorSendAsDenied" },
    reason: "graph-send-as-denied",
    disposition: "permanent",
    phase: "request",
  },
  {
    title: "404 ErrorInvalidUser",
    fault: { status: 404, code: "ErrorInvalidUser" },
    reason: "graph-mailbox-not-found",
    disposition: "configuration",
    phase: "mailbox",
  },
  {
    title: "404 MailboxNotEnabledForRESTAPI",
    fault: { status: 404, code: "MailboxNotEnabledForRESTAPI" },
    reason: "graph-mailbox-not-online",
    disposition: "configuration",
    phase: "mailbox",
  },
  {
    title: "400 ErrorInvalidRecipients",
    fault: { status: 400, code: "ErrorInvalidRecipients" },
    reason: "graph-recipient-invalid",
    disposition: "permanent",
    phase: "request",
  },
  {
    title: "413",
    fault: { status: 413, body: "<html>" },
    reason: "message-too-large",
    disposition: "permanent",
    phase: "request",
  },
  {
    title: "a proxy's page",
    fault: { status: 407, body: "<html>" },
    reason: "graph-unexpected",
    disposition: "transient",
    phase: "request",
  },
  {
    title: "a redirection",
    fault: { status: 302, headers: { Location: "https://example.org" } },
    reason: "graph-unexpected",
    disposition: "transient",
    phase: "request",
  },
  {
    title: "a 200 that is not Graph's",
    fault: { status: 200, body: "<html>" },
    reason: "unconfirmed",
    disposition: "ambiguous",
    phase: "request",
  },
  {
    title: "the answer lost",
    fault: { cut: "after" },
    reason: "unconfirmed",
    disposition: "ambiguous",
    phase: "request",
    arrives: true,
  },
  {
    title: "the connection cut before an answer",
    fault: { cut: "before" },
    reason: "unconfirmed",
    disposition: "ambiguous",
    phase: "request",
  },
];

describe("a failure of Graph", () => {
  afterEach(closeAll);

  for (const { title, fault, arrives = false, ...expected } of ROWS) {
    it(`${title} is ${expected.reason}, ${expected.disposition}`, async () => {
      const { send, graph } = await bench();
      graph.failNext({ on: /sendMail/, message: "Its words.", ...fault });
      const { reason, disposition, phase, retryAfterMs, http } = await errorOf(send());
      assert.deepEqual({ reason, disposition, phase, retryAfterMs }, { retryAfterMs: undefined, ...expected });
      assert.equal(graph.mails.length, arrives ? 1 : 0);
      assert.equal(graph.requests.length, 1, "nothing is tried again by itself");
      if (fault.status !== undefined && fault.body === undefined) {
        assert.match(http?.response ?? "", /Its words\./);
        assert.match(http?.requestId ?? "", /^[0-9a-f-]{36}$/);
      }
    });
  }

  for (const on of [/POST .*\/messages$/, /createUploadSession/]) {
    for (const fault of [{ status: 503 }, { status: 504 }, { cut: "after" }, { cut: "before" }] as const) {
      it(`${JSON.stringify(fault)} at ${on} is transient: nothing can have gone out`, async () => {
        const { send, graph } = await bench();
        graph.failNext({ on, ...fault });
        const error = await errorOf(send({ attachments: large(9) }));
        assert.deepEqual([error.disposition, graph.mails.length], ["transient", 0]);
      });
    }
  }
});

describe("time at Graph", () => {
  afterEach(closeAll);

  async function silent(cut: "silence" | "silence-after") {
    const clock = new FakeClock();
    const made = await bench({ clock, tokens: new FakeTokens(undefined, clock) });
    made.graph.failNext({ cut });
    const sending = errorOf(made.send());
    await made.graph.waitFor(() => made.graph.requests.some(({ bytes }) => bytes > 0));
    await clock.advance(29_000);
    await clock.advance(2_000);
    return { clock, error: await sending, ...made };
  }

  it("that runs out after the whole mail has left is of unknown outcome", async () => {
    const { error, clock, graph } = await silent("silence-after");
    assert.deepEqual([error.reason, error.disposition, graph.mails.length], ["unconfirmed", "ambiguous", 1]);
    assert.equal(clock.timers, 0);
  });

  it("that runs out while looking is transient", async () => {
    const clock = new FakeClock();
    const { transport, graph } = await bench({ clock, tokens: new FakeTokens(undefined, clock) });
    graph.failNext({ on: /GET/, cut: "silence" });
    const probing = transport.probe({ from: "orders@example.com" }, new AbortController().signal);
    await graph.waitFor(() => graph.requests.length === 1);
    await clock.advance(31_000);
    const { steps } = await probing;
    const finding = steps.find(({ outcome }) => outcome === "failed")?.finding;
    assert.equal(finding?.reason, "graph-timeout");
    assert.match(finding?.cause ?? "", /did not answer within 30 seconds to a request/);
    assert.equal(clock.timers, 0);
  });

  it("leaves no timer behind where all goes well", async () => {
    const clock = new FakeClock();
    const { send } = await bench({ clock, tokens: new FakeTokens(undefined, clock) });
    await send();
    assert.equal(clock.timers, 0);
  });
});

describe("Graph out of reach", () => {
  const reaching = async (url: string): Promise<SendError> => {
    const transport = graphTransport(url);
    try {
      return await errorOf(transport.send(await compose({}), new AbortController().signal, async () => {}));
    } finally {
      await transport.close();
    }
  };

  it("at a port where nothing listens is graph-unreachable", async () => {
    const error = await reaching("http://127.0.0.1:9");
    const { reason, phase, disposition, field } = error;
    assert.deepEqual(
      { reason, phase, disposition, field },
      { reason: "graph-unreachable", phase: "connect", disposition: "transient", field: "cloud" },
    );
  });

  it("under a name that does not exist is graph-dns", async () => {
    const error = await reaching("http://graph.invalid");
    assert.deepEqual([error.reason, error.phase, error.disposition], ["graph-dns", "dns", "transient"]);
  });

  it("behind a certificate that nobody vouches for is told as such, before anything secret is sent", async () => {
    const tls = await selfSigned({ hosts: ["localhost"] });
    const server = await startScriptedSmtpServer({ implicitTls: tls });
    try {
      const error = await reaching(`https://localhost:${server.port}`);
      assert.deepEqual([error.reason, error.phase], ["graph-tls", "tls"]);
      assert.ok(server.sessions.every(({ received }) => received === ""));
    } finally {
      await server.close();
    }
  });

  it("where something else speaks TLS-less is a failed handshake", async () => {
    const server = await startScriptedSmtpServer();
    try {
      const error = await reaching(`https://localhost:${server.port}`);
      assert.deepEqual([error.reason, error.disposition], ["graph-tls", "configuration"]);
    } finally {
      await server.close();
    }
  });
});

describe("a token that Graph refuses", () => {
  afterEach(closeAll);

  it("is renewed once, and the mail sent once, its marker set once", async () => {
    const tokens = new FakeTokens();
    const { sendPrepared, graph } = await bench({ tokens });
    graph.failNext({ status: 401, code: "InvalidAuthenticationToken" });
    let marks = 0;
    await sendPrepared(await compose({}), undefined, async () => void marks++);
    assert.deepEqual([tokens.renewals, graph.mails.length, marks], [1, 1, 1]);
    const [first, second] = graph.requests.map(({ headers }) => headers.authorization);
    assert.notEqual(first, second);
  });

  it("twice is a matter of the configuration", async () => {
    const tokens = new FakeTokens();
    const { send, graph } = await bench({ tokens });
    graph.failNext({ status: 401, code: "InvalidAuthenticationToken", times: 2 });
    const { reason, phase, disposition } = await errorOf(send());
    assert.deepEqual(
      { reason, phase, disposition },
      { reason: "graph-token-refused", phase: "token", disposition: "configuration" },
    );
    assert.equal(graph.requests.length, 2);
  });

  it("is not tried again where there is no other one", async () => {
    const token = { value: new Secret("the-same-token"), expiresAt: Number.POSITIVE_INFINITY, permissions: [] };
    const tokens = { get: async () => token, renew: async () => token };
    const { send, graph } = await bench({ tokens });
    graph.failNext({ status: 401, times: 2 });
    assert.equal((await errorOf(send())).reason, "graph-token-refused");
    assert.equal(graph.requests.length, 1);
  });

  it("is renewed in the middle of a draft", async () => {
    const { send, graph } = await bench();
    graph.failNext({ on: /createUploadSession/, status: 401, code: "InvalidAuthenticationToken" });
    await send({ attachments: large(9) });
    assert.deepEqual([graph.mails.length, graph.drafts], [1, []]);
  });

  it("that cannot be had at all ends the mail before Graph is asked", async () => {
    const refused = new SendError("token-missing", { phase: "token" });
    const tokens = { get: () => Promise.reject(refused), renew: () => Promise.reject(refused) };
    const { send, graph } = await bench({ tokens });
    assert.equal(await errorOf(send()), refused);
    assert.equal(graph.requests.length, 0);
  });

  it("and the client secret are shown nowhere, even where Graph quotes them", async () => {
    const credentials = { password: "correct horse", clientSecret: CLIENT_SECRET, username: "orders@example.com" };
    const settings = graphSettings({ graphAuth: "password" }, credentials);
    const { send, graph } = await bench({ settings });
    const token = (): string => graph.requests[0]?.headers.authorization?.split(" ")[1] ?? "";
    const words = (): string =>
      `Bearer ${token()} ${CLIENT_SECRET} correct horse ${Buffer.from("correct horse").toString("base64")}`;
    graph.failNext({ status: 400, code: "Bad", message: words, headers: { "request-id": CLIENT_SECRET } });
    const error = await errorOf(send());
    const shown = JSON.stringify([error, error.message, error.stack]);
    for (const secret of [token(), CLIENT_SECRET, "correct horse", Buffer.from("correct horse").toString("base64")]) {
      assert.ok(secret.length > 5 && !shown.includes(secret), secret);
    }
    assert.match(error.http?.response ?? "", /Bearer •••/);
  });
});
