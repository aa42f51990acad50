import { phrase } from "../../model/catalogue";
import { inEnglish, type Telling } from "../../model/catalogue/phrases";
import type { Phase } from "../../model/codes";
import type { PreparedEmail } from "../../model/email";
import type { ProbeReport, ProbeRequest, ProbeStepName } from "../../model/probe";
import { findingFor, findingOf, ProbeLog } from "../../model/probe-log";
import { SendError } from "../../model/send-error";
import { describeToken } from "../../model/token";
import type { GenericSettings } from "../../settings/generic";
import { factsOf } from "./classify-socket";
import { checkDkim } from "./dkim-step";
import { readReply } from "./reply";
import { type SessionContext, SmtpSession } from "./session";
import { greetingExpectsTls, waitsForTls } from "./tls-knock";
import type { SessionObserver } from "./transcript";

/** Composes the mail that a test sends; it names host, port, security and user name. */
export type ComposeTestMail = (request: Required<ProbeRequest>) => Promise<PreparedEmail>;

/** How long a server may keep silent before the test looks whether it waits for TLS. */
const SILENCE_MS = 3_000;

const STEP_OF_PHASE: Readonly<Record<Phase, ProbeStepName>> = {
  input: "dns",
  queue: "dns",
  token: "token",
  mailbox: "quit",
  permission: "quit",
  request: "quit",
  dns: "dns",
  connect: "connect",
  greeting: "greeting",
  ehlo: "capabilities",
  starttls: "tls",
  tls: "tls",
  auth: "auth",
  mail: "sender",
  rcpt: "recipient",
  data: "data",
  body: "data",
  dot: "data",
  quit: "quit",
};

/** Walks the whole way that a mail takes and reports each step. Never rejects. */
export async function probeSmtp(
  context: SessionContext,
  request: ProbeRequest,
  composeTestMail: ComposeTestMail,
  signal: AbortSignal,
): Promise<ProbeReport> {
  const { settings, clock, redact, tokens } = context;
  const log = new ProbeLog(clock, stepsOf(settings, request.to !== undefined), request.to !== undefined);
  let knock: ReturnType<typeof watchForTls> | undefined;
  let session: SmtpSession | undefined;
  try {
    await checkDkim(log, context, request.from, signal);
    if (tokens) log.pass("token", describeToken(await tokens.get(signal), clock.now()));
    knock = watchForTls(context, signal);
    const signsIn = (settings.login ?? settings.oauth) !== undefined;
    session = await SmtpSession.open(context, knock.signal, observe(log, signsIn, knock.heard));
    if (!session.secure && settings.security === "starttls-if-offered") log.skip("tls", phrase("tls-not-offered"));
    const outcome = await session.signIn(signal);
    if (outcome === "signed-in" && !session.secure)
      log.warn("auth", findingFor("password-in-clear", factsOf(settings, "auth")));
    else if (outcome === "not-offered") log.warn("auth", findingFor("auth-not-checked", factsOf(settings, "auth")));
    else if (outcome === "not-needed") log.skip("auth", phrase("no-sign-in"));
    if (request.to !== undefined) {
      const { from, to } = request;
      const email = await composeTestMail({ from, to });
      const receipt = await session.send(email, signal);
      log.sent({ from, to, messageId: email.messageId, response: receipt.response });
    }
    await session.quit();
    log.pass("quit", phrase("closed"));
    return log.report();
  } catch (error) {
    session?.destroy();
    const failure =
      error instanceof SendError
        ? error
        : new SendError("protocol-error", { phase: "quit", facts: { response: phrase("unexpected") } });
    log.fail(STEP_OF_PHASE[failure.phase], findingOf(failure), redact);
    return log.report(failure);
  } finally {
    knock?.stop();
  }
}

function observe(log: ProbeLog, signsIn: boolean, heard: () => void): SessionObserver {
  return {
    reached: (stage, detail) => {
      log.pass(stage, detail);
      log.line("note", `${stage}: ${inEnglish(detail)}`);
    },
    replied: (phase, reply) => {
      if (phase === "greeting") heard();
      const answer = readReply(reply);
      const refused = (answer.replyCode ?? 500) >= 400;
      const step = STEP_OF_PHASE[phase];
      // A challenge (334) is the middle of signing in; STARTTLS passes when the handshake has.
      if (refused || answer.replyCode === 334 || phase === "starttls" || phase === "quit" || phase === "data") return;
      if (step === "auth" && !signsIn) return;
      log.pass(step, phase === "ehlo" ? capabilityLine(reply) : answer.response);
    },
    line: (by, text) => log.line(by, text),
  };
}

function capabilityLine(reply: string): Telling {
  const lines = reply.split(/\r?\n/).slice(1);
  return lines.map((line) => line.replace(/^\d{3}[ -]/, "")).join(" · ") || phrase("no-extensions");
}

/** While the greeting is missing, looks on a second connection whether the port speaks TLS from the start. */
function watchForTls(
  context: SessionContext,
  signal: AbortSignal,
): { signal: AbortSignal; heard(): void; stop(): void } {
  const found = new AbortController();
  const knocking = new AbortController();
  const { settings, clock } = context;
  // Before the greeting times out, however short that is.
  const callOff = clock.after(Math.min(SILENCE_MS, settings.timeoutMs / 2), () => {
    void waitsForTls(settings, knocking.signal, clock).then((waits) => {
      if (waits && !knocking.signal.aborted) found.abort(greetingExpectsTls(settings));
    });
  });
  const stop = (): void => {
    callOff();
    knocking.abort();
  };
  return { signal: AbortSignal.any([signal, found.signal]), heard: stop, stop };
}

/** In the order in which they happen: STARTTLS encrypts after the greeting, implicit TLS before. */
function stepsOf({ security, oauth, dkim }: GenericSettings, sends: boolean): ProbeStepName[] {
  const opening: ProbeStepName[] =
    security === "tls"
      ? ["dns", "connect", "tls", "greeting", "capabilities"]
      : ["dns", "connect", "greeting", "capabilities", "tls"];
  if (security === "none") opening.pop();
  const sending: ProbeStepName[] = sends ? ["sender", "recipient", "data"] : [];
  const first: ProbeStepName[] = [...(dkim ? (["dkim"] as const) : []), ...(oauth ? (["token"] as const) : [])];
  return [...first, ...opening, "auth", ...sending, "quit"];
}
