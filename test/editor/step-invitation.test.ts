import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { type MailServer, startMailServer } from "../support/mail-server";
import { violations } from "./support/accessibility";
import { cancelDialog, cutOff, nodeInEditor, openNode, overflowing, saveDialog, screenshot } from "./support/editor";
import { configuration, step, tab } from "./support/flows";
import { withEditor } from "./support/with-editor";

const looks = [
  { version: 4, dark: false },
  { version: 5, dark: true },
] as const;

for (const { version, dark } of looks) {
  const name = `invitation-${version}-${dark ? "dark" : "light"}`;

  describe(`An invitation in the step of Node-RED ${version}, ${dark ? "dark" : "light"}`, () => {
    let mail: MailServer;
    let page: Page;
    const editor = withEditor(async () => {
      mail = await startMailServer();
      const written = { subject: "Review", subjectType: "str", textType: "str", text: "Please come." } as const;
      return {
        version,
        window: { dark, height: 1700 },
        flows: [
          tab,
          configuration("sales", { name: "Sales_SMTP", isDefault: true, port: mail.port }),
          step("plain", written),
          step("value", { ...written, invitationKind: "value" }),
          step("days", { ...written, invitationKind: "fields", invitationStart: "2026-12-24" }),
        ],
      };
    });
    before(() => {
      ({ page } = editor);
    });
    after(() => mail?.close());

    const input = (field: string) =>
      page.locator(`#node-input-invitation${field} + .red-ui-typedInput-container .red-ui-typedInput-input`);
    const choose = (kind: string) => page.click(`.po-segments label:has([name=post-office-invitation][value=${kind}])`);
    const message = () => page.locator("#post-office-invitation-message").innerText();
    const openSection = () => page.locator("#post-office-invitation > summary").click();

    it("stays folded away until it is wanted", async () => {
      await openNode(page, "plain");
      assert.equal(await page.locator("#post-office-invitation-note").innerText(), "none");
      assert.equal(await page.locator("[name=post-office-invitation]").first().isVisible(), false);
      await openSection();
      assert.equal(await input("Start").isVisible(), false);
    });

    it("is built in fields, whose empty ones show what they want, with the browser's time zone proposed", async () => {
      await choose("fields");
      assert.equal(await message(), "Fill in when the event starts.");
      assert.equal(await input("Start").getAttribute("placeholder"), "2026-12-24 10:00");
      assert.notEqual(await input("TimeZone").inputValue(), "");
      await input("TimeZone").fill("Europe/Berlin");
      await input("Start").fill("2026-12-01 10:00");
      assert.equal(await message(), "");
      await page.click("[data-adds=invitationLocation]");
      await input("Location").fill("Room <b>1</b>");
      assert.equal(await input("Uid").isVisible(), false);
    });

    it("that cancels asks for the event's id", async () => {
      await page.click("[data-adds=invitationMethod]");
      await page.click("#node-input-invitationMethod + .red-ui-typedInput-container .red-ui-typedInput-option-trigger");
      await page.locator(".red-ui-typedInput-options:visible").getByText("Cancel", { exact: true }).click();
      assert.equal(await message(), "To cancel an event, give the event id of its invitation.");
      await page.click("[data-adds=invitationUid]");
      await input("Uid").fill("order-4711@example.com");
      assert.equal(await message(), "");
      await page.locator("[data-optional=invitationMethod] .po-remove").click();
    });

    it("is shown in the preview as text, and arrives with a test", async () => {
      await page.click("#post-office-sample-preview");
      await page.waitForSelector("#post-office-sample-result .po-mail");
      const head = await page.locator(".po-mail-head").innerText();
      assert.match(
        head,
        /Invitation\s+Invite, or change: Review\nDec 1, 2026, 10:00.+11:00.AM \(Europe\/Berlin\)\n(?:In your time zone: .*\n)?Room <b>1<\/b>/,
      );
      await page.fill("#post-office-sample-to", "me@example.com");
      await page.click("#post-office-sample-send");
      await page.getByText("The server accepted the test mail.").first().waitFor();
      const raw = mail.mails[0]?.raw.toString() ?? "";
      assert.match(raw, /^Content-Type: text\/calendar; charset=utf-8; method=REQUEST\r$/m);
    });

    it("has nothing cut off or hard to read, and no barrier", async () => {
      await page.locator("#post-office-invitation").scrollIntoViewIfNeeded();
      await screenshot(page, name, ".red-ui-tray");
      assert.deepEqual(await overflowing(page, ".post-office-step"), []);
      assert.deepEqual(await cutOff(page, ".post-office-step"), []);
      assert.deepEqual(await violations(page, "#post-office-invitation"), []);
    });

    it("leads from an error to the field", async () => {
      await input("Start").fill("soon");
      await page.click("#post-office-sample-preview");
      await page.getByText("“soon” is not a time that a calendar can show").waitFor();
      await page.locator("#post-office-sample-result").getByRole("button", { name: "Start" }).click();
      assert.equal(await input("Start").evaluate((element) => element === document.activeElement), true);
      await input("Start").fill("2026-12-01 10:00");
    });

    it("is kept, and its section open where there is one", async () => {
      await saveDialog(page, "node");
      assert.deepEqual(
        [
          await nodeInEditor(page, "plain", "valid"),
          await nodeInEditor(page, "plain", "invitationKind"),
          await nodeInEditor(page, "plain", "invitationStart"),
          await nodeInEditor(page, "plain", "invitationMethod"),
        ],
        [true, "fields", "2026-12-01 10:00", ""],
      );
      await openNode(page, "plain");
      assert.equal(await input("TimeZone").inputValue(), "Europe/Berlin");
      assert.equal(await input("Location").inputValue(), "Room <b>1</b>");
      assert.equal(await page.locator("[data-optional=invitationUid]").isVisible(), true);
      await input("Start").fill("");
      await saveDialog(page, "node");
      assert.equal(await nodeInEditor(page, "plain", "valid"), false);
    });

    it("keeps fields that are empty on purpose", async () => {
      await openNode(page, "days");
      assert.equal(await input("TimeZone").inputValue(), "");
      await cancelDialog(page, "node");
    });

    it("comes as a value, which the sample message has", async () => {
      await openNode(page, "value");
      assert.equal(await input("").inputValue(), "invitation");
      await page.click("#post-office-sample-preview");
      await page.waitForSelector("#post-office-sample-result .po-mail");
      assert.match(
        await page.locator(".po-mail-head").innerText(),
        /Invite, or change: Review\nDec 24, 2026, .*\(Europe\/Berlin\)\n(?:In your time zone: .*\n)?Room 1/,
      );
      await screenshot(page, `${name}-value`, ".red-ui-tray");
      await cancelDialog(page, "node");
    });
  });
}
