import assert from "node:assert/strict";
import { getServers, setServers } from "node:dns";
import { dkimRecord } from "../../src/compose/dkim/dkim-record";
import { type EmailDraft, Mailer, type Progress } from "../../src/mailer";
import type { ProbeReport, ProbeStep } from "../../src/model/probe";
import { MemoryOutboxStore } from "../../src/outbox/stores/memory-outbox-store";
import { PostOffice } from "../../src/post-office";
import type { GenericSettings } from "../../src/settings/generic";
import { ed25519Key, rsaKey } from "../support/dkim-keys";
import { type DnsServer, startDnsServer } from "../support/dns-server";
import { FakeClock } from "../support/fake-clock";
import { type MailServer, type ReceivedMail, startMailServer } from "../support/mail-server";
import { dependencies, settingsFor } from "../support/settings";
import { TestMailer } from "../support/test-mailer";
import { verifyDkim } from "../support/verify-dkim";

const KEY = rsaKey();
const NAME = "mail2026._domainkey.example.com";
const DKIM = { dkimDomain: "example.com", dkimSelector: "mail2026" };
const TO = "customer@example.org";

describe("mails signed with DKIM", () => {
  let server: MailServer;
  let mailer: TestMailer;

  beforeEach(async () => {
    server = await startMailServer();
    mailer = new TestMailer(settingsFor(server.port, DKIM, { dkimKey: KEY }), dependencies);
  });
  afterEach(async () => {
    await mailer.close(0);
    await server.close();
  });

  async function received(draft: EmailDraft): Promise<ReceivedMail> {
    await mailer.send({ to: TO, subject: "x", ...draft });
    return server.waitForMail();
  }

  function verdictOf({ raw }: ReceivedMail, key = KEY) {
    const { value } = dkimRecord(settingsFor(1, DKIM, { dkimKey: key }).dkim as NonNullable<GenericSettings["dkim"]>);
    const [verdict, ...more] = verifyDkim(raw, (name) => (name === NAME ? value : undefined));
    assert.deepEqual(more, []);
    return verdict;
  }

  const text = "Hello";
  const umlauts = "Grüße aus Köln ☃ ";
  const drafts: Record<string, EmailDraft> = {
    "a text": { text },
    "an empty text": { text: "" },
    "a text that ends with empty lines": { text: "a \n\n \n\n" },
    "a text with lines that begin with dots": { text: ".\n..\n.hidden\n. \nend." },
    "a text with bare carriage returns": { text: "one\rtwo\r.\rthree\r\r\nfour\r" },
    "a text with very long lines": { text: `${"word ".repeat(3000)}\n${"x".repeat(5000)}` },
    "a text that is not ASCII": { text: umlauts.repeat(200) },
    HTML: { html: `<p>${umlauts}</p>\n<p>.</p>` },
    "text and HTML": { text, html: "<b>Hello</b>" },
    "attachments of every kind": {
      text,
      attachments: [
        { filename: "Übersicht.pdf", content: Buffer.from("%PDF \r \n \r\n.\r\n") },
        { filename: "lines.txt", content: ".\n.. \n\n" },
        { filename: "mail.eml", content: "From: a@b.c\n\nGrüße \n" },
        { filename: "empty.bin", content: Buffer.alloc(0) },
      ],
    },
    "names, subject and addresses that are not ASCII": {
      text,
      from: "orders@example.com",
      subject: umlauts.repeat(20),
      to: `"Müller, Jörg" <${TO}>, ${Array.from({ length: 40 }, (_, at) => `c${at}@example.org`).join(", ")}`,
      cc: '"Ørsted" <cc@example.org>',
      replyTo: '"Ä Ö" <reply@example.com>',
    },
    "header fields of its own": {
      text,
      headers: { "List-Unsubscribe": "<https://example.com/u?a=1>, <mailto:u@example.com>", "X-Odd": "a   b  c" },
    },
  };
  for (const [what, draft] of Object.entries(drafts)) {
    it(`verify at the server for ${what}`, async () => {
      assert.equal(verdictOf(await received(draft))?.problem, "");
    });
  }

  it("have what a reader sees signed, From once more than it is there, and no Bcc anywhere", async () => {
    const mail = await received({ text, cc: "cc@example.org", bcc: "hidden@example.org", replyTo: "r@example.com" });
    const names = verdictOf(mail)?.signed ?? [];
    for (const name of [
      "from",
      "to",
      "cc",
      "reply-to",
      "subject",
      "date",
      "message-id",
      "mime-version",
      "content-type",
    ])
      assert.ok(names.includes(name), name);
    assert.equal(names.filter((name) => name === "from").length, 2);
    assert.ok(!names.includes("bcc"));
    assert.doesNotMatch(mail.raw.toString(), /hidden@example\.org/);
    assert.deepEqual(mail.envelope.to, [TO, "cc@example.org", "hidden@example.org"]);
  });

  it("are in bytes that every relay passes on as they are", async () => {
    const mail = await received({ text: umlauts, html: umlauts, attachments: [{ filename: "ä", content: umlauts }] });
    assert.doesNotMatch(mail.raw.toString("latin1"), /[^\r\n\t\u0020-\u007e]/);
    assert.ok(
      mail.raw
        .toString()
        .split("\r\n")
        .every(({ length }) => length <= 998),
    );
  });

  it("announce their size with the signature", async () => {
    const large = new TestMailer(settingsFor(server.port), dependencies);
    await large.send({ to: TO, subject: "x", text });
    const unsigned = (await server.waitForMail()).raw.length;
    await large.close(0);
    const strict = await startMailServer({ size: unsigned + 100 });
    const refused = new TestMailer(settingsFor(strict.port, DKIM, { dkimKey: KEY }), dependencies);
    await assert.rejects(refused.send({ to: TO, subject: "x", text }), { reason: "message-too-large" });
    await refused.close(0);
    await strict.close();
  });

  it("that waited take the key that is deployed when they are sent", async () => {
    const clock = new FakeClock();
    const postOffice = new PostOffice({ clock, makeDiskStore: () => new MemoryOutboxStore() });
    const mailerWith = (port: number, dkimKey: string): Mailer => {
      const settings = settingsFor(port, { ...DKIM, giveUpAfter: 48 }, { dkimKey });
      return new Mailer(settings, "queue", { ...dependencies, clock, random: () => 0.5, postOffice });
    };
    const away = await startMailServer();
    await away.close();
    const first = mailerWith(away.port, KEY);
    const again = new Promise<number>((resolve) => {
      const onProgress = (progress: Progress) => progress.state === "retry" && resolve(progress.at);
      void first.submit({ to: TO, subject: "x", text }, { onProgress });
    });
    const at = await again;
    await first.close(0);
    const another = rsaKey();
    const second = mailerWith(server.port, another);
    await clock.advance(at - clock.now());
    assert.equal(verdictOf(await server.waitForMail(), another)?.problem, "");
    await second.close(0);
  });

  it("are not signed where the configuration has no domain", async () => {
    const plain = new TestMailer(settingsFor(server.port, {}, { dkimKey: KEY }), dependencies);
    await plain.send({ to: TO, subject: "x", text });
    assert.doesNotMatch((await server.waitForMail()).raw.toString(), /DKIM-Signature/i);
    await plain.close(0);
  });

  describe("in the Test", () => {
    const asBefore = getServers();
    let dns: DnsServer;

    beforeEach(async () => {
      dns = await startDnsServer();
      setServers([dns.address]);
    });
    afterEach(async () => {
      setServers(asBefore);
      await dns.close();
    });

    const settings = (raw = {}, dkimKey = KEY) => settingsFor(server.port, { ...DKIM, ...raw }, { dkimKey });

    async function probe(
      own = settings(),
      clock = dependencies.clock,
      request = { from: "orders@example.com", to: TO },
    ) {
      const tested = new TestMailer(own, { ...dependencies, clock });
      try {
        return await tested.probe(request, new AbortController().signal);
      } finally {
        await tested.close(0);
      }
    }

    const stepOf = ({ steps }: ProbeReport): ProbeStep => steps.find(({ name }) => name === "dkim") as ProbeStep;
    const record = (key = KEY): string =>
      dkimRecord(settings({}, key).dkim as NonNullable<GenericSettings["dkim"]>).value;
    const reasonOf = (report: ProbeReport) => stepOf(report).finding?.reason;

    it("pass where DNS gives out this key, in as many strings as it takes", async () => {
      dns.answer(NAME, ["some other text", record()]);
      const report = await probe();
      const { outcome, detail, record: shown } = stepOf(report);
      assert.deepEqual([report.outcome, outcome, detail], ["passed", "passed", `${NAME} · published in DNS`]);
      assert.deepEqual(shown, { name: NAME, type: "TXT", value: record() });
      assert.deepEqual(new Set(dns.asked), new Set([NAME]));
    });

    it("are signed, as sending signs them", async () => {
      dns.answer(NAME, [record()]);
      await probe();
      assert.equal(verdictOf(await server.waitForMail())?.problem, "");
    });

    it("warn with cause and remedy, and are sent all the same, where DNS does not fit", async () => {
      for (const [answer, reason] of [
        ["no-name", "dkim-record-missing"],
        ["no-data", "dkim-record-missing"],
        [["v=spf1 -all"], "dkim-record-missing"],
        [[record(rsaKey())], "dkim-record-other"],
        [["v=DKIM1; k=rsa; p="], "dkim-record-other"],
        [[record(), record(rsaKey())], "dkim-record-several"],
      ] as const) {
        dns.answer(NAME, answer);
        const report = await probe();
        const { outcome, finding, record: shown } = stepOf(report);
        assert.deepEqual([report.headline, outcome, finding?.reason], ["complete-with-warning", "warned", reason]);
        assert.equal(shown?.value, record());
        assert.ok(finding?.remedy && !/[{}]/.test(finding.cause + finding.remedy), finding?.cause);
      }
      assert.equal(server.mails.length, 6);
    });

    it("do not compare, and say so, where DNS fails", async () => {
      dns.answer(NAME, "broken");
      const { outcome, detail, record: shown } = stepOf(await probe());
      assert.deepEqual([outcome, shown?.value], ["skipped", record()]);
      assert.match(detail, /DNS did not answer/);
    });

    it("do not wait longer than three seconds for a DNS that says nothing", async () => {
      dns.answer(NAME, "silent");
      const clock = new FakeClock();
      const probing = probe(settings(), clock);
      await dns.untilAsked();
      await clock.advance(3_000);
      const report = await probing;
      assert.equal(stepOf(report).outcome, "skipped");
      assert.equal(report.headline, "complete");
    });

    it("warn where the signature is for another domain than the sender's", async () => {
      for (const [domain, from, fits] of [
        ["example.com", "orders@example.com", true],
        ["example.com", "orders@Shop.Example.com", true],
        ["mail.example.com", "orders@example.com", true],
        ["example.com", "orders@example.org", false],
        ["example.com", "orders@notexample.com", false],
      ] as const) {
        const own = settings({ dkimDomain: domain });
        dns.answer(`mail2026._domainkey.${domain}`, [record()]);
        const report = await probe(own, dependencies.clock, { from, to: TO });
        assert.equal(reasonOf(report), fits ? undefined : "dkim-not-aligned", `${domain} ${from}`);
      }
    });

    it("warn of keys that not every receiver takes", async () => {
      for (const [key, reason] of [
        [rsaKey(1024), "dkim-key-below-2048"],
        [ed25519Key(), "dkim-key-ed25519"],
      ] as const) {
        dns.answer(NAME, [record(key)]);
        assert.equal(reasonOf(await probe(settings({}, key))), reason);
      }
    });

    it("show the record also where the server cannot be reached", async () => {
      dns.answer(NAME, [record()]);
      const { steps, outcome } = await probe(settingsFor(1, DKIM, { dkimKey: KEY }));
      assert.deepEqual([outcome, steps[0]?.name, steps[0]?.record?.value], ["failed", "dkim", record()]);
    });
  });
});
