import assert from "node:assert/strict";
import { type MailServer, startMailServer } from "../support/mail-server";
import { openConfiguration, openEditor, screenshot } from "./support/editor";
import { configuration, tab } from "./support/flows";
import { startPathProxy } from "./support/path-proxy";
import { reason, runTest, verdict } from "./support/test-panel";
import { withBrowser } from "./support/with-editor";

const writer = { username: "anna", password: "anna-at-node-red", permissions: "*" };
const reader = { username: "rolf", password: "rolf-at-node-red", permissions: "read" };

for (const version of [4, 5] as const) {
  describe(`The Test button under permissions, httpAdminRoot and a proxy's path, Node-RED ${version}`, () => {
    let mail: MailServer;
    const started = withBrowser(async () => {
      mail = await startMailServer();
      return {
        version,
        httpAdminRoot: "/flows/admin",
        adminAuth: [writer, reader],
        flows: [tab, configuration("sales", { name: "Sales_SMTP", port: mail.port })],
      };
    });
    after(() => mail?.close());

    it("works under httpAdminRoot for whoever may", async () => {
      const { page, close } = await openEditor(started.browser, started.red.url, { login: writer });
      await openConfiguration(page, "sales");
      await page.fill("#post-office-test-to", "ann@example.com");
      await runTest(page, "send");
      assert.match(await verdict(page), /✔/);
      await mail.waitForMail(({ envelope }) => envelope.to[0] === "ann@example.com");
      await close();
    });

    it("works behind a proxy on a path", async () => {
      const proxy = await startPathProxy(started.red.url, "/plant-7/node-red");
      const { page, close } = await openEditor(started.browser, proxy.url, { login: writer });
      await openConfiguration(page, "sales");
      await page.fill("#post-office-test-to", "ben@example.com");
      await runTest(page, "send");
      assert.match(await verdict(page), /✔/);
      await mail.waitForMail(({ envelope }) => envelope.to[0] === "ben@example.com");
      assert.ok(proxy.paths.includes("POST /smtp-config/test"));
      await close();
      await proxy.close();
    });

    it("tells a person without the permission why it is disabled", async () => {
      const { page, close } = await openEditor(started.browser, started.red.url, { login: reader });
      await openConfiguration(page, "sales");
      await page.fill("#post-office-test-to", "ann@example.com");
      assert.match(await reason(page), /lacks the permission smtp-config\.write/);
      assert.equal(await page.locator("#post-office-test-send").isDisabled(), true);
      assert.equal(await page.locator("#post-office-test-check").isDisabled(), true);
      await screenshot(page, `reaching-${version}-no-permission`);
      await close();
    });

    it("tells in words that Node-RED is gone, that it answers with an error, and that a test runs already", async () => {
      const { page, close } = await openEditor(started.browser, started.red.url, { login: writer });
      await openConfiguration(page, "sales");
      const answers: [status: number, body: string, words: RegExp][] = [
        [0, "", /did not answer/],
        [500, "oops", /HTTP 500/],
        [409, JSON.stringify({ busy: true, message: "A test is running." }), /running already/],
        [429, JSON.stringify({ busy: true, message: "Too many." }), /Too many tests/],
        [401, "Unauthorized", /does not allow you/],
      ];
      for (const [status, body, words] of answers) {
        await page.route("**/smtp-config/test", (route) =>
          status === 0 ? route.abort() : route.fulfill({ status, body, contentType: "application/json" }),
        );
        await runTest(page, "check");
        assert.match(await verdict(page), words);
        await page.unroute("**/smtp-config/test");
      }
      await close();
    });
  });
}
