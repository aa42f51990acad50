import type { Socket } from "node:net";
import type SMTPConnection from "nodemailer/lib/smtp-connection";
import { type Phrase, phrase } from "../../model/catalogue/phrases";
import type { Clock } from "../../model/clock";
import type { Phase } from "../../model/codes";
import { isReply } from "./reply";

/** RFC 5321 §4.5.3.2.6: less than ten minutes for the answer to the final dot makes duplicates. */
export const FINAL_ANSWER_MS = 10 * 60_000;
/** RFC 5321 §4.5.3.1.5 allows 512 bytes in a line, and the longest answers, those to EHLO, have some dozens of lines. */
export const MOST_REPLY_BYTES = 64 * 1024;
/** Those to a pipelined mail for a thousand recipients come in one piece. */
const MOST_UNREAD_BYTES = 1024 * 1024;
/** Each one that is blank costs nodemailer a turn of the event loop and a walk through all that follow. */
const MOST_UNREAD_LINES = 8 * 1024;
/** LOGIN asks for two things, XOAUTH2 twice explains why it refuses. */
const MOST_CHALLENGES = 6;
/** RFC 4954 §4. */
const MOST_CHALLENGE_CHARACTERS = 12_288;

/** Of the content, before the server had all of it. */
const REFUSED_EARLY = Symbol();

/** What of nodemailer tells which of the two is speaking; it has no public name for it. */
interface Inside {
  /** Answers that nobody has asked for yet. */
  readonly _responseQueue?: readonly string[];
  readonly _remainder?: string;
  /** The mail, until its final dot is written. */
  readonly _currentDataStream?: unknown;
}

/** How a conversation is ended that does not go on as one. */
export interface Ending {
  /** The answer did not come to its end in time. */
  late(): void;
  /** The server refused the content before it had all of it. */
  refusedEarly(reply: string): void;
  /** `phase`: of the command that this answers; absent where it answers none. */
  outOfTurn(what: Phrase | string, phase?: Phase): void;
}

/**
 * Holds a server to the turns of the conversation (RFC 5321 §4.2): one answer to each command, after it, in
 * time, and not endless.
 *
 * nodemailer takes whatever comes next for the answer to whatever it says next, so that an answer too many counts
 * as that to the mail; and its time-out begins anew with each byte, so that a server that drips keeps a connection
 * for ever.
 */
export class TurnTaking {
  readonly #watched = new WeakSet<Socket>();
  #callOff = (): void => {};
  #unread = { bytes: 0, lines: 0 };
  #challenges = 0;

  constructor(
    private readonly connection: SMTPConnection,
    private readonly clock: Clock,
    private readonly timeoutMs: number,
    private readonly ending: Ending,
  ) {
    connection.once("end", () => this.#callOff());
  }

  /** Counts what comes over this socket from now on. */
  watch(socket: Socket | undefined): void {
    if (!socket || this.#watched.has(socket)) return;
    this.#watched.add(socket);
    socket.on("data", (bytes: Buffer) => {
      this.#unread.bytes += bytes.length;
      this.#unread.lines += linesIn(bytes);
      const { bytes: length, lines } = this.#unread;
      if (length > MOST_UNREAD_BYTES || lines > MOST_UNREAD_LINES) this.ending.outOfTurn(phrase("answer-endless"));
    });
  }

  /** A login begins. */
  signingIn(): void {
    this.#challenges = 0;
  }

  /** A command leaves, and no other waits for its answer. */
  asked(): void {
    if (this.#spokeAlready) this.ending.outOfTurn(phrase("answer-early"));
    else this.#expect(this.timeoutMs);
  }

  /** The server answered; `next` is what is still to be answered. */
  answered(phase: Phase, reply: string, next: Phase | undefined): void {
    this.#unread = { bytes: 0, lines: 0 };
    this.#callOff();
    // What is wrong with a greeting is told more exactly.
    if (phase === "greeting") return;
    const wrong = this.#wrongWith(phase, reply, next);
    if (wrong === REFUSED_EARLY) this.ending.refusedEarly(reply);
    else if (wrong !== undefined) this.ending.outOfTurn(wrong, phase);
    else if (next === "body") this.#expectOfContent();
    else if (next) this.#expect(this.timeoutMs);
  }

  #wrongWith(phase: Phase, reply: string, next: Phase | undefined): Phrase | string | typeof REFUSED_EARLY | undefined {
    if (phase === "body" && (this.connection as Inside)._currentDataStream)
      return /^[45]/.test(reply) && isReply(reply) ? REFUSED_EARLY : phrase("answer-early");
    if (!isReply(reply) || !fits(phase, reply)) return reply;
    if (reply.startsWith("334") && ++this.#challenges > MOST_CHALLENGES) return phrase("answer-endless");
    // Encryption begins, and nothing that came before it must count as said under it (RFC 3207 §6); or the content
    // does, and what came before its first byte is no answer to it.
    return (phase === "starttls" || next === "body") && this.#spokeAlready ? phrase("answer-early") : undefined;
  }

  get #spokeAlready(): boolean {
    const { _responseQueue = [], _remainder = "" } = this.connection as Inside;
    return [..._responseQueue, _remainder].some((text) => text.trim() !== "");
  }

  #expect(ms: number, late = (): void => this.ending.late()): void {
    this.#callOff();
    this.#callOff = this.clock.after(ms, late);
  }

  /** As long as some of it leaves, and then until the answer: the server's bytes are no progress. */
  #expectOfContent(leftBefore = this.#left): void {
    this.#expect(FINAL_ANSWER_MS, () => {
      if (this.#left === leftBefore) this.ending.late();
      else this.#expectOfContent();
    });
  }

  get #left(): number {
    const { _socket: socket } = this.connection;
    return socket ? socket.bytesWritten - socket.writableLength : 0;
  }
}

/** Whether this can be the answer to that: 354 to DATA or a refusal, a final word to the content. */
function fits(phase: Phase, reply: string): boolean {
  if (phase === "data") return /^(?:354|[45])/.test(reply);
  if (phase === "body") return !reply.startsWith("3");
  if (reply.startsWith("334")) return reply.length <= MOST_CHALLENGE_CHARACTERS && !reply.includes("\r");
  return true;
}

function linesIn(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) lines++;
  return lines;
}

const LINE_FEED = 10;
