import { type ParsedMail, simpleParser } from "mailparser";
import type { EmailDraft, SenderSettings } from "../../../src/compose/draft";
import { readDraft, withoutSources } from "../../../src/compose/message";
import { prepareEmail } from "../../../src/compose/prepare";
import type { PreparedEmail } from "../../../src/model/email";
import type { SendError } from "../../../src/model/send-error";

export const sender: SenderSettings = {
  from: { name: "Example Orders", address: "orders@example.com" },
  fromName: "Example Orders",
  overrideFrom: false,
  signature: "",
  account: "",
  strictAddresses: true,
};

export const draft = (more: EmailDraft = {}): EmailDraft => ({
  to: "a@example.org",
  subject: "x",
  text: "Hello",
  ...more,
});

export interface Composed extends PreparedEmail {
  parsed: ParsedMail;
  /** Header names as they stand in the mail, in lower case. */
  names: string[];
  source: string;
}

/** Goes the whole way from draft to bytes, and reads them back with another library. */
export async function compose(more: EmailDraft, settings: SenderSettings = sender): Promise<Composed> {
  const signature = more.includeSignature === false ? "" : settings.signature;
  const message = withoutSources(readDraft(draft(more), settings));
  const email = await prepareEmail(message, { id: "id-1", date: new Date("2026-11-21T08:00:00Z"), signature });
  const source = email.mime.toString("utf8");
  const [head = ""] = source.split("\r\n\r\n", 1);
  const names = [...head.matchAll(/^([^\s:]+):/gm)].map(([, name = ""]) => name.toLowerCase());
  return { ...email, parsed: await simpleParser(email.mime, { skipImageLinks: true }), names, source };
}

/** The SendError with which a draft is refused. */
export function refusalOf(more: EmailDraft, settings: SenderSettings = sender): SendError {
  try {
    readDraft(draft(more), settings);
  } catch (error) {
    return error as SendError;
  }
  throw new Error(`not refused: ${JSON.stringify(more)}`);
}
