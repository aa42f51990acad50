import assert from "node:assert/strict";
import { createTransport } from "nodemailer";
import { type Inbox, startInbox } from "../../demo/inbox/start";
import { createTestCa, issueCertificate } from "../support/certificates";

const hostile = `<script>alert("x")</script><img src="https://example.com/track.png" onerror="alert(1)">`;

describe("demo inbox", () => {
  let inbox: Inbox;
  let ca: string;
  const login = { user: "demo", pass: "demo" };

  beforeEach(async () => {
    const authority = await createTestCa();
    ca = authority.cert;
    const tls = await issueCertificate(authority, { hosts: ["localhost", "127.0.0.1"] });
    inbox = await startInbox({ preferredPort: 0, preferredWebPort: 0, tls, login });
  });
  afterEach(() => inbox.close());

  async function mail(content: object, auth: typeof login | undefined = login) {
    const transport = createTransport({
      host: "127.0.0.1",
      port: inbox.smtpPort,
      requireTLS: true,
      tls: { ca },
      auth,
    });
    try {
      return await transport.sendMail({ from: "a@example.com", to: "b@example.com", ...content });
    } finally {
      transport.close();
    }
  }

  function get(path: string): Promise<Response> {
    return fetch(`http://127.0.0.1:${inbox.webPort}${path}`, { signal: AbortSignal.timeout(5000) });
  }

  it("takes mail over STARTTLS with the login and lists it, newest first", async () => {
    await mail({ subject: "first" });
    await mail({ subject: "second" });
    const page = await (await get("/")).text();
    assert.ok(page.indexOf("second") > 0 && page.indexOf("second") < page.indexOf("first"));
    assert.match(page, /b@example\.com/);
  });

  it("takes no mail without the login, with a wrong one, or for refused@", async () => {
    await assert.rejects(mail({ subject: "x" }, { user: "demo", pass: "wrong" }), /535/);
    await assert.rejects(mail({ subject: "x", to: "refused@example.com" }), /550/);
    const transport = createTransport({ host: "127.0.0.1", port: inbox.smtpPort, tls: { ca } });
    await assert.rejects(transport.sendMail({ from: "a@example.com", to: "b@example.com", text: "x" }), /530/);
    assert.equal(inbox.mailbox.list().length, 0);
  });

  it("shows a hostile subject, sender, text and file name as text", async () => {
    await mail({
      from: { name: hostile, address: "a@example.com" },
      subject: hostile,
      text: hostile,
      attachments: [{ filename: hostile, content: "x" }],
    });
    for (const path of ["/", "/list", "/mail/1"]) {
      const page = await (await get(path)).text();
      assert.ok(page.includes("&#60;script&#62;alert(&#34;x&#34;)"), path);
      assert.ok(!page.includes("<script>alert") && !page.includes("<img"), path);
    }
  });

  it("shows a hostile HTML body only in a sandbox that runs and fetches nothing", async () => {
    await mail({ subject: "x", html: hostile });
    const page = await get("/mail/1");
    assert.match(await page.text(), /<iframe [^>]*sandbox=""[^>]*src="\/mail\/1\/html"/);
    assert.match(page.headers.get("content-security-policy") ?? "", /default-src 'none'; .*script-src 'self'/);
    const policy = (await get("/mail/1/html")).headers.get("content-security-policy") ?? "";
    assert.match(policy, /^sandbox; default-src 'none'; img-src data:;/);
    assert.doesNotMatch(policy, /script-src|https?:|allow-/);
  });

  it("hands out attachments for download only", async () => {
    const content = Buffer.from("<script>1</script>");
    await mail({ attachments: [{ filename: 'a"b\u00e9.html', content, contentType: "text/html" }] });
    const answer = await get("/mail/1/attachment/0");
    assert.equal(answer.headers.get("content-type"), "application/octet-stream");
    assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
    assert.equal(
      answer.headers.get("content-disposition"),
      `attachment; filename="a_b_.html"; filename*=UTF-8''a%22b%C3%A9.html`,
    );
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), content);
    assert.equal((await get("/mail/1/attachment/1")).status, 404);
    assert.equal((await get("/mail/2")).status, 404);
  });

  it("tells open pages when a mail arrives", async () => {
    const answer = await get("/events");
    const events = answer.body!.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
    await events.next();
    await mail({ subject: "x" });
    assert.match((await events.next()).value ?? "", /^event: mail$/m);
    await events.return?.();
  });

  it("keeps the latest 200 mails", async () => {
    for (let n = 1; n <= 203; n++) {
      await inbox.mailbox.add(Buffer.from(`Subject: ${n}\r\n\r\nx`), { from: "", to: [] });
    }
    const kept = inbox.mailbox.list();
    assert.deepEqual([kept.length, kept[0]?.parsed.subject, kept.at(-1)?.parsed.subject], [200, "203", "4"]);
  });
});
