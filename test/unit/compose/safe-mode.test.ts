import assert from "node:assert/strict";
import { simpleParser } from "mailparser";
import { readDraft, withoutSources } from "../../../src/compose/message";
import { prepareEmail } from "../../../src/compose/prepare";
import { decodeWords } from "../../../src/compose/read-back/read-fields";
import { keptFrom, type SafeSettings, underSafeMode, whyHeld } from "../../../src/compose/safe-mode";
import type { EmailDraft } from "../../../src/mailer";
import type { PreparedEmail } from "../../../src/model/email";
import { draft, sender } from "./composing";

const SEND: SafeSettings = { safeMode: "send", allowedDomains: [] };
const DRY: SafeSettings = { safeMode: "dry-run", allowedDomains: [] };
const REDIRECT: SafeSettings = {
  safeMode: "redirect",
  redirectTo: { name: "", address: "tests@example.com" },
  allowedDomains: [],
};

async function composeWith(settings: SafeSettings, more: EmailDraft = {}): Promise<PreparedEmail> {
  const message = underSafeMode(readDraft(draft(more), sender), settings);
  return prepareEmail(withoutSources(message), { id: "id-1", date: new Date("2026-11-21T08:00:00Z"), signature: "" });
}

const refusedWith = (settings: SafeSettings, more: EmailDraft) => composeWith(settings, more).catch((error) => error);

const everybody = { to: "Ann <ann@example.org>", cc: "ben@example.org", bcc: "carl@example.org" };
const many = (count: number) => Array.from({ length: count }, (_, at) => `customer-${at}@example.org`);

describe("A mail in safe mode “redirect”", () => {
  it("goes to the other address alone, as one mail", async () => {
    const { envelope, mime } = await composeWith(REDIRECT, everybody);
    assert.deepEqual(envelope, { from: "orders@example.com", to: ["tests@example.com"] });
    const { to, cc, bcc } = await simpleParser(mime);
    assert.deepEqual([to && "text" in to && to.text, cc, bcc], ["tests@example.com", undefined, undefined]);
  });

  it("names its own recipients in the subject and, each in the header of its field, Bcc too", async () => {
    const { subject, headers } = await simpleParser((await composeWith(REDIRECT, everybody)).mime);
    assert.equal(subject, "[TEST → ann@example.org, ben@example.org, carl@example.org] x");
    const own = ["x-safe-mode", "x-safe-mode-to", "x-safe-mode-cc", "x-safe-mode-bcc"].map((name) => headers.get(name));
    assert.deepEqual(own, ["redirect", "ann@example.org", "ben@example.org", "carl@example.org"]);
  });

  it("cuts the subject where many are named, and folds the header that has them all", async () => {
    const { mime } = await composeWith(REDIRECT, { to: many(300) });
    const { subject, headers } = await simpleParser(mime);
    assert.equal(subject, `[TEST → ${many(3).join(", ")} … and 297 more] x`);
    assert.equal(headers.get("x-safe-mode-to"), many(300).join(", "));
    const longest = Math.max(
      ...mime
        .toString()
        .split("\r\n")
        .map(({ length }) => length),
    );
    assert.ok(longest <= 100, `the longest line has ${longest} characters`);
  });

  it("names a fourth recipient rather than “one more”", async () => {
    const { subject } = await simpleParser((await composeWith(REDIRECT, { to: many(4) })).mime);
    assert.equal(subject, `[TEST → ${many(4).join(", ")}] x`);
  });

  it("leaves no recipient where an answer to all would go, not in Reply-To either", async () => {
    const { mime } = await composeWith(REDIRECT, { ...everybody, replyTo: "ann@example.org, help@example.com" });
    const { from, to, replyTo } = await simpleParser(mime);
    assert.deepEqual(
      [from, to, replyTo].map((field) => field && "text" in field && field.text),
      ['"Example Orders" <orders@example.com>', "tests@example.com", "help@example.com"],
    );
  });

  it("has no field by which a tester's program would reach or unsubscribe a recipient", async () => {
    const headers = {
      "Mail-Followup-To": "ann@example.org",
      "Disposition-Notification-To": "ann@example.org",
      "List-Id": "<orders.example.com>",
      "X-Order": "4711",
    };
    const asked = { ...everybody, headers, listUnsubscribe: "https://example.com/leave?who=ann" };
    const redirected = (await composeWith(REDIRECT, asked)).mime.toString();
    assert.doesNotMatch(redirected, /^(?:list-|mail-followup-to|disposition-notification-to)/im);
    assert.match(redirected, /^X-Order: 4711\r$/m);
    assert.match((await composeWith(SEND, asked)).mime.toString(), /^List-Unsubscribe-Post: /m);
  });

  it("has names and addresses beyond ASCII without breaking a header", async () => {
    const { mime, envelope } = await composeWith(REDIRECT, { to: 'Zoë "x" <zoë@bücher.example>', subject: "Grüße" });
    const { subject, headers } = await simpleParser(mime);
    assert.deepEqual(envelope.to, ["tests@example.com"]);
    assert.equal(subject, "[TEST → zoë@bücher.example] Grüße");
    assert.equal(decodeWords(String(headers.get("x-safe-mode-to"))), "zoë@bücher.example");
    assert.doesNotMatch(mime.toString("latin1").split("\r\n\r\n", 1)[0] as string, /[^\r\n\t -~]/);
  });

  it("takes no recipient for more than an address, whatever is hidden in one", async () => {
    for (const to of ["a@example.org\r\nBcc: eve@example.org", { name: "a\nBcc: eve", address: "a@example.org" }])
      assert.equal((await refusedWith(REDIRECT, { to })).reason, "line-break");
    const { mime, envelope } = await composeWith(REDIRECT, { to: '"x, Bcc: eve@example.org"@example.org' });
    assert.deepEqual(envelope.to, ["tests@example.com"]);
    assert.doesNotMatch(mime.toString(), /^(?:cc|bcc):/im);
  });

  it("does not ask whether its own recipients are in the allowed domains, for it does not go there", async () => {
    const { envelope } = await composeWith({ ...REDIRECT, allowedDomains: ["example.com"] }, everybody);
    assert.deepEqual(envelope.to, ["tests@example.com"]);
  });
});

describe("A mail in safe mode “dry-run”", () => {
  it("is composed for its own recipients, and says of itself that it is none", async () => {
    const { envelope, mime } = await composeWith(DRY, everybody);
    assert.deepEqual(envelope.to, ["ann@example.org", "ben@example.org", "carl@example.org"]);
    assert.equal(keptFrom(mime), "dry-run");
  });
});

describe("The allowed domains", () => {
  const only: SafeSettings = { safeMode: "send", allowedDomains: ["example.com", "*.example.net"] };

  for (const field of ["to", "cc", "bcc"]) {
    it(`refuse who is elsewhere in ${field}, by name, field and remedy`, async () => {
      const error = await refusedWith(only, { to: "a@example.com", [field]: "A@example.com, Eve <eve@example.org>" });
      const { code, reason, field: blamed, message, remedy, disposition } = error;
      assert.deepEqual(
        [code, reason, blamed, disposition],
        ["ERR_MAIL_SAFE_MODE", "domain-not-allowed", field, "permanent"],
      );
      assert.match(message, new RegExp(`^${field}: “eve@example.org” is in none of the domains .*example\\.com`));
      assert.match(remedy, /Allowed domains/);
    });
  }

  it("count in a dry run as well", async () => {
    const error = await refusedWith({ ...DRY, allowedDomains: ["example.com"] }, { to: "eve@example.org" });
    assert.equal(error.reason, "domain-not-allowed");
  });

  it("let pass who is in one of them", async () => {
    const to = ["a@example.com", "b@EXAMPLE.com", "c@mail.example.net", "d@a.b.example.net"];
    assert.equal((await composeWith(only, { to })).envelope.to.length, 4);
  });

  for (const [what, address] of [
    ["what is below a domain", "a@mail.example.com"],
    ["a domain that only sounds alike", "a@example.com.attacker.example"],
    ["a domain that ends alike", "a@notexample.com"],
    ["the domain itself where only what is below it is listed", "a@example.net"],
    ["a local part that looks like an allowed address", '"a@example.com"@example.org'],
  ]) {
    it(`do not take ${what} for one of theirs`, async () => {
      assert.equal((await refusedWith(only, { to: address })).reason, "domain-not-allowed");
    });
  }

  it("are the same in either form of letters beyond ASCII", async () => {
    for (const allowedDomains of [["bücher.example"], ["xn--bcher-kva.example"]])
      for (const to of ["a@bücher.example", "a@xn--bcher-kva.example"])
        assert.equal((await composeWith({ safeMode: "send", allowedDomains }, { to })).envelope.to.length, 1);
  });
});

describe("A mail that waits while the safe mode is changed", () => {
  const elsewhere: SafeSettings = { ...REDIRECT, redirectTo: { name: "", address: "others@example.com" } };
  const cases: [string, SafeSettings, SafeSettings, string | undefined][] = [
    ["queued to be sent, goes as long as it is so", SEND, SEND, undefined],
    ["queued to be sent, is held by a redirect", SEND, REDIRECT, "safe-mode-holds"],
    ["queued to be sent, is held by a dry run and not counted as sent", SEND, DRY, "safe-mode-holds"],
    ["queued to be redirected, goes where it was redirected to", REDIRECT, SEND, undefined],
    ["queued to be redirected, goes on", REDIRECT, REDIRECT, undefined],
    ["queued to be redirected, is held where that is to another address now", REDIRECT, elsewhere, "safe-mode-holds"],
    ["queued to be redirected, is held by a dry run", REDIRECT, DRY, "safe-mode-holds"],
    [
      "queued to be sent, is held where its domain is not allowed any more",
      SEND,
      { ...SEND, allowedDomains: ["example.net"] },
      "domain-holds",
    ],
    [
      "queued to be redirected, is held where that domain is not allowed any more",
      REDIRECT,
      { ...SEND, allowedDomains: ["example.net"] },
      "domain-holds",
    ],
    ["queued to be sent, goes to an allowed domain", SEND, { ...SEND, allowedDomains: ["example.org"] }, undefined],
  ];
  for (const [what, then, now, reason] of cases) {
    it(what, async () => {
      assert.equal(whyHeld(await composeWith(then, everybody), now)?.reason, reason);
    });
  }
});

describe("What a message says of safe mode", () => {
  it("is refused as a header, in whatever case and whatever the mode", async () => {
    for (const name of ["X-Safe-Mode", "x-safe-mode", "X-SAFE-MODE-TO", "X-Safe-Mode-Anything"])
      for (const settings of [SEND, DRY, REDIRECT]) {
        const error = await refusedWith(settings, { headers: { [name]: "send" } });
        assert.deepEqual([error.code, error.field], ["ERR_MAIL_HEADER", `headers.${name}`]);
      }
  });

  it("counts for nothing in the text, in an attached mail or in a header that only looks alike", async () => {
    const { mime } = await composeWith(SEND, {
      text: "X-Safe-Mode: dry-run\r\n\r\nX-Safe-Mode: redirect",
      subject: "a X-Safe-Mode: dry-run",
      headers: { "X-Other": `${"x ".repeat(60)}X-Safe-Mode: dry-run` },
      attachments: [{ filename: "a.eml", content: "X-Safe-Mode: dry-run\r\n\r\nx", contentType: "message/rfc822" }],
    });
    assert.equal(keptFrom(mime), undefined);
  });
});
