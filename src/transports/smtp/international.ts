import { isAscii } from "node:buffer";
import type SMTPConnection from "nodemailer/lib/smtp-connection";
import type { PreparedEmail } from "../../model/email";

const OUTSIDE_ASCII = /[^\u0000-\u007f]/;
/** Names are encoded, so what is left in a head are addresses. */
const ADDRESSES = /[^\s<>,;:"]*[^\u0000-\u007f\s][^\s<>,;:"]*/gu;

/**
 * The addresses with letters outside ASCII before the @, of the envelope and of the head: a Reply-To, say,
 * needs SMTPUTF8 as a recipient does (RFC 6531 §3.4).
 */
export function internationalAddresses({ envelope, mime }: Pick<PreparedEmail, "envelope" | "mime">): string[] {
  const head = mime.subarray(0, Math.max(0, mime.indexOf("\r\n\r\n")));
  const shown = isAscii(head) ? [] : (head.toString("utf8").match(ADDRESSES) ?? []);
  const handed = [envelope.from, ...envelope.to].filter((address) => OUTSIDE_ASCII.test(address));
  return [...new Set([...handed, ...shown])];
}

/** Has the next MAIL ask for SMTPUTF8 where its addresses alone do not say so: nodemailer looks at nothing else. */
export function askForSmtpUtf8(connection: SMTPConnection): void {
  const open = connection as unknown as { _sendCommand?(command: string): void };
  const send = open._sendCommand?.bind(connection);
  open._sendCommand = (command) => {
    const isMail = command.startsWith("MAIL FROM:");
    // The next mail of this connection may need nothing.
    if (isMail) delete open._sendCommand;
    send?.(
      isMail && !command.endsWith(" SMTPUTF8") && !command.includes(" SMTPUTF8 ") ? `${command} SMTPUTF8` : command,
    );
  };
}
