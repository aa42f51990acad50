import assert from "node:assert/strict";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { Connections, exchange, NoReply } from "../../../src/transports/graph/exchange";
import { FakeClock } from "../../support/fake-clock";
import { createSignal } from "../../support/signal";

const { signal } = new AbortController();

describe("one HTTP exchange", () => {
  let server: Server;
  let connections: Connections;
  let clock: FakeClock;
  let url: string;
  const sockets = new Set<Socket>();
  const changed = createSignal();
  let received = 0;

  /** Does this as soon as the head of a request is there. */
  async function answering(act: (socket: Socket) => void): Promise<void> {
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        changed.emit();
      });
      socket.on("data", (bytes) => {
        if (received === 0) act(socket);
        received += bytes.length;
        changed.emit();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }
  beforeEach(() => {
    clock = new FakeClock();
    connections = new Connections(clock);
    received = 0;
  });
  afterEach(async () => {
    connections.close();
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  const post = (body: Buffer, stop = signal) => {
    const request = { method: "POST", url, headers: { "Content-Length": String(body.length) }, body };
    return exchange(request, connections, { clock, connectTimeoutMs: 10_000, timeoutMs: 30_000 }, stop);
  };
  const none = async (making: Promise<unknown>): Promise<NoReply> => {
    const error = await making.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof NoReply);
    return error;
  };

  it("counts an answer whose status came, even where the rest of it is cut", async () => {
    await answering((socket) => {
      socket.write("HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\nhalf", () => socket.destroy());
    });
    const { status, text } = await post(Buffer.from("x"));
    assert.deepEqual([status, text], [202, "half"]);
    assert.equal(clock.timers, 0);
  });

  it("counts an answer whose status came, even where the rest of it does not come in time", async () => {
    await answering((socket) => socket.write("HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\n"));
    const reply = post(Buffer.from("x"));
    // The head has to be with the client before its time runs out.
    for (let turns = 0; turns < 50; turns++) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(31_000);
    assert.equal((await reply).status, 202);
    await changed.waitFor(() => sockets.size === 0, 5000);
  });

  it("reads no more of an answer than anybody needs", async () => {
    await answering((socket) => {
      socket.write("HTTP/1.1 400 Bad Request\r\n\r\n");
      const more = (): void => {
        while (!socket.destroyed && socket.write(Buffer.alloc(64 * 1024, "x")));
      };
      socket.on("drain", more);
      more();
    });
    const { status, text } = await post(Buffer.from("x"));
    assert.deepEqual([status, text.length <= 256 * 1024], [400, true]);
    await changed.waitFor(() => sockets.size === 0, 5000);
  });

  it("takes an answer that comes before the end of the body, and sends no more of it", async () => {
    await answering((socket) => {
      socket.pause();
      socket.write("HTTP/1.1 413 Payload Too Large\r\nContent-Length: 0\r\n\r\n");
    });
    const body = Buffer.alloc(30_000_000);
    assert.equal((await post(body)).status, 413);
    for (const socket of sockets) socket.resume();
    await changed.waitFor(() => sockets.size === 0, 5000);
    assert.ok(received < body.length);
  });

  it("knows that a body that was cut off has not left", async () => {
    await answering((socket) => socket.destroy());
    const { left, stage } = await none(post(Buffer.alloc(30_000_000)));
    assert.deepEqual([left, stage], [false, "request"]);
  });

  it("does not give up on a line that is slow but moves", async () => {
    let arrived: Socket | undefined;
    await answering((socket) => {
      arrived = socket;
      socket.pause();
    });
    const reply = post(Buffer.alloc(20_000_000));
    await changed.waitFor(() => arrived !== undefined, 5000);
    for (let rounds = 0; rounds < 5; rounds++) {
      await clock.advance(20_000);
      const before = received;
      arrived?.resume();
      await changed.waitFor(() => received > before + 2_000_000, 5000);
      arrived?.pause();
      for (let turns = 0; turns < 50; turns++) await new Promise((resolve) => setImmediate(resolve));
    }
    arrived?.resume();
    await changed.waitFor(() => received > 20_000_000, 5000);
    arrived?.write("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
    assert.equal((await reply).status, 202);
  });

  it("gives up on a line that does not move", async () => {
    await answering((socket) => socket.pause());
    const reply = none(post(Buffer.alloc(30_000_000)));
    await changed.waitFor(() => received > 0, 5000);
    for (let turns = 0; turns < 200; turns++) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(31_000);
    const { left, why } = await reply;
    assert.deepEqual([left, why, clock.timers], [false, "timeout", 0]);
  });

  it("cannot be made with a header that must not be sent, and says so", async () => {
    await answering(() => {});
    const request = { method: "GET", url, headers: { Authorization: "Bearer a\r\nb" } };
    const patience = { clock, connectTimeoutMs: 1000, timeoutMs: 1000 };
    const { left } = await none(exchange(request, connections, patience, signal));
    assert.deepEqual([left, clock.timers], [false, 0]);
  });

  it("shares a kept connection only with what may, and only while it is young", async () => {
    const used: Socket[] = [];
    await answering(() => {});
    server.on("connection", (socket) =>
      socket.on("data", () => {
        used.push(socket);
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
      }),
    );
    const get = async (fresh: boolean): Promise<void> => {
      const patience = { clock, connectTimeoutMs: 1000, timeoutMs: 1000 };
      await exchange({ method: "GET", url, headers: {}, fresh }, connections, patience, signal);
      // A connection is free a moment after its answer.
      await new Promise((resolve) => setImmediate(resolve));
    };
    for (const fresh of [false, false, true, false]) await get(fresh);
    clock.jump(1_001);
    await get(false);
    const [first, second, third, fourth, fifth] = used;
    assert.deepEqual(
      [second === first, third === first, fourth === first, fifth === first],
      [true, false, true, false],
    );
  });
});
