import assert from "node:assert/strict";
import { once } from "node:events";
import { Writable } from "node:stream";
import { MarkedBody } from "../../../src/transports/smtp/marked-body";
import { settled } from "../../support/fake-clock";

const MIME = Buffer.from("Subject: a\r\n\r\nbody\r\n");

async function textOf({ stream }: MarkedBody): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

describe("MarkedBody", () => {
  it("asks for nothing until it is read", async () => {
    const body = new MarkedBody([MIME], async () => assert.fail("marked too early"));
    await settled();
    assert.equal(body.started, false);
  });

  it("lets no byte go before the marker is written, and asks once", async () => {
    let [asked, goOn] = [0, (): void => {}];
    const body = new MarkedBody([MIME], () => {
      asked++;
      return new Promise((resolve) => {
        goOn = resolve;
      });
    });
    const chunks: Buffer[] = [];
    body.stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    await settled();
    assert.deepEqual([asked, body.started, chunks.length], [1, false, 0]);
    goOn();
    await once(body.stream, "end");
    assert.deepEqual([asked, body.started, Buffer.concat(chunks)], [1, true, MIME]);
    assert.equal(body.refusal, undefined);
  });

  it("is marked while the server is asked for its permission, once, and lets no byte go for that alone", async () => {
    let asked = 0;
    const body = new MarkedBody([MIME], async () => {
      asked++;
    });
    body.permissionAsked();
    await settled();
    assert.deepEqual([asked, body.started], [1, false]);
    assert.equal(await textOf(body), MIME.toString());
    assert.deepEqual([asked, body.started], [1, true]);
  });

  it("does not mind a marker that could not be written where the server refuses the mail anyway", async () => {
    const body = new MarkedBody([MIME], () => Promise.reject(new Error("disk full")));
    body.permissionAsked();
    await settled();
    body.stream.destroy();
    assert.deepEqual([body.started, body.refusal], [false, undefined]);
  });

  it("carries a large mail unchanged", async () => {
    const large = Buffer.alloc(3_000_000, "abcdefgh\r\n");
    assert.equal(await textOf(new MarkedBody([large], async () => {})), large.toString());
  });

  it("goes out in one piece with what ends it, and leaves the line as it was", async () => {
    const written: string[][] = [];
    const line = new Writable({
      write: (chunk, _encoding, done) => done(void written.push([String(chunk)])),
      writev: (chunks, done) => done(void written.push(chunks.map(({ chunk }) => String(chunk)))),
    });
    const body = new MarkedBody([Buffer.from("DKIM\r\n"), MIME], async () => {}, line);
    body.stream.on("data", (chunk) => line.write(chunk)).once("end", () => line.write(".\r\n"));
    await once(body.stream, "end");
    await new Promise(setImmediate);
    assert.deepEqual(written, [["DKIM\r\n", MIME.toString(), ".\r\n"]]);
    assert.equal(line.writableCorked, 0);
  });

  it("holds the body back, and keeps why, where the marker could not be written", async () => {
    const full = new Error("disk full");
    const body = new MarkedBody([MIME], async () => {
      throw full;
    });
    await assert.rejects(textOf(body), (error) => error !== full);
    assert.deepEqual([body.started, body.refusal], [false, full]);
  });

  it("has not started where the connection was lost while the marker was being written", async () => {
    let goOn = (): void => {};
    const body = new MarkedBody(
      [MIME],
      () =>
        new Promise((resolve) => {
          goOn = resolve;
        }),
    );
    body.stream.resume();
    await settled();
    body.stream.destroy();
    goOn();
    await settled();
    assert.equal(body.started, false);
  });
});
