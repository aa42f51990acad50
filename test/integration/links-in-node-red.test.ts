import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ParsedMail, simpleParser } from "mailparser";
import { describeOnNodeRed, type FlowNode, type RunningNodeRed, startNodeRed } from "../support/node-red";
import { listen } from "../support/publications";
import { type ScriptedSmtpServer, startScriptedSmtpServer } from "../support/scripted-smtp-server";

const OUTSIDE = "https://flows.example.com";
const LINK = /https:\/\/flows\.example\.com(\S*\/post-office\/files\/([\w-]{22})\/\S+)/;

/** Mails of 1.5 MB at the press of `inject`, and what comes of them shown in the sidebar and on the console. */
function flowFor(port: number, configuration: object = {}): FlowNode[] {
  const at = { z: "tab", x: 100, y: 100 };
  const make = `
    msg.to = "a@example.com";
    msg.topic = "Report";
    msg.attachments = [
      { filename: "Bericht ü.bin", content: Buffer.alloc(1500000, "0123456789") },
      { filename: "small.txt", content: "small" },
    ];
    msg.payload = "<p>Hello</p>";
    return msg;`;
  const links = { attachmentLinks: "above-limit", maxAttachmentSize: "1", linkBaseUrl: OUTSIDE };
  const server = { name: "Links", isDefault: true, from: "a@example.com", host: "localhost", port, security: "none" };
  return [
    { id: "tab", type: "tab", label: "Links" },
    { id: "config", type: "smtp-config", version: 1, auth: "none", ...server, ...links, ...configuration },
    { id: "inject", type: "inject", ...at, props: [], wires: [["make"]] },
    { id: "make", type: "function", ...at, func: make, wires: [["step"]] },
    { id: "step", type: "send-email", ...at, bodyType: "html", wires: [["debug"]] },
    { id: "catch", type: "catch", ...at, scope: null, wires: [["debug"]] },
    { id: "debug", type: "debug", ...at, active: true, tosidebar: true, console: true, complete: "true", wires: [] },
  ];
}

for (const [version, root] of [
  [4, "/flows"],
  [5, "/"],
] as const) {
  describeOnNodeRed(version, `links to attachments, HTTP nodes at ${root}, in Node-RED`, function () {
    this.timeout(90_000);
    let nodeRed: RunningNodeRed;
    let server: ScriptedSmtpServer;
    let userDir: string;
    let mail: ParsedMail;
    let refuses = false;

    const start = async (): Promise<void> => {
      const logging = { console: { level: "trace", metrics: true, audit: true } };
      nodeRed = await startNodeRed({
        version,
        userDir,
        settings: { httpNodeRoot: root, logging },
        flows: flowFor(server.port),
      });
    };
    const press = () => nodeRed.fetch("inject/inject", { method: "POST" });
    const download = (path: string) =>
      fetch(`http://127.0.0.1:${nodeRed.port}${path}`, { signal: AbortSignal.timeout(20_000) });
    const linkIn = (text: string | false | undefined): string[] => [
      ...(LINK.exec(text || "") ?? assert.fail(String(text))),
    ];

    before(async () => {
      userDir = mkdtempSync(join(tmpdir(), "links-"));
      // As a filter does that dislikes an address, or a server that says too much.
      const dot = (raw: string) => `${refuses ? "554 5.7.1" : "250 2.0.0"} You said ${linkOf(raw)}`;
      server = await startScriptedSmtpServer({ dot });
      await start();
    });
    after(async () => {
      await nodeRed?.stop();
      await server?.close();
      rmSync(userDir, { recursive: true, force: true });
    });

    it("lead from text and HTML of a mail to the file, byte for byte", async () => {
      await press();
      await server.waitFor(() => server.mails.length === 1, 20_000);
      mail = await simpleParser(server.mails[0]?.raw ?? "", { skipImageLinks: true });
      assert.deepEqual(
        mail.attachments.map(({ filename }) => filename),
        ["small.txt"],
      );
      const [link, path = ""] = linkIn(mail.text);
      assert.ok(path.startsWith(`${root.replace(/\/$/, "")}/post-office/files/`));
      const [, inHtml] =
        /<a href="([^"]+)">Bericht ü\.bin<\/a> \(1\.5 MB, available for 14 days/.exec(mail.html || "") ?? [];
      assert.equal(inHtml, link);
      const answer = await download(path);
      assert.equal(answer.status, 200);
      assert.equal(
        answer.headers.get("content-disposition"),
        "attachment; filename=\"Bericht _.bin\"; filename*=UTF-8''Bericht%20%C3%BC.bin",
      );
      assert.ok(Buffer.from(await answer.arrayBuffer()).equals(Buffer.alloc(1_500_000, "0123456789")));
    });

    // Once is enough: what is kept is the same.
    if (version === 4)
      it("lead there after a restart, too", async () => {
        await nodeRed.stop();
        await start();
        const [, path = ""] = linkIn(mail.text);
        assert.equal((await download(path)).status, 200);
      });

    it("stand in no log, no status, no error and no list of mails, even where the server repeats them", async () => {
      await press();
      await nodeRed.waitForLog(/2\.0\.0 You said/, 20_000);
      const published = listen(nodeRed);
      // The latest status comes with the subscription.
      await published.until(/status\/step/);
      refuses = true;
      await press();
      await published.until(/554 5\.7\.1 You said/);
      const list = await (await nodeRed.fetch("smtp-config/outbox/entries?limit=10")).text();
      const ids = [...list.matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id);
      const stories = await Promise.all(
        ids.map(async (id) => (await nodeRed.fetch(`smtp-config/outbox/entries/${id}`)).text()),
      );
      const everything = [published.text(), nodeRed.log(), list, ...stories].join("\n");
      await published.close();
      assert.ok(ids.length >= 2 && everything.includes("You said https://flows.example.com"));
      const said = server.sessions.flatMap(({ received }) => [...received.matchAll(/files\/([\w-]{22})\//g)]);
      const tokens = new Set([...said.map(([, token = ""]) => token), linkIn(mail.text)[2] ?? ""]);
      assert.ok(tokens.size >= 2);
      for (const token of tokens) assert.ok(!everything.includes(token));
    });
  });
}

/** The link in a mail as it crosses the wire, its lines joined. */
function linkOf(raw: string): string {
  return LINK.exec(raw.replace(/=\r\n/g, ""))?.[0] ?? "no link";
}
