import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { compose } from "../../unit/compose/composing";
import { bench, closeAll } from "./rig";

const ATTACHMENT_BYTES = 20_000_000;
const run = promisify(execFile);

describe("an attachment of 20 MB through Graph", function () {
  this.timeout(60_000);
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "graph-memory-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));
  afterEach(closeAll);

  for (const [way, more] of [
    ["JSON", {}],
    ["MIME", { inReplyTo: "<a@example.org>" }],
  ] as const) {
    it(`needs less than three times its size above rest, the mail itself included, as ${way}`, async () => {
      const { graph } = await bench();
      const content = randomBytes(ATTACHMENT_BYTES);
      const { mime } = await compose({ attachments: [{ filename: "large.bin", content }], ...more });
      const file = join(folder, `${way}.eml`);
      await writeFile(file, mime);
      const script = join(__dirname, "memory-process.ts");
      const { stdout } = await run(process.execPath, ["--expose-gc", "--require", "tsx/cjs", script, graph.url, file]);
      const { rest, most } = JSON.parse(stdout) as { rest: number; most: number };
      const times = (most - rest) / ATTACHMENT_BYTES;
      assert.ok(graph.mails.at(-1)?.attachments[0]?.content.equals(content));
      assert.ok(times < 3, `${times.toFixed(2)} times its size`);
    });
  }
});
