import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { composeTestMail } from "../../src/compose/test-mail";
import type { Clock } from "../../src/model/clock";
import type { PreparedEmail } from "../../src/model/email";
import { SendError } from "../../src/model/send-error";
import type { Security } from "../../src/settings/raw";
import { SmtpTransport } from "../../src/transports/smtp/smtp-transport";
import { SEED, seeded, tellSeedOfFailures } from "../faults/seed";
import { selfSigned } from "../support/certificates";
import { settingsFor } from "../support/settings";
import { type HostileSmtpServer, startHostileSmtpServer } from "./hostile-smtp-server";
import { pick } from "./nonsense";

/** All of both files together; `HOSTILE_SESSIONS=100000 npm run test:hostile` for more. */
const ALL_SESSIONS = Number(process.env["HOSTILE_SESSIONS"] ?? 10_000);
const AT_ONCE = 40;
const TIMEOUT_MS = 300;
/** Every command of a mail may use up its time-out, and so may the goodbye. */
const LONGEST_MS = 10_000;
const USER = "orders@example.com";
const PASSWORD = "Tr0ub4dor-and-3";
/** In every form in which a login carries it (RFC 4616, RFC 4954). */
const IN_CLEAR = [
  PASSWORD,
  Buffer.from(PASSWORD).toString("base64"),
  Buffer.from(`\0${USER}\0${PASSWORD}`).toString("base64"),
];

/** What would take minutes takes a moment: for the answer to a whole mail there are ten. */
const clock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms >= 1000 ? 600 : ms);
    return () => clearTimeout(timer);
  },
};

/** Declares a test of that part of all sessions, with configurations of these kinds. */
export function fuzzSessions(part: number, securities: readonly Security[]): void {
  const count = Math.round(ALL_SESSIONS * part);
  tellSeedOfFailures();
  let plain: HostileSmtpServer;
  let implicit: HostileSmtpServer;
  let ca: string;
  let email: PreparedEmail;
  const leaks: string[] = [];
  const outcomes = new Map<string, number>();

  before(async () => {
    const certificate = await selfSigned({ hosts: ["127.0.0.1"] });
    ca = certificate.ca;
    const random = (kind: string) => (connection: number) => seeded(`${kind} ${connection}`);
    plain = await startHostileSmtpServer(random("plain"), certificate, false);
    implicit = await startHostileSmtpServer(random("implicit"), certificate, true);
    const settings = settingsFor(plain.port);
    email = await composeTestMail(settings, { from: USER, to: "a@example.com" }, { id: "x", date: new Date() });
  });
  after(async () => {
    await plain.close();
    await implicit.close();
  });

  function numbered(number: number, bytes: number): PreparedEmail {
    const to = number % 3 === 0 ? [`a${number}@example.com`, `b${number}@example.com`] : [`a${number}@example.com`];
    const mime = Buffer.concat([email.mime, Buffer.alloc(bytes, "y\r\n")]);
    return { ...email, envelope: { from: USER, to }, mime };
  }

  function transportFor(security: Security, login: boolean): SmtpTransport {
    const port = security === "tls" ? implicit.port : plain.port;
    const raw = { host: "127.0.0.1", security, auth: login ? ("password" as const) : ("none" as const) };
    const settings = settingsFor(port, raw, login ? { username: USER, password: PASSWORD } : {}, { ca });
    const composeMail = async (): Promise<PreparedEmail> => email;
    return new SmtpTransport(
      { ...settings, timeoutMs: TIMEOUT_MS, connectTimeoutMs: 2_000 },
      { clock, composeTestMail: composeMail },
    );
  }

  async function session(number: number): Promise<void> {
    const random = seeded(`session ${number}`);
    const security = pick(random, securities);
    // Where the configuration asks for no encryption a login may go in clear, so that it proves nothing there.
    const login = security === "starttls" || security === "tls";
    const transport = transportFor(security, login);
    const server = security === "tls" ? implicit : plain;
    const bytes = random() < 0.02 ? 500_000 : 0;
    for (const each of [number * 2 + 1, number * 2 + 2]) await sendOne(transport, server, each, bytes);
    await inTime(transport.close(), `closing session ${number}`);
  }

  async function sendOne(
    transport: SmtpTransport,
    server: HostileSmtpServer,
    number: number,
    bytes: number,
  ): Promise<void> {
    const sending = transport.send(numbered(number, bytes), new AbortController().signal, async () => {});
    const result = await inTime(
      sending.then(
        () => "sent" as const,
        (error: unknown) => error,
      ),
      `mail ${number}`,
    );
    const { complete = 0, accepted = false, interrupted = false, dialogue = [] } = server.arrivals.get(number) ?? {};
    server.arrivals.delete(number);
    const told = result === "sent" ? result : assertTold(result, number);
    outcomes.set(told, (outcomes.get(told) ?? 0) + 1);
    const story = `mail ${number} counts as ${told}\n${dialogue.join("\n")}`;
    assert.ok(complete <= 1, `arrived ${complete} times in one attempt: ${story}`);
    if (result === "sent") {
      assert.ok(complete === 1 || interrupted, `never arrived: ${story}`);
    } else if (result instanceof SendError && result.disposition !== "ambiguous") {
      assert.ok(!accepted, `was accepted: ${story}`);
      if (complete > 0) assert.ok((result.smtp?.replyCode ?? 0) >= 400, `arrived: ${story}`);
    }
  }

  function assertTold(error: unknown, number: number): string {
    assert.ok(error instanceof SendError, `mail ${number}: ${(error as Error)?.stack ?? error}`);
    const { code, reason, remedy, message } = error;
    assert.match(code, /^ERR_MAIL_[A-Z_]+$/);
    assert.ok(remedy.length > 10);
    assert.ok(message.length < 2500, `mail ${number}: ${message.length} characters`);
    assert.doesNotMatch(message, /[\p{Cc}\u2028\u2029\u202a-\u202e]/u, `mail ${number}: ${JSON.stringify(message)}`);
    for (const form of IN_CLEAR) assert.ok(!JSON.stringify(error).includes(form) && !message.includes(form));
    return reason;
  }

  async function inTime<Value>(work: Promise<Value>, what: string): Promise<Value> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${what} is still not at its end after ${LONGEST_MS} ms`)), LONGEST_MS);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Each of `AT_ONCE` workers takes the next one. */
  async function run(from: number, to: number): Promise<void> {
    let next = from;
    const worker = async (): Promise<void> => {
      while (next < to) await session(next++);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }

  it(`${count} of them end in time, each mail is sent, refused or unconfirmed and none of it wrongly, and nothing is kept`, async function () {
    this.timeout(30_000 + count * 40);
    plain.onClear = (bytes) => {
      const text = bytes.toString("latin1");
      for (const form of IN_CLEAR) if (text.includes(form)) leaks.push(text);
    };
    const warmUp = Math.min(1000, count / 4);
    await run(0, warmUp);
    const before = heapAfterCollecting();
    await run(warmUp, count);
    const grown = (heapAfterCollecting() - before) / 1_000_000;
    console.log(
      `      seed ${SEED}: ${plain.connections + implicit.connections} connections, heap grown by ${grown.toFixed(1)} MB`,
    );
    console.log(
      `      ${[...outcomes]
        .sort((a, b) => b[1] - a[1])
        .map(([what, times]) => `${what} ${times}`)
        .join(", ")}`,
    );
    assert.deepEqual(leaks, [], "a password crossed the wire in clear");
    assert.ok(grown < 20, `the heap grew by ${grown} MB`);
  });
}

function heapAfterCollecting(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}
