import assert from "node:assert/strict";
import fc from "fast-check";
import { compose, refusalOf, sender } from "./composing";

/** A header as it stands in the mail, unfolded. */
function headerOf(source: string, name: string): string | undefined {
  const [head = ""] = source.split("\r\n\r\n", 1);
  const unfolded = head.replace(/\r\n(?=[ \t])/g, "");
  return new RegExp(`^${name}: (.*)$`, "im").exec(unfolded)?.[1]?.replace(/\s+/g, " ").trim();
}

describe("the thread of a mail", () => {
  const threads: [string, object, string | undefined, string | undefined][] = [
    ["none", {}, undefined, undefined],
    ["the mail that is answered", { inReplyTo: "<b@x>" }, "<b@x>", "<b@x>"],
    ["earlier ones of In-Reply-To", { inReplyTo: "<a@x> <b@x>" }, "<b@x>", "<a@x> <b@x>"],
    [
      "References and the answered one",
      { references: ["<a@x>", "b@x"], inReplyTo: "<c@x>" },
      "<c@x>",
      "<a@x> <b@x> <c@x>",
    ],
    [
      "each id once, the answered one last",
      { references: "<c@x> <a@x> <a@x>", inReplyTo: "<c@x>" },
      "<c@x>",
      "<a@x> <c@x>",
    ],
    ["References alone", { references: "<a@x>, <b@x>" }, undefined, "<a@x> <b@x>"],
  ];
  for (const [what, draft, inReplyTo, references] of threads) {
    it(`is ${what}`, async () => {
      const { source } = await compose(draft);
      assert.deepEqual([headerOf(source, "In-Reply-To"), headerOf(source, "References")], [inReplyTo, references]);
    });
  }

  it("may be long, and no line of it is", async () => {
    const references = Array.from({ length: 200 }, (_, at) => `<${at}.abcdefghijklmnopqrstuvwxyz@mail.example.com>`);
    const { source, parsed } = await compose({ references });
    assert.deepEqual(parsed.references, references);
    assert.ok(source.split("\r\n").every((line) => line.length <= 998));
    assert.equal(refusalOf({ references: `<${"a".repeat(1000)}@x>` }).field, "references");
  });

  it("of something else is refused by its field", () => {
    for (const references of ["not an id", { a: 1 }, ["<a@x>", 5]]) {
      const { field, code } = refusalOf({ references });
      assert.deepEqual([field, code], ["references", "ERR_MAIL_FIELD"]);
    }
  });
});

describe("how to leave a list", () => {
  const post = "List-Unsubscribe=One-Click";
  const ways: [string, unknown, string | undefined, string | undefined][] = [
    ["nothing", "", undefined, undefined],
    ["a web address, by one click", "https://example.com/leave?id=1", "<https://example.com/leave?id=1>", post],
    ["an address, without the click", "mailto:leave@example.com", "<mailto:leave@example.com>", undefined],
    [
      "both, in one text",
      "https://example.com/l, mailto:leave@example.com?subject=leave",
      "<https://example.com/l>, <mailto:leave@example.com?subject=leave>",
      post,
    ],
    [
      "both, as the header has them",
      "<mailto:leave@example.com>,<https://example.com/l>",
      "<mailto:leave@example.com>, <https://example.com/l>",
      post,
    ],
    [
      "both, in an array",
      ["https://example.com/l", "mailto:leave@example.com"],
      "<https://example.com/l>, <mailto:leave@example.com>",
      post,
    ],
    ["a comma within a web address", "https://example.com/l?ids=1,2", "<https://example.com/l?ids=1%2C2>", post],
    ["letters of other scripts", "https://bücher.example/ä", "<https://xn--bcher-kva.example/%C3%A4>", post],
  ];
  for (const [what, listUnsubscribe, header, oneClick] of ways) {
    it(`is ${what}`, async () => {
      const { source } = await compose({ listUnsubscribe });
      const found = ["List-Unsubscribe", "List-Unsubscribe-Post"].map((name) => headerOf(source, name));
      assert.deepEqual(found, [header, oneClick]);
    });
  }

  const wrong: [string, unknown][] = [
    ["a web address in clear", "http://example.com/leave"],
    ["a script", "javascript:alert(1)"],
    ["a text", "unsubscribe"],
    ["an address without mailto:", "leave@example.com"],
    ["mailto: without an address", "mailto:nobody"],
    ["a space within", "https://example.com/a b"],
    ["an angle bracket within", "https://example.com/>,<https://evil.example"],
    ["two web addresses", "https://example.com/a https://example.com/b"],
    ["an object", { url: "https://example.com" }],
    ["more than a line holds", `https://example.com/${"a".repeat(1000)}`],
  ];
  for (const [what, listUnsubscribe] of wrong) {
    it(`is refused where it is ${what}`, () => {
      const { field, code } = refusalOf({ listUnsubscribe });
      assert.deepEqual([field, code], ["listUnsubscribe", "ERR_MAIL_FIELD"]);
    });
  }

  it("may stand in Headers instead, but not in both", async () => {
    const headers = { "list-unsubscribe": "<https://example.com/own>" };
    assert.equal(headerOf((await compose({ headers })).source, "List-Unsubscribe"), "<https://example.com/own>");
    const error = refusalOf({ headers, listUnsubscribe: "https://example.com/l" });
    assert.deepEqual([error.code, error.field], ["ERR_MAIL_HEADER", "headers.list-unsubscribe"]);
  });

  it("adds these two headers and no other, whatever is in it, or is refused", async () => {
    const any = fc.oneof(
      fc.webUrl({ validSchemes: ["https"], withQueryParameters: true, withFragments: true }),
      fc.string(),
    );
    const plain = (await compose({})).names;
    await fc.assert(
      fc.asyncProperty(fc.array(any, { maxLength: 2 }), async (listUnsubscribe) => {
        let composed: Awaited<ReturnType<typeof compose>>;
        try {
          composed = await compose({ listUnsubscribe });
        } catch (error) {
          assert.match((error as { code: string }).code, /^ERR_MAIL_(?:FIELD|HEADER)$/);
          return;
        }
        const added = composed.names.filter((name) => !plain.includes(name));
        assert.ok(["", "list-unsubscribe,list-unsubscribe-post"].includes(added.join()), added.join());
        assert.match(headerOf(composed.source, "List-Unsubscribe") ?? "<https:>", /^<https:[!-~]*>$/);
      }),
      { numRuns: 200 },
    );
  });
});

describe("where bounces go", () => {
  const places: [string, unknown, string][] = [
    ["to the sender where nothing is said", "", "orders@example.com"],
    ["to another address", "bounces+1@example.com", "bounces+1@example.com"],
    ["to an address with a name, without it", { name: "Bounces", address: "b@example.com" }, "b@example.com"],
    ["to a domain of another script, in ASCII", "b@bücher.example", "b@xn--bcher-kva.example"],
    ["nowhere", " <> ", ""],
  ];
  for (const [what, bounceTo, from] of places) {
    it(`is ${what}; the mail is from its own sender`, async () => {
      const { envelope, parsed, messageId, names } = await compose({ bounceTo });
      assert.equal(envelope.from, from);
      assert.equal(parsed.from?.value[0]?.address, "orders@example.com");
      assert.match(messageId, /@example\.com>$/);
      assert.equal(names.includes("return-path"), false);
    });
  }

  it("counts where the configuration always uses its own sender, too", async () => {
    const { envelope, parsed } = await compose(
      { from: "me@example.com", bounceTo: "bounces@example.com" },
      { ...sender, overrideFrom: true },
    );
    assert.deepEqual([envelope.from, parsed.from?.value[0]?.address], ["bounces@example.com", "orders@example.com"]);
  });

  it("is refused where it is no address, or several", () => {
    for (const bounceTo of ["nobody", "a@example.com, b@example.com", 5, ["<>"]]) {
      const { field, code } = refusalOf({ bounceTo });
      assert.equal(field, "bounceTo");
      assert.match(code, /^ERR_MAIL_(?:FIELD|ADDRESS)$/);
    }
  });

  it("is refused with Graph, which has no place for it, and never left out silently", () => {
    const graph = { ...sender, kind: "graph" } as const;
    const error = refusalOf({ bounceTo: "bounces@example.com" }, graph);
    assert.deepEqual(
      [error.reason, error.field, error.disposition],
      ["graph-no-bounce-address", "bounceTo", "configuration"],
    );
    assert.match(error.remedy, /Leave “Bounces to” empty/);
    assert.throws(() => refusalOf({ bounceTo: "" }, graph), /not refused/);
  });
});
