import { type Phrase, phrase } from "../../model/catalogue";
import { inEnglish } from "../../model/catalogue/phrases";
import type { Phase } from "../../model/codes";
import type { PreparedEmail } from "../../model/email";
import type { ProbeReport, ProbeRequest, ProbeStepName } from "../../model/probe";
import { findingFor, findingOf, ProbeLog } from "../../model/probe-log";
import type { SendReceipt } from "../../model/receipt";
import { SendError } from "../../model/send-error";
import { type AccessToken, describeToken } from "../../model/token";
import { jsonOf } from "./answer";
import { GraphCalls, type GraphContext, type Listen } from "./graph-calls";

export interface TestMail {
  readonly compose: (request: Required<ProbeRequest>) => Promise<PreparedEmail>;
  readonly send: (email: PreparedEmail, listen: Listen) => Promise<SendReceipt>;
}

/** Failures that belong to a step whatever was being done when they came. */
const STEP_OF_PHASE: Readonly<Partial<Record<Phase, ProbeStepName>>> = {
  token: "token",
  mailbox: "mailbox",
  permission: "permission",
};

/** Walks the whole way that a mail takes and reports each step. Never rejects. */
export async function probeGraph(
  context: GraphContext,
  request: ProbeRequest,
  mail: TestMail,
  signal: AbortSignal,
): Promise<ProbeReport> {
  const sends = request.to !== undefined;
  const steps: ProbeStepName[] = ["token", "mailbox", "permission", ...(sends ? (["send"] as const) : [])];
  const log = new ProbeLog(context.clock, steps, sends);
  const walk = new Walk(context, log, signal);
  try {
    await walk.token();
    await walk.mailbox();
    walk.permission();
    if (request.to !== undefined) await walk.send({ from: request.from, to: request.to }, mail);
    return log.report();
  } catch (error) {
    const failure = failureOf(error);
    log.fail(STEP_OF_PHASE[failure.phase] ?? walk.step, findingOf(failure), context.mask.redact);
    return log.report(failure);
  }
}

function failureOf(error: unknown): SendError {
  if (error instanceof SendError) return error;
  return new SendError("graph-unexpected", { phase: "request", facts: { response: phrase("unexpected") } });
}

class Walk {
  step: ProbeStepName = "token";
  readonly #calls: GraphCalls;
  readonly #listen: Listen;
  #token: AccessToken | undefined;

  constructor(
    private readonly context: GraphContext,
    private readonly log: ProbeLog,
    private readonly signal: AbortSignal,
  ) {
    this.#listen = (by, text) => log.line(by, text);
    this.#calls = new GraphCalls(context, this.#listen);
  }

  async token(): Promise<void> {
    this.#token = await this.#calls.token(this.signal);
    const detail = describeToken(this.#token, this.context.clock.now());
    this.log.pass("token", detail);
    this.#listen("note", `token: ${inEnglish(detail)}`);
  }

  /** Looking needs a permission of its own, which sending does not; without it sending shows the same. */
  async mailbox(): Promise<void> {
    this.step = "mailbox";
    const path = "?$select=displayName,mail,userPrincipalName";
    try {
      const reply = await this.#calls.call({ method: "GET", path, purpose: "look", expected: 200 }, this.signal);
      this.log.pass("mailbox", shown(jsonOf(reply), this.context.settings.mailbox));
    } catch (error) {
      if (!(error instanceof SendError) || error.http?.status !== 403) throw error;
      this.log.skip("mailbox", phrase("mailbox-hidden"));
    }
  }

  /** Exchange can give Mail.Send for single mailboxes, which no token tells: only a mail that is sent decides. */
  permission(): void {
    this.step = "permission";
    if (!this.#token || !isReadable(this.#token)) {
      this.log.skip("permission", phrase("permission-hidden"));
    } else if (maySend(this.#token)) {
      this.log.pass("permission", large(this.#token.permissions));
    } else {
      this.log.warn("permission", findingFor("graph-mail-send-missing", allowedBy(this.#token)));
    }
  }

  async send(request: Required<ProbeRequest>, { compose, send }: TestMail): Promise<void> {
    this.step = "send";
    const email = await compose(request);
    try {
      const { response, requestId } = await send(email, this.#listen);
      this.log.pass("send", requestId === undefined ? response : `${response} · request-id ${requestId}`);
      this.log.sent({ ...request, messageId: email.messageId, response });
    } catch (error) {
      throw this.#explained(error);
    }
  }

  /** Refused, and the token lacks the permission: that is why. */
  #explained(error: unknown): unknown {
    const token = this.#token;
    if (!(error instanceof SendError) || error.reason !== "graph-access-denied") return error;
    if (!token || !isReadable(token) || maySend(token)) return error;
    const facts = allowedBy(token);
    return new SendError("graph-mail-send-missing", {
      phase: "permission",
      facts,
      ...(error.http ? { http: error.http } : {}),
    });
  }
}

/** Microsoft's tokens name their tenant; one that does not cannot be read. */
function isReadable({ tenant, permissions }: AccessToken): boolean {
  return tenant !== undefined || permissions.length > 0;
}

function maySend({ permissions }: AccessToken): boolean {
  return permissions.some((one) => /^Mail\.Send(?:\.Shared)?$/i.test(one));
}

function allowedBy({ permissions }: AccessToken): { names: string | Phrase } {
  return { names: permissions.length === 0 ? phrase("no-permissions") : permissions.join(", ") };
}

function shown(user: Readonly<Record<string, unknown>> | undefined, asked: string): string {
  const text = (name: string): string => (typeof user?.[name] === "string" ? (user[name] as string) : "");
  const address = text("mail") || text("userPrincipalName") || asked;
  return text("displayName") === "" ? address : `${text("displayName")} <${address}>`;
}

function large(permissions: readonly string[]): (string | Phrase)[] {
  const drafts = permissions.some((one) => /^Mail\.ReadWrite(?:\.Shared)?$/i.test(one));
  return ["Mail.Send", phrase(drafts ? "large-allowed" : "large-refused")];
}
