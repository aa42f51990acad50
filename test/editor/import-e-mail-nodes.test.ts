import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { createTestCa, issueCertificate } from "../support/certificates";
import { type MailServer, startMailServer } from "../support/mail-server";
import { checkout, type FlowNode } from "../support/node-red";
import { emailNode, emailNodePackage } from "./support/e-mail-node";
import { deploy, nodeInEditor, saveDialog, screenshot } from "./support/editor";
import { inject, tab } from "./support/flows";
import { exported, isDrawnAsStep, nodeIn, openImport, press, startImport, undo, untilClosed } from "./support/import";
import { withEditor } from "./support/with-editor";

const account = { user: "orders@example.com", pass: "correct horse" };
const shop = { userid: account.user, password: account.pass };

const box = { x: 274, y: 19, w: 212, h: 142 };

/** Two flows and a subflow with e-mail nodes, and one that is locked. */
function flows(port: number): FlowNode[] {
  const order = { to: "Ann <ann@example.com>", topic: "Order 4711", payload: "<p>Dear <b>Ann</b></p>" };
  const server = { port: String(port), tls: false };
  return [
    tab,
    { id: "tab2", type: "tab", label: "Archive", locked: true },
    { id: "sub1", type: "subflow", name: "Alarm", in: [{ x: 50, y: 30, wires: [{ id: "mail4" }] }], out: [] },
    { id: "alarm1", type: "subflow:sub1", z: "tab1", x: 380, y: 260, wires: [] },
    { ...inject("inject1", order), wires: [["mail1"]] },
    { id: "group1", type: "group", z: "tab1", name: "Shop", style: { label: true }, nodes: ["mail1", "note1"], ...box },
    emailNode("mail1", { ...server, g: "group1", dname: "confirmation", info: "Why", credentials: shop }),
    { id: "note1", type: "comment", z: "tab1", g: "group1", name: "note", info: "", x: 380, y: 120, wires: [] },
    emailNode("mail2", { ...server, y: 200, name: "it@example.com", d: true, credentials: shop }),
    emailNode("mail3", { server: "relay.example.com", port: "25", secure: false, authtype: "NONE", x: 380, y: 320 }),
    emailNode("mail4", { z: "sub1", x: 200, y: 30, ...server, credentials: shop }),
    emailNode("mail5", { z: "tab2", credentials: shop }),
    {
      id: "catch1",
      type: "catch",
      z: "tab1",
      name: "",
      scope: ["mail1"],
      uncaught: false,
      x: 130,
      y: 400,
      wires: [[]],
    },
  ];
}

const STARTED = /Started (?:modified )?(?:flows|nodes)/g;

for (const version of [4, 5] as const) {
  describe(`The import of e-mail nodes in the editor of Node-RED ${version}`, () => {
    const nodes = emailNodePackage();
    let mail: MailServer;
    let page: Page;
    let original: Record<string, unknown>[];
    const editor = withEditor(async () => {
      const ca = await createTestCa();
      const { cert, key } = await issueCertificate(ca, { hosts: ["localhost"] });
      mail = await startMailServer({ tls: { cert, key }, implicit: true, accounts: [account] });
      return {
        version,
        flows: flows(mail.port),
        settings: { nodesDir: [checkout, nodes.dir] },
      };
    });
    before(async () => {
      ({ page } = editor);
      original = await exported(page);
    });
    after(async () => {
      await mail?.close();
      nodes.remove();
    });

    it("is in the menu below Import and Export, and in the list of actions", async () => {
      await page.click("#red-ui-header-button-sidemenu");
      const items = await page.locator("#red-ui-header-button-sidemenu-submenu > li > a").allInnerTexts();
      const labels = items.map((label) => label.trim().split("\n")[0]);
      assert.equal(labels[labels.indexOf("Export") + 1], "Import from e-mail nodes");
      await screenshot(page, `import-${version}-menu`);
      await page.click("#menu-item-post-office-import");
      await page.waitForSelector(".po-import");
      await page.keyboard.press("Escape");
      await untilClosed(page);
      await page.keyboard.press("Control+Shift+p");
      await page.locator(".red-ui-actionList input, .red-ui-search-container input").first().fill("e-mail nodes");
      await page.getByText("Import e-mail nodes as send email steps").click();
      await page.waitForSelector(".po-import");
      await page.keyboard.press("Escape");
      await untilClosed(page);
      await page.getByText("Import e-mail nodes as send email steps").waitFor({ state: "hidden" });
    });

    it("says what it will do and what it cannot carry, and does nothing when cancelled", async () => {
      const text = await openImport(page);
      assert.match(text, /4 e-mail nodes become send email steps: Alarm \(1\), Orders \(3\)/);
      assert.match(text, /Left alone, because the flow is locked: Archive \(1\)/);
      assert.match(text, /localhost\s+localhost:\d+\s+Implicit TLS\s+orders@example\.com\s+3/);
      assert.match(text, /relay_example_com\s+relay\.example\.com:25\s+STARTTLS, if offered\s+none\s+1/);
      assert.match(text, /Passwords cannot be read.*: localhost\./);
      assert.match(text, /certificate is not checked, as before.*: localhost\./);
      await screenshot(page, `import-${version}-plan`);
      await press(page, "Cancel");
      await untilClosed(page);
      assert.deepEqual(await exported(page), original);
      assert.equal(await isDirty(page), false);
    });

    it("puts steps in the nodes' places, with their ids, wires, groups, notes and switches", async () => {
      await openImport(page);
      await page.keyboard.press("Enter");
      await page.getByText("4 e-mail nodes are send email steps now").waitFor();
      await screenshot(page, `import-${version}-report`);
      await press(page, "Close");
      await untilClosed(page);
      const imported = await exported(page);
      const kept = (all: Record<string, unknown>[]) =>
        all
          .filter(({ type }) => type !== "smtp-config" && type !== "tls-config")
          .map(({ id, type, z, g, d, x, y, info, wires, nodes, in: inputs, scope }) => {
            const place = { id, z, g, d, x, y, info, nodes, inputs, scope };
            return type === "e-mail" || type === "send-email" ? place : { ...place, type, wires };
          });
      assert.deepEqual(kept(imported), kept(original));
      const types = ["mail1", "mail2", "mail3", "mail4", "mail5"].map(
        (id) => imported.find((node) => node.id === id)?.type,
      );
      assert.deepEqual(types, ["send-email", "send-email", "send-email", "send-email", "e-mail"]);
      assert.equal(await isDrawnAsStep(page, "mail1"), true);
      assert.equal(await nodeInEditor(page, "mail1", "changed"), true);
      assert.equal(await isDirty(page), true);
    });

    it("makes one configuration for each server, none of them the default, and asks for the password", async () => {
      const configurations = (await exported(page)).filter(({ type }) => type === "smtp-config");
      assert.deepEqual(configurations.map(({ name, from, isDefault }) => [name, from, isDefault]).sort(), [
        ["localhost", "orders@example.com", false],
        ["relay_example_com", "", false],
      ]);
      const [mail1, mail4] = [await nodeIn(page, "mail1"), await nodeIn(page, "mail4")];
      assert.equal(mail1.smtpConfig, mail4.smtpConfig);
      assert.equal(await nodeInEditor(page, String(mail1.smtpConfig), "valid"), false);
    });

    it("one undo restores everything, one redo does it again, as often as one likes", async () => {
      const imported = await exported(page);
      for (let round = 0; round < 2; round++) {
        await undo(page);
        assert.deepEqual(await exported(page), original);
        assert.equal(await isDrawnAsStep(page, "mail1"), false);
        assert.equal(await isDirty(page), false);
        await undo(page, "redo");
        assert.deepEqual(byId(await exported(page)), byId(imported));
        assert.equal(await isDrawnAsStep(page, "mail1"), true);
      }
      const { smtpConfig } = await nodeIn(page, "mail1");
      const users = await page.evaluate((id) => {
        const { RED } = globalThis as unknown as { RED: { nodes: { node(id: string): { users: unknown[] } } } };
        return RED.nodes.node(id).users.length;
      }, String(smtpConfig));
      assert.equal(users, 3);
      await undo(page);
    });

    it("its report leads to each configuration and back, until all are ready", async () => {
      await openImport(page);
      await press(page, "Import");
      const line = page.locator(".po-import-made li", { hasText: "localhost" });
      assert.match(await line.innerText(), /password missing/);
      assert.equal(await line.getByRole("button", { name: "Open: localhost" }).count(), 1);
      // It has the focus: the next thing to do.
      await page.keyboard.press("Enter");
      await page.waitForSelector(".po-configuration");
      assert.equal(await page.inputValue("#node-config-input-username"), account.user);
      assert.equal(await page.inputValue("#node-config-input-password"), "");
      await page.fill("#node-config-input-password", account.pass);
      await saveDialog(page, "config");
      await page.locator('.po-import-made li[data-ready="true"]', { hasText: "localhost" }).waitFor();
      await screenshot(page, `import-${version}-ready`);
      await press(page, "Close");
      await untilClosed(page);
    });

    it("deployed, it sends as before: HTML as HTML, from the login, to the message's recipient", async () => {
      // A deploy is answered before its nodes run, and until then the e-mail nodes would take the message.
      const starts = editor.red.log().match(STARTED)?.length ?? 0;
      await deploy(page);
      await editor.red.waitForLog(new RegExp(`(?:${STARTED.source}[^]*){${starts + 1}}`));
      await page.evaluate(() =>
        $.ajax({ url: "inject/inject1", method: "POST", data: "{}", contentType: "application/json" }),
      );
      const { parsed, envelope, user } = await mail.waitForMail(() => true, 10_000);
      assert.deepEqual(envelope, { from: account.user, to: ["ann@example.com"] });
      assert.equal(user, account.user);
      assert.equal(parsed.subject, "Order 4711");
      assert.match(String(parsed.html), /<b>Ann<\/b>/);
      assert.equal(parsed.text?.trim(), "Dear Ann");
    });

    it("even after the deploy an undo brings the nodes back, and Node-RED still has their passwords", async () => {
      // Node-RED itself fails to undo that a password was entered, once that is deployed, and goes on to the import.
      await undo(page).catch(() => {});
      await undo(page);
      assert.equal((await nodeIn(page, "mail1")).type, "e-mail");
      await deploy(page);
      const told = await (await editor.red.fetch("credentials/e-mail/mail1")).json();
      assert.deepEqual(told, { userid: account.user, has_password: true, global: "" });
    });

    it("says so where there is nothing to import, and takes itself out of the menu", async () => {
      await editor.red.deploy([tab]);
      await page.reload();
      await page.waitForSelector("#red-ui-loading-progress", { state: "hidden" });
      await page.waitForFunction(() => document.getElementById("menu-item-post-office-import"));
      await page.click("#red-ui-header-button-sidemenu");
      assert.equal(await page.locator("#menu-item-post-office-import").isVisible(), false);
      await page.keyboard.press("Escape");
      await startImport(page);
      await page.getByText("There is no e-mail node in these flows").waitFor();
    });
  });
}

function isDirty(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const { RED } = globalThis as unknown as { RED: { nodes: { dirty(): boolean } } };
    return RED.nodes.dirty();
  });
}

function byId(nodes: Record<string, unknown>[]): Record<string, unknown>[] {
  return [...nodes].sort((a, b) => String(a.id).localeCompare(String(b.id)));
}
