import { lookup } from "node:dns/promises";
import { createServer } from "node:net";
import { type Clock, systemClock } from "../../src/model/clock";
import { createTestCa, issueCertificate, type KeyAndCertificate } from "../support/certificates";
import { startScriptedSmtpServer } from "../support/scripted-smtp-server";
import { assertTold, type FailureRow, itTells, observe, probeAndSend } from "./probing";

const connection = { headline: "connection" } as const;
const wrongPort = { code: "ERR_MAIL_PROTOCOL", reason: "not-smtp", step: "greeting", ...connection } as const;

/** A machine on which a time-out of so many milliseconds has passed at once. */
function impatientFor(timeoutMs: number): Clock {
  return {
    now: systemClock.now,
    after: (ms, run) => {
      if (ms === timeoutMs) queueMicrotask(run);
      return ms === timeoutMs ? () => {} : systemClock.after(ms, run);
    },
  };
}

const greetings: FailureRow[] = [
  { title: "an IMAP server", script: { greeting: "* OK IMAP4rev1 ready" }, ...wrongPort, words: "* OK IMAP4rev1" },
  { title: "a POP3 server", script: { greeting: "+OK POP3 ready" }, ...wrongPort, words: "+OK POP3" },
  { title: "an SSH server", script: { greeting: "SSH-2.0-OpenSSH_9.2" }, ...wrongPort, words: "SSH-2.0" },
  {
    title: "a web server",
    script: { greeting: { say: "HTTP/1.1 400 Bad Request\nConnection: close\n", close: "end" } },
    ...wrongPort,
    words: "HTTP/1.1 400",
  },
  { title: "a news server", script: { greeting: "200 news.example.com ready" }, ...wrongPort, words: "200 news" },
  {
    title: "a 554 greeting",
    script: { greeting: "554 5.7.1 127.0.0.1 is on our block list" },
    code: "ERR_MAIL_CONNECT",
    reason: "greeting-refused",
    step: "greeting",
    words: "block list",
    ...connection,
  },
  {
    title: "a 421 greeting",
    script: { greeting: { say: "421 4.7.0 Too many connections", close: "end" } },
    code: "ERR_MAIL_THROTTLED",
    reason: "greeting-busy",
    step: "greeting",
    words: "421 4.7.0 Too many connections",
    ...connection,
  },
  {
    title: "an FTP server",
    script: { greeting: "220 FTP ready", ehlo: "500 Unknown command", helo: "500 Unknown command" },
    code: "ERR_MAIL_PROTOCOL",
    reason: "ehlo-refused",
    step: "capabilities",
    words: "500 Unknown command",
    ...connection,
  },
];

describe("the test tells what answers instead of a mail server", () => itTells(greetings));

describe("the test tells why there is no connection", () => {
  it("a name that does not exist", async () => {
    const host = "mail.invalid";
    // A machine without any resolver cannot know that the name does not exist.
    const known = await lookup(host).catch(({ code }: NodeJS.ErrnoException) => code === "ENOTFOUND");
    const row: FailureRow = {
      title: host,
      raw: { host },
      code: "ERR_MAIL_DNS",
      reason: known ? "dns-not-found" : "dns-failed",
      step: "dns",
      ...connection,
    };
    assertTold(row, await probeAndSend(587, row));
  });

  it("a resolver that does not answer", async () => {
    const row: FailureRow = {
      title: "resolver",
      clock: impatientFor(10_000),
      code: "ERR_MAIL_DNS",
      reason: "dns-failed",
      step: "dns",
      ...connection,
    };
    assertTold(row, await probeAndSend(587, row));
  });

  it("a closed port", async () => {
    const server = await startScriptedSmtpServer();
    await server.close();
    const row: FailureRow = {
      title: "closed",
      code: "ERR_MAIL_CONNECT",
      reason: "connect-refused",
      step: "connect",
      ...connection,
    };
    assertTold(row, await probeAndSend(server.port, row));
  });

  it("a server that does not answer within the time-out", async () => {
    const row: FailureRow = {
      title: "black hole",
      raw: { host: "127.0.0.1" },
      clock: impatientFor(10_000),
      code: "ERR_MAIL_TIMEOUT",
      reason: "connect-timeout",
      step: "connect",
      ...connection,
    };
    assertTold(row, await observe(row));
  });
});

describe("the test tells which side expects encryption first", () => {
  let certificate: KeyAndCertificate;

  before(async () => {
    certificate = await issueCertificate(await createTestCa(), { hosts: ["localhost"] });
  });

  itTells([
    {
      title: "implicit TLS on a STARTTLS port",
      script: () => ({ tls: certificate }),
      raw: { security: "tls" },
      code: "ERR_MAIL_TLS",
      reason: "tls-wrong-version",
      step: "tls",
      ...connection,
    },
  ]);

  for (const security of ["none", "starttls-if-offered", "starttls"]) {
    it(`security “${security}” on an implicit TLS port is greeting-expects-tls`, async () => {
      const row: FailureRow = {
        title: security,
        script: () => ({ implicitTls: certificate }),
        // Short, because a mail waits for the greeting to time out before it looks further.
        raw: { security, timeout: 1 },
        code: "ERR_MAIL_TLS",
        reason: "greeting-expects-tls",
        step: "greeting",
        ...connection,
      };
      assertTold(row, await observe(row));
    });
  }

  it("a silent port that does not speak TLS either is greeting-timeout, with unreadable certificates too", async () => {
    const row: FailureRow = {
      title: "silent",
      script: { greeting: "silence" },
      raw: { security: "starttls", timeout: 1 },
      material: { cert: "not a certificate", key: "not a key" },
      code: "ERR_MAIL_TIMEOUT",
      reason: "greeting-timeout",
      step: "greeting",
      ...connection,
    };
    assertTold(row, await observe(row));
  });
});

describe("the test tells a peer that never speaks and hangs up", () => {
  it("before the greeting", async () => {
    const peer = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => peer.listen(0, "127.0.0.1", resolve));
    const { port } = peer.address() as { port: number };
    const row: FailureRow = {
      title: "mute",
      code: "ERR_MAIL_CONNECT",
      reason: "dropped",
      step: "greeting",
      ...connection,
    };
    try {
      assertTold(row, await probeAndSend(port, row));
    } finally {
      await new Promise((resolve) => peer.close(resolve));
    }
  });
});
