import assert from "node:assert/strict";
import { domainToASCII } from "node:url";
import fc from "fast-check";
import addressparser from "nodemailer/lib/addressparser";
import { readAddresses, toEnvelopeAddress } from "../../../src/compose/addresses";
import { isAddress } from "../../../src/model/address-syntax";
import type { SendError } from "../../../src/model/send-error";
import { compose, refusalOf, sender } from "./composing";

const read = (value: unknown, strict = true) =>
  readAddresses(value, "to", strict).map(({ name, address }) => [name, address]);

function refused(value: unknown, strict = true): SendError {
  try {
    read(value, strict);
  } catch (error) {
    return error as SendError;
  }
  throw new Error(`not refused: ${JSON.stringify(value)}`);
}

/** What is neither quoted nor a comment, read in another way than the package does. */
function withoutQuotesAndComments(text: string): string {
  let [rest, before] = [text, ""];
  while (rest !== before) {
    before = rest;
    // One comment in another at most.
    rest = rest.replace(/^([^"(]*)(?:"(?:[^"\\]|\\.)*"|\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\))/, "$1 ");
  }
  return rest;
}

describe("reading addresses", () => {
  const a = ["", "a@example.org"];
  const b = ["", "b@example.org"];
  const cases: [title: string, value: unknown, expected: string[][]][] = [
    ["one", "a@example.org", [a]],
    ["none", undefined, []],
    ["null", null, []],
    ["an empty text", "", []],
    ["white space", "  ", []],
    ["a list with commas", "a@example.org, b@example.org,", [a, b]],
    ["a list with semicolons", "a@example.org; b@example.org;", [a, b]],
    ["a name", "Alice <a@example.org>", [["Alice", "a@example.org"]]],
    [
      "a quoted name with a comma",
      '"Miller, Alice" <a@example.org>, b@example.org',
      [["Miller, Alice", "a@example.org"], b],
    ],
    ["a name in another script", "Ångström 東京 <a@example.org>", [["Ångström 東京", "a@example.org"]]],
    ["an object", { name: "Alice", address: "a@example.org" }, [["Alice", "a@example.org"]]],
    ["an object without a name", { address: " a@example.org " }, [a]],
    ["an array of all", ["a@example.org", { address: "b@example.org" }, "", null], [a, b]],
    ["what a mail parser gives", { value: [{ name: "", address: "a@example.org" }], html: "x", text: "x" }, [a]],
    ["a group", "Team: a@example.org, b@example.org;", [a, b]],
    ["a quoted local part", '"odd local"@example.org', [["", '"odd local"@example.org']]],
    ["an address literal", "a@[192.0.2.1]", [["", "a@[192.0.2.1]"]]],
    ["a domain in another script", "a@müller.example", [["", "a@müller.example"]]],
    ["a name in a comment", "a@example.org (Alice), b@example.org", [["Alice", "a@example.org"], b]],
    ["a name that is the address", "a@example.org <a@example.org>", [a]],
    ["a name with an @", "Support @ Example <a@example.org>", [["Support @ Example", "a@example.org"]]],
    ["a quoted name that is another address", '"b@example.org" <a@example.org>', [["b@example.org", "a@example.org"]]],
    ["the same address twice", "a@example.org, Alice <a@example.org>", [a, ["Alice", "a@example.org"]]],
    ["an IPv6 literal", "a@[IPv6:2001:db8::1], b@example.org", [["", "a@[IPv6:2001:db8::1]"], b]],
  ];
  for (const [title, value, expected] of cases) it(title, () => assert.deepEqual(read(value), expected));

  const wrong: unknown[] = [
    "a",
    "a@",
    "@example.org",
    "a@@example.org",
    "a b@example.org",
    "a@-example.org",
    "a@exa_mple.org",
  ];
  wrong.push(
    "Alice",
    "a@example..org",
    "a..b@example.org",
    ".a@example.org",
    `${"x".repeat(65)}@example.org`,
    "a@example.org b@example.org",
    "Ann <a@example.org> b@example.org",
    "Ann <a@example.org> <b@example.org>",
    "a@example.org (x) b@example.org",
    "a@example.org b@example.org (home)",
    "b@example.org a@example.org <a@example.org>",
    "b @ example.org <a@example.org>",
    '"b b"@example.org <a@example.org>',
    "<a@example.org b@example.org>",
    "a@example.org:b@example.org",
    "Ann<a@example.org>b@example.org",
    "c@example.org, Ann <a@example.org> b@example.org; d@example.org",
    "Ann (b@example.org <a@example.org>",
    'Ann "b@example.org <a@example.org>',
    "a b@example.org (home)",
    '"a@example.org"b@example.org',
    'a@example.org"x"y',
  );
  for (const value of wrong) {
    it(`refuses “${value}” by name`, () => {
      const error = refused(value);
      assert.deepEqual([error.code, error.reason, error.field], ["ERR_MAIL_ADDRESS", "address-invalid", "to"]);
      assert.match(error.message, /^to: “.+” is not a valid e-mail address\.$/);
    });
  }

  it("takes one bare address for what a parser takes it", () => {
    const parsed = (text: string) => addressparser(text, { flatten: true }).map((one) => [one.name, one.address]);
    const local = fc.stringMatching(/^[\w.+-]{1,8}$/);
    const domain = fc.stringMatching(/^[A-Za-z0-9.-]{1,12}$/);
    fc.assert(
      fc.property(local, domain, (before, after) => {
        const text = `${before}@${after}`;
        const mailboxes = parsed(text);
        assert.deepEqual(mailboxes, [["", text]]);
        if (isAddress(text, true)) assert.deepEqual(read(text), mailboxes);
        else refused(text);
      }),
    );
  });

  it("never loses one: each address of a text is read, or the text is refused", () => {
    const address = fc.tuple(
      fc.stringMatching(/^[a-z0-9]{1,4}$/),
      fc.constantFrom("example.org", "müller.example", "[192.0.2.1]"),
    );
    const glue = fc.constantFrom(
      "",
      " ",
      ",",
      ", ",
      ";",
      ":",
      "<",
      ">",
      " <",
      "> ",
      "(",
      ")",
      '"',
      "Ann ",
      "\\",
      "@",
      "x",
      "(x) ",
    );
    const piece = fc.oneof(
      address.map((parts) => parts.join("@")),
      glue,
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 9 }), (pieces) => {
        const text = pieces.join("");
        fc.pre(!/\([^()]*\([^()]*\(/.test(text));
        let got: string[];
        try {
          got = read(text, false).map(([, each = ""]) => each);
        } catch {
          return;
        }
        const open = withoutQuotesAndComments(text);
        for (const [each] of open.matchAll(/[^\s<>,;:()@\\]+@[^\s<>,;:()@\\]+/g))
          assert.ok(got.includes(each), `${each} of ${text}`);
      }),
      { numRuns: 3000 },
    );
  });

  it("lets odd but deliverable ones pass where it is lenient, and nothing that could be mistaken", () => {
    for (const odd of ["a..b@example.org", ".a@example.org", `${"x".repeat(65)}@example.org`]) {
      assert.deepEqual(read(odd, false), [["", odd]]);
    }
    for (const never of ["a b@example.org", "a@exa mple.org", "a@@example.org", "a@", "a<b@example.org"])
      refused(never, false);
  });

  for (const value of [5, true, {}, [["a@example.org"]], Buffer.from("a@example.org"), () => "a@example.org"]) {
    it(`refuses a value that is no address: ${typeof value} ${JSON.stringify(value)}`, () => {
      assert.equal(refused(value).reason, "field-type");
    });
  }

  for (const value of [
    "a@example.org\n",
    "a@example.org\r\nBcc: b@example.org",
    { address: "a@example.org\n" },
    { name: "x\ny", address: "a@example.org" },
  ]) {
    it(`refuses a line break: ${JSON.stringify(value)}`, () => {
      const error = refused(value);
      assert.ok(["ERR_MAIL_HEADER", "ERR_MAIL_ADDRESS"].includes(error.code), error.code);
      assert.equal(error.field, "to");
    });
  }

  it("refuses more than a thousand", () => {
    const many = Array.from({ length: 1001 }, (_, n) => `a${n}@example.org`);
    assert.equal(refused(many).reason, "field-type");
    assert.equal(refused(many.join()).reason, "field-type");
  });

  it("leaves a domain in ASCII as it is only where the conversion would", () => {
    const converted = (domain: string) => domainToASCII(domain) || domain;
    const label = fc.stringMatching(/^[A-Za-z0-9-]{0,6}$/);
    const domain = fc
      .array(fc.oneof(label, fc.constantFrom("xn--mller-kva", "xn--", "0x7f", "127", "müller")), { minLength: 1 })
      .map((labels) => labels.join("."));
    fc.assert(fc.property(domain, (any) => assert.equal(toEnvelopeAddress(`a@${any}`), `a@${converted(any)}`)));
  });

  it("gives the envelope a domain in ASCII and leaves the rest", () => {
    assert.equal(toEnvelopeAddress("Jörg@Müller.example"), "Jörg@xn--mller-kva.example");
    assert.equal(toEnvelopeAddress("a@[192.0.2.1]"), "a@[192.0.2.1]");
  });
});

describe("who a mail is from and to", () => {
  it("is in the envelope once each, and Bcc in no header", async () => {
    const { envelope, parsed, names } = await compose({
      to: "A <a@example.org>, b@example.org",
      cc: ["c@example.org", "a@example.org"],
      bcc: "secret@example.org",
    });
    assert.deepEqual(envelope.to, ["a@example.org", "b@example.org", "c@example.org", "secret@example.org"]);
    assert.equal(envelope.from, "orders@example.com");
    assert.ok(!names.includes("bcc"));
    assert.doesNotMatch(JSON.stringify(parsed), /secret@/);
  });

  it("writes a domain in another script in ASCII in header and envelope", async () => {
    const { envelope, source } = await compose({ to: "Jürgen <a@müller.example>" });
    assert.deepEqual(envelope.to, ["a@xn--mller-kva.example"]);
    assert.match(source, /^To: =\?UTF-8\?\S+ <a@xn--mller-kva\.example>\r$/m);
  });

  it("comes from the step, else the configuration, else the account, else from nobody", async () => {
    const { from, ...bare } = sender;
    const fromOf = async (asked: unknown, settings = sender) =>
      (await compose({ from: asked }, settings)).parsed.from?.text;
    assert.equal(await fromOf("Sales <sales@example.com>"), '"Sales" <sales@example.com>');
    assert.equal(await fromOf(undefined), '"Example Orders" <orders@example.com>');
    assert.equal(
      await fromOf("sales@example.com", { ...sender, overrideFrom: true }),
      '"Example Orders" <orders@example.com>',
    );
    assert.equal(await fromOf("", { ...bare, account: "orders@example.com" }), '"Example Orders" <orders@example.com>');
    assert.equal(refusalOf({ from: "" }, { ...bare, account: "apikey" }).reason, "sender-missing");
    assert.equal(refusalOf({ from: "a@example.com, b@example.com" }).field, "from");
  });

  it("answers go to the step's Reply-To, else to the configuration's", async () => {
    const replyTo = { name: "", address: "desk@example.com" };
    assert.equal((await compose({}, { ...sender, replyTo })).parsed.replyTo?.text, "desk@example.com");
    assert.equal(
      (await compose({ replyTo: "me@example.com" }, { ...sender, replyTo })).parsed.replyTo?.text,
      "me@example.com",
    );
    assert.equal((await compose({})).parsed.replyTo, undefined);
  });

  it("is refused without any recipient", () => {
    const error = refusalOf({ to: "", cc: [], bcc: undefined });
    assert.deepEqual([error.code, error.reason, error.field], ["ERR_MAIL_ADDRESS", "no-recipient", "to"]);
  });
});
