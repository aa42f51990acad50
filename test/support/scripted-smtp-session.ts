import type { Socket } from "node:net";
import { TLSSocket, type TlsOptions } from "node:tls";
import { authenticate, type Credentials, type Dialogue, type TokenRefusal } from "./scripted-smtp-auth";

/** `drop` closes without a word, `reset` sends RST, `end` closes in order, `silence` never answers. */
type Action = "drop" | "reset" | "end" | "silence";
/** The text of a reply (lines parted by \n), an action, or a text after which the connection ends. */
export type ScriptedReply = string | { say: string; close: Exclude<Action, "silence"> };
/** A function may return undefined, for what a healthy server would have answered. */
export type ScriptedStep =
  | ScriptedReply
  | ((line: string, session: RecordedSession) => ScriptedReply | undefined | Promise<ScriptedReply | undefined>);

export type ServerTls = TlsOptions;

type Stage =
  | "greeting"
  | "ehlo"
  | "helo"
  | "starttls"
  | "auth"
  | "mail"
  | "rcpt"
  | "data"
  | "dot"
  | "quit"
  | "rset"
  | "noop";

export interface SmtpScript extends Partial<Record<Stage, ScriptedStep>> {
  /** What EHLO offers, in place of a healthy server's list. */
  capabilities?: string[] | ((session: RecordedSession) => string[]);
  accounts?: Credentials[];
  tokenRefusal?: TokenRefusal;
  /** Of AUTH; PLAIN and LOGIN unless told otherwise. */
  mechanisms?: string;
  /** Largest mail, announced by SIZE and held to. */
  size?: number;
  /** Offers STARTTLS with this certificate. */
  tls?: ServerTls;
  implicitTls?: ServerTls;
  /** Closes the connection once so many bytes of a mail's content have arrived. */
  dropAfterBodyBytes?: number;
}

export interface ScriptedMail {
  from: string;
  to: string[];
  /** The content without the final dot, dots unstuffed. */
  raw: string;
  session: RecordedSession;
}

export interface RecordedSession {
  /** Command lines (and lines of the AUTH dialogue) in order; content is not among them. */
  commands: string[];
  /** All that arrived, decrypted. */
  received: string;
  /** The part of it that crossed the wire unencrypted. */
  receivedInClear: string;
  secure: boolean;
  /** Logins that were tried, whether they succeeded or not. */
  logins: Credentials[];
  user?: string;
  closed: boolean;
}

interface Observer {
  changed(): void;
  accepted(mail: ScriptedMail): void;
  tlsFailed(error: Error): void;
}

/** One connection: reads commands one at a time, so that pipelined ones are answered in order. */
export class ScriptedSession implements Dialogue {
  readonly record: RecordedSession;
  #input = Buffer.alloc(0);
  #pumping = false;
  #awaitingLine?: (line: string) => void;
  #readingContent = false;
  #from?: string;
  #to: string[] = [];

  constructor(
    private socket: Socket,
    readonly script: SmtpScript,
    private readonly observer: Observer,
  ) {
    const secure = script.implicitTls !== undefined;
    this.record = { commands: [], received: "", receivedInClear: "", secure, logins: [], closed: false };
  }

  start(): void {
    this.#listen();
    void this.#answer("greeting", "", "220 mail.example.com ESMTP ready");
  }

  #listen(): void {
    this.socket.on("error", () => {});
    this.socket.on("data", this.#onBytes);
    this.socket.on("close", () => {
      this.record.closed = true;
      this.observer.changed();
    });
  }

  #onBytes = (bytes: Buffer): void => {
    this.record.received += bytes.toString("latin1");
    if (!this.record.secure) this.record.receivedInClear += bytes.toString("latin1");
    this.#input = Buffer.concat([this.#input, bytes]);
    void this.#pump();
    this.observer.changed();
  };

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    while (!this.socket.destroyed) {
      if (this.#readingContent) {
        if (!(await this.#takeContent())) break;
        continue;
      }
      const line = this.#takeLine();
      if (line === undefined) break;
      const waiting = this.#awaitingLine;
      this.#awaitingLine = undefined;
      if (waiting) waiting(line);
      else if (/^AUTH\b/i.test(line)) void this.#login(line);
      else await this.#command(line);
    }
    this.#pumping = false;
  }

  #takeLine(): string | undefined {
    const end = this.#input.indexOf("\n");
    if (end < 0) return undefined;
    const line = this.#input.toString("utf8", 0, end).replace(/\r$/, "");
    this.#input = this.#input.subarray(end + 1);
    this.record.commands.push(line);
    this.observer.changed();
    return line;
  }

  /** Part of an AUTH dialogue: what the client writes next. */
  nextLine(): Promise<string> {
    return new Promise((resolve) => {
      this.#awaitingLine = resolve;
      queueMicrotask(() => void this.#pump());
    });
  }

  say(text: string): void {
    if (!this.socket.destroyed) this.socket.write(`${text.replace(/\r?\n/g, "\r\n")}\r\n`);
  }

  async #login(line: string): Promise<void> {
    const { reply, user } = await authenticate(line, this);
    const code = await this.#answer("auth", line, reply);
    if (code === 235) this.record.user = user;
    this.observer.changed();
  }

  async #command(line: string): Promise<void> {
    const [verb = "", argument = ""] = line.split(/\s(.*)/s);
    switch (verb.toUpperCase()) {
      case "EHLO":
        return void (await this.#answer("ehlo", line, this.#greetingOf(argument)));
      case "HELO":
        return void (await this.#answer("helo", line, "250 mail.example.com"));
      case "STARTTLS":
        return this.#startTls(line);
      case "MAIL":
        return this.#mail(line);
      case "RCPT":
        if ((await this.#answer("rcpt", line, "250 2.1.5 Recipient ok")) === 250) this.#to.push(addressIn(line));
        return;
      case "DATA":
        this.#readingContent =
          (await this.#answer("data", line, this.#to.length ? "354 Go ahead" : "503 5.5.1 No recipients")) === 354;
        return;
      case "RSET":
        this.#forgetMail();
        return void (await this.#answer("rset", line, "250 2.0.0 Ok"));
      case "NOOP":
        return void (await this.#answer("noop", line, "250 2.0.0 Ok"));
      case "QUIT":
        if ((await this.#answer("quit", line, "221 2.0.0 Bye")) === 221) this.socket.end();
        return;
      default:
        this.say("500 5.5.2 Unknown command");
    }
  }

  #greetingOf(client: string): string {
    const { script, record } = this;
    const offersTls = script.tls !== undefined && !record.secure;
    const healthy = [
      "PIPELINING",
      `SIZE ${script.size ?? 10_485_760}`,
      "8BITMIME",
      "SMTPUTF8",
      ...(offersTls ? ["STARTTLS"] : []),
      ...(script.accounts && !offersTls ? [`AUTH ${script.mechanisms ?? "PLAIN LOGIN"}`] : []),
    ];
    const list = typeof script.capabilities === "function" ? script.capabilities(record) : script.capabilities;
    const lines = [`mail.example.com greets ${client}`, ...(list ?? healthy)];
    return lines.map((text, at) => `250${at === lines.length - 1 ? " " : "-"}${text}`).join("\n");
  }

  async #mail(line: string): Promise<void> {
    const declared = Number(/\bSIZE=(\d+)/i.exec(line)?.[1] ?? 0);
    const limit = this.script.size ?? 10_485_760;
    this.#forgetMail();
    const healthy = declared > limit ? "552 5.3.4 Message size exceeds fixed limit" : "250 2.1.0 Sender ok";
    if ((await this.#answer("mail", line, healthy)) === 250) this.#from = addressIn(line);
  }

  #forgetMail(): void {
    this.#from = undefined;
    this.#to = [];
  }

  /** Answers whether the content was complete. */
  async #takeContent(): Promise<boolean> {
    const { dropAfterBodyBytes } = this.script;
    if (dropAfterBodyBytes !== undefined && this.#input.length >= Math.max(1, dropAfterBodyBytes)) {
      this.socket.destroy();
      return false;
    }
    const empty = this.#input.subarray(0, 3).equals(Buffer.from(".\r\n"));
    const end = empty ? 0 : this.#input.indexOf("\r\n.\r\n");
    if (end < 0) return false;
    const raw = this.#input.toString("utf8", 0, empty ? 0 : end + 2).replace(/^\.\./gm, ".");
    this.#input = this.#input.subarray(end + (empty ? 3 : 5));
    this.#readingContent = false;
    const mail: ScriptedMail = { from: this.#from ?? "", to: this.#to, raw, session: this.record };
    this.#forgetMail();
    const tooLarge = Buffer.byteLength(raw) > (this.script.size ?? 10_485_760);
    const healthy = tooLarge ? "552 5.3.4 Message too big" : "250 2.0.0 Ok: queued";
    await this.#answer("dot", raw, healthy, () => this.observer.accepted(mail));
    return true;
  }

  async #startTls(line: string): Promise<void> {
    const { tls } = this.script;
    const code = await this.#answer("starttls", line, tls ? "220 2.0.0 Go ahead" : "502 5.5.1 Not offered");
    if (code !== 220 || !tls) return;
    this.socket.removeListener("data", this.#onBytes);
    // What was pipelined behind STARTTLS in clear must not count as said in private (RFC 3207 §6).
    this.#input = Buffer.alloc(0);
    this.record.secure = true;
    this.record.user = undefined;
    const secured = new TLSSocket(this.socket, { ...tls, isServer: true });
    secured.on("error", (error) => {
      if (!secured.getCipher()) this.observer.tlsFailed(error);
      secured.destroy();
      this.observer.changed();
    });
    this.socket = secured;
    this.#listen();
  }

  /** Does what the script, or else a healthy server, does at this stage, and gives the reply's code. */
  async #answer(stage: Stage, line: string, healthy: ScriptedReply, onSuccess?: () => void): Promise<number> {
    const step = this.script[stage];
    const scripted = typeof step === "function" ? await step(line, this.record) : step;
    const reply = scripted ?? healthy;
    const { say, close } = typeof reply === "string" ? read(reply) : reply;
    const code = Number.parseInt(say ?? "", 10) || 0;
    if (code >= 200 && code < 300) onSuccess?.();
    if (say !== undefined) this.say(say);
    if (close === "drop") this.socket.destroy();
    if (close === "reset") this.socket.resetAndDestroy();
    if (close === "end") this.socket.end();
    this.observer.changed();
    return code;
  }
}

function read(reply: string): { say?: string; close?: Action } {
  return reply === "drop" || reply === "reset" || reply === "end" || reply === "silence"
    ? { close: reply }
    : { say: reply };
}

function addressIn(line: string): string {
  return /:\s*<([^>]*)>/.exec(line)?.[1] ?? "";
}
