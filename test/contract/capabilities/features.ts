import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { EmailDraft, SubmitOptions } from "../../../src/mailer";
import { rsaKey } from "../../support/dkim-keys";
import { type Arrived, type Configured, MAILBOX, REFUSED, type Sent } from "./ways";

/** True where it arrived as it was asked for, a text where it arrived otherwise: how; false where it was dropped. */
export type Seen = boolean | string;

export interface Feature {
  readonly group: "Addresses" | "Content" | "Attachments" | "Headers" | "Sending";
  readonly what: string;
  readonly drafts?: readonly EmailDraft[];
  readonly configured?: Configured;
  readonly options?: SubmitOptions;
  /** Looks at what came of the drafts; by default at the one mail that arrived. */
  seen?(sent: Sent): Seen;
  sees?(mail: Arrived, sent: Sent): Seen;
  /** Where settings of the other provider make no sense here: why. */
  readonly notFor?: { readonly smtp?: string; readonly graph?: string };
}

function grouped(group: Feature["group"], features: readonly Omit<Feature, "group">[]): Feature[] {
  return features.map((feature) => ({ group, ...feature }));
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const header =
  (name: string, value: string | RegExp) =>
  ({ headers }: Arrived): Seen =>
    typeof value === "string" ? headers[name] === value : value.test(headers[name] ?? "");
const addresses = (mailboxes: Arrived["to"]): string[] => mailboxes.map(({ address }) => address);
const one = (draft: EmailDraft): readonly EmailDraft[] => [
  { to: "ann@example.org", subject: "x", text: "Hello", ...draft },
];
const png = Buffer.from("89504e470d0a1a0a", "hex");
const bytes = (megabytes: number): Buffer => Buffer.alloc(megabytes * 1_000_000, "large ");
const picture = (content: Buffer) => ({ filename: "p.png", contentType: "image/png", cid: "p@x", content });
const arrivedFiles =
  (...expected: readonly [name: string, content: Buffer][]) =>
  ({ attachments }: Arrived): Seen =>
    attachments.length === expected.length &&
    expected.every(([name, content]) => attachments.some((file) => file.name === name && content.equals(file.content)));

const addressFeatures = grouped("Addresses", [
  {
    what: "To, Cc",
    drafts: one({ to: ["a@example.org", "b@example.org"], cc: "c@example.org" }),
    sees: ({ to, cc }) => same([addresses(to), addresses(cc)], [["a@example.org", "b@example.org"], ["c@example.org"]]),
  },
  {
    what: "Bcc, in no header",
    drafts: one({ bcc: "hidden@example.org" }),
    sees: ({ recipients, to, cc, headers }) =>
      recipients.includes("hidden@example.org") && !JSON.stringify([to, cc, headers]).includes("hidden"),
  },
  {
    what: "Names in any script",
    drafts: one({ to: { name: "山田 太郎, «Ü»", address: "a@example.org" } }),
    sees: ({ to }) => to[0]?.name === "山田 太郎, «Ü»",
  },
  {
    what: "Domains in any script",
    drafts: one({ to: "a@bücher.example" }),
    sees: ({ recipients }) => ["a@bücher.example", "a@xn--bcher-kva.example"].includes(recipients[0] ?? ""),
  },
  {
    what: "Addresses with letters outside ASCII before the @ (SMTPUTF8)",
    drafts: one({ to: "jörg@example.org" }),
    sees: ({ recipients, to }) => same([recipients, addresses(to)], [["jörg@example.org"], ["jörg@example.org"]]),
  },
  {
    what: "From of the step (the mailbox needs Send As)",
    drafts: one({ from: "Sales <sales@example.com>" }),
    sees: ({ from }) => same(from, { name: "Sales", address: "sales@example.com" }),
  },
  {
    what: "Override sender, with the configuration's name",
    drafts: one({ from: "sales@example.com" }),
    configured: { raw: { from: MAILBOX, fromName: "Example Orders", overrideFrom: true } },
    sees: ({ from }) => same(from, { name: "Example Orders", address: MAILBOX }),
  },
  {
    what: "Reply-To, several",
    drafts: one({ replyTo: "Desk <desk@example.com>, b@example.com" }),
    sees: ({ replyTo }) =>
      same(replyTo, [
        { name: "Desk", address: "desk@example.com" },
        { name: "", address: "b@example.com" },
      ]),
  },
  {
    what: "Bounce address",
    drafts: one({ bounceTo: "bounces@example.com" }),
    sees: ({ bounceTo }) => bounceTo === "bounces@example.com",
  },
]);

const contentFeatures = grouped("Content", [
  {
    what: "Subject in any script",
    drafts: one({ subject: "Größe 東京 🎉" }),
    sees: ({ subject }) => subject === "Größe 東京 🎉",
  },
  {
    what: "Text",
    drafts: one({ text: "Grüße\n.\nFrom here\n  on  \nend" }),
    sees: ({ text }) => text.replace(/\r\n/g, "\n") === "Grüße\n.\nFrom here\n  on  \nend",
  },
  { what: "HTML", drafts: one({ text: undefined, html: "<p>Grüße</p>" }), sees: ({ html }) => html === "<p>Grüße</p>" },
  {
    what: "Text and HTML, each as it was given",
    drafts: one({ text: "the text", html: "<p>the HTML</p>" }),
    sees: ({ text, html }) =>
      html === "<p>the HTML</p>" &&
      (text === "the text" ||
        (text === "" && "Graph takes one body; the HTML goes, and Exchange makes the text of it")),
  },
  {
    what: "Signature in both",
    drafts: one({ html: "<p>Hi</p>" }),
    configured: { raw: { signature: "Example <Ltd>" } },
    sees: ({ html }) => html.includes("Example &lt;Ltd&gt;"),
  },
  {
    what: "Pictures within the HTML",
    drafts: one({ html: '<img src="cid:p@x">', attachments: picture(png) }),
    sees: ({ attachments: [file] }) => file?.inline === true && file.contentId === "p@x" && png.equals(file.content),
  },
]);

const attachmentFeatures = grouped("Attachments", [
  {
    what: "Attachments, names in any script",
    drafts: one({
      attachments: [
        { filename: "Größe 東京.pdf", content: png },
        { filename: "empty.txt", content: "" },
      ],
    }),
    sees: arrivedFiles(["Größe 東京.pdf", png], ["empty.txt", Buffer.alloc(0)]),
  },
  {
    what: "Two of a name, kept apart",
    drafts: one({
      attachments: [
        { filename: "a.txt", content: "1" },
        { filename: "a.txt", content: "2" },
      ],
    }),
    sees: arrivedFiles(["a.txt", Buffer.from("1")], ["a (2).txt", Buffer.from("2")]),
  },
  {
    what: "A type with its charset",
    drafts: one({ attachments: { filename: "a.csv", content: "x", contentType: "text/csv; charset=iso-8859-1" } }),
    sees: ({ attachments: [file] }) => /^text\/csv/.test(file?.contentType ?? ""),
  },
  {
    what: "Shown inline without a content id",
    drafts: one({ attachments: { filename: "a.pdf", content: "x", contentDisposition: "inline" } }),
    sees: ({ attachments: [file] }) => file?.inline === true,
  },
  {
    what: "Another mail (.eml), byte for byte",
    drafts: one({ attachments: { filename: "a.eml", content: "Subject: a\n\nb" } }),
    sees: arrivedFiles(["a.eml", Buffer.from("Subject: a\n\nb")]),
  },
  {
    what: "From a file in a folder that the configuration lists",
    drafts: one({ attachments: { path: basename(__filename) } }),
    configured: { raw: { attachmentFolders: __dirname } },
    sees: arrivedFiles([basename(__filename), readFileSync(__filename)]),
  },
  {
    what: "As a link to download",
    drafts: one({ html: "<p>Hi</p>", attachments: { filename: "a.pdf", content: png } }),
    configured: { raw: { attachmentLinks: "always", linkBaseUrl: "https://flows.example.com" } },
    sees: ({ attachments, html, text }) =>
      attachments.length === 0 &&
      [html, text || html].every((body) =>
        /https:\/\/flows\.example\.com\/post-office\/files\/[\w-]{22}\/a\.pdf/.test(body),
      ),
  },
  {
    what: "An invitation, as a calendar's part of the mail and as a file",
    drafts: one({ invitation: { start: "2026-12-01T10:00Z", uid: "4711" } }),
    sees: ({ attachments }) =>
      same(attachments.map(({ contentType }) => contentType.split(";")[0]).sort(), [
        "application/ics",
        "text/calendar",
      ]) && attachments.every(({ content }) => /METHOD:REQUEST[\s\S]*UID:4711/.test(content.toString())),
  },
  {
    what: "A calendar file that is ready (text/calendar)",
    drafts: one({
      attachments: {
        filename: "invite.ics",
        content: "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        contentType: "text/calendar; method=REQUEST",
      },
    }),
    sees: ({ attachments: [file] }) => file?.contentType === "text/calendar",
  },
  {
    what: "One above 3 MB",
    drafts: one({ attachments: { filename: "large.bin", content: bytes(4) } }),
    sees: arrivedFiles(["large.bin", bytes(4)]),
  },
  {
    what: "One above 3 MB, in a mail with headers of a thread",
    drafts: one({ inReplyTo: "<a@example.org>", attachments: { filename: "large.bin", content: bytes(4) } }),
    sees: (mail) =>
      arrivedFiles(["large.bin", bytes(4)])(mail) && /<a@example\.org>/.test(mail.headers["in-reply-to"] ?? ""),
  },
  {
    what: "A picture above 3 MB within the HTML",
    drafts: one({ html: '<img src="cid:p@x">', attachments: picture(bytes(4)) }),
    sees: ({ attachments: [file] }) =>
      file?.inline === true && file.contentId === "p@x" && file.content.length === 4_000_000,
  },
]);

const headerFeatures = grouped("Headers", [
  { what: "Own headers (X-…)", drafts: one({ headers: { "X-Order": "4711" } }), sees: header("x-order", "4711") },
  {
    what: "More than five own headers",
    drafts: one({ headers: Object.fromEntries([1, 2, 3, 4, 5, 6].map((at) => [`X-${at}`, String(at)])) }),
    sees: ({ headers }) => [1, 2, 3, 4, 5, 6].every((at) => headers[`x-${at}`] === String(at)),
  },
  {
    what: "Own headers outside ASCII",
    drafts: one({ headers: { "X-Name": "Größe" } }),
    sees: header("x-name", /^(?:Größe|=\?UTF-8\?)/),
  },
  {
    what: "Standard headers (Auto-Submitted)",
    drafts: one({ headers: { "Auto-Submitted": "auto-generated" } }),
    sees: header("auto-submitted", "auto-generated"),
  },
  {
    what: "A receipt asked for (Disposition-Notification-To)",
    drafts: one({ headers: { "Disposition-Notification-To": '"Desk" <desk@example.com>' } }),
    sees: header("disposition-notification-to", '"Desk" <desk@example.com>'),
  },
  {
    what: "Headers of a list (List-Unsubscribe with one click, List-Id)",
    drafts: one({ listUnsubscribe: "https://example.com/leave", headers: { "List-Id": "<orders.example.com>" } }),
    sees: (mail) =>
      header("list-unsubscribe", "<https://example.com/leave>")(mail) &&
      header("list-unsubscribe-post", /One-Click/)(mail) &&
      header("list-id", "<orders.example.com>")(mail),
  },
  { what: "Priority", drafts: one({ priority: "high" }), sees: ({ importance }) => importance === "high" },
  {
    what: "In-Reply-To, References",
    drafts: one({ inReplyTo: "<b@example.org>", references: "<a@example.org>" }),
    sees: (mail) =>
      header("in-reply-to", "<b@example.org>")(mail) &&
      header("references", /<a@example\.org>\s+<b@example\.org>/)(mail),
  },
  {
    what: "The Message-ID that the result tells",
    drafts: one({}),
    sees: ({ messageId }, { results: [result] }) => typeof result === "object" && result.messageId === messageId,
  },
  {
    what: "The Date at which it was queued",
    drafts: one({}),
    sees: ({ date }) => (date ? true : "Exchange dates the mail when it takes it, except where it goes as MIME"),
  },
]);

const dkim: Configured = {
  raw: { dkimDomain: "example.com", dkimSelector: "mail2026" },
  credentials: { dkimKey: rsaKey() },
};

const sendingFeatures = grouped("Sending", [
  {
    what: "DKIM signature",
    drafts: one({}),
    configured: dkim,
    notFor: { graph: "a configuration of this type has no such fields; Microsoft signs what it sends" },
    sees: header("dkim-signature", /s=mail2026/),
  },
  {
    what: "Each recipient's answer",
    drafts: one({ to: ["ann@example.org", REFUSED] }),
    seen: ({ results: [result] }) => {
      if (typeof result !== "object") return false;
      if (result.state === "partial") return result.recipients.map(({ state }) => state).join() === "accepted,rejected";
      return (
        result.recipients.length === 2 &&
        "Graph takes a mail for all or none; a bad address comes back to the mailbox as a bounce"
      );
    },
  },
  {
    what: "A copy in Sent Items",
    drafts: one({}),
    sees: ({ savedToSentItems }) => savedToSentItems,
    notFor: { smtp: "the protocol has none; some providers keep one by themselves" },
  },
  {
    what: "No copy in Sent Items, where the configuration says so",
    drafts: [...one({}), ...one({ inReplyTo: "<a@example.org>" })],
    configured: { raw: { saveToSentItems: false } },
    notFor: { smtp: "there is no such field; some providers keep a copy by themselves" },
    seen: ({ arrived: [plain, threaded] }) =>
      plain?.savedToSentItems === false &&
      (threaded?.savedToSentItems === false || "where a mail goes as MIME or as a draft, Graph keeps one all the same"),
  },
  {
    what: "Safe mode: redirect",
    drafts: one({ cc: "c@example.org" }),
    configured: { raw: { safeMode: "redirect", redirectTo: "tests@example.com" } },
    sees: ({ recipients, subject, headers }) =>
      same(recipients, ["tests@example.com"]) &&
      subject.startsWith("[TEST → ann@example.org") &&
      headers["x-safe-mode-cc"] === "c@example.org",
  },
  {
    what: "Safe mode: dry run",
    drafts: one({}),
    configured: { raw: { safeMode: "dry-run" } },
    seen: ({ arrived, results: [result] }) =>
      arrived.length === 0 && typeof result === "object" && result.safeMode === "dry-run",
  },
  {
    what: "The same dedupe key is sent once",
    drafts: [...one({}), ...one({})],
    options: { dedupeKey: "order 1", dedupeForMs: 60_000 },
    seen: ({ arrived, results }) => arrived.length === 1 && results[1] === "duplicate",
  },
]);

export const FEATURES: readonly Feature[] = [
  ...addressFeatures,
  ...contentFeatures,
  ...attachmentFeatures,
  ...headerFeatures,
  ...sendingFeatures,
];
