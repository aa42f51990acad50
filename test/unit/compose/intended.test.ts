import assert from "node:assert/strict";
import fc from "fast-check";
import type { EmailDraft } from "../../../src/compose/draft";
import { readTemplate } from "../../../src/compose/template";
import { SendError } from "../../../src/model/send-error";
import { headerNamesOf, leavesOf, shapeOf, treeOf } from "../../support/mail-tree";
import { DRAFT_FIELDS, type DraftField } from "../../support/step-fields";
import { type Composed, compose, sender } from "./composing";

/** The fields of every mail, and those that a field of the draft asks for. */
const FIXED = [
  "from",
  "subject",
  "message-id",
  "date",
  "mime-version",
  "content-type",
  "content-transfer-encoding",
  "content-disposition",
];
const ASKED: Readonly<Record<DraftField, readonly string[]>> = {
  to: ["to"],
  cc: ["cc"],
  bcc: [],
  from: [],
  replyTo: ["reply-to"],
  subject: [],
  text: [],
  html: [],
  attachments: [],
  headers: [],
  priority: ["x-priority", "importance"],
  inReplyTo: ["in-reply-to", "references"],
  references: ["references"],
  listUnsubscribe: ["list-unsubscribe", "list-unsubscribe-post"],
  bounceTo: [],
  invitation: [],
};

const ADDRESSES: readonly DraftField[] = ["to", "cc", "bcc", "from", "replyTo", "bounceTo"];

const dangerous = fc.constantFrom(
  ...[
    "\r\nBcc: evil@example.net",
    "\nX-Evil: 1",
    "\r\n\r\n<b>",
    "\0",
    "\ud800",
    "\u2028",
    "evil@example.net",
    ",",
    ";",
    "<",
    ">",
    '"',
    "\\",
  ],
  ...[
    "=?utf-8?Q?=0D=0ABcc:_evil@example.net?=",
    "{{secret}}",
    "--_NmP-1",
    "\r\n--boundary\r\n",
    ".\r\n",
    "(",
    ")",
    ":",
    "@",
    "\u202e",
  ],
  ...[
    "multipart/mixed; boundary=x",
    "message/rfc822",
    "../../etc/passwd",
    "data:text/plain,x",
    "cid:a",
    "group: a@example.net;",
  ],
);
const hostile = fc
  .array(
    fc.oneof(dangerous, fc.string({ unit: "binary", maxLength: 10 }), fc.string({ unit: "grapheme", maxLength: 20 })),
    { maxLength: 5 },
  )
  .map((parts) => parts.join(""));
/** What a message may carry that no one thought of. */
const strange = fc.oneof(
  fc.anything({
    withBigInt: true,
    withDate: true,
    withTypedArray: true,
    withNullPrototype: true,
    withMap: true,
    withSparseArray: true,
    maxDepth: 2,
    maxKeys: 4,
  }),
  fc.constantFrom<unknown>(
    () => "evil@example.net",
    Symbol("x"),
    new Proxy(
      {},
      {
        get: () => {
          throw new Error("no reading");
        },
        ownKeys: () => {
          throw new Error("no keys");
        },
      },
    ),
    Object.defineProperty({}, "address", {
      enumerable: true,
      get: () => {
        throw new Error("no address");
      },
    }),
    (() => {
      const circle: Record<string, unknown> = {};
      circle["value"] = [circle];
      return circle;
    })(),
    { toString: () => "evil@example.net" },
    { value: { value: [{ address: "evil@example.net" }] } },
    JSON.parse(`{"__proto__":{"address":"evil@example.net"}}`),
    [[["evil@example.net"]]],
  ),
);
const mailbox = fc.record({ name: hostile, address: fc.oneof(hostile, fc.constant("a@example.org")) });
const attachment = fc.oneof(
  hostile,
  fc.record(
    {
      filename: fc.oneof(hostile, strange),
      content: fc.oneof(hostile, strange),
      contentType: hostile,
      cid: hostile,
      contentDisposition: fc.oneof(hostile, fc.constantFrom("inline", "attachment")),
      encoding: fc.constantFrom("base64", "utf8", undefined),
    },
    { requiredKeys: ["content"] },
  ),
  fc.record({ content: hostile, filename: fc.string({ unit: "grapheme" }) }),
);
const headers = fc.dictionary(
  fc.oneof(
    hostile,
    fc.constantFrom("X-Own", "x-own", "Bcc", "Subject", "Content-Type", "X-Safe-Mode", "__proto__", "constructor"),
  ),
  fc.oneof(hostile, strange, fc.array(hostile, { maxLength: 2 })),
  { maxKeys: 3 },
);

const tame = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
const anything = fc.oneof(hostile, strange);
const mailboxOr = fc.oneof({ weight: 5, arbitrary: fc.constant("b@example.org") }, mailbox, anything);
const invitation = fc.record(
  {
    start: fc.oneof({ weight: 9, arbitrary: fc.constant("2026-12-24T10:00Z") }, anything),
    ...Object.fromEntries(
      ["summary", "location", "description"].map((name) => [name, fc.oneof({ weight: 5, arbitrary: tame }, hostile)]),
    ),
    organizer: mailboxOr,
    attendees: fc.oneof({ weight: 5, arbitrary: mailboxOr }, fc.array(mailbox, { maxLength: 3 })),
  },
  { requiredKeys: ["start"] },
);
const oneMore = fc
  .tuple(invitation, fc.constantFrom("uid", "end", "timeZone", "rrule", "url", "status", "method"), anything)
  .map(([event, name, value]) => ({ ...event, [name]: value }));

/** Mostly what is refused would show nothing of what is not. */
const arbitraryOf = (field: DraftField): fc.Arbitrary<unknown> => {
  if (field === "attachments") return fc.oneof(attachment, fc.array(attachment, { maxLength: 3 }), strange);
  if (field === "headers") return fc.oneof(headers, fc.dictionary(fc.constantFrom("X-Own", "List-Id"), tame), strange);
  if (field === "invitation") return fc.oneof({ weight: 3, arbitrary: invitation }, oneMore, anything);
  if (!ADDRESSES.includes(field)) return fc.oneof(hostile, tame, strange);
  return fc.oneof(
    mailbox,
    fc.array(mailbox, { maxLength: 3 }),
    fc.constant("b@example.org, C <c@example.org>"),
    hostile,
    strange,
  );
};
const anyDraft: fc.Arbitrary<EmailDraft> = fc
  .subarray([...DRAFT_FIELDS], { minLength: 1, maxLength: 3 })
  .chain(
    (fields) =>
      fc.record(Object.fromEntries(fields.map((field) => [field, arbitraryOf(field)]))) as fc.Arbitrary<EmailDraft>,
  );

/** The mail, or undefined where the draft was refused as it should be: by a field that it has, in one line. */
async function mailOrRefusal(draft: EmailDraft): Promise<Composed | undefined> {
  try {
    return await compose(draft);
  } catch (error) {
    assert.ok(error instanceof SendError, `only SendError leaves src: ${error}`);
    const [field = ""] = (error.field ?? "").split(/[.[]/);
    assert.ok((DRAFT_FIELDS as readonly string[]).includes(field), `names the field: ${error.reason} ${error.field}`);
    assert.doesNotMatch(error.message, /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
    return undefined;
  }
}

function assertOnly(mail: Composed, draft: EmailDraft, shape?: string): void {
  const own = Object.keys(typeof draft.headers === "object" && draft.headers ? draft.headers : {}).map((name) =>
    name.toLowerCase(),
  );
  const allowed = new Set([
    ...FIXED,
    "to",
    ...own,
    ...DRAFT_FIELDS.filter((field) => draft[field]).flatMap((field) => ASKED[field]),
  ]);
  for (const name of headerNamesOf(mail.mime)) assert.ok(allowed.has(name), `nobody asked for ${name}`);
  assert.equal(mail.parsed.bcc, undefined);
  const tree = treeOf(mail.mime);
  if (shape !== undefined) assert.equal(shapeOf(tree), shape);
  const given =
    draft.attachments === undefined || draft.attachments === null || draft.attachments === ""
      ? []
      : [draft.attachments].flat();
  // An invitation is one more body, and one more file; another library counts both among the attachments.
  const invited = [undefined, null, ""].includes(draft.invitation as never) ? 0 : 1;
  const bodies = leavesOf(tree).filter(({ headers: fields }) => !fields.has("content-disposition"));
  assert.equal(leavesOf(tree).length - bodies.length, given.length + invited, "as many parts as attachments");
  assert.ok(bodies.length <= 2 + invited);
  assert.equal(mail.parsed.attachments.length, given.length + 2 * invited);
}

describe("whatever a draft holds", () => {
  it("it is refused by a field's name, or becomes the mail that was asked for and nothing else", async () => {
    let [composed, invited] = [0, 0];
    await fc.assert(
      fc.asyncProperty(anyDraft, async (draft) => {
        const mail = await mailOrRefusal(draft);
        if (!mail) return;
        composed++;
        if (draft.invitation) invited++;
        assertOnly(mail, draft);
        const asked = JSON.stringify(["a@example.org", draft.to, draft.cc, draft.bcc], (_, value) =>
          typeof value === "bigint" ? `${value}` : value,
        ).toLowerCase();
        for (const address of mail.envelope.to)
          assert.ok(asked.includes(JSON.stringify(address.split("@")[0]).slice(1, -1).toLowerCase()), address);
      }),
      { numRuns: 600 },
    );
    assert.ok(composed > 30 && invited > 0, `${composed} were no refusals, ${invited} of them invitations`);
  });

  it("its texts arrive as they are, whatever they look like", async () => {
    const text = hostile.map((value) => value.toWellFormed());
    const line = text.map((value) =>
      value
        .replace(/[\p{Cc}\u2028\u2029]/gu, "")
        .replace(/\s+/gu, " ")
        .trim(),
    );
    const lf = (value: string): string => value.replace(/\r\n?/g, "\n").replace(/\n+$/, "");
    await fc.assert(
      fc.asyncProperty(line, line, line, text, text, line, async (subject, name, own, body, html, filename) => {
        const boxes = {
          to: [{ name, address: "a@example.org" }],
          cc: [{ name, address: "c@example.org" }],
          bcc: [{ name, address: "b@example.org" }],
        };
        const attachments = [
          { filename, content: body, encoding: "utf8" },
          { filename, content: html, encoding: "utf8" },
        ];
        const draft = {
          subject,
          ...boxes,
          replyTo: { name, address: "r@example.com" },
          text: `${body}x`,
          html: `<p>${html}x`,
          attachments,
          headers: { "X-Own": own },
        };
        const mail = await compose(draft);
        assertOnly(mail, draft);
        const types = leavesOf(treeOf(mail.mime))
          .slice(2)
          .map(({ type }) => type);
        assert.equal(shapeOf(treeOf(mail.mime)), `mixed(alternative(text/plain,text/html),${types.join(",")})`);
        assert.deepEqual(mail.envelope, {
          from: "orders@example.com",
          to: ["a@example.org", "c@example.org", "b@example.org"],
        });
        assert.equal(mail.parsed.subject ?? "", subject);
        assert.equal(lf(mail.parsed.text ?? ""), lf(`${body}x`));
        assert.equal(lf(mail.parsed.html || ""), lf(`<p>${html}x`));
        for (const field of ["to", "cc", "replyTo"] as const) {
          const [{ value } = { value: [] }] = [mail.parsed[field] ?? []].flat();
          assert.deepEqual(
            value.map((one) => [one.name, one.address]),
            [[name, `${field === "replyTo" ? "r@example.com" : `${field === "to" ? "a" : "c"}@example.org`}`]],
          );
        }
        assert.deepEqual(
          mail.parsed.attachments.map(({ content }) => content.toString("utf8")),
          [body, html],
        );
      }),
      { numRuns: 120 },
    );
  });
});

describe("whatever a message brings into a template", () => {
  const beside = new Map<string, unknown>([["env.SECRET", "topsecret-1"]]);
  const fill = (template: string, msg: object, html = false): string =>
    readTemplate(template, "subject").fill(msg, { html, maxBytes: 1e6, beside }).text;
  const braces = fc.constantFrom(
    "{{secret}}",
    "{{{secret}}}",
    "{{env.SECRET}}",
    "{{&secret}}",
    "{{#a}}{{secret}}{{/a}}",
    "{{=<% %>=}}<%secret%>",
    "{{> secret}}",
    "{{!",
    "}}",
  );
  const value = fc.oneof(
    fc.array(fc.oneof(braces, hostile), { maxLength: 4 }).map((parts) => parts.join("")),
    strange,
  );

  it("it brings in no header, recipient or part, and is filled in once", async () => {
    await fc.assert(
      fc.asyncProperty(value, value, async (a, b) => {
        const msg = { a, b, secret: "topsecret-2" };
        const draft: EmailDraft = { to: "a@example.org" };
        let filled: EmailDraft;
        try {
          filled = {
            ...draft,
            subject: fill("Order {{a}}", msg),
            text: fill("Hello {{a}}, {{b}}", msg),
            html: fill('<p title="{{a}}">{{b}}</p>', msg, true),
          };
        } catch (error) {
          assert.ok(error instanceof SendError, String(error));
          return;
        }
        const mail = await mailOrRefusal(filled);
        if (!mail) return;
        assertOnly(mail, filled, "alternative(text/plain,text/html)");
        assert.deepEqual(mail.envelope, { from: sender.from?.address, to: ["a@example.org"] });
        assert.doesNotMatch(JSON.stringify([mail.parsed.subject, mail.parsed.text, mail.parsed.html]), /topsecret/);
        assert.deepEqual(
          String(mail.parsed.html)
            .match(/<[^>]*>/g)
            ?.map((tag) => tag.slice(0, 2)),
          ["<p", "</"],
          "no value is markup",
        );
      }),
      { numRuns: 200 },
    );
  });
});
