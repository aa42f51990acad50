import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Mailer, readSample, sendSample } from "../../src/mailer";
import { MemoryOutboxStore } from "../../src/outbox/stores/memory-outbox-store";
import { PostOffice } from "../../src/post-office";
import type { RawConfiguration } from "../../src/settings/raw";
import { errorOf } from "../support/error-of";
import { bytes } from "../support/kept-files";
import { type MailServer, startMailServer } from "../support/mail-server";
import { dependencies, settingsFor } from "../support/settings";
import { startWebServer, type WebServer } from "../support/web-server";
import { mail } from "./mailing";

const [SMALL, LARGE] = [bytes(40_000, "small"), bytes(1_500_000, "large")];

describe("Attachments from files and web addresses", () => {
  let server: MailServer;
  let host: WebServer;
  let folder: string;
  let store: MemoryOutboxStore;
  const mailers: Mailer[] = [];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "reports-"));
    writeFileSync(join(folder, "Übersicht.pdf"), SMALL);
    writeFileSync(join(folder, "large.bin"), LARGE);
    symlinkSync("/etc/passwd", join(folder, "passwd"));
    host = await startWebServer(({ url }, response) => {
      if (url === "/silent") return;
      response.writeHead(200, { "content-type": "image/png" }).end(url === "/large" ? LARGE : SMALL);
    });
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await host.close();
  });
  beforeEach(async () => {
    server = await startMailServer({ onMail: () => {} });
    store = new MemoryOutboxStore();
  });
  afterEach(async () => {
    for (const mailer of mailers.splice(0)) await mailer.close(0);
    await server.close();
  });

  const settings = (raw: Partial<RawConfiguration> = {}) =>
    settingsFor(server.port, { attachmentFolders: folder, attachmentHosts: host.host, ...raw });
  function mailerWith(raw: Partial<RawConfiguration> = {}): Mailer {
    const postOffice = new PostOffice({ clock: dependencies.clock, makeDiskStore: () => store });
    const more = { ...dependencies, random: Math.random, postOffice };
    const mailer = new Mailer(settings({ outbox: "disk", ...raw }), "queue", more);
    mailers.push(mailer);
    return mailer;
  }
  const resultOf = async (mailer: Mailer, draft: object) => {
    const submitted = await mailer.submit({ ...mail(), ...draft });
    return submitted.state === "queued" ? submitted.result : assert.fail("a duplicate");
  };
  /** Names in the spool, which all stores in memory of this process share. */
  const spooled = (): string[] => (existsSync(store.spool.folder()) ? readdirSync(store.spool.folder()) : []);

  const everything = () => [
    { path: "Übersicht.pdf" },
    { path: join(folder, "large.bin"), filename: "Большой.bin" },
    { url: `http://${host.host}/logo`, cid: "logo" },
    { href: `http://${host.host}/large`, contentType: "application/zip" },
    { filename: "own.txt", content: "own" },
  ];

  it("arrive byte for byte beside others, and leave nothing behind once the mail is sent", async () => {
    const before = spooled();
    await resultOf(mailerWith(), { html: '<img src="cid:logo">', attachments: everything() });
    const arrived = server.mails[0]?.parsed.attachments ?? [];
    assert.deepEqual(
      arrived
        .map(({ filename, contentType, content }) => [filename, contentType, content.length])
        .sort(([a = ""], [b = ""]) => String(a).localeCompare(String(b), "en")),
      [
        ["large", "application/zip", LARGE.length],
        ["logo", "image/png", SMALL.length],
        ["own.txt", "text/plain", 3],
        ["Übersicht.pdf", "application/pdf", SMALL.length],
        ["Большой.bin", "application/octet-stream", LARGE.length],
      ],
    );
    for (const { content, filename } of arrived)
      if (filename !== "own.txt") assert.ok(content.equals(content.length === SMALL.length ? SMALL : LARGE), filename);
    assert.deepEqual(spooled(), before);
  });

  it("have nobody else in them where they are calendars and the mail is redirected", async () => {
    const calendar =
      "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1\r\nATTENDEE:mailto:ann@example.org\r\n";
    writeFileSync(join(folder, "invite.ics"), `${calendar}END:VEVENT\r\nEND:VCALENDAR\r\n`);
    const redirect = { safeMode: "redirect", redirectTo: "tests@example.com" } as const;
    await resultOf(mailerWith(redirect), { attachments: [{ path: "invite.ics" }] });
    const text = server.mails[0]?.parsed.attachments[0]?.content.toString().replace(/\r\n /g, "") ?? "";
    assert.match(text, /^ATTENDEE;.*:mailto:tests@example\.com\r$/m);
    assert.doesNotMatch(text, /ann@example\.org/);
  });

  const failures: [what: string, raw: Partial<RawConfiguration>, attachments: () => unknown, reason: string][] = [
    ["nothing is listed", { attachmentFolders: "", attachmentHosts: "" }, everything, "attachment-no-folders"],
    [
      "the last of them leads outside",
      {},
      () => [{ path: "large.bin" }, { path: "passwd" }],
      "attachment-file-missing",
    ],
    ["the mail becomes too large on its way", { maxSize: 2 }, () => [{ path: "large.bin" }], "message-above-limit"],
    [
      "they are too large together",
      { maxSize: 2 },
      () => ["", ""].map(() => ({ path: "large.bin" })),
      "attachment-too-large",
    ],
  ];
  for (const [what, raw, attachments, reason] of failures) {
    it(`are refused before anything is queued where ${what}, and leave nothing behind`, async () => {
      const before = spooled();
      const error = await errorOf(mailerWith(raw).submit({ ...mail(), attachments: attachments() }));
      assert.equal(error.reason, reason);
      assert.deepEqual([spooled(), server.connectionsTotal], [before, 0]);
    });
  }

  it("of a mail whose key was used leave nothing behind", async () => {
    const before = spooled();
    const mailer = mailerWith();
    const draft = { ...mail(), attachments: { path: "large.bin" } };
    const first = await mailer.submit(draft, { dedupeKey: "a", dedupeForMs: 60_000 });
    if (first.state === "queued") await first.result;
    assert.equal((await mailer.submit(draft, { dedupeKey: "a", dedupeForMs: 60_000 })).state, "duplicate");
    assert.deepEqual(spooled(), before);
  });

  it("of a mail whose key was used are not fetched again, but that mail is still told", async () => {
    const mailer = mailerWith();
    const draft = { ...mail(), attachments: { url: `http://${host.host}/small` } };
    const first = await mailer.submit(draft, { dedupeKey: "a", dedupeForMs: 60_000 });
    const asked = host.asked.length;
    const again = await mailer.submit(draft, { dedupeKey: "a", dedupeForMs: 60_000 });
    assert.deepEqual(again, { state: "duplicate", id: first.id, messageId: first.messageId });
    assert.equal(host.asked.length, asked);
    await mailer.submit(draft, { dedupeKey: "b", dedupeForMs: 60_000 });
    assert.equal(host.asked.length, asked + 1);
  });

  it("are fetched in a dry run too, and refused in it", async () => {
    const mailer = mailerWith({ safeMode: "dry-run" });
    const asked = host.asked.length;
    await resultOf(mailer, { attachments: everything() });
    assert.equal(host.asked.length - asked, 2);
    const error = await errorOf(mailer.submit({ ...mail(), attachments: { path: "passwd" } }));
    assert.equal(error.reason, "attachment-file-missing");
  });

  it("are not waited for any more once the configuration is closed", async () => {
    const mailer = mailerWith();
    const refused = errorOf(mailer.submit({ ...mail(), attachments: { url: `http://${host.host}/silent` } }));
    await host.untilAsked("/silent");
    await mailer.close(60_000);
    assert.equal((await refused).code, "ERR_MAIL_CANCELLED");
  });

  it("are named in a preview without being read, and sent in a test", async () => {
    const asked = host.asked.length;
    const draft = { ...mail(), html: '<img src="cid:logo">', attachments: everything() };
    assert.deepEqual(readSample(draft, settings()).attachments, [
      { filename: "Übersicht.pdf", inline: false },
      { filename: "Большой.bin", inline: false },
      { filename: "logo", inline: true },
      { filename: "large", inline: false },
      { filename: "own.txt", bytes: 3, inline: false },
    ]);
    assert.equal(host.asked.length, asked);
    const { signal } = new AbortController();
    await sendSample(settings(), draft, "me@example.com", dependencies, signal, undefined);
    const arrived = server.mails[0]?.parsed.attachments ?? [];
    assert.deepEqual([arrived.length, arrived.filter(({ content }) => content.equals(LARGE)).length], [5, 2]);
    const outside = { ...mail(), attachments: { path: "passwd" } };
    const error = await errorOf(sendSample(settings(), outside, "me@example.com", dependencies, signal, undefined));
    assert.equal(error.reason, "attachment-file-missing");
  });
});
