import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Frame, Page, Request } from "playwright-core";
import { rsaKey } from "../support/dkim-keys";
import { cancelDialog, openNode, screenshot } from "./support/editor";
import { configuration, step, tab } from "./support/flows";
import { hostileMail } from "./support/hostile-mail";
import { withEditor } from "./support/with-editor";

const BAITS = ".bait, button";
/** A 1x1 picture. */
const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=";

/** A web server that notes who asks it for what. */
async function startBait(): Promise<{ url: string; asked: string[]; server: Server }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, server };
}

for (const version of [4, 5] as const) {
  describe(`The preview of a step's mail in Node-RED ${version}`, () => {
    let page: Page;
    let bait: Awaited<ReturnType<typeof startBait>>;
    const editor = withEditor(async () => {
      bait = await startBait();
      const html = { bodyType: "html", htmlType: "str" } as const;
      return {
        version,
        window: { dark: version === 5 },
        flows: [
          tab,
          configuration("sales", { name: "Sales_SMTP", isDefault: true, fromName: "Example Orders", signature: "Ltd" }),
          configuration("signed", {
            name: "Signed_SMTP",
            ...{ dkimDomain: "example.com", dkimSelector: "mail2026", credentials: { dkimKey: rsaKey() } },
          }),
          step("plain"),
          step("unaligned", { smtpConfig: "signed", from: "alerts@example.net", fromType: "str" }),
          step("hostile", { ...html, html: hostileMail(bait.url) }),
          step("pictures", {
            ...html,
            html: `<p>Hi</p><img id="own" src="cid:logo"><img src="${bait.url}/far.png" alt="far">`,
            attachments: JSON.stringify([
              { filename: "logo.png", content: PIXEL, encoding: "base64", cid: "logo" },
              { url: `${bait.url}/far.pdf` },
            ]),
            attachmentsType: "json",
          }),
        ],
      };
    });
    before(() => {
      ({ page } = editor);
    });
    after(() => bait?.server.close());

    it("shows who, what about and the text, as they go out, and sends nothing", async () => {
      await openNode(page, "plain");
      await preview(page);
      assert.match(
        await page.locator(".po-verdict").innerText(),
        /as it goes out through sales_smtp.*nothing was sent/i,
      );
      const head = await page.locator(".po-mail").innerText();
      assert.match(head, /^Your order 4711/);
      assert.match(head, /Example Orders <orders@example\.com>/);
      assert.match(head, /ann@example\.com/);
      assert.match(head, /order\.csv \(\d+ B\)/);
      assert.match(await page.locator(".po-mail-text").innerText(), /thank you for your order\.\n\n-- \nLtd/);
      await cancelDialog(page, "node");
    });

    it("warns of a sender that the configuration does not sign for", async () => {
      await openNode(page, "unaligned");
      await preview(page);
      const warning = page.locator(".po-sender-warning");
      assert.match(await warning.innerText(), /sender is at example\.net, but the signature is for example\.com/);
      await screenshot(page, `preview-${version}-unaligned`);
      await cancelDialog(page, "node");
    });

    it("shows the pictures that come along, says which do not, and the text made from the HTML", async () => {
      await openNode(page, "pictures");
      await preview(page);
      const mail = await mailFrame(page);
      const own = await mail.locator("#own").evaluate((image) => (image as HTMLImageElement).naturalWidth);
      assert.equal(own, 1);
      await page.getByText("Pictures and styles from elsewhere are not loaded here (1).").waitFor();
      await page.getByText("far.pdf (read when the mail is sent)").waitFor();
      await page.locator(".po-mail .po-segments").getByText("Text", { exact: true }).click();
      assert.match(await page.locator(".po-mail-text").innerText(), /Hi/);
      assert.equal(await page.locator(".po-mail iframe").isVisible(), false);
      await cancelDialog(page, "node");
      await settled(page, bait);
      assert.deepEqual(bait.asked, ["/control"]);
    });

    it("runs nothing of a hostile mail, fetches nothing, and no link leads anywhere", async () => {
      bait.asked.length = 0;
      const answered: string[] = [];
      const failures: (string | undefined)[] = [];
      const note = (request: Request): unknown => answered.push(request.url());
      const noteFailure = (request: Request): unknown => failures.push(request.failure()?.errorText);
      const pages = page.context().pages().length;
      await openNode(page, "hostile");
      page.on("requestfinished", note).on("requestfailed", noteFailure);
      await preview(page);
      const mail = await mailFrame(page);
      await bite(mail);
      await screenshot(page, `preview-${version}-hostile`);
      await settled(page, bait);
      page.off("requestfinished", note).off("requestfailed", noteFailure);
      assert.deepEqual(bait.asked, ["/control"]);
      const own = [editor.red.url, `${bait.url}/control`, "about:", "data:", "blob:"];
      assert.deepEqual(
        answered.filter((url) => !own.some((start) => url.startsWith(start))),
        [],
      );
      // What a style sheet asks for ends in the browser itself.
      assert.deepEqual(
        failures.filter((failure) => failure !== "csp"),
        [],
      );
      assert.equal(await ran(page), false);
      assert.equal(mail.url(), "about:srcdoc");
      assert.equal(page.context().pages().length, pages);
      await page.getByText("Pictures and styles from elsewhere are not loaded here").waitFor();
    });

    it("so do policy and sandbox alone, should something get past the cleaning", async () => {
      bait.asked.length = 0;
      const baits = await (await unclean(page, bait.url)).locator(BAITS).count();
      assert.ok(baits > 5);
      for (let index = 0; index < baits; index++) {
        // One that is followed is put out of use by the policy.
        const mail = await unclean(page, bait.url);
        await mail.locator(BAITS).nth(index).dispatchEvent("click");
        await settled(page, bait);
        assert.equal(await ran(page), false);
      }
      assert.deepEqual([...new Set(bait.asked)], ["/control"]);
      await cancelDialog(page, "node");
    });

    it("anywhere else, that mail runs and fetches", async () => {
      bait.asked.length = 0;
      const other = await editor.browser.newPage();
      // It leads away by itself, and then nothing that it has set is there any more.
      await other.evaluate('Object.defineProperty(globalThis, "ran", { set() { console.log("ran"); } })');
      const saidSo = other.waitForEvent("console", (message) => message.text() === "ran");
      await other.setContent(hostileMail(bait.url), { waitUntil: "commit" });
      await saidSo;
      while (bait.asked.length <= 5) await once(bait.server, "request");
      await other.close();
    });
  });
}

async function preview(page: Page): Promise<void> {
  await page.click("#post-office-sample-preview");
  await page.waitForSelector("#post-office-sample-result .po-mail");
}

/** The frame that the mail itself stands in, loaded. */
async function mailFrame(page: Page): Promise<Frame> {
  const outer = await (await page.waitForSelector(".po-mail iframe")).contentFrame();
  const inner = await (await outer?.waitForSelector("iframe"))?.contentFrame();
  assert.ok(inner);
  await inner.waitForLoadState("load");
  return inner;
}

/** The hostile mail in the preview's frames as it is, without the cleaning. */
async function unclean(page: Page, url: string): Promise<Frame> {
  await page.locator(".po-mail iframe").evaluate((frame, html) => {
    const outer = new DOMParser().parseFromString((frame as HTMLIFrameElement).srcdoc, "text/html");
    const inner = outer.querySelector("iframe") as HTMLIFrameElement;
    inner.setAttribute("srcdoc", inner.srcdoc.split("<html")[0] + html);
    return new Promise<void>((resolve) => {
      frame.addEventListener("load", () => resolve(), { once: true });
      (frame as HTMLIFrameElement).srcdoc = `<!doctype html>${outer.documentElement.outerHTML}`;
    });
  }, hostileMail(url));
  const mail = await mailFrame(page);
  await mail.waitForSelector(".bait");
  return mail;
}

/** Presses whatever may lead away, as a script would and as a person. */
async function bite(mail: Frame): Promise<void> {
  for (const each of await mail.locator(BAITS).all()) {
    await each.dispatchEvent("click");
    if (await each.boundingBox()) await each.click({ force: true });
  }
}

/** Whatever was asked for before this is with the server now. */
async function settled(page: Page, bait: { url: string; asked: string[] }): Promise<void> {
  await page.evaluate(async (url) => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    await fetch(url, { mode: "no-cors" });
  }, `${bait.url}/control`);
}

async function ran(page: Page): Promise<boolean> {
  const marks = page
    .frames()
    .map((frame) =>
      frame.evaluate(() => "ran" in globalThis || "ran" in document.documentElement.dataset).catch(() => false),
    );
  return (await Promise.all(marks)).includes(true);
}
