import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CREDENTIAL_TYPES } from "../../src/settings/raw";
import { type DebugSidebar, openDebugSidebar } from "../support/debug-sidebar";
import { type Demo, type DemoMail, startDemo } from "../support/demo";
import { checkout, type FlowNode } from "../support/node-red";

const folder = join(checkout, "examples");
const examples = readdirSync(folder)
  .sort()
  .map((file) => ({ file, nodes: JSON.parse(readFileSync(join(folder, file), "utf8")) as FlowNode[] }));
const all = examples.flatMap(({ nodes }) => nodes);

describe("the examples", () => {
  it("have ids, flows and configurations of their own, so that all can be imported together", () => {
    const twice = (values: unknown[]) => values.filter((value, at) => values.indexOf(value) !== at);
    assert.deepEqual(twice(all.map(({ id }) => id)), []);
    assert.deepEqual(twice(all.filter(({ type }) => type === "tab").map(({ label }) => label)), []);
    const configurations = all.filter(({ type }) => type === "smtp-config");
    assert.deepEqual(twice(configurations.map(({ name }) => name)), []);
    assert.deepEqual(
      configurations.filter(({ isDefault }) => isDefault !== false),
      [],
    );
  });

  it("carry no credentials", () => {
    const secrets = Object.keys(CREDENTIAL_TYPES);
    for (const node of all) {
      assert.equal(node.credentials, undefined, node.id);
      assert.deepEqual(
        Object.keys(node).filter((property) => secrets.includes(property)),
        [],
        node.id,
      );
    }
  });

  for (const { file, nodes } of examples) {
    it(`${file} teaches in one comment of three sentences, and has every node in a group`, () => {
      const comments = nodes.filter(({ type }) => type === "comment");
      assert.equal(comments.length, 1);
      assert.equal(String(comments[0]?.info).match(/[.!?](?= |$)/g)?.length, 3);
      const groups = nodes.filter(({ type }) => type === "group").map(({ id }) => id);
      const loose = nodes.filter(
        ({ x, type, g }) => x !== undefined && type !== "group" && !groups.includes(String(g)),
      );
      assert.deepEqual(loose, []);
    });
  }
});

describe("the examples in the demo", () => {
  let userDir: string;
  let demo: Demo;
  let sidebar: DebugSidebar;

  before(async () => {
    userDir = mkdtempSync(join(tmpdir(), "demo-examples-"));
    demo = await startDemo(userDir);
    const there = (await (await fetch(`${demo.nodeRed}flows`)).json()) as FlowNode[];
    const imported = examples.filter(({ nodes }) => !there.some(({ id }) => id === nodes[0]?.id));
    sidebar = await openDebugSidebar(demo.nodeRed);
    await sidebar.deploy([...there, ...imported.flatMap(({ nodes }) => nodes)]);
  });
  after(async () => {
    sidebar?.close();
    await demo?.end("SIGTERM");
    rmSync(userDir, { recursive: true, force: true });
  });

  const arrives = (to: string, subject: string) =>
    demo.waitForMail(({ envelope, parsed }) => envelope.includes(to) && parsed.subject === subject);
  const accepted = async (name: string, configuration = "Demo_inbox") => {
    const email = await sidebar.next(name);
    assert.deepEqual([email.state, email.configuration], ["accepted", configuration]);
  };
  const calendarIn = ({ parsed }: DemoMail) =>
    String(parsed.attachments.find(({ contentType }) => contentType === "text/calendar")?.content);
  const textOf = ({ parsed }: DemoMail) => parsed.text?.trim() ?? "";

  /** What each inject button brings, by its file and name. */
  const promises: Record<string, Record<string, () => Promise<void>>> = {
    "01-notification-with-default-configuration.json": {
      async "Tank is low"() {
        assert.match(textOf(await arrives("operator@example.com", "Tank 3 is at 12 %")), /^Please refill it today\./);
        await accepted("What became of it");
      },
    },
    "02-approval-with-html-template.json": {
      async "Ask for approval"() {
        const mail = await arrives("head@example.com", "Purchase 4711: please approve");
        const html = String(mail.parsed.html);
        assert.match(html, /Reason: Screens &lt; 27&quot; &amp; their cables/);
        assert.match(html, /<td>Cable<\/td><td align="right">4<\/td><td align="right">36\.00<\/td>/);
        for (const answer of ["approve", "reject"]) {
          assert.match(
            html.replaceAll("&#x2F;", "/"),
            new RegExp(`href="https://flows.example.com/purchase/4711/${answer}"`),
          );
          assert.match(textOf(mail), new RegExp(`https://flows\\.example\\.com/purchase/4711/${answer}`));
        }
        assert.match(
          textOf(mail),
          /Reason: Screens < 27" & their cables\n\nArticle {2}Pieces {2}Price\nScreen {2}2 {2}480\.00\n/,
        );
        await accepted("What became of it");
      },
    },
    "03-report-with-csv-and-picture.json": {
      async "Send the report"() {
        const mail = await arrives("accounts@example.com", "Orders of today");
        assert.deepEqual(mail.envelope, ["sales@example.com", "accounts@example.com"]);
        const [csv, logo] = ["orders.csv", "logo.png"].map((name) =>
          mail.parsed.attachments.find(({ filename }) => filename === name),
        );
        assert.equal(csv?.contentType, "text/csv");
        assert.equal(
          csv?.content.toString("utf8").trim(),
          ["order,customer,total", "4711,Ann & Sons,49.9", "4712,Bénédicte,12.5", "4713,Example Ltd,230"].join("\r\n"),
        );
        assert.deepEqual([logo?.related, logo?.content.subarray(1, 4).toString()], [true, "PNG"]);
        assert.match(String(mail.parsed.html), /<td>Ann &amp; Sons<\/td>/);
        await accepted("What became of it");
      },
    },
    "04-catch-and-retry.json": {
      async "Address with a mistake"() {
        const mail = await arrives("desk@example.com", "Not sent: Your parcel");
        assert.match(textOf(mail), /^It comes tomorrow\.[\s\S]*Not sent to ann\.example\.com: .*not a valid e-mail/);
        await accepted("Sent to the desk");
      },
      async "Refused by the server"() {
        const mail = await arrives("desk@example.com", "Not sent: Your invoice");
        assert.match(textOf(mail), /Not sent to refused@example\.com: [\s\S]*No mailbox here/);
        await accepted("Sent to the desk");
      },
    },
    "05-configuration-chosen-by-message.json": {
      async "As support"() {
        const { parsed } = await arrives("ann@example.com", "Your question");
        assert.equal(parsed.from?.text, '"Example Support" <support@example.com>');
        await accepted("What became of it", "Support_mail");
      },
      async "Names none"() {
        const { parsed } = await arrives("ben@example.com", "Your order");
        assert.equal(parsed.from?.text, '"Example Sales" <sales@example.com>');
        await accepted("What became of it", "Sales_mail");
      },
      async "Not allowed"() {
        const error = await sidebar.next("Why");
        assert.equal(error.code, "ERR_MAIL_CONFIG");
        assert.match(String(error.message), /“Payroll_mail”.*only Sales_mail, Support_mail/);
      },
    },
    "06-queue-and-outcome.json": {
      async "A new order"() {
        await arrives("customer@example.com", "Thank you for your order");
        const queued = await sidebar.next("Queued");
        const outcome = await sidebar.next("Outcome");
        assert.deepEqual([queued.state, outcome.state, outcome.id], ["queued", "accepted", queued.id]);
      },
      async "Order 4711"() {
        await arrives("customer@example.com", "Your order 4711");
        const [queued, outcome] = [await sidebar.next("Queued"), await sidebar.next("Outcome")];
        assert.deepEqual([queued.state, outcome.state], ["queued", "accepted"]);
        await press("06-queue-and-outcome.json", "Order 4711");
        assert.deepEqual((await sidebar.next("Queued")).state, "duplicate");
      },
    },
    "07-microsoft-graph.json": {
      async "Confirm an order"() {
        const { envelope, parsed } = await arrives("ann@example.com", "Order 4711 through Graph");
        assert.deepEqual([envelope, parsed.from?.value[0]?.address], [["ann@example.com"], "orders@example.com"]);
        assert.match(String(parsed.html), /your order <b>4711<\/b>/);
        await accepted("What became of it", "Office_365");
      },
    },
    "08-invitation.json": {
      async "Announce a delivery"() {
        const calendar = calendarIn(await arrives("ann@example.com", "Your delivery"));
        assert.match(calendar, /^METHOD:REQUEST\r$[\s\S]*^UID:delivery-4711@example\.com\r$/m);
        assert.match(calendar, /^DTSTART:\d{8}T0[89]0000Z\r$/m);
        assert.match(calendar, /^SUMMARY:Delivery of order 4711\r$/m);
        await accepted("What became of it");
      },
      async "Cancel the delivery"() {
        const calendar = calendarIn(await arrives("ann@example.com", "Your delivery is cancelled"));
        assert.match(calendar, /^METHOD:CANCEL\r$[\s\S]*^UID:delivery-4711@example\.com\r$/m);
        assert.match(calendar, /^SEQUENCE:1\r\nSTATUS:CANCELLED\r$/m);
        await accepted("What became of it");
      },
    },
  };

  for (const { file, nodes } of examples) {
    for (const { name } of nodes.filter(({ type }) => type === "inject")) {
      it(`${file}: “${name}” brings what the comment promises`, async () => {
        const promise = promises[file]?.[String(name)];
        assert.ok(promise, "nobody has said what this button brings");
        await press(file, String(name));
        await promise();
      });
    }
  }

  async function press(file: string, name: string): Promise<void> {
    const { nodes } = examples.find((example) => example.file === file) ?? { nodes: [] };
    await demo.press(String(nodes.find((node) => node.type === "inject" && node.name === name)?.id));
  }
});
