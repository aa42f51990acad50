import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import { type RecordedSession, type ScriptedMail, ScriptedSession, type SmtpScript } from "./scripted-smtp-session";
import { createSignal } from "./signal";

export type {
  RecordedSession,
  ScriptedMail,
  ScriptedReply,
  ScriptedStep,
  ServerTls,
  SmtpScript,
} from "./scripted-smtp-session";

export interface ScriptedSmtpServer {
  port: number;
  /** Every connection so far, oldest first, with all that the client wrote. */
  sessions: RecordedSession[];
  /** Mails whose final dot was answered with 2xx. */
  mails: ScriptedMail[];
  connectionsNow: number;
  connectionsPeak: number;
  /** Failed TLS handshakes, as the server saw them. */
  tlsErrors: Error[];
  /** Resolves as soon as the condition holds; rejects after the time given. */
  waitFor(condition: () => boolean, timeoutMs?: number): Promise<void>;
  /** Destroys every open socket and frees the port. */
  close(): Promise<void>;
}

/**
 * Starts an SMTP server on a loopback port, a free one unless told otherwise, that answers as the script says and
 * otherwise as a healthy server does.
 */
export async function startScriptedSmtpServer(script: SmtpScript = {}, port = 0): Promise<ScriptedSmtpServer> {
  const sockets = new Set<Socket>();
  const changed = createSignal();
  // Without a delay, as real servers do: a reply of one line would otherwise wait for the client's next packet.
  const listener: Server = script.implicitTls
    ? createTlsServer({ ...script.implicitTls, noDelay: true })
    : createServer({ noDelay: true });
  const server: ScriptedSmtpServer = {
    port: 0,
    sessions: [],
    mails: [],
    connectionsNow: 0,
    connectionsPeak: 0,
    tlsErrors: [],
    waitFor: (condition, timeoutMs = 5000) => changed.waitFor(condition, timeoutMs),
    close: () =>
      new Promise((resolve) => {
        listener.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };

  listener.on("connection", (socket: Socket) => {
    sockets.add(socket);
    server.connectionsNow = sockets.size;
    server.connectionsPeak = Math.max(server.connectionsPeak, sockets.size);
    socket.on("error", () => {});
    socket.on("close", () => {
      sockets.delete(socket);
      server.connectionsNow = sockets.size;
      changed.emit();
    });
    changed.emit();
  });
  listener.on(script.implicitTls ? "secureConnection" : "connection", (socket: Socket | TLSSocket) => {
    const session = new ScriptedSession(socket, script, {
      changed: changed.emit,
      accepted: (mail) => server.mails.push(mail),
      tlsFailed: (error) => server.tlsErrors.push(error),
    });
    server.sessions.push(session.record);
    session.start();
  });
  listener.on("tlsClientError", (error: Error) => {
    server.tlsErrors.push(error);
    changed.emit();
  });

  await new Promise<void>((resolve) => listener.listen(port, "127.0.0.1", resolve));
  const address = listener.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  server.port = address.port;
  return server;
}
