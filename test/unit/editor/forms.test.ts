import assert from "node:assert/strict";
import { expandRows, formOf } from "../../../scripts/forms.mjs";

describe("A row of a form", () => {
  const made = (row: string) => expandRows(row).replace(/\n */g, "");

  it("has the label, the ids and the texts of its field, at the place of its line", () => {
    assert.equal(
      expandRows('<b>\n    <text-row field="host" placeholder hint />\n</b>'),
      `<b>
    <div class="po-row">
      <label for="node-config-input-host" data-i18n="smtp-config.label.host"></label>
      <div class="po-field" data-field="host">
        <input type="text" id="node-config-input-host" data-i18n="[placeholder]smtp-config.placeholder.host" spellcheck="false" aria-describedby="post-office-host-hint">
        <p class="po-hint" id="post-office-host-hint" data-i18n="smtp-config.hint.host"></p>
      </div>
    </div>
</b>`,
    );
  });

  it("of a step has a second input for the kind of its value, and is hidden until it is added if it is optional", () => {
    const row = made('<typed-row field="cc" optional placeholder hint="cc-hint" />');
    assert.match(row, /^<div class="po-row" data-optional="cc"><label for="node-input-cc"/);
    assert.match(row, /<input type="text" id="node-input-cc" data-i18n="\[placeholder]send-email\.placeholder\.cc">/);
    assert.match(row, /<input type="hidden" id="node-input-ccType">/);
    assert.match(row, /<p class="po-hint" data-i18n="send-email\.cc-hint"><\/p>/);
    assert.doesNotMatch(made('<typed-row field="to" />'), /data-optional|placeholder|po-hint/);
  });

  it("describes its control by its hint, which is read out where a script changes it as one chooses", () => {
    const live = made('<select-row field="outbox" options="disk memory" hint="live" />');
    assert.match(live, /<select id="node-config-input-outbox" aria-describedby="post-office-outbox-hint">/);
    assert.match(live, /<p class="po-hint" id="post-office-outbox-hint" aria-live="polite"><\/p>/);
    const filled = made('<secret-row field="password" hint="filled" />');
    assert.match(filled, /<p class="po-hint" id="post-office-password-hint"><\/p>/);
    assert.doesNotMatch(made('<secret-row field="password" />'), /hint/);
  });

  it("of choices has one for each option, and a hidden input that the choice is kept in", () => {
    const select = made('<select-row field="outbox" options="disk memory" />');
    assert.deepEqual(select.match(/<option .*?>/g), [
      '<option value="disk" data-i18n="smtp-config.outbox.disk">',
      '<option value="memory" data-i18n="smtp-config.outbox.memory">',
    ]);
    const segments = made('<segments-row field="kind" options="generic graph" />');
    assert.deepEqual(segments.match(/<input .*?>/g), [
      '<input type="radio" name="post-office-kind" value="generic">',
      '<input type="radio" name="post-office-kind" value="graph">',
      '<input type="hidden" id="node-config-input-kind">',
    ]);
    assert.match(segments, /data-chooses="node-config-input-kind"/);
  });

  it("names what a number counts, and never shows a secret", () => {
    assert.match(made('<number-row field="keepSent" unit="days" />'), /<span data-i18n="smtp-config\.unit\.days">/);
    assert.match(made('<secret-row field="password" />'), /<input type="password"/);
    const key = made('<key-row field="dkimKey" placeholder="certificateKey" accepts=".pem" />');
    assert.match(key, /<textarea [^>]*class="po-pem po-dots"[^>]*placeholder\.certificateKey/);
    assert.match(key, /<button [^>]*data-uploads="dkimKey" data-accepts="\.pem"/);
  });

  for (const [what, row] of [
    ["of a kind that is not known", '<txt-row field="host" />'],
    ["that is not closed", '<text-row field="host">'],
    ["beside something else", '<p><text-row field="host" />'],
    ["without a field", "<text-row placeholder />"],
    ["without what it needs", '<select-row field="outbox" />'],
    ["with what it does not take", '<secret-row field="password" unit="days" />'],
  ] as const) {
    it(`${what} ends the build, and is shown`, () => {
      assert.throws(
        () => expandRows(row),
        (error: Error) => error.message.endsWith(`: ${row}`),
      );
    });
  }

  it("is written out in every form, and so are its sections", () => {
    for (const node of ["smtp-config", "send-email"]) assert.doesNotMatch(formOf(node), /-row field=|<!-- include/);
    assert.match(formOf("smtp-config"), /id="node-config-input-dkimDomain"/);
    assert.match(formOf("send-email"), /id="node-input-invitationStart"/);
  });
});
