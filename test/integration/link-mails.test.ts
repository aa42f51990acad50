import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LinkStore } from "../../src/links/link-store";
import { type EmailDraft, Mailer, type Progress, type SubmitOptions, sendSample } from "../../src/mailer";
import { SendError } from "../../src/model/send-error";
import { MemoryOutboxStore } from "../../src/outbox/stores/memory-outbox-store";
import { PostOffice } from "../../src/post-office";
import type { RawConfiguration } from "../../src/settings/raw";
import { type MailServer, startMailServer } from "../support/mail-server";
import { startScriptedSmtpServer } from "../support/scripted-smtp-server";
import { dependencies, settingsFor } from "../support/settings";

const LARGE = { filename: "large.bin", content: Buffer.alloc(1_200_000, 7) };
const draft: EmailDraft = { to: "a@example.com", subject: "x", text: "x", attachments: [LARGE] };
const LINK = /https:\/\/flows\.example\.com\/red\/post-office\/files\/([\w-]+)\/large\.bin/;

describe("a mailer whose attachments go as links", () => {
  let server: MailServer;
  let base: string;
  let store: LinkStore;
  let counter = 0;
  let greylists: boolean;
  let closing: Mailer[] = [];

  beforeEach(async () => {
    base = mkdtempSync(join(tmpdir(), "link-mails-"));
    const newToken = () => `token-${String(counter++).padStart(16, "0")}`;
    store = new LinkStore({ folder: join(base, "links"), clock: dependencies.clock, newToken });
    greylists = true;
    server = await startMailServer({
      onRcpt: (address) => {
        if (address.startsWith("no")) return "550 5.1.1 no";
        return address.startsWith("later") && greylists ? "450 4.2.0 later" : undefined;
      },
    });
  });
  afterEach(async () => {
    await Promise.all(closing.map((mailer) => mailer.close(1000)));
    closing = [];
    await server.close();
    rmSync(base, { recursive: true, force: true });
  });

  const raw = (more: Partial<RawConfiguration> = {}) => ({
    attachmentLinks: "above-limit",
    maxAttachmentSize: 1,
    linkBaseUrl: "https://flows.example.com",
    ...more,
  });
  const files = (): number => (existsSync(join(base, "links")) ? readdirSync(join(base, "links")).length / 2 : 0);

  function mailerWith(more: Partial<RawConfiguration> = {}, outbox = new MemoryOutboxStore(), links = true): Mailer {
    const { clock } = dependencies;
    const postOffice = new PostOffice({ clock, makeDiskStore: () => outbox });
    const serving = links ? { links: { store, root: "/red/" } } : {};
    const settings = settingsFor(server.port, raw({ outbox: "disk", ...more }));
    const mailer = new Mailer(settings, "queue", { ...dependencies, random: Math.random, postOffice, ...serving });
    closing.push(mailer);
    return mailer;
  }

  async function sent(mailer: Mailer, more: EmailDraft = {}, options: SubmitOptions = {}) {
    const submitted = await mailer.submit({ ...draft, ...more }, options);
    if (submitted.state !== "queued") throw new Error("a duplicate");
    return submitted.result;
  }

  it("has a file where it says so before the mail is queued", async () => {
    let filesAtQueueing = 0;
    class Watched extends MemoryOutboxStore {
      override async add(...given: Parameters<MemoryOutboxStore["add"]>): ReturnType<MemoryOutboxStore["add"]> {
        filesAtQueueing = files();
        return super.add(...given);
      }
    }
    const { messageId } = await sent(mailerWith({}, new Watched()));
    assert.equal(filesAtQueueing, 1);
    const { parsed } = server.mails[0] ?? assert.fail();
    assert.deepEqual(parsed.attachments, []);
    const found = (await store.find(LINK.exec(parsed.text ?? "")?.[1] ?? "")) ?? assert.fail();
    await found.file.close();
    assert.deepEqual([found.size, found.contentType], [1_200_000, "application/octet-stream"]);
    assert.ok(messageId.startsWith(`<${found.mail}@`), "it knows its mail");
  });

  it("counts for the largest mail what goes with it, not what is linked", async () => {
    await sent(mailerWith({ maxSize: 1 }));
    assert.equal(files(), 1);
    await assert.rejects(sent(mailerWith({ maxSize: 1 }), { text: "x".repeat(1_000_000) }), {
      reason: "message-above-limit",
    });
    assert.equal(files(), 1, "and keeps no file of a mail that it refuses");
  });

  it("keeps no file of a mail whose recipient is not allowed, or that cannot be queued", async () => {
    await assert.rejects(sent(mailerWith({ allowedDomains: "example.org" })), { reason: "domain-not-allowed" });
    class Full extends MemoryOutboxStore {
      override add(): ReturnType<MemoryOutboxStore["add"]> {
        return Promise.reject(new SendError("store-full", { phase: "queue", facts: { value: "outbox.sqlite" } }));
      }
    }
    await assert.rejects(sent(mailerWith({}, new Full())), { reason: "store-full" });
    assert.equal(files(), 0);
  });

  it("keeps no file of a duplicate", async () => {
    const mailer = mailerWith();
    const options = { dedupeKey: "one", dedupeForMs: 60_000 };
    await sent(mailer, {}, options);
    assert.equal((await mailer.submit(draft, options)).state, "duplicate");
    assert.equal(files(), 1);
  });

  it("does not queue a mail whose file could not be kept", async () => {
    const full: Pick<LinkStore, "keep" | "discard"> = {
      keep: () => Promise.reject(new SendError("store-full", { phase: "queue", facts: { value: "links" } })),
      discard: () => Promise.resolve(),
    };
    const postOffice = new PostOffice({ clock: dependencies.clock });
    const links = { store: full as LinkStore, root: "/" };
    const settings = settingsFor(server.port, raw());
    const mailer = new Mailer(settings, "queue", { ...dependencies, random: Math.random, postOffice, links });
    closing.push(mailer);
    await assert.rejects(mailer.submit(draft), { code: "ERR_MAIL_STORE", reason: "store-full" });
    const [store] = postOffice.openStores;
    assert.deepEqual(await store?.list({ limit: 10 }), []);
  });

  it("keeps none in a dry run, and says so in the link", async () => {
    let queued = "";
    class Watched extends MemoryOutboxStore {
      override add(...given: Parameters<MemoryOutboxStore["add"]>): ReturnType<MemoryOutboxStore["add"]> {
        queued = given[0].mime.toString();
        return super.add(...given);
      }
    }
    await sent(mailerWith({ safeMode: "dry-run" }, new Watched()));
    assert.match(queued.replace(/=\r\n/g, ""), /\/post-office\/files\/not-kept\/large\.bin/);
    assert.deepEqual([files(), server.mails.length], [0, 0]);
  });

  it("links for whoever gets a redirected mail", async () => {
    await sent(mailerWith({ safeMode: "redirect", redirectTo: "tests@example.com" }));
    assert.match(server.mails[0]?.parsed.text ?? "", LINK);
    assert.equal(files(), 1);
  });

  it("keeps the file of a mail that was given up until the link ends: it may be sent again by hand", async () => {
    await assert.rejects(sent(mailerWith(), { to: "nobody@example.com" }), { code: "ERR_MAIL_RECIPIENTS_REJECTED" });
    assert.equal(files(), 1);
  });

  it("gives a mail up instead of sending links that have ended while it waited", async () => {
    let shift = 0;
    const clock = { ...dependencies.clock, now: () => Date.now() + shift };
    const postOffice = new PostOffice({ clock, makeDiskStore: () => new MemoryOutboxStore() });
    const settings = settingsFor(server.port, raw({ outbox: "disk", linkDays: 1, giveUpAfter: 720 }));
    const links = { store, root: "/red/" };
    const mailer = new Mailer(settings, "queue", { ...dependencies, clock, random: Math.random, postOffice, links });
    closing.push(mailer);
    const put = async (to: string) => {
      let onProgress = (_: Progress): void => {};
      const deferred = new Promise<void>((resolve) => {
        onProgress = ({ state }) => state === "retry" && resolve();
      });
      const submitted = await mailer.submit({ ...draft, to }, { onProgress: (progress) => onProgress(progress) });
      assert.ok(submitted.state === "queued");
      await deferred;
      return submitted;
    };
    const [early, late] = [await put("later@example.com"), await put("later@example.com")];
    greylists = false;
    await postOffice.retry([early.id]);
    await mailer.wake();
    assert.equal((await early.result).state, "accepted");
    shift = 24 * 60 * 60 * 1000;
    await postOffice.retry([late.id]);
    await mailer.wake();
    await assert.rejects(late.result, (error: SendError) => {
      assert.deepEqual([error.code, error.reason, error.field], ["ERR_MAIL_EXPIRED", "links-ended", "linkDays"]);
      assert.match(error.message, /\d{4}-\d\d-\d\d \d\d:\d\d UTC/);
      return true;
    });
    assert.equal(server.mails.length, 1);
    assert.equal(mailer.standing.state, "ok");
  });

  it("links a file of a listed folder, larger than the largest mail, and leaves none in the outbox", async () => {
    const outbox = new MemoryOutboxStore();
    const spooled = () => (existsSync(outbox.spool.folder()) ? readdirSync(outbox.spool.folder()) : []);
    const before = spooled();
    writeFileSync(join(base, "large.bin"), Buffer.alloc(3_000_000, 7));
    const mailer = mailerWith({ attachmentFolders: base, maxSize: 1 }, outbox);
    const options = { dedupeKey: "one", dedupeForMs: 60_000 };
    await sent(mailer, { attachments: { path: "large.bin" } }, options);
    const found = (await store.find(LINK.exec(server.mails[0]?.parsed.text ?? "")?.[1] ?? "")) ?? assert.fail();
    assert.deepEqual(await found.file.readFile(), Buffer.alloc(3_000_000, 7));
    await found.file.close();
    assert.equal((await mailer.submit({ ...draft, attachments: { path: "large.bin" } }, options)).state, "duplicate");
    await assert.rejects(mailer.submit({ ...draft, attachments: { path: "large.bin" }, text: "x".repeat(1_000_000) }));
    assert.deepEqual([spooled(), files()], [before, 1]);
  });

  it("refuses the mail where nothing serves files", async () => {
    const mailer = mailerWith({}, undefined, false);
    await assert.rejects(mailer.submit(draft), { code: "ERR_MAIL_CONFIG", reason: "links-not-served" });
    await sent(mailer, { attachments: [{ ...LARGE, content: Buffer.alloc(1) }] });
  });

  it("makes real links for a test with sample data, also in a dry run, and none where it fails", async () => {
    const settings = settingsFor(server.port, raw({ safeMode: "dry-run" }));
    const { signal } = new AbortController();
    const links = { store, root: "/red/" };
    await sendSample(settings, draft, "me@example.com", { ...dependencies, links }, signal, undefined);
    assert.match(server.mails[0]?.parsed.text ?? "", LINK);
    assert.equal(files(), 1);
    await assert.rejects(sendSample(settings, draft, "no@example.com", { ...dependencies, links }, signal, undefined));
    assert.equal(files(), 1);
  });

  it("keeps the file of a test whose answer was lost: its mail may have arrived", async () => {
    const mute = await startScriptedSmtpServer({ dot: "drop" });
    const { signal } = new AbortController();
    const deps = { ...dependencies, links: { store, root: "/" } };
    const sending = sendSample(settingsFor(mute.port, raw()), draft, "a@example.com", deps, signal, undefined);
    await assert.rejects(sending, { disposition: "ambiguous" });
    assert.equal(files(), 1);
    await mute.close();
  });
});
