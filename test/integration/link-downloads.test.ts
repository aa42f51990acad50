import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { Agent, type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { type LinkServer, startLinkServer } from "../support/link-server";
import { createSignal } from "../support/signal";

const HOUR_MS = 60 * 60 * 1000;
const CONTENT = randomBytes(300_000);

/** Where the system tells what a process has open (Linux). */
const OPEN_FILES = "/proc/self/fd";

function openFiles(): string[] {
  return readdirSync(OPEN_FILES).flatMap((fd) => {
    try {
      return [readlinkSync(join(OPEN_FILES, fd))];
    } catch {
      return [];
    }
  });
}

describe("the download of a linked file", () => {
  let server: LinkServer;
  let agent: Agent;

  before(async () => {
    agent = new Agent({ keepAlive: true, maxSockets: 32 });
    server = await startLinkServer("/flows");
  });
  after(async () => {
    agent.destroy();
    await server.close();
  });

  interface Answer {
    readonly status: number;
    readonly headers: IncomingMessage["headers"];
    readonly body: Buffer;
  }

  const keep = async (content = CONTENT, filename = "Bericht ü.pdf", contentType = "application/pdf", inMs = HOUR_MS) =>
    (await server.store.keep([{ filename, contentType, content }], "mail-1", Date.now() + inMs))[0] as string;

  function ask(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
    return new Promise((resolve, reject) => {
      // Not fetch, which would tidy the path up.
      const { port } = server;
      request({ port, host: "127.0.0.1", path, headers, method, agent }, async (response) => {
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, body: await buffer(response) });
      })
        .on("error", reject)
        .end();
    });
  }

  const pathOf = (token: string, name = "/report.pdf"): string => `/flows/post-office/files/${token}${name}`;
  const withoutDate = ({ headers: { date: _, ...headers }, ...rest }: Answer) => ({ ...rest, headers });

  it("gives out the file, to be saved under its name and never shown as a page", async () => {
    const { status, headers, body } = await ask(pathOf(await keep()));
    assert.equal(status, 200);
    assert.ok(body.equals(CONTENT));
    const { etag, date: _, connection: _c, "keep-alive": _k, "x-powered-by": _p, ...told } = headers;
    assert.match(etag ?? "", /^"[\w-]+"$/);
    assert.deepEqual(told, {
      "accept-ranges": "bytes",
      "cache-control": "private, no-store",
      "content-disposition": "attachment; filename=\"Bericht _.pdf\"; filename*=UTF-8''Bericht%20%C3%BC.pdf",
      "content-length": "300000",
      "content-security-policy": "sandbox; default-src 'none'",
      "content-type": "application/pdf",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-robots-tag": "noindex, nofollow",
    });
  });

  it("is a page to no browser", async () => {
    for (const type of ["text/html", "image/svg+xml", "application/xml"]) {
      const { headers } = await ask(pathOf(await keep(Buffer.from("<script>"), "a.html", type)));
      assert.equal(headers["content-type"], "application/octet-stream");
      assert.match(headers["content-disposition"] ?? "", /^attachment;/);
    }
  });

  it("does not look at the name in the address, nor at a query", async () => {
    const token = await keep();
    for (const name of ["", "/", "/other.exe", "/%00", "/..%2f..%2fetc", "/a?b=c"])
      assert.equal((await ask(pathOf(token, name))).status, 200, name);
  });

  it("is the same however often it is asked for: scanners and previews do no harm", async () => {
    const token = await keep();
    for (let times = 0; times < 3; times++) assert.ok((await ask(pathOf(token))).body.equals(CONTENT));
  });

  it("gives an empty file, and no part of one", async () => {
    const token = await keep(Buffer.alloc(0));
    const { status, headers } = await ask(pathOf(token));
    assert.deepEqual([status, headers["content-length"]], [200, "0"]);
    assert.equal((await ask(pathOf(token), { range: "bytes=0-" })).status, 416);
  });

  it("tells with HEAD what GET would, without the content and without counting", async () => {
    const token = await keep();
    const before = server.log.length;
    const got = withoutDate(await ask(pathOf(token)));
    await server.untilLogged(before + 1);
    const head = withoutDate(await ask(pathOf(token), { range: "bytes=1-2" }, "HEAD"));
    assert.deepEqual({ ...head, body: got.body }, got);
    assert.equal(head.body.length, 0);
    const found = (await server.store.find(token)) ?? assert.fail();
    await found.file.close();
    assert.equal(await found.countDownload(), 2, "one download, and this one");
  });

  it("answers no other method, whether there is such a file or not", async () => {
    const token = await keep();
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
      const known = withoutDate(await ask(pathOf(token), {}, method));
      assert.deepEqual([known.status, known.headers.allow], [405, "GET, HEAD"]);
      assert.deepEqual(withoutDate(await ask(pathOf("a".repeat(22)), {}, method)), known);
    }
    assert.equal((await ask(pathOf(token))).status, 200);
  });

  it("gives one range, and everything where several are asked for", async () => {
    const token = await keep();
    const part = await ask(pathOf(token), { range: "bytes=100000-199999" });
    assert.deepEqual(
      [part.status, part.headers["content-range"], part.headers["content-length"]],
      [206, "bytes 100000-199999/300000", "100000"],
    );
    assert.ok(part.body.equals(CONTENT.subarray(100_000, 200_000)));
    assert.ok((await ask(pathOf(token), { range: "bytes=-7" })).body.equals(CONTENT.subarray(-7)));
    assert.equal((await ask(pathOf(token), { range: "bytes=0-1,5-6" })).status, 200);
    const none = await ask(pathOf(token), { range: "bytes=300000-" });
    assert.deepEqual([none.status, none.headers["content-range"]], [416, "bytes */300000"]);
  });

  it("goes on where a connection was cut, if it is still the same file", async () => {
    const token = await keep();
    const begun = await cutAfter(pathOf(token), 70_000);
    const etag = /^etag: (.*)$/im.exec(begun.head)?.[1] ?? assert.fail();
    assert.ok(begun.body.length >= 70_000 && begun.body.length < CONTENT.length);
    const range = `bytes=${begun.body.length}-`;
    const rest = await ask(pathOf(token), { range, "if-range": etag });
    assert.equal(rest.status, 206);
    assert.ok(Buffer.concat([begun.body, rest.body]).equals(CONTENT));
    for (const other of ['"other"', `W/${etag}`, new Date().toUTCString()])
      assert.equal((await ask(pathOf(token), { range, "if-range": other })).status, 200, other);
  });

  it("counts what was downloaded to its end, and logs the first time without the token", async () => {
    const token = await keep();
    const before = server.log.length;
    await ask(pathOf(token), { range: "bytes=0-10" });
    await ask(pathOf(token), { range: "bytes=11-" });
    await server.untilLogged(before + 1);
    await ask(pathOf(token));
    await server.untilLogged(before + 2);
    const lines = server.log.slice(before);
    assert.deepEqual(lines, [
      "info [smtp-config] The linked file “Bericht ü.pdf” of the mail mail-1 was downloaded (1)",
      "debug [smtp-config] The linked file “Bericht ü.pdf” of the mail mail-1 was downloaded (2)",
    ]);
    assert.ok(!server.log.join().includes(token));
  });

  if (existsSync(OPEN_FILES)) {
    it("closes the file of every download that was broken off", async () => {
      const token = await keep(randomBytes(3_000_000));
      const open = (): number => openFiles().filter((path) => path.startsWith(server.folder)).length;
      for (let times = 0; times < 5; times++) await cutAfter(pathOf(token), 1);
      await ask(pathOf(token));
      const closed = createSignal();
      const look = setInterval(closed.emit, 10);
      await closed.waitFor(() => open() === 0, 5000).finally(() => clearInterval(look));
    });
  }

  it("has one answer for all that leads nowhere, and does not list anything", async () => {
    const [expired, deleted, kept] = [await keep(CONTENT, "a", "a/b", -1), await keep(), await keep()];
    rmSync(join(server.folder, `${createHash("sha256").update(deleted).digest("hex")}.file`));
    const [unknown, longer] = [randomBytes(16).toString("base64url"), `${kept}A`];
    const { status, headers, body } = withoutDate(await ask(pathOf(unknown)));
    assert.deepEqual([status, headers["content-type"]], [404, "text/plain; charset=utf-8"]);
    assert.equal(body.toString(), "There is no such file. The link may have expired, or is not complete.\n");
    assert.equal(headers["cache-control"], "private, no-store");
    const names = ["/report.pdf/more", "//", "/../x"].map((name) => pathOf(kept, name));
    const malformed = ["", "/", "/..", "/.", "/%2e%2e/%2e%2e/settings.js", "/..%2f..%2foutbox.sqlite", "/%", "/a\\b"];
    const files = malformed.map((path) => `/flows/post-office/files${path}`);
    const onDisk = readdirSync(server.folder).map((name) => pathOf(name, ""));
    const same = [expired, deleted, longer, kept.slice(1), kept.toLowerCase(), `${kept}%00`, `${kept}%20`];
    for (const path of [...same.map((token) => pathOf(token)), ...names, ...files, ...onDisk])
      assert.deepEqual(withoutDate(await ask(path)), { status, headers, body }, path);
    assert.deepEqual(withoutDate(await ask(pathOf(unknown), {}, "HEAD")), { status, headers, body: Buffer.alloc(0) });
    assert.equal((await ask(pathOf(unknown), { range: "bytes=0-1" })).status, 404);
    assert.equal((await ask(pathOf(kept))).status, 200);
    for (const path of ["/flows/post-office", "/flows/", "/post-office/files/", `/post-office/files/${kept}`])
      assert.equal((await ask(path)).status, 404, path);
  });

  it("is found by none of 10,000 guesses", async () => {
    await keep();
    const guess = async (): Promise<void> => {
      for (let at = 0; at < 625; at++) {
        const { status, body } = await ask(pathOf(randomBytes(16).toString("base64url"), ""));
        assert.ok(status === 404 && body.length < 100);
      }
    };
    await Promise.all(Array.from({ length: 16 }, guess));
  });

  /** Reads at least so many bytes of the content, and breaks the connection off. */
  function cutAfter(path: string, bytes: number): Promise<{ head: string; body: Buffer }> {
    return new Promise((resolve, reject) => {
      const socket = connect(server.port, "127.0.0.1", () =>
        socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`),
      );
      let got = Buffer.alloc(0);
      socket.on("error", reject);
      socket.on("data", (data) => {
        got = Buffer.concat([got, data]);
        const start = got.indexOf("\r\n\r\n") + 4;
        if (start < 4 || got.length - start < bytes) return;
        socket.destroy();
        resolve({ head: got.toString("latin1", 0, start), body: got.subarray(start) });
      });
    });
  }
});
