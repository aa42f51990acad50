import type { AddressInfo } from "node:net";
import { type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer, type SMTPServerDataStream } from "smtp-server";
import { createSignal } from "./signal";

export interface ReceivedMail {
  envelope: { from: string; to: string[] };
  raw: Buffer;
  parsed: ParsedMail;
  /** Whether it came over TLS, and the login it came with. */
  secure: boolean;
  user?: string;
}

export interface MailServerOptions {
  /** Offers STARTTLS with this certificate, or speaks TLS from the first byte where `implicit` is set. */
  tls?: { cert: string; key: string };
  implicit?: boolean;
  /** Mail without a login is refused where there are any. */
  accounts?: { user: string; pass: string }[];
  /** Largest mail in bytes. */
  size?: number;
  /** An answer such as "550 5.1.1 No such user" refuses the recipient; undefined accepts it. */
  onRcpt?(address: string): string | undefined;
  onMailFrom?(address: string): string | undefined;
  /** Decides once a mail is complete; a promise holds the answer back. */
  onMail?(mail: ReceivedMail): string | undefined | Promise<string | undefined>;
  /** Offered unless this is false. */
  smtpUtf8?: boolean;
  /** Above it, a connection is greeted with 421. */
  maxConnections?: number;
}

export interface MailServer {
  port: number;
  /** Accepted mails, oldest first. */
  mails: ReceivedMail[];
  connectionsNow: number;
  peakConnections: number;
  connectionsTotal: number;
  /** Resolves with the first accepted mail that fits, whether it came before or after the call. */
  waitForMail(predicate?: (mail: ReceivedMail) => boolean, timeoutMs?: number): Promise<ReceivedMail>;
  waitFor(condition: () => boolean, timeoutMs?: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts a mail server on a free loopback port that follows the protocol (no scripted faults). */
export async function startMailServer(options: MailServerOptions = {}): Promise<MailServer> {
  const changed = createSignal();
  const smtp = new SMTPServer(serverOptions(options));
  const server: MailServer = {
    port: 0,
    mails: [],
    connectionsNow: 0,
    peakConnections: 0,
    connectionsTotal: 0,
    async waitForMail(predicate = () => true, timeoutMs = 5000) {
      await changed.waitFor(() => server.mails.some(predicate), timeoutMs);
      return server.mails.find(predicate)!;
    },
    waitFor: (condition, timeoutMs = 5000) => changed.waitFor(condition, timeoutMs),
    close: () => new Promise((resolve) => smtp.close(() => resolve())),
  };
  smtp.on("error", () => {});
  smtp.server.on("connection", (socket) => {
    server.connectionsTotal++;
    server.connectionsNow++;
    server.peakConnections = Math.max(server.peakConnections, server.connectionsNow);
    socket.on("close", () => {
      server.connectionsNow--;
      changed.emit();
    });
    changed.emit();
  });

  smtp.onData = (stream, session, callback) => {
    const { mailFrom, rcptTo } = session.envelope;
    const envelope = { from: mailFrom ? mailFrom.address : "", to: rcptTo.map(({ address }) => address) };
    read(stream)
      .then(async (raw) => {
        if (stream.sizeExceeded) return callback(replyError("552 5.3.4 Message too big"));
        const parsed = await simpleParser(raw, { skipImageLinks: true });
        const mail: ReceivedMail = { envelope, raw, parsed, secure: session.secure, user: session.user };
        const refusal = await options.onMail?.(mail);
        if (refusal) return callback(replyError(refusal));
        server.mails.push(mail);
        callback(null, "2.0.0 Ok: queued");
        changed.emit();
      })
      .catch(callback);
  };

  await new Promise<void>((resolve) => smtp.listen(0, "127.0.0.1", resolve));
  server.port = (smtp.server.address() as AddressInfo).port;
  return server;
}

function serverOptions(options: MailServerOptions) {
  const { tls, accounts } = options;
  return {
    ...tls,
    secure: options.implicit === true,
    name: "mail.example.com",
    size: options.size,
    hideSMTPUTF8: options.smtpUtf8 === false,
    maxClients: options.maxConnections,
    authOptional: accounts === undefined,
    disabledCommands: [...(tls ? [] : ["STARTTLS"]), ...(accounts ? [] : ["AUTH"])],
    allowInsecureAuth: tls === undefined,
    disableReverseLookup: true,
    closeTimeout: 100,
    logger: false,
    onAuth: ((auth, _session, callback) => {
      const known = accounts?.some(({ user, pass }) => user === auth.username && pass === auth.password);
      if (known) callback(null, { user: auth.username });
      else callback(replyError("535 5.7.8 Authentication credentials invalid"));
    }) as NonNullable<SMTPServer["options"]["onAuth"]>,
    onMailFrom: ((address, _session, callback) => {
      callback(asError(options.onMailFrom?.(address.address)));
    }) as NonNullable<SMTPServer["options"]["onMailFrom"]>,
    onRcptTo: ((address, _session, callback) => {
      callback(asError(options.onRcpt?.(address.address)));
    }) as NonNullable<SMTPServer["options"]["onRcptTo"]>,
  };
}

function asError(refusal: string | undefined): Error | undefined {
  return refusal === undefined ? undefined : replyError(refusal);
}

function replyError(reply: string): Error {
  const [, code = "451", text = reply] = /^(\d{3}) (.*)$/s.exec(reply) ?? [];
  return Object.assign(new Error(text), { responseCode: Number(code) });
}

async function read(stream: SMTPServerDataStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
