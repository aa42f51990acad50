import { createTestCa, issueCertificate } from "../test/support/certificates";
import { answerOf, child } from "./child";

/** How to reach the mail server of the benchmark: what a task of a sending process needs of it. */
export interface Reach {
  readonly port: number;
  readonly security: "none" | "starttls";
  readonly account?: { readonly user: string; readonly pass: string };
  readonly ca?: string;
}

export interface Sink extends Reach {
  /** How many mails it has accepted so far. */
  accepted(): Promise<number>;
  /** Resolves when it accepts the next one. */
  next(): Promise<void>;
  close(): void;
}

export interface SinkOptions {
  /** It wants STARTTLS and a login. */
  readonly secure?: boolean;
  /** Milliseconds by which each of its answers is late. */
  readonly answersAfterMs?: number;
}

/** Starts a mail server in a process of its own. */
export async function startSink({ secure = false, answersAfterMs = 0 }: SinkOptions = {}): Promise<Sink> {
  const account = secure ? { user: "bench", pass: "bench-password" } : undefined;
  const ca = secure ? await createTestCa() : undefined;
  const certificate = ca && (await issueCertificate(ca, { hosts: ["localhost"] }));
  const tls = certificate && { cert: certificate.cert, key: certificate.key };
  const process = child("sink.mjs", { tls, account, answersAfterMs });
  const { port } = await answerOf<{ port: number }>(process);
  const ask = (question: "count" | "next"): Promise<{ accepted: number }> => {
    process.send(question);
    return answerOf(process);
  };
  return {
    port,
    security: secure ? "starttls" : "none",
    ...(account ? { account } : {}),
    ...(ca ? { ca: ca.cert } : {}),
    accepted: async () => (await ask("count")).accepted,
    next: async () => void (await ask("next")),
    close: () => {
      if (process.connected) process.disconnect();
    },
  };
}
