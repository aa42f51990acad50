import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

const PIECE_BYTES = 1_000_000;
const BYTES = 100 * PIECE_BYTES;
/** Whatever the file, some buffers are on their way at any moment. */
const MOST_ABOVE_REST = 60_000_000;

describe("a file of 100 MB that goes as a link", function () {
  this.timeout(60_000);
  let folder: string;
  let child: ChildProcess | undefined;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "link-memory-"));
  });
  after(async () => {
    child?.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  });

  it("is kept and downloaded byte for byte, and never sits in memory", async () => {
    const path = join(folder, "large.bin");
    const written = createHash("sha256");
    const piece = randomBytes(PIECE_BYTES);
    const pieces = function* () {
      for (let at = 0; at < BYTES / PIECE_BYTES; at++) {
        piece.writeUInt32BE(at);
        written.update(piece);
        yield Buffer.from(piece);
      }
    };
    await pipeline(Readable.from(pieces()), createWriteStream(path));
    const script = join(__dirname, "link-memory-process.ts");
    child = fork(script, [path, String(BYTES)], { execArgv: ["--expose-gc", "--require", "tsx/cjs"] });
    const [{ url }] = (await once(child, "message")) as [{ url: string }];
    const { body, headers } = await fetch(url);
    assert.equal(headers.get("content-length"), String(BYTES));
    const received = createHash("sha256");
    for await (const chunk of body ?? assert.fail()) received.update(chunk);
    assert.equal(received.digest("hex"), written.digest("hex"));
    const told = once(child, "message");
    child.send("tell");
    const [{ rest, most }] = (await told) as [{ rest: number; most: number }];
    assert.ok(most - rest < MOST_ABOVE_REST, `${((most - rest) / 1_000_000).toFixed(1)} MB above rest`);
  });
});
