import { Mailbox } from "./mailbox";
import { type SmtpOptions, startSmtp } from "./smtp";
import { startWeb } from "./web";

export interface Inbox {
  smtpPort: number;
  webPort: number;
  mailbox: Mailbox;
  close(): Promise<void>;
}

/** Starts the local mail server and the page that shows what it received. */
export async function startInbox(options: SmtpOptions & { preferredWebPort: number }): Promise<Inbox> {
  const mailbox = new Mailbox();
  const smtp = await startSmtp(mailbox, options);
  const web = await startWeb(mailbox, options.preferredWebPort);
  return {
    smtpPort: smtp.port,
    webPort: web.port,
    mailbox,
    async close() {
      await Promise.all([smtp.close(), web.close()]);
    },
  };
}
