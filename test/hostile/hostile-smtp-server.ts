import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createSecureContext, createServer as createTlsServer, type SecureContext, TLSSocket } from "node:tls";
import type { ServerTls } from "../support/scripted-smtp-server";
import { type Nonsense, pick, tamper } from "./nonsense";

export type Random = () => number;

/** What the server knows of one mail, by the number in its recipients' addresses. */
export interface Arrival {
  /** How often all of it, with the final dot, arrived. */
  complete: number;
  /** Something was said while it was on its way, which may have been taken for the answer. */
  interrupted: boolean;
  /** It was then accepted in so many words, and nothing else was said. */
  accepted: boolean;
  /** Of the connection, for whoever looks into a failure. */
  dialogue: string[];
}

export interface HostileSmtpServer {
  readonly port: number;
  readonly arrivals: Map<number, Arrival>;
  /** Is told of whatever crosses the wire unencrypted. */
  onClear: (bytes: Buffer) => void;
  connections: number;
  close(): Promise<void>;
}

interface Ledger {
  arrival(number: number): Arrival;
  clear(bytes: Buffer): void;
}

/** An SMTP server that answers properly most of the time, so that a client comes far, and then in any way at all. */
export async function startHostileSmtpServer(
  random: (connection: number) => Random,
  tls: ServerTls,
  implicitTls: boolean,
): Promise<HostileSmtpServer> {
  const sockets = new Set<Socket>();
  const secureContext = createSecureContext(tls);
  const arrivals = new Map<number, Arrival>();
  const listener: Server = implicitTls ? createTlsServer({ ...tls, noDelay: true }) : createServer({ noDelay: true });
  const server = { port: 0, arrivals, onClear: (_: Buffer) => {}, connections: 0, close };
  const ledger: Ledger = {
    arrival: (number) => {
      const known = arrivals.get(number) ?? { complete: 0, interrupted: false, accepted: false, dialogue: [] };
      arrivals.set(number, known);
      return known;
    },
    clear: (bytes) => server.onClear(bytes),
  };
  listener.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
  });
  listener.on(implicitTls ? "secureConnection" : "connection", (socket: Socket) => {
    server.connections++;
    new HostileConnection(socket, random(server.connections), secureContext, ledger, implicitTls).greet();
  });
  listener.on("tlsClientError", () => {});
  async function close(): Promise<void> {
    await new Promise<void>((resolve) => {
      listener.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  }
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  server.port = (listener.address() as AddressInfo).port;
  return server;
}

class HostileConnection {
  #input = "";
  #content = false;
  #number = -1;
  #loginLines = 0;
  /** Somewhere in what was said since the last content is a 354. */
  #invited = false;
  readonly #dialogue: string[] = [];
  /** How often it tampers with an answer: some are healthy, some mad from the start. */
  readonly #malice: number;

  constructor(
    private socket: Socket,
    private readonly random: Random,
    private readonly secureContext: SecureContext,
    private readonly ledger: Ledger,
    private secure: boolean,
  ) {
    this.#malice = pick(random, [0, 0.05, 0.15, 0.5]);
    this.#listen(socket);
  }

  greet(): void {
    this.#say("220 mail.example.com ESMTP ready");
  }

  #listen(socket: Socket): void {
    socket.on("error", () => {});
    socket.on("data", this.#onBytes);
  }

  #onBytes = (bytes: Buffer): void => {
    if (!this.secure) this.ledger.clear(bytes);
    this.#input += bytes.toString("latin1");
    // A client that sends megabytes of commands would be at fault itself.
    if (this.#input.length > 1_000_000) this.socket.destroy();
    this.#pump();
  };

  #pump(): void {
    while (!this.socket.destroyed) {
      if (this.#content ? !this.#takeContent() : !this.#takeLine()) break;
    }
  }

  #takeLine(): boolean {
    const end = this.#input.indexOf("\n");
    if (end < 0) return false;
    const line = this.#input.slice(0, end).replace(/\r$/, "");
    this.#input = this.#input.slice(end + 1);
    this.#command(line);
    return true;
  }

  #command(line: string): void {
    if (this.#loginLines > 0) {
      this.#loginLines--;
      this.#say(this.#loginLines > 0 ? "334 UGFzc3dvcmQ6" : "235 2.7.0 Welcome");
      return;
    }
    this.#note(`> ${line}`);
    const verb = line.split(" ")[0]?.toUpperCase();
    const number = /^RCPT TO:<\w(\d+)@/.exec(line)?.[1];
    if (number) {
      this.#number = Number(number);
      this.ledger.arrival(this.#number).dialogue = this.#dialogue;
    }
    switch (verb) {
      case "EHLO":
        this.#say(this.#offer());
        return;
      case "STARTTLS":
        this.#startTls();
        return;
      case "AUTH":
        this.#auth(line);
        return;
      case "DATA":
        this.#say("354 Go ahead");
        // Whatever else it said: a client that reads this goes on with the content.
        this.#content = this.#invited;
        this.#invited = false;
        return;
      case "QUIT":
        if (this.#say("221 2.0.0 Bye")) this.socket.end();
        return;
      default:
        this.#say("250 2.0.0 Ok");
    }
  }

  #offer(): string {
    const { random } = this;
    const lines = ["mail.example.com", "SIZE 10485760", "8BITMIME"];
    if (random() < 0.5) lines.push("PIPELINING");
    if (!this.secure && random() < 0.9) lines.push("STARTTLS");
    if (random() < 0.8)
      lines.push(pick(random, ["AUTH PLAIN LOGIN", "AUTH LOGIN", "AUTH CRAM-MD5", "AUTH=PLAIN", "AUTH X"]));
    if (random() < 0.002) lines.push(...Array.from({ length: 100_000 }, (_, at) => `X-LINE-${at}`));
    if (random() < 0.002) lines.push(`X-${"x".repeat(10_000_000)}`);
    return lines.map((text, at) => `250${at === lines.length - 1 ? " " : "-"}${text}`).join("\r\n");
  }

  #auth(line: string): void {
    const [, mechanism, initial] = line.split(" ");
    if (mechanism === "LOGIN") this.#loginLines = 2;
    else if (mechanism === "CRAM-MD5") this.#loginLines = 1;
    else if (initial === undefined) this.#loginLines = 1;
    this.#say(this.#loginLines > 0 ? "334 PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2U+" : "235 2.7.0 Welcome");
  }

  #takeContent(): boolean {
    const end = this.#input.indexOf("\r\n.\r\n");
    if (end < 0) {
      if (this.#input !== "" && this.random() < this.#malice * 0.2) this.#interrupt();
      return false;
    }
    this.#input = this.#input.slice(end + 5);
    this.#content = false;
    this.#note("> the whole content");
    const arrival = this.ledger.arrival(this.#number);
    arrival.complete++;
    const answer = pick(this.random, ["250 2.0.0 Ok: queued", "250 2.0.0 Ok", "550 5.7.1 Spam", "451 4.3.0 Later"]);
    const untouched = this.#say(answer);
    arrival.accepted = untouched && answer.startsWith("2") && !arrival.interrupted;
    return true;
  }

  /** Says something while the client is speaking. */
  #interrupt(): void {
    const text = pick(this.random, ["250 2.0.0 Ok", "552 5.3.4 Too big", "421 4.3.2 Closing", "what?"]);
    this.#noteInterruption();
    this.#note(`< amid the content ${text}`);
    this.socket.write(`${text}\r\n`);
  }

  /** No client can tell what crosses its content on the way from the answer to it. */
  #noteInterruption(): void {
    if (this.#content && this.#number >= 0) this.ledger.arrival(this.#number).interrupted = true;
  }

  #note(line: string): void {
    if (this.#dialogue.length < 100) this.#dialogue.push(line.slice(0, 300));
  }

  #startTls(): void {
    const { random } = this;
    const way = random();
    if (way < this.#malice * 0.2) {
      this.#say(pick(random, ["454 4.7.0 Not now", "502 5.5.1 No", "250 2.0.0 Ok", "what?"]));
      return;
    }
    // Plain text before the handshake (CVE-2011-0411 and its kin), or in the place of it.
    const smuggled =
      way < this.#malice * 0.5 ? pick(random, ["250 AUTH PLAIN\r\n", "250-AUTH", "235 Ok\r\n250 Ok\r\n", "junk"]) : "";
    this.socket.write(`220 2.0.0 Go ahead\r\n${smuggled}`);
    if (way < this.#malice * 0.1) {
      this.socket.write("250 mail.example.com\r\n");
      return;
    }
    this.socket.removeListener("data", this.#onBytes);
    this.#input = "";
    this.secure = true;
    const secured = new TLSSocket(this.socket, { secureContext: this.secureContext, isServer: true });
    secured.on("error", () => secured.destroy());
    this.socket = secured;
    this.#listen(secured);
  }

  /** Says it, or something else instead. Answers whether this was all, as it is. */
  #say(text: string): boolean {
    if (this.socket.destroyed) return false;
    this.#note(`< ${text}`);
    if (this.random() >= this.#malice) {
      this.#invited ||= text.startsWith("354");
      this.socket.write(`${text}\r\n`);
      return true;
    }
    const nonsense: Nonsense = tamper(text, this.random);
    this.#invited ||= nonsense.pieces.join("").includes("354");
    this.#note(`< or rather ${JSON.stringify(nonsense).slice(0, 300)}`);
    void this.#utter(nonsense);
    return nonsense.same === true;
  }

  async #utter({ pieces, pauseMs = 0, endless, close }: Nonsense): Promise<void> {
    const { socket } = this;
    for (const piece of pieces) {
      if (socket.destroyed) return;
      this.#noteInterruption();
      socket.write(piece);
      await new Promise((resolve) => (pauseMs > 0 ? setTimeout(resolve, pauseMs) : setImmediate(resolve)));
    }
    // Never more than the client takes: what waits here would look like its memory.
    const bytes = Buffer.from(endless ?? "");
    const flood = (): void => {
      this.#noteInterruption();
      while (!socket.destroyed && socket.write(bytes));
      if (!socket.destroyed) socket.once("drain", flood);
    };
    if (endless) flood();
    if (close === "end") socket.end();
    if (close === "drop") socket.destroy();
    if (close === "reset") socket.resetAndDestroy();
    // After the end of what it had to say.
    if (close === "end") setImmediate(() => socket.writable && socket.write("250 still here\r\n"));
  }
}
