import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { checkout, type FlowNode } from "../support/node-red";
import { emailNode, emailNodePackage } from "./support/e-mail-node";
import { nodeInEditor, openEditor, overflowing, screenshot } from "./support/editor";
import { configuration, tab } from "./support/flows";
import {
  accessibilityProblems,
  exported,
  isDrawnAsStep,
  nodeIn,
  openImport,
  press,
  select,
  startImport,
  undo,
  untilClosed,
} from "./support/import";
import { ONE_LOOK_EACH } from "./support/looks";
import { withBrowser, withEditor } from "./support/with-editor";

const shop = { userid: "shop@example.com", password: "correct horse" };
const relay = { server: "relay.example.com", port: "25", secure: false, authtype: "NONE" };

for (const { version, dark } of ONE_LOOK_EACH) {
  describe(`E-mail nodes whose package is not installed, in Node-RED ${version}`, () => {
    let page: Page;
    const editor = withEditor({
      version,
      window: { dark },
      flows: [
        tab,
        {
          id: "catch1",
          type: "catch",
          z: "tab1",
          name: "",
          scope: null,
          uncaught: false,
          x: 130,
          y: 60,
          wires: [["mail1"]],
        },
        {
          id: "group1",
          type: "group",
          z: "tab1",
          name: "Shop",
          style: {},
          nodes: ["mail1"],
          x: 274,
          y: 19,
          w: 212,
          h: 82,
        },
        emailNode("mail1", { server: "smtp.example.com", g: "group1", dname: "order", credentials: shop }),
        emailNode("mail2", { ...relay, y: 160 }),
        emailNode("mail3", { ...relay, y: 220, d: true }),
        { id: "in1", type: "e-mail in", z: "tab1", server: "imap.example.com", x: 130, y: 220, wires: [[]] },
      ],
    });
    before(() => {
      ({ page } = editor);
    });

    it("come back with one undo and go again with one redo, in their groups and with their wires", async () => {
      const original = await exported(page);
      const text = await openImport(page);
      assert.match(text, /3 e-mail nodes become/);
      assert.match(text, /smtp\.example\.com:465\s+Implicit TLS\s+not readable/);
      assert.match(text, /User name and password cannot be read.*: smtp_example_com\./);
      await press(page, "Import");
      await page.getByText("user name and password missing").waitFor();
      assert.deepEqual(await accessibilityProblems(page), []);
      await screenshot(page, `import-${version}-unknown-report`);
      await page.keyboard.press("Escape");
      await untilClosed(page);
      const imported = await exported(page);
      const mail1 = await nodeIn(page, "mail1");
      assert.deepEqual([mail1.type, mail1.g, mail1.name], ["send-email", "group1", "order"]);
      assert.deepEqual((await nodeIn(page, "catch1")).wires, [["mail1"]]);
      assert.equal((await nodeIn(page, "in1")).type, "e-mail in");
      await undo(page);
      assert.deepEqual(await exported(page), original);
      assert.equal(await nodeInEditor(page, "mail1", "type"), "unknown");
      assert.equal(await isDrawnAsStep(page, "mail1"), false);
      await undo(page, "redo");
      assert.deepEqual(new Set(await exported(page)), new Set(imported));
      await undo(page);
    });

    it("are imported as selected, and all of them only when that is chosen", async () => {
      await select(page, ["mail2"]);
      assert.match(await openImport(page), /1 e-mail node becomes a send email step: Orders \(1\)/);
      assert.equal(await page.getByLabel("Only the selected one").isChecked(), true);
      await page.getByLabel("All 3 e-mail nodes").check();
      assert.match(await page.locator(".po-import").innerText(), /3 e-mail nodes become/);
      assert.deepEqual(await overflowing(page, ".post-office-import"), []);
      assert.deepEqual(await accessibilityProblems(page), []);
      await screenshot(page, `import-${version}-choice`);
      await page.getByLabel("Only the selected one").check();
      await press(page, "Import");
      await page.getByText("1 e-mail node is a send email step now").waitFor();
      await press(page, "Close");
      await untilClosed(page);
      assert.deepEqual(
        await Promise.all(["mail1", "mail2", "mail3"].map(async (id) => (await nodeIn(page, id)).type)),
        ["e-mail", "send-email", "e-mail"],
      );
    });

    it("share the configuration that an earlier import made, and keep being disabled", async () => {
      const { smtpConfig } = await nodeIn(page, "mail2");
      await select(page, ["mail3"]);
      assert.match(await openImport(page), /relay_example_com there already/);
      await press(page, "Import");
      await page.getByText("1 e-mail node is a send email step now").waitFor();
      await press(page, "Close");
      await untilClosed(page);
      const mail3 = await nodeIn(page, "mail3");
      assert.deepEqual([mail3.smtpConfig, mail3.d], [smtpConfig, true]);
    });
  });

  describe(`Who imports e-mail nodes, and into what, in Node-RED ${version}`, () => {
    const nodes = emailNodePackage();
    const reader = { username: "reader", password: "reading" };
    const owner = { username: "owner", password: "owning" };
    const there = { host: "smtp.example.com", port: 465, security: "tls", auth: "password", from: "shop@example.com" };
    const flows: FlowNode[] = [
      tab,
      configuration("sales", { name: "Sales", ...there, credentials: { username: shop.userid, password: "x" } }),
      emailNode("mail1", { server: "smtp.example.com", credentials: shop }),
      emailNode("mail2", { server: "smtp.example.com", authtype: "XOAUTH2", credentials: shop, y: 160 }),
      { id: "sub1", type: "subflow", name: "Alarm", in: [], out: [], env: [{ name: "HOST", type: "str", value: "a" }] },
      emailNode("mail3", { z: "sub1", server: "${HOST}", credentials: shop }),
    ];
    const started = withBrowser({
      version,
      flows,
      settings: { nodesDir: [checkout, nodes.dir] },
      adminAuth: [
        { ...reader, permissions: "read" },
        { ...owner, permissions: "*" },
      ],
    });
    after(() => nodes.remove());

    it("somebody who may only read finds it in no menu, and hears why it does nothing", async () => {
      const { page, close } = await openEditor(started.browser, started.red.url, { login: reader });
      await page.click("#red-ui-header-button-sidemenu");
      assert.equal(await page.locator("#menu-item-post-office-import").isVisible(), false);
      await startImport(page);
      await page.getByText("needs the permission flows.write").waitFor();
      assert.equal((await nodeIn(page, "mail1")).type, "e-mail");
      await close();
    });

    it("a configuration with the same server and user is used, and a token comes from the same property", async () => {
      const { page, errors, close } = await openEditor(started.browser, started.red.url, { login: owner });
      const text = await openImport(page);
      assert.match(text, /Sales there already\s+smtp\.example\.com:465\s+Implicit TLS\s+shop@example\.com\s+1/);
      assert.match(text, /The token comes from the same property of the message as before: smtp_example_com\./);
      assert.match(text, /Passwords cannot be read.*: HOST\.$/m);
      await press(page, "Import");
      await page.getByText("password missing").waitFor();
      assert.equal((await nodeIn(page, "mail1")).smtpConfig, "sales");
      const mail2 = await nodeIn(page, "mail2");
      assert.equal(`${mail2.accessTokenType}.${mail2.accessToken}`, "msg.oauth2Response.access_token");
      assert.equal(await nodeInEditor(page, "mail2", "valid"), true);
      // A subflow's own variables are known only inside it.
      const inSubflow = await nodeIn(page, String((await nodeIn(page, "mail3")).smtpConfig));
      assert.deepEqual([inSubflow.z, inSubflow.host], ["sub1", "${HOST}"]);
      assert.deepEqual(errors, []);
      await close();
    });
  });
}
