import assert from "node:assert/strict";
import { type ScriptedSmtpServer, startScriptedSmtpServer } from "../support/scripted-smtp-server";
import { openEditor, screenshot } from "./support/editor";
import { configuration, inject, step, tab } from "./support/flows";
import { line, press, row, showOutbox, watchRequests } from "./support/outbox-tab";
import { withBrowser } from "./support/with-editor";

const blind = ["flows.read", "nodes.read", "settings.read", "plugins.read", "status.read", "library.read"];

for (const version of [4, 5] as const) {
  describe(`Who may do what in the outbox tab of Node-RED ${version}`, () => {
    let server: ScriptedSmtpServer;
    const started = withBrowser(async () => {
      server = await startScriptedSmtpServer({ accounts: [{ user: "u", pass: "right-pass" }] });
      const credentials = { username: "u", password: "wrong-pass" };
      return {
        version,
        adminAuth: [
          { username: "owner", password: "owner-pass", permissions: "*" },
          { username: "reader", password: "reader-pass", permissions: "read" },
          { username: "blind", password: "blind-pass", permissions: blind },
        ],
        flows: [
          tab,
          configuration("alerts", {
            name: "Alerts",
            isDefault: true,
            port: server.port,
            auth: "password",
            credentials,
          }),
          { ...inject("press", { to: "bob@example.com", topic: "Alarm", payload: "x" }), wires: [["step1"]] },
          step("step1"),
        ],
      };
    });
    before(async () => {
      await press(started.red, "press", await started.red.login("owner", "owner-pass"));
    });
    after(() => server?.close());

    it("who may only read sees everything, and every button says why it is not theirs", async () => {
      const login = { username: "reader", password: "reader-pass" };
      const { page, errors, close } = await openEditor(started.browser, started.red.url, { login });
      await showOutbox(page);
      await line(page, "Alerts")
        .getByText(/Held since/)
        .waitFor();
      await row(page, "Alarm").click();
      for (const name of ["Send now", "Hold", "Release", "Discard"]) {
        const button = page.locator(".po-mails").getByRole("button", { name, exact: true });
        assert.ok(await button.isDisabled(), name);
        assert.match((await button.getAttribute("title")) ?? "", /permission outbox\.write/);
      }
      assert.ok(await line(page, "Alerts").getByRole("button", { name: "Release" }).isDisabled());
      await page.keyboard.press("Delete");
      assert.equal(await page.getByText("Discard 1 mail?").count(), 0);
      await screenshot(page, `outbox-tab-${version}-read-only`, ".po-outbox");
      assert.deepEqual(errors, []);
      await close();
    });

    it("who may not read is told so, and nothing is asked for", async () => {
      const login = { username: "blind", password: "blind-pass" };
      const { page, close } = await openEditor(started.browser, started.red.url, { login });
      const requests = watchRequests(page);
      await showOutbox(page);
      await page.getByText("that needs the permission outbox.read").waitFor();
      assert.deepEqual(requests, []);
      await close();
    });

    it("the server refuses to let a configuration go on without the permission", async () => {
      const resume = async (user: string) => {
        const headers = {
          authorization: `Bearer ${await started.red.login(user, `${user}-pass`)}`,
          "content-type": "application/json",
        };
        const body = JSON.stringify({ queues: ["alerts"] });
        return (await started.red.fetch("smtp-config/outbox/resume", { method: "POST", headers, body })).status;
      };
      assert.equal(await resume("reader"), 401);
      assert.equal(await resume("owner"), 200);
    });
  });
}
