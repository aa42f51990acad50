import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AddressObject, type ParsedMail, simpleParser } from "mailparser";
import { LinkStore } from "../../../src/links/link-store";
import { type EmailDraft, Mailer, type SendResult, type SubmitOptions } from "../../../src/mailer";
import { systemClock } from "../../../src/model/clock";
import type { Mailbox } from "../../../src/model/email";
import { PostOffice } from "../../../src/post-office";
import { parseSettings } from "../../../src/settings/parse";
import type { RawConfiguration, RawCredentials } from "../../../src/settings/raw";
import type { GraphMail } from "../../support/graph/mailboxes";
import { type Graph, startGraph } from "../../support/graph/start-graph";
import { startMailServer } from "../../support/mail-server";
import { type Entra, servicesWith, startEntra } from "../../support/sign-in/entra";

/** What the other side has of a mail, whichever way it came. */
export interface Arrived {
  /** Everybody whom it goes to. */
  readonly recipients: readonly string[];
  readonly from: Mailbox;
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly replyTo: readonly Mailbox[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly importance: string;
  readonly messageId: string;
  readonly date: Date | undefined;
  /** Fields by their names in lower case; where it came as JSON only those that the mail asked for. */
  readonly headers: Readonly<Record<string, string>>;
  readonly attachments: readonly {
    readonly name: string;
    readonly contentType: string;
    readonly content: Buffer;
    readonly inline: boolean;
    readonly contentId?: string;
  }[];
  /** The envelope's sender; undefined where the protocol has none. */
  readonly bounceTo: string | undefined;
  readonly savedToSentItems: boolean;
}

export interface Configured {
  readonly raw?: Partial<RawConfiguration>;
  readonly credentials?: RawCredentials;
}

export interface Sent {
  readonly results: readonly (SendResult | "duplicate")[];
  readonly arrived: readonly Arrived[];
}

/** A provider, and what sends to it: each mail through a mailer of its own, as in Node-RED. */
export interface Way {
  /** Sends the drafts one after the other; rejects with SendError where one of them is refused. */
  send(drafts: readonly EmailDraft[], configured: Configured, options?: SubmitOptions): Promise<Sent>;
  close(): Promise<void>;
}

export const MAILBOX = "orders@example.com";
/** Which recipient the SMTP server refuses. Graph has no answer for one. */
export const REFUSED = "gone@example.org";
const SECRET = "Zk8Q~Secret-of-the-capabilities";
const TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47";
const CLIENT = "00001111-aaaa-2222-bbbb-3333cccc4444";

export async function smtpWay(): Promise<Way> {
  const onRcpt = (address: string) => (address === REFUSED ? "550 5.1.1 No such user" : undefined);
  const server = await startMailServer({ onRcpt });
  return {
    send: async (drafts, { raw, credentials = {} }, options) => {
      const configuration = {
        host: "127.0.0.1",
        port: server.port,
        security: "none",
        auth: "none",
        from: MAILBOX,
        ...raw,
      };
      const before = server.mails.length;
      const results = await sendAll(drafts, configuration, credentials, {}, options);
      const arrived = server.mails.slice(before).map(({ parsed, envelope }) => ({
        ...ofParsed(parsed),
        ...{ recipients: envelope.to, bounceTo: envelope.from, savedToSentItems: false },
      }));
      return { results, arrived };
    },
    close: () => server.close(),
  };
}

export async function graphWay(): Promise<Way> {
  const entra = await startEntra({ tenantId: TENANT, clientId: CLIENT, clientSecret: SECRET });
  const graph = await startGraph();
  const services = servicesWith({ ...entra.cloud, graph: graph.url });
  return {
    send: async (drafts, { raw, credentials }, options) => {
      const azure = { kind: "graph", graphAuth: "client-secret", tenantId: TENANT, clientId: CLIENT, mailbox: MAILBOX };
      const [mails, requests] = [graph.mails.length, graph.requests.length];
      const secrets = { clientSecret: SECRET, ...credentials };
      const results = await sendAll(drafts, { ...azure, ...raw }, secrets, { services }, options);
      const arrived = graph.mails.slice(mails).map((mail) => ofLetter(mail, graph, requests));
      return { results, arrived: await Promise.all(arrived) };
    },
    close: async () => {
      await graph.close();
      await closeEntra(entra);
    },
  };
}

const closeEntra = (entra: Entra): Promise<unknown> => entra.close();

async function sendAll(
  drafts: readonly EmailDraft[],
  raw: Partial<RawConfiguration>,
  credentials: RawCredentials,
  more: { services?: ReturnType<typeof servicesWith> },
  options?: SubmitOptions,
): Promise<(SendResult | "duplicate")[]> {
  const parsed = parseSettings({ name: "Capabilities", outbox: "memory", giveUpAfter: 0, ...raw }, credentials);
  if ("problems" in parsed) throw new Error(JSON.stringify(parsed.problems));
  const postOffice = new PostOffice({ clock: systemClock });
  const folder = mkdtempSync(join(tmpdir(), "capabilities-"));
  const newToken = (): string => randomBytes(16).toString("base64url");
  const links = { store: new LinkStore({ folder, clock: systemClock, newToken }), root: "/" };
  const newId = randomUUID as () => string;
  const services = { clock: systemClock, newId, random: Math.random, postOffice, links, ...more };
  const mailer = new Mailer(parsed.settings, "capabilities", services);
  try {
    const results: (SendResult | "duplicate")[] = [];
    for (const draft of drafts) {
      const submitted = await mailer.submit(draft, options);
      results.push(submitted.state === "duplicate" ? "duplicate" : await submitted.result);
    }
    return results;
  } finally {
    await mailer.close(1000);
    rmSync(folder, { recursive: true, force: true });
  }
}

function ofParsed(parsed: ParsedMail): Omit<Arrived, "recipients" | "bounceTo" | "savedToSentItems"> {
  const mailboxes = (field: AddressObject | AddressObject[] | undefined): Mailbox[] =>
    [field ?? []].flat().flatMap(({ value }) => value.map(({ name, address = "" }) => ({ name, address })));
  return {
    from: mailboxes(parsed.from)[0] ?? { name: "", address: "" },
    ...{ to: mailboxes(parsed.to), cc: mailboxes(parsed.cc), replyTo: mailboxes(parsed.replyTo) },
    subject: parsed.subject ?? "",
    text: (parsed.text ?? "").trimEnd(),
    html: (parsed.html || "").trimEnd(),
    // mailparser makes a priority of its own of it.
    importance:
      parsed.headerLines.find(({ key }) => key === "importance")?.line.slice("importance: ".length) ?? "normal",
    messageId: parsed.messageId ?? "",
    date: parsed.date,
    headers: Object.fromEntries(parsed.headerLines.map(({ key, line }) => [key, line.slice(key.length + 1).trim()])),
    attachments: parsed.attachments.map(({ filename = "", contentType, content, contentDisposition, cid }) => ({
      ...{ name: filename, contentType, content, inline: contentDisposition === "inline" },
      ...(cid === undefined ? {} : { contentId: cid }),
    })),
  };
}

interface RecipientJson {
  readonly emailAddress: { readonly address: string; readonly name?: string };
}

/** The stand-in keeps addresses without names; those are in the request. */
async function ofLetter(mail: GraphMail, graph: Graph, from: number): Promise<Arrived> {
  const { to, cc, bcc, savedToSentItems } = mail;
  const common = { recipients: [...to, ...cc, ...bcc], bounceTo: undefined, savedToSentItems };
  if (mail.mime !== undefined)
    return { ...ofParsed(await simpleParser(mail.mime)), attachments: mail.attachments, ...common };
  const names = new Map<string, string>();
  for (const { json } of graph.requests.slice(from)) collectNames(json, names);
  const named = (addresses: readonly string[]): Mailbox[] =>
    addresses.map((address) => ({ name: names.get(address) ?? "", address }));
  const { subject, text, html, importance, messageId, headers, attachments } = mail;
  return {
    from: { name: mail.fromName, address: mail.from },
    ...{ to: named(to), cc: named(cc), replyTo: named(mail.replyTo) },
    ...{
      subject,
      text: text.trimEnd(),
      html: html.trimEnd(),
      importance,
      messageId,
      date: undefined,
      headers,
      attachments,
    },
    ...common,
  };
}

function collectNames(json: unknown, names: Map<string, string>): void {
  if (json === null || typeof json !== "object") return;
  const { emailAddress } = json as Partial<RecipientJson>;
  if (emailAddress?.name) names.set(emailAddress.address, emailAddress.name);
  for (const one of Object.values(json)) collectNames(one, names);
}
