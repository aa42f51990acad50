import assert from "node:assert/strict";
import type { Socket } from "node:net";
import type { Clock } from "../../src/model/clock";
import { SendError } from "../../src/model/send-error";
import type { RawConfiguration } from "../../src/settings/raw";
import { SmtpTransport } from "../../src/transports/smtp/smtp-transport";
import { settingsFor } from "../support/settings";
import { type Puppet, startPuppet } from "./puppet";

const TIMEOUT_MS = 400;
const PASSWORD = "Tr0ub4dor-and-3";
type Answers = Record<string, string | Buffer | ((socket: Socket) => string | undefined)>;

/** The ten minutes for the answer to a whole mail take a moment. */
const clock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms > 60_000 ? TIMEOUT_MS : ms);
    return () => clearTimeout(timer);
  },
};

describe("a server that does not keep to its turns", () => {
  let puppet: Puppet;
  let transport: SmtpTransport;

  afterEach(async () => {
    await puppet.close();
    await transport.close();
  });

  const HEALTHY: Answers = {
    greeting: "220 mail.example.com ESMTP\r\n",
    EHLO: "250-mail.example.com\r\n250 AUTH LOGIN CRAM-MD5\r\n",
    AUTH: "235 2.7.0 Welcome\r\n",
    MAIL: "250 2.1.0 Ok\r\n",
    RCPT: "250 2.1.5 Ok\r\n",
    DATA: "354 Go ahead\r\n",
    ".": "250 2.0.0 Ok: queued\r\n",
    QUIT: "221 Bye\r\n",
  };

  /** Sends one mail to a healthy server but for these answers. */
  async function outcomeWith(answers: Answers, raw: Partial<RawConfiguration> = {}): Promise<SendError | "sent"> {
    const all = { ...HEALTHY, ...answers };
    puppet = await startPuppet((line, socket) => {
      const said = all[line === undefined ? "greeting" : (line.split(" ")[0] ?? "")];
      return typeof said === "function" ? said(socket) : said;
    });
    const login = raw.auth === "password" ? { username: "user", password: PASSWORD } : {};
    const settings = settingsFor(puppet.port, { host: "127.0.0.1", ...raw }, login);
    transport = new SmtpTransport(
      { ...settings, timeoutMs: TIMEOUT_MS },
      { clock, composeTestMail: async () => email },
    );
    const begun = Date.now();
    const outcome = await transport
      .send(email, new AbortController().signal, async () => {})
      .then(
        () => "sent" as const,
        (error: unknown) => error,
      );
    assert.ok(Date.now() - begun < 8 * TIMEOUT_MS, `took ${Date.now() - begun} ms`);
    assert.ok(outcome === "sent" || outcome instanceof SendError, String(outcome));
    return outcome;
  }

  async function assertFails(reason: SendError["reason"], answers: Answers, raw: Partial<RawConfiguration> = {}) {
    const error = await outcomeWith(answers, raw);
    assert.equal(error === "sent" ? error : error.reason, reason, error === "sent" ? "" : error.message);
    return error as SendError;
  }

  const email = {
    messageId: "<1@example.com>",
    envelope: { from: "orders@example.com", to: ["a@example.com"] },
    mime: Buffer.from("Subject: mail\r\n\r\nHello\r\n"),
  };

  const drip = (socket: Socket): undefined => {
    const dripping = setInterval(() => socket.write("2"), 20);
    socket.on("close", () => clearInterval(dripping));
  };
  const flood =
    (bytes: string) =>
    (socket: Socket): undefined => {
      const pour = (): void => {
        while (!socket.destroyed && socket.write(bytes));
      };
      socket.on("drain", pour);
      pour();
    };

  it("is healthy otherwise", async () => {
    assert.equal(await outcomeWith({}), "sent");
  });

  describe("has not said that it has the mail where", () => {
    it("it accepts before it has seen any of it", async () => {
      const { message, disposition } = await assertFails("protocol-error", {
        DATA: "354 Go ahead\r\n250 2.0.0 Ok: queued\r\n",
        ".": "554 5.7.1 No\r\n",
      });
      assert.match(message, /an answer before there was a question\.$/);
      assert.equal(disposition, "transient");
    });

    it("the line breaks in the middle of its answer: it may have the mail", async () => {
      const half = (socket: Socket): undefined => void socket.end("250 2.0.0 Ok: que");
      await assertFails("unconfirmed", { ".": half });
    });

    for (const [what, answer] of [
      ["is garbage", "\0\u0001\u0002 what?\r\n"],
      ["has a code of four digits", "2500 Ok\r\n"],
      ["has a code that there is not", "999 Ok\r\n"],
      ["begins like an acceptance", "2 mails are waiting\r\n"],
      ["asks for the content once more", "354 Go ahead\r\n"],
      ["drips and never ends", drip],
      ["never ends", flood("250-and\r\n".repeat(1000))],
    ] as const) {
      it(`its answer to the mail ${what}: it may have it`, async () => {
        const { disposition } = await assertFails("unconfirmed", { ".": answer });
        assert.equal(disposition, "ambiguous");
      });
    }
  });

  describe("is left", () => {
    for (const verb of ["EHLO", "MAIL", "RCPT", "DATA"])
      it(`when its time is over, where it drips after ${verb}`, async () => {
        const { code } = await assertFails("answer-timeout", { [verb]: drip });
        assert.equal(code, "ERR_MAIL_TIMEOUT");
      });

    it("where it invites the content with another code than 354", async () => {
      for (const said of ["250 Ok\r\n", "334 Go\r\n"]) {
        await assertFails("protocol-error", { DATA: said });
        assert.ok(!puppet.received().includes("Hello"));
        await puppet.close();
        await transport.close();
      }
      await outcomeWith({});
    });

    it("where it answers what was not asked yet", async () => {
      await assertFails("protocol-error", { MAIL: "250 Ok\r\n250 Ok\r\n" });
      assert.doesNotMatch(puppet.received(), /^RCPT/m);
    });

    it("before the password, where it answers that already", async () => {
      await assertFails(
        "protocol-error",
        { AUTH: "334 VXNlcm5hbWU6\r\n334 UGFzc3dvcmQ6\r\n235 Ok\r\n" },
        { auth: "password" },
      );
      assert.ok(!puppet.received().includes(Buffer.from(PASSWORD).toString("base64")));
    });

    it("where its challenges have no end", async () => {
      const { message } = await assertFails(
        "protocol-error",
        { EHLO: "250-hi\r\n250 AUTH PLAIN\r\n", AUTH: "334 YQ==\r\n", "": "334 YQ==\r\n" },
        { auth: "password" },
      );
      assert.match(message, /an answer without an end\.$/);
    });

    it("at once, where a challenge would keep a parser busy for minutes", async () => {
      await assertFails(
        "protocol-error",
        { EHLO: "250-hi\r\n250 AUTH CRAM-MD5\r\n", AUTH: `334${" ".repeat(60_000)}\r\r\n` },
        { auth: "password" },
      );
    });

    for (const [what, bytes] of [
      ["one line", "x".repeat(50_000)],
      ["one reply of many lines", "250-and\r\n".repeat(5000)],
      ["a run of blank lines", "\r\n".repeat(30_000)],
    ] as const) {
      it(`where ${what} never ends`, async () => {
        const before = process.memoryUsage().heapUsed;
        await assertFails("protocol-error", { MAIL: flood(bytes) });
        assert.ok(process.memoryUsage().heapUsed - before < 100_000_000);
      });
    }

    it("where there are blank lines in place of a greeting", async () => {
      await assertFails("protocol-error", { greeting: flood("\r\n".repeat(30_000)) });
    });

    it("where it speaks on after it agreed to STARTTLS, and nothing is said under encryption", async () => {
      const error = await assertFails(
        "protocol-error",
        { EHLO: "250-hi\r\n250 STARTTLS\r\n", STARTTLS: "220 Go ahead\r\n250-AUTH PLAIN\r\n250 hi\r\n" },
        { security: "starttls", auth: "password" },
      );
      assert.equal(error.phase, "starttls");
      assert.match(puppet.received(), /STARTTLS\r\n$/);
    });
  });

  it("has its words told on one line that a terminal can show", async () => {
    const { message, smtp } = await assertFails("sender-refused", { MAIL: "550 \u001b[2J\u0007\0 \u202Eno\r\n" });
    assert.equal(smtp?.response, "550  [2J   no");
    assert.doesNotMatch(message, /\p{Cc}|\u202e/u);
  });

  it("does not busy the search for secrets for minutes", async () => {
    await assertFails("sender-refused", { MAIL: `550-${"eyJ-".repeat(14_000)}\r\n550 no\r\n` });
  });
});
