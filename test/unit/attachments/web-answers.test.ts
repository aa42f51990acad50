import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { selfSigned } from "../../support/certificates";
import { FakeClock } from "../../support/fake-clock";
import { createSignal } from "../../support/signal";
import { TestSpool } from "../../support/test-spool";
import { startWebServer, type WebServer } from "../../support/web-server";
import { CANARY, type Fetch, refusal, TOKEN } from "./fetching";
import { FileHost } from "./file-host";

describe("attachments from web addresses", () => {
  const host = new FileHost();
  /** Bytes that the server could get rid of. */
  let written = 0;

  /** Endless, as fast as it is taken. */
  const pour = (response: ServerResponse): void => {
    const more = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536, CANARY))) written += 65_536;
    };
    response.on("drain", more);
    more();
  };

  describe("are refused where the answer", () => {
    for (const status of [201, 202, 203, 204, 206, 300, 304, 400, 401, 403, 404, 410, 418, 500, 503]) {
      it(`is ${status}`, async () => {
        const error = await refusal({ url: host.serve("/status", (r) => r.writeHead(status).end()) }, host.listed);
        assert.equal(error.reason, "attachment-http-status");
        assert.ok(error.message.includes(String(status)));
        assert.equal(error.disposition, status >= 500 ? "transient" : "permanent");
      });
    }

    it("leads on to nowhere", async () => {
      for (const headers of [{}, { location: "http://[" }])
        assert.equal(
          (await refusal({ url: host.serve("/nowhere", (r) => r.writeHead(302, headers).end()) }, host.listed)).reason,
          "attachment-http-status",
        );
    });

    it("is longer than the largest mail, by its own words", async () => {
      const huge = { "content-length": "99999999999" };
      const url = host.serve("/huge", (response) => response.writeHead(200, huge).write(CANARY));
      const error = await refusal({ url }, host.listed);
      assert.deepEqual([error.reason, error.code], ["attachment-too-large", "ERR_MAIL_TOO_LARGE"]);
    });

    for (const [what, spoolOf] of [
      ["in memory", () => undefined],
      ["in the spool", () => new TestSpool()],
    ] as const) {
      it(`never ends, with what was read of it ${what}`, async () => {
        written = 0;
        const maxBytes = 2_000_000;
        const spool = spoolOf();
        const limits = { ...host.listed, maxBytes, ...(spool && { spool }) };
        assert.equal((await refusal({ url: host.serve("/endless", pour) }, limits)).reason, "attachment-too-large");
        // What lies in the buffers of both ends besides.
        assert.ok(written < maxBytes + 10_000_000, String(written));
        assert.equal(spool?.count ?? 0, 0);
        spool?.remove();
      });
    }

    it("is compressed, however small, though it was asked for as it is", async () => {
      for (const encoding of ["gzip", "br", "deflate, gzip", "x-unknown"]) {
        let asked: string | undefined;
        const url = host.serve("/bomb", (response, { headers }) => {
          asked = String(headers["accept-encoding"]);
          response.writeHead(200, { "content-encoding": encoding }).end(gzipSync(Buffer.alloc(1_000_000)));
        });
        const error = await refusal({ url }, host.listed);
        assert.deepEqual([error.reason, asked], ["attachment-compressed", "identity"]);
      }
    });

    it("is compressed for the way", async () => {
      const head = { "transfer-encoding": "gzip, chunked" };
      const url = host.serve("/packed", (response) => response.writeHead(200, head).end(gzipSync(CANARY)));
      assert.equal((await refusal({ url }, host.listed)).reason, "attachment-compressed");
    });

    it("breaks off", async () => {
      const url = host.serve("/broken", (response) => {
        response.writeHead(200, { "content-length": "1000" }).write("x");
        setImmediate(() => response.destroy());
      });
      assert.equal((await refusal({ url }, host.listed)).reason, "attachment-unreachable");
    });

    it("is none that HTTP knows", async () => {
      const url = host.serve("/garbage", (response) => response.socket?.end(`${CANARY}\r\n\r\n`));
      assert.equal((await refusal({ url }, host.listed)).reason, "attachment-unreachable");
    });

    it("does not come, because nobody listens or the name is not there", async () => {
      const gone = await startWebServer(() => {});
      await gone.close();
      const error = await refusal({ url: host.url("/", gone.host) }, { hosts: gone.host });
      assert.equal(error.reason, "attachment-unreachable");
      assert.match(error.message, /ECONNREFUSED/);
      const lookup = () => Promise.reject(Object.assign(new Error(CANARY), { code: "ENOTFOUND" }));
      const unknown = { hosts: "files.example.com", dependencies: { lookup } };
      assert.match((await refusal({ url: "https://files.example.com/" }, unknown)).message, /ENOTFOUND/);
    });
  });

  describe("do not keep a mail waiting where", () => {
    /** Tells how often something waited for it. */
    class WaitedClock extends FakeClock {
      waits = 0;
      readonly #waited = createSignal();

      override after(ms: number, run: () => void): () => void {
        this.waits++;
        this.#waited.emit();
        return super.after(ms, run);
      }

      untilWaits(count: number): Promise<void> {
        return this.#waited.waitFor(() => this.waits >= count, 5_000);
      }
    }

    const LOOKED_UP = 2;
    const ASKED = 4;
    const BEGUN = 6;
    const silences: [what: string, path: string, answer: (response: ServerResponse) => void, waits: number][] = [
      ["the name is not looked up in time", "/", () => {}, LOOKED_UP],
      ["no answer comes", "/silent", () => {}, ASKED],
      ["the answer stops", "/stops", (response) => response.write(CANARY), BEGUN],
    ];
    for (const [what, path, answer, waits] of silences) {
      it(what, async () => {
        const clock = new WaitedClock();
        const asked = waits === LOOKED_UP ? "files.example.com" : host.server.host;
        const lookup = (): Promise<never> => new Promise(() => {});
        host.serve(path, answer);
        const refused = refusal({ url: host.url(path, asked) }, { hosts: asked, dependencies: { clock, lookup } });
        await clock.untilWaits(waits);
        await clock.advance(5_000);
        const error = await refused;
        assert.deepEqual([error.reason, error.disposition], ["attachment-timeout", "transient"]);
        assert.equal(clock.timers, 0);
      });
    }

    it("the answer drips", async () => {
      const clock = new WaitedClock();
      let drip = (): void => {};
      const url = host.serve("/drips", (response) => {
        drip = () => void response.write("x");
        drip();
      });
      const refused = refusal({ url }, { ...host.listed, dependencies: { clock } });
      const began = clock.now();
      // A piece each four seconds never is a silence of five.
      for (let pieces = 1; clock.now() - began < 300_000; pieces++) {
        await clock.untilWaits(BEGUN - 1 + pieces);
        await clock.advance(4_000);
        drip();
      }
      assert.equal((await refused).reason, "attachment-too-slow");
      assert.equal(clock.timers, 0);
    });

    it("nobody waits for it any more, and leave no timer behind", async () => {
      for (const [asked, waits] of [
        ["files.example.com", LOOKED_UP],
        [host.server.host, ASKED],
      ] as const) {
        const leave = new AbortController();
        const clock = new WaitedClock();
        const dependencies = { clock, lookup: () => new Promise<never>(() => {}) };
        host.serve("/left", () => {});
        const left = { hosts: asked, signal: leave.signal, dependencies };
        const refused = refusal({ url: host.url("/left", asked) }, left);
        await clock.untilWaits(waits);
        leave.abort();
        assert.deepEqual([(await refused).reason, clock.timers], ["cancelled", 0]);
      }
    });
  });

  describe("with TLS", () => {
    let encrypted: WebServer;
    const verifying = process.env["NODE_TLS_REJECT_UNAUTHORIZED"];

    before(async () => {
      const tls = await selfSigned({ hosts: ["127.0.0.1"] });
      const answer = (_: IncomingMessage, response: ServerResponse) =>
        response.writeHead(302, { location: host.url("/ok") }).end(CANARY);
      encrypted = await startWebServer(answer, { tls });
    });
    afterEach(() => {
      delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
      if (verifying !== undefined) process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = verifying;
    });
    after(() => encrypted.close());
    const both = (): Fetch => ({ hosts: `${host.server.host}, ${encrypted.host}` });

    it("are refused where nobody vouches for the certificate, before anything is asked", async () => {
      const error = await refusal({ url: `https://${encrypted.host}/?${TOKEN}` }, both());
      assert.equal(error.reason, "attachment-unreachable");
      assert.match(error.message, /SELF_SIGNED/);
      assert.deepEqual(encrypted.asked, []);
    });

    it("are refused where an encrypted host leads on to one that is not", async () => {
      // Node's own switch, so that this certificate will do.
      process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
      const error = await refusal({ url: `https://${encrypted.host}/` }, both());
      assert.equal(error.reason, "attachment-redirect-in-clear");
    });
  });
});
