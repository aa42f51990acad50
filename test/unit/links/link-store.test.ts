import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { type FileToLink, LinkStore } from "../../../src/links/link-store";
import { FakeClock } from "../../support/fake-clock";

const HOUR_MS = 60 * 60 * 1000;
const NOW = Date.UTC(2026, 0, 1);
const REPORT: FileToLink = {
  filename: "Bericht 📊.pdf",
  contentType: "application/pdf; x=1",
  content: Buffer.from("%PDF"),
};

describe("the store of linked files", () => {
  let base: string;
  let folder: string;
  let clock: FakeClock;
  let store: LinkStore;

  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), "links-"));
    folder = join(base, "post-office", "links");
    clock = new FakeClock(NOW);
    store = open();
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  const open = (newToken = () => randomBytes(16).toString("base64url")): LinkStore =>
    new LinkStore({ folder, clock, newToken });
  const keep = async (file: FileToLink = REPORT, expiresAt = NOW + HOUR_MS): Promise<string> =>
    (await store.keep([file], "mail-1", expiresAt))[0] as string;
  const nameOf = (token: string): string => createHash("sha256").update(token).digest("hex");
  const pathOf = (token: string, ending: "file" | "json"): string => join(folder, `${nameOf(token)}.${ending}`);
  const files = (): string[] => (existsSync(folder) ? readdirSync(folder) : []);

  async function contentOf(token: string, from = store): Promise<string | undefined> {
    const found = await from.find(token);
    if (!found) return undefined;
    const content = await buffer(found.file.createReadStream());
    return content.toString();
  }

  it("gives out what it was given, and knows what it is", async () => {
    const token = await keep();
    assert.match(token, /^[\w-]{22}$/);
    const { file, countDownload, ...record } = (await store.find(token)) ?? assert.fail();
    await file.close();
    assert.equal(typeof countDownload, "function");
    assert.deepEqual(record, {
      filename: "Bericht 📊.pdf",
      contentType: "application/pdf",
      size: 4,
      keptAt: NOW,
      expiresAt: NOW + HOUR_MS,
      mail: "mail-1",
    });
    assert.equal(await contentOf(token), "%PDF");
  });

  it("knows an empty file, and one with a very long name by its ending", async () => {
    assert.equal(await contentOf(await keep({ ...REPORT, content: Buffer.alloc(0) })), "");
    const found = await store.find(await keep({ ...REPORT, filename: `${"ä".repeat(5000)}.tar` }));
    await found?.file.close();
    assert.equal(found?.filename, `${"ä".repeat(196)}.tar`);
  });

  it("knows them after a restart", async () => {
    const token = await keep();
    assert.equal(await contentOf(token, open()), "%PDF");
  });

  it("is for its owner only", async () => {
    const spooled = join(base, "spooled");
    writeFileSync(spooled, "x", { mode: 0o644 });
    await keep({ ...REPORT, content: { path: spooled, size: 1 } });
    await keep();
    const modes = (path: string): string => (statSync(path).mode & 0o777).toString(8);
    assert.equal(modes(folder), "700");
    for (const file of files()) assert.equal(modes(join(folder, file)), "600", file);
  });

  it("tells nobody who lists the folder, or reads its records, where to download anything", async () => {
    const token = await keep();
    assert.equal(files().length, 2);
    for (const file of files()) {
      assert.ok(!file.includes(token));
      assert.ok(!readFileSync(join(folder, file), "latin1").includes(token));
      assert.equal(await store.find(file.replace(/\.\w+$/, "")), undefined, "its name is no token");
    }
  });

  it("keeps a file of the outbox without reading it, and after its mail is gone", async () => {
    const path = join(base, "spooled");
    writeFileSync(path, "from the spool");
    const token = await keep({ ...REPORT, content: { path, size: 14 } });
    assert.equal(statSync(pathOf(token, "file")).ino, statSync(path).ino, "a second name, not a copy");
    rmSync(path);
    assert.equal(await contentOf(token), "from the spool");
  });

  it("refuses a file of the outbox that is gone, or not what it was, and leaves nothing behind", async () => {
    const path = join(base, "spooled");
    await assert.rejects(keep({ ...REPORT, content: { path, size: 1 } }), { code: "ERR_MAIL_STORE" });
    writeFileSync(path, "short");
    await assert.rejects(keep({ ...REPORT, content: { path, size: 6 } }), { code: "ERR_MAIL_STORE" });
    assert.deepEqual(files(), []);
  });

  it("leaves none of several files behind where one cannot be kept", async () => {
    const gone = { ...REPORT, content: { path: join(base, "gone"), size: 1 } };
    await assert.rejects(store.keep([REPORT, REPORT, gone], "mail-1", NOW + 1), { code: "ERR_MAIL_STORE" });
    assert.deepEqual(files(), []);
  });

  it("says where it could not write", async () => {
    writeFileSync(join(base, "post-office"), "a file where the folder should be");
    await assert.rejects(keep(), { reason: "store-unwritable", code: "ERR_MAIL_STORE" });
  });

  it("removes what a mail that came to nothing has left, and nothing else", async () => {
    const [token, other] = [await keep(), await keep()];
    await store.discard([token]);
    assert.equal(await store.find(token), undefined);
    assert.equal(await contentOf(other), "%PDF");
    assert.equal(files().length, 2);
    await store.discard([token]);
  });

  it("gives nothing out from the very moment at which a link expires, swept or not", async () => {
    const token = await keep();
    clock.jump(HOUR_MS - 1);
    assert.equal(await contentOf(token), "%PDF");
    clock.jump(1);
    assert.equal(await store.find(token), undefined);
    assert.equal(files().length, 2);
  });

  it("sweeps what has expired when it is taken into use, and once an hour until nobody uses it", async () => {
    const early = await keep(REPORT, NOW + 1);
    const late = await keep(REPORT, NOW + 1.5 * HOUR_MS);
    clock.jump(2);
    const leave = [store.use(), store.use()];
    await until(() => !existsSync(pathOf(early, "json")) && !existsSync(pathOf(early, "file")));
    assert.equal(await contentOf(late), "%PDF");
    await clock.advance(HOUR_MS);
    await clock.advance(HOUR_MS);
    await until(() => files().length === 0);
    for (const each of leave) {
      assert.equal(clock.timers, 1);
      each();
      each();
    }
    assert.equal(clock.timers, 0);
  });

  const wrongs: [string, (token: string) => void][] = [
    ["whose content was deleted", (token) => rmSync(pathOf(token, "file"))],
    ["whose record was deleted", (token) => rmSync(pathOf(token, "json"))],
    ["whose record is torn", (token) => writeFileSync(pathOf(token, "json"), '{"filename":"a.pdf","conten')],
    ["whose record is empty", (token) => writeFileSync(pathOf(token, "json"), "")],
    ["whose record is something else", (token) => writeFileSync(pathOf(token, "json"), "null\n")],
    ["whose content was cut", (token) => writeFileSync(pathOf(token, "file"), "%")],
    [
      "whose content is a symbolic link",
      (token) => {
        writeFileSync(join(base, "four"), "four");
        rmSync(pathOf(token, "file"));
        symlinkSync(join(base, "four"), pathOf(token, "file"));
      },
    ],
  ];
  for (const [which, spoil] of wrongs) {
    it(`gives out no file ${which}, and all others`, async () => {
      const [token, other] = [await keep(), await keep()];
      spoil(token);
      assert.equal(await store.find(token), undefined);
      await store.sweep();
      assert.equal(await store.find(token), undefined);
      assert.equal(await contentOf(other), "%PDF");
    });
  }

  it("sweeps what a crash left half written, but not what is being written", async () => {
    const crashed = await keep();
    rmSync(pathOf(crashed, "json"));
    const torn = await keep();
    writeFileSync(pathOf(torn, "json"), "{");
    writeFileSync(join(folder, "notes.txt"), "not ours");
    const large = { ...REPORT, content: Buffer.alloc(3_000_000) };
    const keeping = store.keep([large, large, large], "mail-2", NOW + HOUR_MS);
    while (files().length < 6) await store.sweep();
    const tokens = await keeping;
    await store.sweep();
    for (const token of tokens) assert.equal((await contentOf(token))?.length, 3_000_000);
    assert.deepEqual([existsSync(pathOf(crashed, "file")), existsSync(pathOf(torn, "file"))], [false, false]);
    assert.ok(existsSync(join(folder, "notes.txt")));
  });

  it("counts downloads, also after a restart, and none of a file that is gone", async () => {
    const token = await keep();
    for (const expected of [1, 2]) assert.equal(await count(token, store), expected);
    assert.equal(await count(token, open()), 3);
    assert.equal(await contentOf(token), "%PDF");
    const found = (await store.find(token)) ?? assert.fail();
    await found.file.close();
    await store.discard([token]);
    await assert.rejects(found.countDownload());
    assert.deepEqual(files(), []);
  });

  it("takes nothing for a token that is none", async () => {
    await keep();
    for (const token of [
      "",
      "..",
      "../../x",
      "a".repeat(21),
      "a".repeat(23),
      `${"a".repeat(21)}/`,
      `${"a".repeat(21)}\0`,
    ])
      assert.equal(await store.find(token), undefined, token);
  });

  async function count(token: string, from: LinkStore): Promise<number> {
    const found = (await from.find(token)) ?? assert.fail();
    await found.file.close();
    return found.countDownload();
  }

  /** Lets the file system go on, as long as the test may take. */
  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise((resolve) => setImmediate(resolve));
  }
});
