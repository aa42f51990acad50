import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RawSendEmail } from "../../src/settings/send-email-raw";
import { tellSeedOfFailures } from "../faults/seed";
import { selfSigned } from "../support/certificates";
import { rsaKey } from "../support/dkim-keys";
import { configurationNode, type FlowNode, stepNode } from "../support/flow";
import { SHAPES } from "./shapes";
import { type Message, watchFlow } from "./watched-flow";

const folder = mkdtempSync(join(tmpdir(), "places-"));
const TEMPLATES: Partial<RawSendEmail> = {
  ...{ subject: "Order {{payload.x}}", subjectType: "str" },
  ...{ text: "{{#payload.x}}{{.}}{{name}}{{/payload.x}}{{^payload.x}}none{{/payload.x}}", textType: "str" },
  ...{ html: '<p title="{{payload.x}}">{{{payload.x.y.z}}}{{payload.x.0}}</p>', htmlType: "str" },
};
/** Where values are read that the mail's own fields lead to. */
const READ: Partial<RawSendEmail> = {
  ...{ subject: "subject", text: "text", bodyType: "both", html: "html", htmlType: "msg" },
  ...{ from: "from", fromType: "msg", replyTo: "replyTo", replyToType: "msg", headers: "headers", headersType: "msg" },
  ...{ references: "references", referencesType: "msg", inReplyTo: "inReplyTo", inReplyToType: "msg" },
  ...{ listUnsubscribe: "listUnsubscribe", listUnsubscribeType: "msg", invitationKind: "value" },
};

const MAIL: Message = { _msgid: "1", to: "a@example.com", subject: "x", text: "Hello" };

type Fill = (value: unknown) => Message;
const within = (field: string, names: readonly string[], beside: Message = {}): Record<string, Fill> =>
  Object.fromEntries(names.map((name) => [`${field}.${name}`, (value) => ({ [field]: { ...beside, [name]: value } })]));
const each = (fields: readonly string[], wrap: (value: unknown) => unknown, what: string): Record<string, Fill> =>
  Object.fromEntries(fields.map((field) => [`${field}: ${what}`, (value) => ({ [field]: wrap(value) })]));

const ADDRESSES = ["to", "cc", "bcc", "from", "replyTo"];
const ATTACHMENT = ["filename", "name", "contentType", "cid", "contentDisposition"];
/** Places below a field; a field as a whole is in `flows.test.ts`. */
const PLACES: Record<string, Fill> = {
  ...within("attachments", [...ATTACHMENT, "encoding", "size", "raw", "unknown"], { content: "x" }),
  ...within("attachments", ["content", "path", "url", "href"]),
  ...within("attachments", ["type", "data"], { type: "Buffer", data: [1] }),
  "attachments[1]": (value) => ({ attachments: ["x", value] }),
  "attachments[1].content": (value) => ({ attachments: ["x", { content: value, encoding: "base64" }] }),
  ...each(ADDRESSES, (value) => ({ name: value, address: "a@example.com" }), "a name"),
  ...each(ADDRESSES, (value) => ({ name: "Ann", address: value }), "an address"),
  ...each(ADDRESSES, (value) => ({ value: [{ address: "a@example.com" }, value] }), "a parsed mail's"),
  ...each(["references", "inReplyTo", "listUnsubscribe"], (value) => [value, value], "a list"),
  ...within("headers", ["X-Own", "List-Id", "Subject"]),
  "headers: a list": (value) => ({ headers: { "X-Own": [value, "x"] } }),
  ...each(["attachments", "invitation"], named, "a name"),
  "headers: a name": (value) => ({ headers: named(value) }),
  ...within("invitation", ["start"]),
  ...within(
    "invitation",
    [
      ...["end", "duration", "allDay", "timeZone", "summary", "location", "description", "method", "uid", "sequence"],
      ...["organizer", "attendees", "reminderMinutes", "url", "status", "rrule", "unknown"],
    ],
    { start: "2026-12-24T10:00Z" },
  ),
};

/** What is a text as the name of a property. */
function named(value: unknown): object {
  return { [typeof value === "string" ? value : "__proto__"]: "x" };
}

/** Where something may grow with what it is given; anywhere else what is large is refused by its type. */
const GROWING = [
  ...["attachments.content", "attachments.filename", "attachments.path", "attachments.url", "attachments: a name"],
  ...["to: an address", "from: a name", "references: a list", "listUnsubscribe: a list", "headers.X-Own"],
  ...["headers: a list", "headers: a name", "invitation.description", "invitation.attendees", "invitation.rrule"],
];

describe("values of any shape within a field", () => {
  tellSeedOfFailures();
  after(() => rmSync(folder, { recursive: true, force: true }));
  const flow = watchFlow((port) => [
    [
      configurationNode(port, { maxSize: 20, attachmentFolders: folder, attachmentHosts: "files.example.invalid" }),
      stepNode(READ),
      stepNode({ ...TEMPLATES, bodyType: "both" }, "template"),
    ],
  ]);

  for (const [what, { make, large = false }] of Object.entries(SHAPES)) {
    it(`${what}: sent as it should be, or an error with a code, in any place`, async function () {
      this.timeout(90_000);
      // One for all, because the runtime's test helper keeps every message.
      const kept = large ? make() : undefined;
      for (const place of large ? GROWING : Object.keys(PLACES)) {
        const fill = PLACES[place] as Fill;
        await naming(place, () => flow.check({ ...MAIL, ...fill(large ? kept : make()) }, { large }));
      }
    });

    it(`${what}: filled in as data, or an error with a code, where a template names it`, async () => {
      const filled = (payload: unknown) => flow.check({ ...MAIL, name: "outer", payload }, { step: "template", large });
      await naming("payload.x", () => filled({ x: make() }));
      await naming("payload", () => filled(make()));
    });
  }

  it("and a mail that is right is still sent, from each of the steps", async () => {
    for (const step of ["step", "template"])
      assert.equal(await flow.check({ ...MAIL, payload: { x: "y" } }, { step }), "output");
  });
});

describe("values of any shape for a configuration", () => {
  tellSeedOfFailures();
  const WITH: Record<string, Partial<Parameters<typeof configurationNode>[1]> & object> = {
    "that signs with DKIM": { dkimDomain: "example.com", dkimSelector: "mail" },
    "that redirects": { safeMode: "redirect", redirectTo: "tests@example.com" },
    "that sends nothing": { safeMode: "dry-run" },
    "that sends files as links": { attachmentLinks: "always", linkBaseUrl: "https://flows.example.com" },
  };
  const names = Object.keys(WITH);
  const flow = watchFlow((port) => [
    names.flatMap((name, at): FlowNode[] => [
      configurationNode(port, { maxSize: 20, isDefault: false, ...WITH[name] }, `config_${at}`),
      stepNode({ ...READ, smtpConfig: `config_${at}` }, `step-${at}`),
    ]),
    Object.fromEntries(names.map((_, at) => [`config_${at}`, { dkimKey: rsaKey() }])),
  ]);
  /** Where one of these configurations does something that others do not. */
  const TOUCHED: readonly (readonly [string, Fill])[] = [
    ...["to", "cc", "bcc", "from", "replyTo", "subject", "text", "html", "headers", "attachments", "invitation"].map(
      (field) => [field, (value: unknown) => ({ [field]: value })] as const,
    ),
    ...[
      "attachments.content",
      "attachments.filename",
      "attachments.contentType",
      "headers.List-Id",
      "from: a name",
    ].map((place) => [place, PLACES[place] as Fill] as const),
    ["a calendar", (value) => ({ attachments: { filename: "a.ics", content: value } })],
  ];

  for (const [at, name] of names.entries())
    it(`${name} are sent as they should be, or an error with a code`, async function () {
      this.timeout(90_000);
      for (const [what, { make, large }] of Object.entries(SHAPES)) {
        if (large) continue;
        for (const [place, fill] of TOUCHED) {
          await naming(`${what}, ${place}`, () => flow.check({ ...MAIL, ...fill(make()) }, { step: `step-${at}` }));
        }
      }
      assert.equal(await flow.check({ ...MAIL }, { step: `step-${at}` }), "output");
    });
});

describe("tokens of any shape", () => {
  tellSeedOfFailures();
  const [user, pass] = ["orders@example.com", "ya29.token-of-the-hostile-tests"];
  let tls: Awaited<ReturnType<typeof selfSigned>>;
  before(async () => {
    tls = await selfSigned({ hosts: ["localhost"] });
  });
  const flow = watchFlow(
    (port) => [
      [
        { ...{ id: "tls", type: "tls-config", verifyservercert: true, name: "" }, cert: "", key: "", ca: "" },
        configurationNode(port, { security: "tls", auth: "oauth2", oauthFlow: "message", tls: "tls" }),
        stepNode(),
      ],
      { config: { username: user }, tls: { cadata: tls.ca } },
    ],
    () => ({ implicitTls: tls, accounts: [{ user, pass }], mechanisms: "XOAUTH2" }),
  );

  for (const [what, { make, large = false }] of Object.entries(SHAPES))
    it(`${what}: taken for a token, or refused with a code; the next that is right sends`, async () => {
      const msg = { _msgid: "1", to: "a@example.com", payload: "Hello" };
      // One that looks like a token is not needed while there is a connection.
      await flow.check({ ...msg, accessToken: make() }, { large });
      assert.equal(await flow.check({ ...msg, accessToken: pass }), "output");
    });
});

async function naming<Value>(place: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    throw new Error(`in ${place}: ${(error as Error).message}`, { cause: error });
  }
}
