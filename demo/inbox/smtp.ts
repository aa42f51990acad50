import { SMTPServer, type SMTPServerDataStream } from "smtp-server";
import { type Listening, listen } from "../listen";
import type { Mailbox } from "./mailbox";

export interface Login {
  user: string;
  pass: string;
}

export interface SmtpOptions {
  preferredPort: number;
  tls: { cert: string; key: string };
  login: Login;
}

/**
 * Takes mail for any address over STARTTLS and a login. Addresses that start with
 * `refused@` are refused, so that a flow's error branch can be tried.
 */
export function startSmtp(mailbox: Mailbox, { preferredPort, tls, login }: SmtpOptions): Promise<Listening> {
  const server = new SMTPServer({
    ...tls,
    // No word of the login in what the server says: a Test blots out secrets in the server's words.
    name: "inbox.example.com",
    banner: "Local inbox",
    size: 25 * 1024 * 1024,
    disableReverseLookup: true,
    closeTimeout: 500,
    logger: false,
    onAuth({ username, password }, _session, callback) {
      if (username === login.user && password === login.pass) callback(null, { user: username });
      else callback(reply(535, "5.7.8 User name or password not accepted"));
    },
    onRcptTo({ address }, _session, callback) {
      callback(/^refused@/i.test(address) ? reply(550, `5.1.1 No mailbox here for ${address}`) : undefined);
    },
    onData(stream, session, callback) {
      const { mailFrom, rcptTo } = session.envelope;
      const envelope = { from: mailFrom ? mailFrom.address : "", to: rcptTo.map(({ address }) => address) };
      content(stream)
        .then(async (raw) => {
          if (stream.sizeExceeded) return callback(reply(552, "5.3.4 The mail is too large"));
          const { id } = await mailbox.add(raw, envelope);
          callback(null, `2.0.0 In the inbox as mail ${id}`);
        })
        .catch(() => callback(reply(451, "4.3.0 The mail could not be read")));
    },
  });
  server.on("error", () => {});
  return listen(server.server, preferredPort, () => new Promise((resolve) => server.close(() => resolve())));
}

function reply(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}

async function content(stream: SMTPServerDataStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) {
    // What exceeds the limit is read to its end, but not kept.
    if (!stream.sizeExceeded) chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
