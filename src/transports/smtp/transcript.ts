import type { Telling } from "../../model/catalogue/phrases";
import type { Phase } from "../../model/codes";
import type { Redact } from "../../model/redaction";
import { type Capabilities, readCapabilities } from "./capabilities";
import { isReply, readReply } from "./reply";

/** Watches a session; the test does, sending does not need to. */
export interface SessionObserver {
  /** A stage before the conversation succeeded; `detail` is what was found. */
  reached(stage: "dns" | "connect" | "tls", detail: Telling): void;
  /** The server answered the command of this phase. */
  replied(phase: Phase, reply: string): void;
  /** A line went over the wire; secrets are removed. */
  line(by: "client" | "server", text: string): void;
}

/** What the session itself must know of the conversation. */
interface TranscriptHooks {
  /** The answer to a whole mail is being waited for, or is there. */
  waitingForFinalAnswer?(waiting: boolean): void;
  /** The client introduces itself: the second time means that STARTTLS has worked. */
  introducing?(): void;
  /** The server refuses for now to be introduced. */
  putOff?(reply: string): void;
  /** A command leaves, and no other waits for its answer. */
  asked?(): void;
  /** The server is asked whether the content may come (DATA). */
  permissionAsked?(): void;
  /** The server answered the command of this phase; `next` is what is still to be answered. */
  answered?(phase: Phase, reply: string, next: Phase | undefined): void;
}

const COMMANDS: readonly (readonly [RegExp, Phase])[] = [
  [/^(?:EHLO|HELO) /, "ehlo"],
  [/^STARTTLS$/, "starttls"],
  [/^MAIL FROM:/, "mail"],
  [/^RCPT TO:/, "rcpt"],
  [/^DATA$/, "data"],
  [/^\.$/, "body"],
  [/^(?:RSET|QUIT)$/, "quit"],
];

/** What is not a command answers a challenge of AUTH (RFC 4954 §4), as does AUTH itself. */
function phaseOf(line: string): Phase {
  return COMMANDS.find(([command]) => command.test(line))?.[1] ?? "auth";
}

/**
 * Follows a conversation line by line, so that a lost connection can be told by where it was lost.
 *
 * nodemailer reports every lost connection alike; which command was waiting for its answer
 * decides whether the mail can have arrived.
 */
export class Transcript {
  #waiting: Phase[] = ["greeting"];
  #ehloReply = "";
  #capabilities: Capabilities | undefined;
  #anyReply = false;
  #answered: Phase = "greeting";
  #recipientReplies: string[] = [];

  constructor(
    private readonly redact: Redact,
    private readonly observer?: SessionObserver,
    private readonly hooks: TranscriptHooks = {},
  ) {}

  /** The logger that nodemailer writes its transaction log to. */
  get logger(): Record<"trace" | "debug" | "info" | "warn" | "error" | "fatal", (...args: unknown[]) => void> {
    const ignore = (): void => {};
    const debug = (entry: unknown, text?: unknown): void => {
      const { tnx } = entry as { tnx?: string };
      if (tnx === "client") this.#sent(String(text));
      else if (tnx === "server") this.#received(String(text));
    };
    return { trace: ignore, debug, info: ignore, warn: ignore, error: ignore, fatal: ignore };
  }

  /** What the session is waiting for, or was when it ended. */
  get phase(): Phase {
    return this.#waiting[0] ?? "quit";
  }

  /** What the server's latest reply answered. */
  get answeredPhase(): Phase {
    return this.#answered;
  }

  get idle(): boolean {
    return this.#waiting.length === 0;
  }

  get capabilities(): Capabilities {
    this.#capabilities ??= readCapabilities(this.#ehloReply);
    return this.#capabilities;
  }

  /** Whether the server has answered anything since `startTransaction`. */
  get answered(): boolean {
    return this.#anyReply;
  }

  /** What the server said of each recipient since `startTransaction`, in the order in which they were named. */
  get recipientReplies(): readonly string[] {
    return this.#recipientReplies;
  }

  startTransaction(): void {
    this.#anyReply = false;
    this.#recipientReplies = [];
  }

  #sent(line: string): void {
    const phase = phaseOf(line);
    if (phase === "ehlo") this.hooks.introducing?.();
    if (phase === "data") this.hooks.permissionAsked?.();
    // Whatever the server says, it is not listened to any more.
    if (this.idle && line !== "QUIT") this.hooks.asked?.();
    // A lone dot ends an empty body, for which an answer is already awaited.
    if (this.#waiting[0] !== "body") this.#waiting.push(phase);
    this.observer?.line("client", phase === "auth" ? maskedAuth(line) : this.redact(line));
  }

  #received(reply: string): void {
    const phase = this.#waiting.shift() ?? "quit";
    this.#anyReply = true;
    this.#answered = phase;
    if (phase === "rcpt") this.#recipientReplies.push(this.#shown(reply));
    if (phase === "ehlo" && reply.startsWith("2")) {
      this.#ehloReply = reply;
      this.#capabilities = undefined;
    }
    // 354 to DATA: from here on until the next reply the body is on its way (RFC 5321 §4.1.1.4).
    if (phase === "data" && /^[23]/.test(reply)) {
      this.#waiting.unshift("body");
      this.hooks.waitingForFinalAnswer?.(true);
    } else if (phase === "body") {
      this.hooks.waitingForFinalAnswer?.(false);
    }
    this.observer?.line("server", this.#shown(reply));
    this.observer?.replied(phase, this.#shown(reply));
    if (phase === "ehlo" && reply.startsWith("4")) this.hooks.putOff?.(reply);
    this.hooks.answered?.(phase, reply, this.#waiting[0]);
  }

  /** Without secrets, and cut short where it is no reply at all. */
  #shown(reply: string): string {
    const redacted = this.redact(reply);
    return isReply(reply) ? redacted : readReply(redacted).response;
  }
}

/** nodemailer masks the password but leaves the user name in base64; only the mechanism is of use. */
function maskedAuth(line: string): string {
  return `${/^AUTH \S+/.exec(line)?.[0] ?? ""} •••`.trim();
}
