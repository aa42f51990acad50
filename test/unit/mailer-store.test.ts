import assert from "node:assert/strict";
import { Mailer } from "../../src/mailer";
import { SendError } from "../../src/model/send-error";
import { MemoryOutboxStore } from "../../src/outbox/stores/memory-outbox-store";
import { PostOffice } from "../../src/post-office";
import { FakeClock, settled } from "../support/fake-clock";
import { type MailServer, startMailServer } from "../support/mail-server";
import { dependencies, settingsFor } from "../support/settings";

const draft = { to: "a@example.com", subject: "x", text: "x" };

class LockedAtFirst extends MemoryOutboxStore {
  static locked = true;

  override async open(): Promise<void> {
    if (LockedAtFirst.locked)
      throw new SendError("store-locked", { phase: "queue", facts: { value: "outbox.sqlite" } });
    await super.open();
  }
}

describe("a mailer whose store cannot be opened", () => {
  let server: MailServer;

  beforeEach(async () => {
    server = await startMailServer();
    LockedAtFirst.locked = true;
  });
  afterEach(() => server.close());

  function mailer(onNoStore: (error: SendError) => void = () => {}): Mailer {
    const postOffice = new PostOffice({ clock: dependencies.clock, makeDiskStore: () => new LockedAtFirst() });
    const settings = settingsFor(server.port, { outbox: "disk" });
    return new Mailer(settings, "queue", { ...dependencies, random: Math.random, postOffice }, { onNoStore });
  }

  it("says so at once, and at every mail; and takes mail as soon as it can be opened", async () => {
    const told = new Promise<SendError>((resolve) => {
      const late = mailer(resolve);
      void late.close(0);
    });
    assert.equal((await told).reason, "store-locked");
    const patient = mailer();
    await assert.rejects(patient.submit(draft), { code: "ERR_MAIL_STORE", reason: "store-locked" });
    LockedAtFirst.locked = false;
    const submitted = await patient.submit(draft);
    assert.equal(submitted.state === "queued" && (await submitted.result).state, "accepted");
    await patient.close(1000);
  });

  it("tries again each minute by itself, so that what waits in it needs no new mail to be sent", async () => {
    const clock = new FakeClock();
    const postOffice = new PostOffice({ clock, makeDiskStore: () => new LockedAtFirst() });
    const settings = settingsFor(server.port, { outbox: "disk" });
    const mailer = new Mailer(settings, "queue", { ...dependencies, clock, random: Math.random, postOffice });
    await settled();
    assert.equal(mailer.standing.state, "unusable");
    await clock.advance(60_000);
    assert.equal(mailer.standing.state, "unusable");
    LockedAtFirst.locked = false;
    await clock.advance(60_000);
    assert.equal(mailer.standing.state, "ok");
    await mailer.close(0);
    LockedAtFirst.locked = true;
    const ended = new Mailer(settings, "queue", { ...dependencies, clock, random: Math.random, postOffice });
    await settled();
    await ended.close(0);
    assert.equal(clock.timers, 0);
  });

  it("does not open it once it is closed itself", async () => {
    const ended = mailer();
    await assert.rejects(ended.submit(draft), { reason: "store-locked" });
    await ended.close(0);
    LockedAtFirst.locked = false;
    await assert.rejects(ended.submit(draft), { code: "ERR_MAIL_CANCELLED" });
  });
});

describe("a mailer", () => {
  it("has its mails kept for as many days as its configuration says", async () => {
    const opened: unknown[] = [];
    class Watched extends PostOffice {
      override open(...given: Parameters<PostOffice["open"]>): ReturnType<PostOffice["open"]> {
        opened.push(given);
        return super.open(...given);
      }
    }
    const postOffice = new Watched({ clock: dependencies.clock });
    const settings = settingsFor(1, { keepSent: 3, keepFailed: "11" });
    const mailer = new Mailer(settings, "queue", { ...dependencies, random: Math.random, postOffice });
    await mailer.close(0);
    assert.deepEqual(opened, [["memory", "queue", { sentDays: 3, deadDays: 11 }]]);
  });
});
