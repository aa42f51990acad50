import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import promises from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { isWindowsTrick } from "../../../src/attachments/windows-paths";
import type { Spool } from "../../../src/model/spool";
import { bytes } from "../../support/kept-files";
import { bytesIn, TestSpool } from "../../support/test-spool";
import { CANARY, fetchAll, refusal } from "./fetching";

describe("attachments from files", () => {
  let root = "";
  let reports = "";
  let folders: readonly string[] = [];

  before(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), "files-")));
    reports = join(root, "reports");
    folders = [reports];
    for (const folder of ["reports", "reports/deep", "reports-secret", "outside", "more"])
      mkdirSync(join(root, folder));
    for (const secret of ["reports-secret/a.txt", "outside/a.txt", "a.txt", "outside/deep.txt"])
      writeFileSync(join(root, secret), CANARY);
    writeFileSync(join(reports, "a.txt"), "inside");
    writeFileSync(join(reports, "deep/b.txt"), "deeper");
    writeFileSync(join(reports, "empty.txt"), "");
    writeFileSync(join(root, "more/c.txt"), "more");
    const links: [string, string][] = [
      ["../outside/a.txt", "link.txt"],
      [join(root, "outside"), "folder-link"],
      ["../outside/not-there.txt", "dangling.txt"],
      ["loop.txt", "loop.txt"],
      ["folder-link/a.txt", "link-by-link.txt"],
      ["/dev/zero", "zero"],
      ["/proc/self/environ", "environ"],
      ["/", "root"],
      ["deep/b.txt", "good-link.txt"],
      ["../more/c.txt", "link-to-more.txt"],
    ];
    for (const [target, name] of links) symlinkSync(target, join(reports, name));
    symlinkSync(reports, join(root, "by-another-name"));
    execFileSync("mkfifo", [join(reports, "pipe")]);
  });
  after(() => rmSync(root, { recursive: true }));

  const contentOf = async (path: string, listed = folders): Promise<string> => {
    const { attachments } = await fetchAll({ path }, { folders: listed });
    return bytesIn(attachments[0]!.content).toString();
  };

  describe("are refused and not read where the path", () => {
    const OUTSIDE = "attachment-path-outside";
    const MISSING = "attachment-file-missing";
    const OTHER = "attachment-not-a-file";
    const escapes: [what: string, path: () => string, reason: string][] = [
      ["climbs out", () => "../outside/a.txt", OUTSIDE],
      ["climbs out after going in", () => "deep/../../outside/a.txt", OUTSIDE],
      ["climbs further than there is", () => "../../../../../../../../etc/passwd", OUTSIDE],
      ["climbs out in an absolute path", () => join(root, "reports/../outside/a.txt"), OUTSIDE],
      ["climbs out as text", () => `${reports}/../outside/a.txt`, OUTSIDE],
      ["climbs out over a link", () => "folder-link/../outside/a.txt", MISSING],
      ["climbs in the way of Windows", () => "..\\outside\\a.txt", MISSING],
      ["climbs in an encoding", () => "..%2foutside%2fa.txt", MISSING],
      ["climbs in another encoding", () => "%2e%2e/outside/a.txt", MISSING],
      ["climbs in a double encoding", () => "..%252foutside%252fa.txt", MISSING],
      ["climbs with look-alikes", () => "‥/outside/a.txt", MISSING],
      ["is absolute and elsewhere", () => "/etc/passwd", OUTSIDE],
      ["is of a sibling whose name begins alike", () => `${reports}-secret/a.txt`, OUTSIDE],
      ["is of that sibling by climbing", () => "../reports-secret/a.txt", OUTSIDE],
      ["is the folder itself", () => reports, OUTSIDE],
      ["is the current folder", () => ".", OUTSIDE],
      ["is of somebody's home", () => "~/a.txt", MISSING],
      ["is a link to a file outside", () => "link.txt", MISSING],
      ["leads through a link to a folder outside", () => "folder-link/a.txt", MISSING],
      ["is a link to such a link", () => "link-by-link.txt", MISSING],
      ["leads through a link to the root", () => "root/etc/passwd", MISSING],
      ["is a link to what is not there", () => "dangling.txt", MISSING],
      ["is a link to itself", () => "loop.txt", MISSING],
      ["is a link to an endless device", () => "zero", MISSING],
      ["is a link to the environment of this process", () => "environ", MISSING],
      ["is an endless device", () => "/dev/zero", OUTSIDE],
      ["is the environment of this process", () => "/proc/self/environ", OUTSIDE],
      ["is of an open file of this process", () => "/proc/self/fd/0", OUTSIDE],
      ["is a folder", () => "deep", OTHER],
      ["is a pipe that nobody writes into", () => "pipe", OTHER],
      ["goes on below a file", () => "a.txt/b", MISSING],
      ["is longer than paths are", () => `${"x".repeat(300)}/${"y/".repeat(3000)}z`, MISSING],
    ];
    for (const [what, path, reason] of escapes) {
      it(what, async () => {
        const error = await refusal({ path: path() }, { folders });
        assert.deepEqual([error.reason, error.field, error.code], [reason, "attachments.path", "ERR_MAIL_ATTACHMENT"]);
      });
    }

    it("is a socket", async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(join(reports, "socket"), resolve));
      assert.equal((await refusal({ path: "socket" }, { folders })).reason, OTHER);
      await new Promise((resolve) => server.close(resolve));
    });

    it("is anything, as long as no folder is listed, or none that there is", async () => {
      for (const path of ["a.txt", join(reports, "a.txt")])
        assert.equal((await refusal({ path }, { folders: [] })).reason, "attachment-no-folders");
      assert.equal((await refusal({ path: "a.txt" }, { folders: [join(root, "nowhere")] })).reason, MISSING);
      assert.equal((await refusal({ path: "a.txt" }, { folders: ["C:\\Reports", "reports"] })).reason, OUTSIDE);
    });

    it("is made up by the kernel, in a listed folder too", async () => {
      assert.equal((await refusal({ path: "environ" }, { folders: ["/proc/self"] })).reason, OTHER);
      assert.equal((await refusal({ path: "zero" }, { folders: ["/dev"] })).reason, OTHER);
    });
  });

  it("are refused in the same words outside, whether they are there or not", async () => {
    const words = async (path: string): Promise<string> => {
      const { message, remedy, reason } = await refusal({ path }, { folders });
      return `${reason} ${message} ${remedy}`.replaceAll(path, "PATH");
    };
    const pairs = [
      [join(root, "outside/a.txt"), join(root, "outside/not-there.txt")],
      ["../outside/a.txt", "../outside/not-there.txt"],
      ["link.txt", "dangling.txt"],
      ["folder-link/a.txt", "folder-link/not-there.txt"],
      ["folder-link", "folder-link/not-there/a"],
    ] as const;
    for (const [there, not] of pairs) assert.equal(await words(there), await words(not));
  });

  it("arrive byte for byte below a folder, by relative and absolute paths, and by links that stay inside", async () => {
    for (const path of ["a.txt", "./a.txt", "deep/../a.txt", join(reports, "a.txt"), "deep//../a.txt"])
      assert.equal(await contentOf(path), "inside", path);
    assert.equal(await contentOf("good-link.txt"), "deeper");
    assert.equal(await contentOf("empty.txt"), "");
    const another = [join(root, "by-another-name")];
    for (const path of ["a.txt", join(root, "by-another-name/a.txt"), join(reports, "a.txt")])
      assert.equal(await contentOf(path, another), "inside", path);
  });

  it("are looked for in each folder in turn, and may lead from one into the other", async () => {
    const both = [...folders, join(root, "more")];
    assert.deepEqual([await contentOf("c.txt", both), await contentOf("a.txt", both)], ["more", "inside"]);
    assert.equal(await contentOf("link-to-more.txt", both), "more");
    assert.equal((await refusal({ path: "link-to-more.txt" }, { folders })).reason, "attachment-file-missing");
  });

  it("keep their names in any script, and what the message says of them", async () => {
    for (const name of ["Übersicht für März.txt", "报告.pdf", "דוח.pdf", "🎂 a'b\"c.txt", "a\\b.txt", "a:b.txt"]) {
      writeFileSync(join(reports, "deep", name), name);
      const { attachments } = await fetchAll([{ path: `deep/${name}` }, { path: "a.txt", filename: name }], {
        folders,
      });
      const [own, given] = attachments;
      assert.equal(own?.filename, name === "a\\b.txt" ? "b.txt" : name);
      assert.deepEqual([bytesIn(own!.content).toString(), given?.filename], [name, name]);
    }
    const described = { path: "a.txt", contentType: "text/csv", contentDisposition: "inline" };
    const { attachments } = await fetchAll(described, { folders });
    assert.deepEqual([attachments[0]?.contentType, attachments[0]?.disposition], ["text/csv", "inline"]);
  });

  it("take a hard link for the file that it is", async () => {
    linkSync(join(reports, "a.txt"), join(reports, "hard.txt"));
    assert.equal(await contentOf("hard.txt"), "inside");
  });

  it("go into the spool where they are large, and stay in memory where they are not", async () => {
    const spool = new TestSpool();
    const [small, large] = [bytes(1_000_000), bytes(1_000_001)];
    writeFileSync(join(reports, "small.bin"), small);
    writeFileSync(join(reports, "large.bin"), large);
    const { attachments } = await fetchAll([{ path: "small.bin" }, { path: "large.bin" }], { folders, spool });
    const contents = attachments.map(({ content }) => content);
    assert.deepEqual(contents.map(Buffer.isBuffer), [true, false]);
    assert.ok(bytesIn(contents[0]!).equals(small) && bytesIn(contents[1]!).equals(large));
    assert.equal(spool.count, 1);
    spool.remove();
  });

  it("are refused above the largest mail, all of them together, and leave nothing in the spool", async () => {
    const spool = new TestSpool();
    writeFileSync(join(reports, "large.bin"), bytes(2_000_000));
    const both = ["large.bin", "large.bin"].map((path) => ({ path }));
    const error = await refusal(both, { folders, spool, maxBytes: 3_999_999 });
    assert.deepEqual(
      [error.reason, error.field, error.code],
      ["attachment-too-large", "attachments[1].path", "ERR_MAIL_TOO_LARGE"],
    );
    assert.equal(spool.count, 0);
    const given = [{ path: "large.bin" }, Buffer.alloc(2_000_000)];
    assert.equal((await refusal(given, { folders, spool, maxBytes: 3_999_999 })).field, "attachments[0].path");
    const { attachments } = await fetchAll(both, { folders, spool, maxBytes: 4_000_000 });
    assert.deepEqual([attachments.length, spool.count], [2, 2]);
    spool.remove();
  });

  it("are refused where they become shorter while they are read", async () => {
    const spool = new TestSpool();
    const path = join(reports, "shrinking.bin");
    writeFileSync(path, bytes(3_000_000));
    const shrinking: Spool = {
      discard: (files) => spool.discard(files),
      keep: (source) => {
        truncateSync(path, 2_000_000);
        return spool.keep(source);
      },
    };
    const error = await refusal({ path: "shrinking.bin" }, { folders, spool: shrinking });
    assert.deepEqual([error.reason, error.field, spool.count], ["attachment-file-unreadable", "attachments.path", 0]);
    spool.remove();
  });

  it("leave nothing in the spool where a later one is not there", async () => {
    const spool = new TestSpool();
    const error = await refusal([{ path: "large.bin" }, { path: "not-there" }], { folders, spool });
    assert.deepEqual([error.field, spool.count], ["attachments[1].path", 0]);
    spool.remove();
  });

  it("are not read any more once nobody waits for them", async () => {
    const left = AbortSignal.abort();
    assert.equal((await refusal({ path: "a.txt" }, { folders, signal: left })).reason, "cancelled");
  });

  describe("do not come from outside where a folder on the way is replaced by a link after it was looked at", () => {
    const { stat, open, readlink } = promises;
    const swap = (from: string, to: string): void => {
      renameSync(join(reports, "deep"), join(reports, from));
      renameSync(join(reports, to), join(reports, "deep"));
    };

    before(() => {
      symlinkSync(join(root, "outside"), join(reports, "trap"));
      writeFileSync(join(reports, "deep/a.txt"), "inside");
    });
    afterEach(() => Object.assign(promises, { stat, open, readlink }));

    for (const [what, linkOfOpenFile] of [
      ["as Linux tells by which path it was opened", readlink],
      ["as the file at that path is another one, where the system does not tell", () => Promise.reject(new Error())],
    ] as const) {
      it(what, async () => {
        let swapped = 0;
        const looked = async (path: string) => {
          const found = await stat(path);
          if (swapped++ === 0) swap("aside", "trap");
          return found;
        };
        const opened = async (path: string, flags: number) => {
          const file = await open(path, flags);
          swap("trap", "aside");
          assert.equal((await file.readFile()).toString(), CANARY, "the trap was there in time");
          return file;
        };
        Object.assign(promises, { stat: looked, open: opened, readlink: linkOfOpenFile });
        assert.equal((await refusal({ path: "deep/a.txt" }, { folders })).reason, "attachment-file-missing");
        Object.assign(promises, { stat, open });
        assert.equal(await contentOf("deep/a.txt"), "inside");
      });
    }
  });

  it("never come from outside, whatever the path", async () => {
    const step = fc.constantFrom(
      ...["..", ".", "", "deep", "outside", "reports", "reports-secret", "folder-link", "root", "a.txt", "b.txt"],
      ...["link.txt", "deep.txt", "proc", "self", "cwd", "%2e%2e", "..\\", "..;", "\u2025", "deep ", "C:", "~"],
    );
    const anything = fc.string({ unit: "grapheme", maxLength: 12 });
    const path = fc
      .tuple(fc.constantFrom("", "/", "//", "./", `${root}/`, `${reports}/`), fc.array(fc.oneof(step, anything)))
      .map(([start, steps]) => start + steps.join("/"));
    await fc.assert(
      fc.asyncProperty(path, async (text) => {
        const got = await contentOf(text).catch(({ name, reason }) => `${name} ${reason}`);
        assert.match(got, /^(?:inside|deeper|SendError .+|)$/, text);
      }),
      { numRuns: 400 },
    );
  });
});

describe("a path of Windows", () => {
  it("is not taken where it is a device, a stream, another root, or a name whose end is dropped", () => {
    const tricks = [
      ...["\\\\?\\C:\\a", "\\\\.\\pipe\\a", "//?/C:/a", "\\??\\C:\\a", "C:a.txt", "a.txt:stream", "a.txt::$DATA"],
      ...["C:\\a\\b:c", "nul", "NUL.txt", "a/con", "COM1", "lpt9.log", "a.txt.", "a.txt ", "a /b", "a?", "a*", "..."],
    ];
    assert.deepEqual(
      tricks.filter((path) => !isWindowsTrick(path)),
      [],
    );
  });

  it("is taken where it is a plain one", () => {
    const plain = ["a.txt", "C:\\data\\a.txt", "a\\..\\b", "\\\\server\\share\\a.txt", "console.txt", ".\\a", "nully"];
    assert.deepEqual(plain.filter(isWindowsTrick), []);
  });
});
