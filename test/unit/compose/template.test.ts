import assert from "node:assert/strict";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { type Filling, readTemplate } from "../../../src/compose/template";
import { SendError } from "../../../src/model/send-error";
import { compose, refusalOf } from "./composing";

const plain: Filling = { html: false, maxBytes: 1_000_000, beside: new Map() };

const fill = (text: string, msg: object, more: Partial<Filling> = {}): string =>
  readTemplate(text, "text").fill(msg, { ...plain, ...more }).text;
const missing = (text: string, msg: object): readonly string[] => readTemplate(text, "text").fill(msg, plain).missing;

function refused(work: () => unknown): SendError {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof SendError, String(error));
    return error;
  }
  throw new Error("not refused");
}

const HTML_ENTITIES: Readonly<Record<string, string>> = {
  ...{ "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'" },
  ...{ "&#x2F;": "/", "&#x60;": "`", "&#x3D;": "=" },
};
const unescaped = (html: string): string =>
  html.replace(/&(?:amp|lt|gt|quot|#39|#x2F|#x60|#x3D);/g, (entity) => HTML_ENTITIES[entity] ?? "");

describe("A template", () => {
  const values: [string, string, object, string][] = [
    ["a property", "Order {{payload.id}}", { payload: { id: 4711 } }, "Order 4711"],
    ["spaces within the braces", "{{ topic }}", { topic: "a" }, "a"],
    ["an entry of a list by its number", "{{payload.1.name}}", { payload: [{}, { name: "b" }] }, "b"],
    ["how long a list is", "{{payload.length}}", { payload: [1, 2] }, "2"],
    ["zero and false", "{{a}} {{b}}", { a: 0, b: false }, "0 false"],
    ["a big number", "{{a}}", { a: 12345678901234567890n }, "12345678901234567890"],
    ["an object as JSON", "{{payload}}", { payload: { a: [1, null] } }, '{"a":[1,null]}'],
    ["a date as ISO 8601", "{{at}}", { at: new Date(0) }, "1970-01-01T00:00:00.000Z"],
    ["a date of a function node", "{{at}}", { at: runInNewContext("new Date(0)") }, "1970-01-01T00:00:00.000Z"],
    ["a Buffer as its text", "{{payload}}", { payload: Buffer.from("Grüße") }, "Grüße"],
    ["a Buffer that went through JSON", "{{p}}", { p: JSON.parse(JSON.stringify(Buffer.from("x"))) }, "x"],
    ["every entry of a list", "{{#list}}{{.}};{{/list}}", { list: ["a", 0, "b"] }, "a;0;b;"],
    ["entries by their properties", "{{#l}}{{n}}-{{m}} {{/l}}", { l: [{ n: 1 }, { n: 2 }], m: "m" }, "1-m 2-m "],
    ["a section on a line of its own", "a\n{{#l}}\nb\n{{/l}}\nc", { l: [1, 2] }, "a\nb\nb\nc"],
    ["an object as a section", "{{#o}}{{x}}{{/o}}", { o: { x: 1 } }, "1"],
    ["true as a section", "{{#o}}{{x}}{{/o}}", { o: true, x: 1 }, "1"],
    ["nothing as no section", "{{#a}}a{{/a}}{{#b}}b{{/b}}{{#c}}c{{/c}}{{#d}}d{{/d}}", { a: "", b: 0, c: [] }, ""],
    ["the opposite of a section", "{{^a}}a{{/a}}{{^b}}b{{/b}}{{^c}}c{{/c}}", { a: [], b: null, c: 1 }, "ab"],
    ["no comment", "a{{! not this }}b", {}, "ab"],
    ["other braces", "{{=<% %>=}}<% a %> {{a}}", { a: 1 }, "1 {{a}}"],
  ];
  for (const [what, text, msg, expected] of values) {
    it(`takes ${what}`, () => assert.equal(fill(text, msg), expected));
  }

  it("lets the message win over what is beside it", () => {
    const beside = new Map<string, unknown>([["flow.a", "context"]]);
    assert.equal(fill("{{flow.a}}", {}, { beside }), "context");
    assert.equal(fill("{{flow.a}}", { flow: { a: "message" } }, { beside }), "message");
    assert.equal(
      fill("{{#flow.a}}{{n}}{{/flow.a}}", {}, { beside: new Map([["flow.a", [{ n: 1 }, { n: 2 }]]]) }),
      "12",
    );
  });

  it("tells its names, those within sections too", () => {
    const { names } = readTemplate("{{a}}{{{b}}}{{&c}}{{#d}}{{^e}}{{flow.f}}{{/e}}{{/d}}", "text");
    assert.deepEqual([...names], ["a", "b", "c", "d", "e", "flow.f"]);
  });

  it("names every value that is missing, once, and leaves its place empty", () => {
    const text = "{{a}}{{b.c}}{{a}}{{#d}}{{e}}{{/d}}{{n}}{{empty}}";
    assert.deepEqual(missing(text, { b: {}, d: [{}, {}], n: null, empty: "" }), ["a", "b.c", "e", "n"]);
    assert.equal(fill(text, {}), "");
  });

  describe("gives away nothing that is no data", () => {
    it("calls no function, wherever it stands", () => {
      let calls = 0;
      const spy = Object.assign(() => ++calls, { inner: 1 });
      const msg = { spy, deep: { spy }, list: [spy] };
      const text = "{{spy}}{{{deep.spy}}}{{#spy}}x{{/spy}}{{#list}}{{.}}{{/list}}{{spy.inner}}{{spy.name}}";
      assert.equal(fill(text, msg), "");
      assert.equal(calls, 0);
    });

    for (const name of ["constructor", "__proto__", "toString", "payload.constructor.name", "payload.__proto__.x"]) {
      it(`has nothing for ${name}`, () => {
        assert.deepEqual(missing(`{{${name}}}`, { payload: {} }), [name]);
        assert.deepEqual(missing(`{{${name}}}`, { payload: "text" }), [name]);
      });
    }

    it("says which value cannot be read, and not what its property threw", () => {
      const circle: Record<string, unknown> = {};
      circle["self"] = circle;
      const thrower = {
        get bad(): never {
          throw { toString: () => assert.fail("it was looked at") };
        },
      };
      const proxy = new Proxy({}, { getOwnPropertyDescriptor: () => assert.fail() as never });
      const bytes = Buffer.from([0xff, 0xfe]);
      for (const [text, msg] of [
        ["{{bad}}", thrower],
        ["{{#bad}}{{/bad}}", thrower],
        ["{{p.bad}}", { p: thrower }],
        ["{{p.x}}", { p: proxy }],
        ["{{c}}", { c: circle }],
        ["{{b}}", { b: bytes }],
      ] as const) {
        const error = refused(() => fill(text, msg));
        assert.deepEqual([error.reason, error.code, error.field], ["template-unreadable", "ERR_MAIL_FIELD", "text"]);
        assert.match(error.message, /^text: the value of [\w.]+ cannot be read/);
      }
    });
  });

  describe("is refused with its line and what is wrong", () => {
    const wrong: [string, RegExp][] = [
      ["a\n{{b", /Unclosed tag in line 2/],
      ["{{#a}}\n\nx", /Unclosed section "a" in line 3/],
      ["x{{/a}}", /Unopened section "a" in line 1/],
      ["{{#a}}{{/b}}", /Unclosed section "a" in line 1/],
      ["{{#a}}{{> secret}}{{/a}}", /\{\{> secret\}\} asks for another template/],
      ["{{=a=}}", /Invalid tags/],
    ];
    for (const [text, words] of wrong) {
      it(JSON.stringify(text), () => {
        const error = refused(() => readTemplate(text, "html"));
        assert.deepEqual([error.reason, error.field, error.disposition], ["template-syntax", "html", "configuration"]);
        assert.match(error.message, words);
      });
    }
  });

  describe("is stopped", () => {
    const list = Array.from({ length: 1000 }, () => "x".repeat(100));

    it("where it grows beyond the largest mail", () => {
      const error = refused(() => fill("{{#list}}{{#list}}{{.}}{{/list}}{{/list}}", { list }));
      assert.deepEqual([error.reason, error.code], ["template-too-large", "ERR_MAIL_TOO_LARGE"]);
      assert.match(error.message, /^text: .*\(1 MB\)/);
    });

    it("where it repeats for ever and writes nothing", () => {
      const deep = "{{#list}}".repeat(6) + "{{/list}}".repeat(6);
      assert.equal(refused(() => fill(deep, { list })).reason, "template-too-large");
      // A list of four thousand million places, none of them filled.
      assert.equal(refused(() => fill("{{#a}}{{/a}}", { a: new Array(2 ** 32 - 1) })).reason, "template-too-large");
    });

    it("by no table of a hundred thousand cells", () => {
      const rows = Array.from({ length: 10_000 }, (_, at) => ({ cells: Array(10).fill(at) }));
      const text = "{{#rows}}{{#cells}}{{.}} {{/cells}}\n{{/rows}}";
      assert.equal(fill(text, { rows }).split("\n").length, 10_001);
    });
  });
});

describe("Whatever a value is", () => {
  const any = fc.string({ unit: "binary", maxLength: 80 }).map((text) => text.toWellFormed());
  const tags = fc.constantFrom("<script>", '" onload="x', "'>", "</b>", "&lt;", "{{secret}}", "{{{secret}}}", "{{#a}}");
  const hostile = fc.array(fc.oneof(any, tags), { maxLength: 5 }).map((parts) => parts.join(""));

  it("it stays text in HTML, also in an attribute", () => {
    fc.assert(
      fc.property(hostile, (value) => {
        const html = fill('<p title="{{v}}">{{v}}</p>', { v: value, secret: "SECRET" }, { html: true });
        const [, attribute = "", text = ""] = /^<p title="([^"]*)">([^<]*)<\/p>$/.exec(html) ?? assert.fail(html);
        for (const part of [attribute, text]) {
          assert.doesNotMatch(part, /[<>"'`=/]|&(?!(?:amp|lt|gt|quot|#39|#x2F|#x60|#x3D);)/);
          assert.equal(unescaped(part), value);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("it is filled in as it is in a subject or text, and in HTML with three braces or an &", () => {
    fc.assert(
      fc.property(hostile, (v) => {
        assert.equal(fill("a{{v}}b", { v, secret: "SECRET" }), `a${v}b`);
        assert.equal(fill("{{{v}}}|{{&v}}", { v, secret: "SECRET" }, { html: true }), `${v}|${v}`);
      }),
      { numRuns: 500 },
    );
  });

  it("no property of it is run, and no failure but a SendError comes of it", () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true }), (v) => {
        try {
          assert.equal(typeof fill("{{v}}{{#v}}{{.}}{{x}}{{/v}}{{^v}}{{v.x}}{{/v}}", { v }), "string");
        } catch (error) {
          assert.ok(error instanceof SendError, String(error));
        }
      }),
      { numRuns: 500 },
    );
  });

  it("it leaves no header: a line break in it has the mail refused", async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (value) => {
        const subject = fill("Order {{v}}", { v: value });
        if (/[\p{Cc}\u2028\u2029]/u.test(subject)) {
          assert.equal(refusalOf({ subject }).reason, "line-break");
          return;
        }
        const { names, envelope, parsed } = await compose({ subject });
        const expected = "from to subject message-id date mime-version content-type content-transfer-encoding";
        assert.deepEqual([...names].sort(), expected.split(" ").sort());
        assert.deepEqual(envelope.to, ["a@example.org"]);
        assert.equal(parsed.subject?.replace(/\s+/g, " ").trim(), subject.replace(/\s+/g, " ").trim());
      }),
      { numRuns: 200 },
    );
    assert.equal(refusalOf({ subject: fill("{{v}}", { v: "x\r\nBcc: evil@example.net" }) }).reason, "line-break");
  });
});
