import assert from "node:assert/strict";
import { addPlaceholders, looseTag } from "../../../nodes/editor/step/placeholder-sample";
import { readTemplate } from "../../../src/compose/template";

function sampleOf(text: string, msg: Record<string, unknown> = {}): object {
  addPlaceholders(msg, text);
  return msg;
}

describe("The sample message that is proposed for placeholders", () => {
  const proposals: [string, string, object][] = [
    [
      "a value by the last part of its name",
      "{{payload.id}} {{{payload.customer.name}}} {{&city}}",
      { payload: { id: 4711, customer: { name: "Ann" } }, city: "city" },
    ],
    [
      "a list with one item",
      "{{#payload.items}}{{name}} {{count}}{{/payload.items}}",
      { payload: { items: [{ name: "Ann", count: 2 }] } },
    ],
    ["a list of plain values", "{{#tags}}{{.}}{{/tags}}", { tags: ["tags"] }],
    [
      "a condition",
      "{{#payload.urgent}}Now!{{/payload.urgent}}{{^payload.urgent}}{{when}}{{/payload.urgent}}",
      { payload: { urgent: true }, when: "when" },
    ],
    ["lists in lists", "{{#a}}{{#b}}{{c}}{{/b}}{{/a}}", { a: [{ b: [{ c: "c" }] }] }],
    [
      "nothing of what is beside the message",
      "{{flow.a}}{{flow[file].b}}{{global.c}}{{env.D}}{{#flow.l}}{{n}}{{/flow.l}}",
      {},
    ],
    ["nothing that every object has", "{{constructor.x}}{{__proto__.y}}{{a.toString}}", {}],
    ["nothing where the braces are others", "{{=<% %>=}}<% a %>", {}],
  ];
  for (const [what, text, expected] of proposals) {
    it(`has ${what}`, () => assert.deepEqual(sampleOf(text), expected));
  }

  it("keeps what is there", () => {
    assert.deepEqual(sampleOf("{{topic}}{{payload.id}}", { topic: "T", payload: "text" }), {
      topic: "T",
      payload: "text",
    });
  });
});

describe("A tag that is not closed, or closes nothing,", () => {
  const texts = [
    "a",
    "{{a}}",
    "{{{a}}}",
    "{{#a}}{{/a}}",
    "{{^a}}x{{/a}}",
    "{{! a {comment} }}",
    "{ {a} }",
    "{{=<% %>=}}",
  ];
  for (const text of texts) {
    it(`is not in ${text}`, () => {
      assert.equal(looseTag(text), undefined);
      readTemplate(text, "text");
    });
  }

  const loose: [string, string][] = [
    ["{{a", "{{a"],
    ["{{#a}}", "{{#a}}"],
    ["{{/a}}", "{{/a}}"],
    ["{{#a}}{{#b}}{{/a}}{{/b}}", "{{/a}}"],
  ];
  for (const [text, tag] of loose) {
    it(`is ${tag} in ${text}, which the server refuses as well`, () => {
      assert.equal(looseTag(text), tag);
      assert.throws(() => readTemplate(text, "text"), { code: "ERR_MAIL_FIELD" });
    });
  }

  it("is found where the server would read a name with braces in it", () => {
    assert.equal(looseTag("{{a {{b}}"), "{{a");
  });
});
