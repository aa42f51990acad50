import { join } from "node:path";
import MailComposer from "nodemailer/lib/mail-composer";
import { type GraphMail, startGraph } from "../test/support/graph/start-graph";
import { startEntra } from "../test/support/sign-in/entra";
import type { SignInStandIns } from "../test/support/stand-ins";
import type { Mailbox } from "./inbox/mailbox";
import { clientSecret, graphAccount } from "./prepared-examples";

export interface Cloud {
  standIns: SignInStandIns;
  close(): Promise<void>;
}

/**
 * Starts stand-ins of Microsoft's sign-in service and of Graph on loopback, which know the tenant, application and
 * mailbox of the Graph example. What Graph accepts comes into the inbox.
 */
export async function startCloud(inbox: Mailbox): Promise<Cloud> {
  const { mailbox, ...application } = graphAccount(join(__dirname, "..", "examples"));
  const permissions = ["Mail.Send", "User.Read.All"];
  const deliver = async (mail: GraphMail) => {
    await inbox.add(await mimeOf(mail), { from: mail.mailbox, to: [...mail.to, ...mail.cc, ...mail.bcc] });
  };
  const graph = await startGraph({
    mailboxes: [mailbox],
    permissionsOf: (token) => (entra.accepts(token) ? permissions : undefined),
    onSent: (mail) => void deliver(mail).catch((error: Error) => console.error(`inbox: ${error.message}`)),
  });
  const entra = await startEntra({ ...application, clientSecret, permissions, graph: graph.url });
  return {
    standIns: { entra: entra.url, graph: graph.url },
    async close() {
      await Promise.all([entra.close(), graph.close()]);
    },
  };
}

/** What Graph would deliver: it was given JSON, unless the mail came as MIME. */
function mimeOf(mail: GraphMail): Promise<Buffer> {
  if (mail.mime !== undefined) return Promise.resolve(Buffer.from(mail.mime));
  const { to, cc, replyTo, subject, text, html, messageId, headers } = mail;
  const options = {
    from: { name: mail.fromName, address: mail.from },
    ...{ to, cc, replyTo, subject, text, html, messageId, headers },
    attachments: mail.attachments.map(({ name, contentType, content, inline, contentId }) => ({
      ...{ filename: name, contentType, content },
      ...(inline && contentId !== undefined ? { cid: contentId, contentDisposition: "inline" as const } : {}),
    })),
  };
  return new MailComposer(options).compile().build();
}
