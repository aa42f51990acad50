import assert from "node:assert/strict";
import type { ProbeStepName } from "../../src/model/probe";
import { SendError } from "../../src/model/send-error";
import { createTestCa, issueCertificate, type KeyAndCertificate } from "../support/certificates";
import { type SmtpScript, startScriptedSmtpServer } from "../support/scripted-smtp-server";
import { account, assertReadable, assertTold, type FailureRow, mailerFor, type Observed, observe } from "./probing";

interface Stage {
  title: string;
  step: ProbeStepName;
  /** The script with which this stage goes wrong in the given way. */
  script(way: "drop" | "reset" | "silence"): SmtpScript;
  raw?: FailureRow["raw"];
  /** What the cause says of where it happened. */
  where: RegExp;
}

let certificate: KeyAndCertificate;
let trusted: { ca: string };
const accounts = [account];
const plain = { security: "none", timeout: 1 };

const stages: Stage[] = [
  {
    title: "before the greeting",
    step: "greeting",
    script: (way) => ({ greeting: way }),
    where: /greeting|said nothing/,
  },
  { title: "at EHLO", step: "capabilities", script: (way) => ({ ehlo: way }), where: /\(EHLO\)/ },
  {
    title: "at STARTTLS",
    step: "tls",
    script: (way) => ({ tls: certificate, starttls: way }),
    raw: { security: "starttls" },
    where: /\(STARTTLS\)/,
  },
  {
    title: "in the handshake after STARTTLS",
    step: "tls",
    script: (way) => ({ tls: { ...certificate, SNICallback: handshakeThat(way) } }),
    raw: { security: "starttls" },
    where: /while encryption was being agreed on/,
  },
  {
    title: "in the handshake of implicit TLS",
    step: "tls",
    script: (way) => ({ implicitTls: { ...certificate, SNICallback: handshakeThat(way) } }),
    raw: { security: "tls" },
    where: /while encryption was being agreed on/,
  },
  {
    title: "at EHLO after STARTTLS",
    step: "capabilities",
    script: (way) => ({ tls: certificate, ehlo: (_line, { secure }) => (secure ? way : undefined) }),
    raw: { security: "starttls" },
    where: /\(EHLO\)/,
  },
  { title: "at AUTH", step: "auth", script: (way) => ({ accounts, auth: way }), where: /during sign-in/ },
  {
    title: "at MAIL",
    step: "sender",
    script: (way) => ({ mail: way, ...(way === "silence" ? { rcpt: way, data: way } : {}) }),
    where: /after the sender was named/,
  },
  {
    title: "at RCPT",
    step: "recipient",
    script: (way) => ({ rcpt: way, ...(way === "silence" ? { data: way } : {}) }),
    where: /after a recipient was named/,
  },
  { title: "at DATA", step: "data", script: (way) => ({ data: way }), where: /before it took the content/ },
];

function handshakeThat(way: string) {
  return (_name: string, answer: (error: Error) => void): void => {
    if (way !== "silence") answer(new Error("no handshake today"));
  };
}

function rowOf({ title, step, script, raw }: Stage, way: "drop" | "reset" | "silence"): FailureRow {
  return {
    title,
    script: () => script(way),
    raw: { ...plain, ...raw },
    material: () => trusted,
    login: title === "at AUTH",
    headline: "connection",
    step,
    ...(way !== "silence"
      ? { code: "ERR_MAIL_CONNECT", reason: "dropped" }
      : { code: "ERR_MAIL_TIMEOUT", reason: step === "greeting" ? "greeting-timeout" : "answer-timeout" }),
  };
}

describe("the test tells where the connection was lost", () => {
  before(async () => {
    certificate = await issueCertificate(await createTestCa(), { hosts: ["localhost"] });
    trusted = { ca: certificate.ca };
  });

  for (const stage of stages) {
    // A reset may overtake answers that were sent before it: only where the client has read them all.
    const ways = ["at EHLO", "at STARTTLS", "at AUTH", "at MAIL"].includes(stage.title) ? ["drop", "reset"] : ["drop"];
    for (const way of ways as ("drop" | "reset")[]) {
      it(`${way} ${stage.title}`, async () => {
        const row = rowOf(stage, way);
        const observed = await observe(row);
        assertTold(row, observed);
        assert.match(observed.sendError?.message ?? "", stage.where);
        assert.equal(observed.sendError?.disposition, "transient");
      });
    }
  }

  describe("after a second of silence", () => {
    const observed = new Map<Stage, Promise<Observed>>();
    // All at once, because each of them lasts a second.
    before(() => {
      for (const stage of stages) observed.set(stage, observe(rowOf(stage, "silence")));
    });
    for (const stage of stages) {
      it(stage.title, async () => {
        const { report, sendError } = await (observed.get(stage) as Promise<Observed>);
        assertTold(rowOf(stage, "silence"), { report, sendError });
        assert.match(sendError?.message ?? "", stage.where);
        assert.match(sendError?.message ?? "", /\b1 seconds?\b/);
        assert.equal(sendError?.disposition, "transient");
      });
    }
  });

  const contents: [title: string, script: SmtpScript][] = [
    ["while it took the content", { dropAfterBodyBytes: 20 }],
    ["after the dot, in order", { dot: "end" }],
    ["after the dot, without a word", { dot: "drop" }],
    ["after the dot, with a reset", { dot: "reset" }],
    ["after half an answer to the dot", { dot: { say: "250-Ok", close: "drop" } }],
  ];
  for (const [title, script] of contents) {
    it(`does not know what became of a mail whose connection was lost ${title}`, async () => {
      const row: FailureRow = {
        title,
        script,
        code: "ERR_MAIL_UNCONFIRMED",
        reason: "unconfirmed",
        headline: "failed",
        step: "data",
      };
      const observed = await observe(row);
      assertTold(row, observed);
      assert.equal(observed.sendError?.disposition, "ambiguous");
      assert.equal(observed.server.sessions.length, 2, "neither the test nor the sending tries again by itself");
    });
  }
});

describe("the test can be cancelled", () => {
  before(async () => {
    certificate = await issueCertificate(await createTestCa(), { hosts: ["localhost"] });
    trusted = { ca: certificate.ca };
  });

  const silent: Stage = {
    title: "after the dot",
    step: "data",
    script: (way) => ({ dot: way }),
    where: /may have been accepted or not/,
  };
  for (const stage of [...stages, silent]) {
    it(`${stage.title}, and leaves no connection`, async () => {
      const server = await startScriptedSmtpServer(stage.script("silence"));
      const mailer = mailerFor(server.port, { ...rowOf(stage, "silence"), raw: { ...stage.raw, timeout: 30 } });
      const cancel = new AbortController();
      try {
        const probing = mailer.probe({ from: "orders@example.com", to: "customer@example.org" }, cancel.signal);
        await server.waitFor(() => server.connectionsNow > 0 && reached(stage, server.sessions[0]));
        cancel.abort();
        const report = await probing;
        const failed = report.steps.filter(({ outcome }) => outcome === "failed");
        assert.equal(failed.length, 1);
        const places = report.steps.map(({ name }) => name);
        // The server is a moment ahead of what the client has read.
        assert.ok(places.indexOf(failed[0]!.name) <= places.indexOf(stage.step), `${failed[0]!.name}`);
        const unconfirmed = stage === silent;
        assert.deepEqual(
          [report.outcome, report.headline, failed[0]?.finding?.reason],
          unconfirmed ? ["failed", "failed", "unconfirmed"] : ["failed", "cancelled", "cancelled"],
        );
        assertReadable(failed[0]!.finding!);
        await server.waitFor(() => server.connectionsNow === 0);
      } finally {
        await mailer.close(0);
        await server.close();
      }
    });
  }

  for (const host of ["localhost", "127.0.0.1", "mail.invalid"]) {
    it(`before it starts (${host})`, async () => {
      const server = await startScriptedSmtpServer();
      const mailer = mailerFor(server.port, { title: "early", raw: { host } });
      try {
        const report = await mailer.probe({ from: "orders@example.com" }, AbortSignal.abort());
        assert.equal(report.headline, "cancelled");
        await assert.rejects(
          // The same way with a mail: cut off before it began.
          Promise.all([mailer.send({ to: "customer@example.org", text: "x" }), mailer.close(0)]),
          (error) => error instanceof SendError && error.code === "ERR_MAIL_CANCELLED",
        );
      } finally {
        await mailer.close(0);
        await server.close();
      }
    });
  }
});

/** Whether the client has said what the stage never answers. */
function reached({ title, step }: Stage, session?: { commands: string[]; received: string; secure: boolean }): boolean {
  const verb = { capabilities: /^EHLO/, auth: /^AUTH/, sender: /^MAIL/, recipient: /^RCPT/ }[step as string];
  if (title === "in the handshake of implicit TLS") return true;
  if (!session) return false;
  if (title === "before the greeting") return true;
  if (title === "at EHLO after STARTTLS") return session.commands.filter((line) => verb?.test(line)).length === 2;
  if (title === "after the dot") return session.received.includes("\r\n.\r\n");
  if (step === "tls") return session.commands.includes("STARTTLS");
  return session.commands.some((line) => (verb ?? /^DATA/).test(line));
}
