import assert from "node:assert/strict";
import { truncateSync } from "node:fs";
import { simpleParser } from "mailparser";
import { dkimSigner } from "../../../src/compose/dkim/dkim";
import { dkimRecord } from "../../../src/compose/dkim/dkim-record";
import { relaxedBodyHash } from "../../../src/compose/dkim/dkim-relaxed";
import { readMime } from "../../../src/compose/read-back/read-mime";
import { joined, rewriteMime } from "../../../src/compose/read-back/rewrite-mime";
import { recipientsOf } from "../../../src/compose/recipients";
import { encodedLength, lengthOf, sizeOf } from "../../../src/compose/whole-mime";
import { Secret } from "../../../src/model/secret";
import { SendError } from "../../../src/model/send-error";
import { rsaKey } from "../../support/dkim-keys";
import { bytes, composeWith, keptFiles, wholeOf } from "../../support/kept-files";
import { verifyDkim } from "../../support/verify-dkim";

/** Around the ends of groups, lines and pieces of base64. */
const SIZES = [1, 2, 3, 56, 57, 58, 114, 57 * 1024 - 1, 57 * 1024, 57 * 1024 + 1, 57 * 2048, 300_000];

describe("Contents that are in files", () => {
  let files: ReturnType<typeof keptFiles>;
  beforeEach(() => {
    files = keptFiles();
  });
  afterEach(() => files.remove());

  for (const size of SIZES) {
    it(`arrive byte for byte: ${size} bytes`, async () => {
      const content = bytes(size);
      const email = await composeWith([{ filename: "Größe.bin", content: files.keep("a", content) }]);
      const whole = await wholeOf(email);
      const { attachments, text } = await simpleParser(whole);
      assert.equal(text, "Hello");
      assert.deepEqual(
        attachments.map((one) => [one.filename, one.contentType, one.content.equals(content)]),
        [["Größe.bin", "application/octet-stream", true]],
      );
      assert.equal(whole.length, sizeOf(email));
      assert.ok(email.mime.length < 1500, `${email.mime.length} bytes in memory`);
    });
  }

  it("go out in the same lines as those that are in memory", async () => {
    const content = bytes(100_000);
    const [kept, inMemory] = await Promise.all(
      [files.keep("a", content), content].map((each) => composeWith([{ filename: "a.bin", content: each }])),
    );
    const lines = (whole: Buffer): string[] =>
      whole
        .toString("latin1")
        .replace(/--_?NmP-[^\r;"]*/g, "--b")
        .split("\r\n");
    assert.deepEqual(
      lines(await wholeOf(kept!)).filter((line) => line.length === 76),
      lines(await wholeOf(inMemory!)).filter((line) => line.length === 76),
    );
    assert.equal(sizeOf(kept!), sizeOf(inMemory!));
  });

  it("keep their places among others, whatever is in them", async () => {
    const contents = [bytes(5000, "a"), Buffer.from("in memory"), bytes(70_000, "b"), bytes(1, "c")];
    const attachments = contents.map((content, index) => ({
      filename: `${index}.bin`,
      content: index === 1 ? content : files.keep(String(index), content),
      ...(index === 2 ? { cid: "logo@x" } : {}),
    }));
    const email = await composeWith(attachments, { html: '<img src="cid:logo@x">' });
    const parsed = await simpleParser(await wholeOf(email), { skipImageLinks: true });
    const found = new Map(parsed.attachments.map((one) => [one.filename, one.content]));
    for (const [index, content] of contents.entries())
      assert.ok(found.get(`${index}.bin`)?.equals(content), `attachment ${index}`);
  });

  it("that are gone, or shorter than they were, end the mail with an error that names the file", async () => {
    const file = files.keep("a", bytes(200_000));
    const email = await composeWith([{ filename: "a.bin", content: file }]);
    truncateSync(file.path, 100_000);
    const failed = (error: unknown): boolean => {
      assert.ok(error instanceof SendError);
      assert.equal(error.code, "ERR_MAIL_STORE");
      assert.match(error.message, /cannot be read/);
      return true;
    };
    await assert.rejects(wholeOf(email), failed);
    assert.throws(() => readMime(email).attachments[0]?.content.read(0, 200_000), failed);
    files.remove();
    await assert.rejects(wholeOf(email), failed);
    assert.throws(() => readMime(email).attachments[0]?.content.read(0, 10), failed);
  });

  it("are counted for the largest mail before anything is composed", async () => {
    assert.equal(encodedLength(57), 76);
    assert.equal(encodedLength(58), 76 + 2 + 4);
  });

  it("are signed as what goes out", async () => {
    const settings = { domain: "example.com", selector: "s", key: new Secret(rsaKey()) };
    const email = await composeWith([
      { filename: "a.bin", content: files.keep("a", bytes(200_001)) },
      { filename: "b.bin", content: files.keep("b", bytes(57)) },
    ]);
    const whole = await wholeOf(email);
    const bodyStart = whole.indexOf("\r\n\r\n") + 4;
    assert.equal(await relaxedBodyHash(email, bodyStart), await relaxedBodyHash({ mime: whole }, bodyStart));
    const { name, value } = dkimRecord(settings);
    const signed = Buffer.concat([await dkimSigner(settings)(email), whole]);
    assert.deepEqual(
      verifyDkim(signed, (asked) => (asked === name ? value : undefined)).map(({ problem }) => problem),
      [""],
    );
  });

  it("are read back range by range, and stay where a part is taken out", async () => {
    const content = bytes(150_000);
    const email = await composeWith([
      { filename: "stays.bin", content: files.keep("a", content) },
      { filename: "goes.bin", content: files.keep("b", bytes(90_000, "b")) },
    ]);
    const mail = readMime(email);
    const [stays, goes] = mail.attachments;
    assert.deepEqual([stays?.name, stays?.content.size, goes?.content.size], ["stays.bin", 150_000, 90_000]);
    assert.ok(stays?.content.read(57_000, 120_001).equals(content.subarray(57_000, 120_001)));
    assert.equal(stays?.content.copy(Buffer.alloc(10), 149_995), 5);
    const pieces = rewriteMime(mail, recipientsOf(mail, email.envelope), new Set([goes!.part]));
    const rewritten = joined(pieces);
    assert.equal(rewritten.length, lengthOf(pieces));
    const { attachments } = await simpleParser(rewritten);
    assert.deepEqual(
      attachments.map((one) => [one.filename, one.content.equals(content)]),
      [["stays.bin", true]],
    );
  });
});
