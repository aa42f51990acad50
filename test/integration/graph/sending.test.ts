import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { simpleParser } from "mailparser";
import { graphSettings } from "../../support/graph/graph-rig";
import { bench, closeAll, large } from "./rig";

const cases = ["json", "mime"] as const;
/** What makes a mail go as MIME. */
const asMime = { inReplyTo: ["<first@example.org>", "<second@example.org>"] };

describe("sending through Graph", () => {
  afterEach(closeAll);

  it("keeps the way to leave a list and the thread, by sending MIME", async () => {
    const { send, graph } = await bench();
    await send({ listUnsubscribe: "https://example.com/leave", references: "<first@example.org>" });
    const { mime = "" } = graph.mails[0] as (typeof graph.mails)[number];
    assert.match(mime, /^List-Unsubscribe: <https:\/\/example\.com\/leave>\r$/m);
    assert.match(mime, /^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m);
    assert.match(mime, /^References: <first@example\.org>\r$/m);
  });

  it("as JSON keeps names, addresses, subject, both bodies' better one, priority, own headers, pictures and the Message-ID", async () => {
    const { send, graph } = await bench();
    const attachments = [
      { filename: "p.png", contentType: "image/png", cid: "p@x", content: Buffer.from("png") },
      { filename: "日本.csv", contentType: "text/csv", content: "a;b" },
    ];
    const receipt = await send({
      from: "Zoë <orders@example.com>",
      to: '"Müller, Z." <a@example.org>',
      cc: "c@example.org",
      bcc: "h@example.org",
      replyTo: "r@example.org",
      subject: "Grüße 😀",
      text: "text",
      html: '<p>ä <img src="cid:p@x"></p>',
      priority: "high",
      headers: { "X-Order": "4711" },
      attachments,
    });
    const [mail, ...more] = graph.mails;
    assert.equal(more.length, 0);
    assert.ok(mail);
    const { from, fromName, to, cc, bcc, replyTo, subject, html, importance, headers, messageId } = mail;
    assert.deepEqual(
      { from, fromName, to, cc, bcc, replyTo, subject, html, importance, headers, messageId },
      {
        from: "orders@example.com",
        fromName: "Zoë",
        to: ["a@example.org"],
        cc: ["c@example.org"],
        bcc: ["h@example.org"],
        replyTo: ["r@example.org"],
        subject: "Grüße 😀",
        html: '<p>ä <img src="cid:p@x"></p>',
        importance: "high",
        headers: { "x-order": "4711" },
        messageId: receipt.messageId,
      },
    );
    assert.deepEqual(
      mail.attachments.map(({ name, inline, contentId, content }) => [name, inline, contentId, content.toString()]),
      [
        ["p.png", true, "p@x", "png"],
        ["日本.csv", false, undefined, "a;b"],
      ],
    );
  });

  it("leaves a text-only mail text", async () => {
    const { send, graph } = await bench();
    await send({ text: "Hello\n<b>" });
    assert.deepEqual([graph.mails[0]?.text.replace(/\r\n/g, "\n").trim(), graph.mails[0]?.html], ["Hello\n<b>", ""]);
  });

  it("as MIME keeps what the mail answers, its own headers and an invitation, and loses nobody of Bcc", async () => {
    const { send, graph } = await bench();
    const invite = { filename: "i.ics", contentType: "text/calendar; method=REQUEST", content: "BEGIN:VCALENDAR" };
    const headers = { "Auto-Submitted": "auto-generated" };
    await send({
      ...asMime,
      headers,
      to: "a@example.org",
      bcc: ["h@example.org", "i@example.org"],
      attachments: invite,
    });
    const [mail] = graph.mails;
    assert.deepEqual([mail?.way, mail?.to, mail?.bcc], ["mime", ["a@example.org"], ["h@example.org", "i@example.org"]]);
    assert.equal(mail?.headers["in-reply-to"], "<second@example.org>");
    assert.match(mail?.mime ?? "", /^References: <first@example\.org>\s+<second@example\.org>/m);
    assert.match(mail?.mime ?? "", /^Auto-Submitted: auto-generated/m);
    assert.match(mail?.mime ?? "", /text\/calendar;[^\r\n]*method=REQUEST/);
  });

  it("brings an invitation as MIME, with its method, beside HTML and a file that is too large for one request", async () => {
    const { send, graph } = await bench();
    const invitation = { start: "2026-12-01T10:00Z", uid: "4711@example.com", method: "cancel", location: "Süd" };
    await send({ html: "<p>x</p>", bcc: "h@example.org", invitation, attachments: large(5, "plan.bin") });
    const [mail] = graph.mails;
    assert.deepEqual([mail?.way, mail?.html.trim(), mail?.bcc], ["draft", "<p>x</p>", ["h@example.org"]]);
    assert.match(mail?.mime ?? "", /^Content-Type: text\/calendar; charset=utf-8; method=CANCEL\r$/m);
    const { attachments } = await simpleParser(mail?.mime ?? "");
    const calendar = attachments.find(({ contentType }) => contentType === "text/calendar");
    assert.match(calendar?.content.toString() ?? "", /^METHOD:CANCEL\r$[\s\S]*^LOCATION:Süd\r$/m);
    const names = mail?.attachments.map(({ name }) => name) ?? [];
    assert.ok(names.includes("plan.bin") && names.includes("invite.ics"), names.join());
  });

  for (const way of cases) {
    it(`sends only to those of the envelope, as ${way}`, async () => {
      const { send, graph } = await bench();
      const draft = { to: "a@example.org, b@example.org", cc: "c@example.org", bcc: "h@example.org, i@example.org" };
      const only = ["b@example.org", "i@example.org"];
      const receipt = await send({ ...draft, ...(way === "mime" ? asMime : {}) }, only);
      const [mail] = graph.mails;
      assert.deepEqual([mail?.way, mail?.to, mail?.cc, mail?.bcc], [way, ["b@example.org"], [], ["i@example.org"]]);
      assert.deepEqual(receipt.recipients, [
        { address: "b@example.org", state: "accepted" },
        { address: "i@example.org", state: "accepted" },
      ]);
    });

    for (const [size, bytes] of [
      ["1 KB", 1024],
      ["3.5 MB", 3_500_000],
      ["20 MB", 20_000_000],
    ] as const) {
      it(`brings an attachment of ${size} byte for byte, as ${way}`, async () => {
        const { send, graph } = await bench();
        const content = randomBytes(bytes);
        const more = way === "mime" ? asMime : {};
        await send({ html: "<p>x</p>", attachments: [{ filename: "a.bin", content }, "small"], ...more });
        const [mail] = graph.mails;
        const arrived = mail?.attachments.find(({ name }) => name === "a.bin");
        assert.ok(arrived?.content.equals(content));
        assert.equal(mail?.attachments.length, 2);
        assert.equal(mail?.headers["in-reply-to"], way === "mime" ? "<second@example.org>" : undefined);
        assert.deepEqual(graph.drafts, []);
      });
    }
  }

  it("takes attachments from 3 MB on in ranges of its units, and smaller ones in one piece", async () => {
    const { send, steps, graph } = await bench();
    await send({ attachments: [large(3.1, "a"), large(3.2, "b"), large(9, "c")] });
    assert.deepEqual(steps(), [
      "POST messages",
      "POST attachments",
      "POST createUploadSession",
      "PUT range",
      "POST createUploadSession",
      ...Array(3).fill("PUT range"),
      "POST send",
    ]);
    assert.deepEqual(
      graph.mails[0]?.attachments.map(({ name }) => name),
      ["a", "b", "c"],
    );
    for (const { method, headers } of graph.requests)
      assert.equal(headers.authorization === undefined, method === "PUT");
  });

  it("keeps a picture of 5 MB inline", async () => {
    const { send, graph } = await bench();
    await send({ html: '<img src="cid:p@x">', attachments: { ...large(5, "p.png"), cid: "p@x" } });
    const [picture] = graph.mails[0]?.attachments ?? [];
    assert.deepEqual([picture?.inline, picture?.contentId, picture?.contentType], [true, "p@x", "image/png"]);
  });

  it("tells Graph's words and request id, and everybody as accepted", async () => {
    const { send } = await bench();
    const { response, requestId, recipients } = await send({ to: "a@example.org", bcc: "h@example.org" });
    assert.equal(response, "202 Accepted");
    assert.match(requestId ?? "", /^[0-9a-f-]{36}$/);
    assert.deepEqual(
      recipients.map(({ state }) => state),
      ["accepted", "accepted"],
    );
  });

  it("keeps no copy in Sent Items where the configuration says so", async () => {
    const { send, graph } = await bench({ settings: graphSettings({ saveToSentItems: false }) });
    await send();
    assert.equal(graph.mails[0]?.savedToSentItems, false);
  });

  for (const mailbox of ["a+b#EXT#@example.onmicrosoft.com", "6f0c1c2e-9b1a-4a0e-8f53-0d6a5b0c7d11"]) {
    it(`finds the mailbox ${mailbox}`, async () => {
      const { send, graph } = await bench({ settings: graphSettings({ mailbox, from: "orders@example.com" }) });
      await send();
      assert.equal(graph.mails[0]?.mailbox, mailbox.toLowerCase());
    });
  }
});
