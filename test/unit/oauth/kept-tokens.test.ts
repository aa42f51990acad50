import assert from "node:assert/strict";
import { Secret } from "../../../src/model/secret";
import { SendError } from "../../../src/model/send-error";
import type { AccessToken } from "../../../src/model/token";
import { KeptTokens } from "../../../src/oauth/kept-tokens";
import { FakeClock, settled } from "../../support/fake-clock";

const MINUTE = 60_000;

interface Request {
  readonly signal: AbortSignal;
  give(lifeMs?: number): void;
  refuse(error?: Error): void;
}

/** Tokens from a service that answers when a test says so. */
function rig() {
  const clock = new FakeClock();
  const requests: Request[] = [];
  const tokens = new KeptTokens((signal) => {
    const name = `token ${requests.length + 1}`;
    return new Promise<AccessToken>((resolve, reject) => {
      signal.addEventListener("abort", () => reject(new Error("aborted")));
      requests.push({
        signal,
        give: (lifeMs = 60 * MINUTE) =>
          resolve({ value: new Secret(name), expiresAt: clock.now() + lifeMs, permissions: [] }),
        refuse: (error = new SendError("signin-unavailable", { phase: "token" })) => reject(error),
      });
    });
  }, clock);
  const get = (signal = new AbortController().signal) => tokens.get(signal);
  const withToken = async (lifeMs?: number): Promise<AccessToken> => {
    const first = get();
    await settled();
    requests[0]?.give(lifeMs);
    return first;
  };
  return { clock, requests, tokens, get, withToken };
}

const named = async (token: Promise<AccessToken> | AccessToken): Promise<string> => (await token).value.reveal();
const reasonOf = (token: Promise<unknown>): Promise<string> =>
  token.then(
    () => "no failure",
    (error) => error.reason,
  );

describe("kept tokens", () => {
  it("are asked for once, however many want the first one at the same time", async () => {
    const { requests, get } = rig();
    const all = Array.from({ length: 10 }, () => get());
    await settled();
    assert.equal(requests.length, 1);
    requests[0]?.give();
    assert.deepEqual(new Set(await Promise.all(all.map(named))), new Set(["token 1"]));
  });

  it("are used without asking until five minutes before they expire", async () => {
    const { clock, requests, get, withToken } = rig();
    await withToken();
    await clock.advance(55 * MINUTE - 1);
    assert.equal(await named(get()), "token 1");
    assert.equal(requests.length, 1);
  });

  it("are refreshed five minutes before they expire", async () => {
    const { clock, requests, get, withToken } = rig();
    await withToken();
    await clock.advance(55 * MINUTE);
    const next = get();
    await settled();
    requests[1]?.give();
    assert.equal(await named(next), "token 2");
    assert.equal(await named(get()), "token 2");
  });

  it("that live shorter than that are refreshed in the last quarter of their life", async () => {
    const { clock, requests, get, withToken } = rig();
    await withToken(MINUTE);
    await clock.advance(44_999);
    assert.equal(await named(get()), "token 1");
    await clock.advance(1);
    void get();
    await settled();
    assert.equal(requests.length, 2);
  });

  it("are used on where the refresh fails while they are valid, asking again after half a minute", async () => {
    const { clock, requests, get, withToken } = rig();
    await withToken();
    await clock.advance(56 * MINUTE);
    const kept = get();
    await settled();
    requests[1]?.refuse();
    assert.equal(await named(kept), "token 1");
    await clock.advance(29_999);
    assert.equal(await named(get()), "token 1");
    assert.equal(requests.length, 2);
    await clock.advance(1);
    const next = get();
    await settled();
    requests[2]?.give();
    assert.equal(await named(next), "token 3");
  });

  it("are not asked for again before the time that the service named", async () => {
    const { clock, requests, get, withToken } = rig();
    await withToken();
    await clock.advance(55 * MINUTE);
    void get();
    await settled();
    requests[1]?.refuse(new SendError("signin-throttled", { phase: "token", retryAfterMs: 2 * MINUTE }));
    await clock.advance(2 * MINUTE - 1);
    await get();
    assert.equal(requests.length, 2);
    await clock.advance(1);
    void get();
    await settled();
    assert.equal(requests.length, 3);
  });

  it("that have expired are no help where no fresh one comes", async () => {
    const { clock, requests, get, withToken } = rig();
    await withToken();
    await clock.advance(60 * MINUTE);
    const next = get();
    await settled();
    requests[1]?.refuse();
    assert.equal(await reasonOf(next), "signin-unavailable");
  });

  it("that expire while their refresh fails are not used", async () => {
    const { clock, requests, get, withToken } = rig();
    await withToken();
    await clock.advance(59 * MINUTE);
    const next = get();
    await settled();
    await clock.advance(MINUTE);
    requests[1]?.refuse();
    assert.equal(await reasonOf(next), "signin-unavailable");
  });

  it("are renewed by one request, however many had the same one refused", async () => {
    const { requests, tokens, withToken } = rig();
    const refused = await withToken();
    const all = Array.from({ length: 5 }, () => tokens.renew(refused, new AbortController().signal));
    await settled();
    assert.equal(requests.length, 2);
    requests[1]?.give();
    assert.deepEqual(new Set(await Promise.all(all.map(named))), new Set(["token 2"]));
  });

  it("are not renewed for whoever had an older one refused", async () => {
    const { requests, tokens, withToken } = rig();
    const refused = await withToken();
    const renewed = tokens.renew(refused, new AbortController().signal);
    await settled();
    requests[1]?.give();
    await renewed;
    assert.equal(await named(tokens.renew(refused, new AbortController().signal)), "token 2");
    assert.equal(requests.length, 2);
  });

  it("are not given out again after they were refused, also where no other comes", async () => {
    const { requests, tokens, get, withToken } = rig();
    const refused = await withToken();
    const renewed = tokens.renew(refused, new AbortController().signal);
    await settled();
    requests[1]?.refuse();
    assert.equal(await reasonOf(renewed), "signin-unavailable");
    const next = get();
    await settled();
    requests[2]?.give();
    assert.equal(await named(next), "token 3");
  });
});

describe("whoever stops waiting for a token", () => {
  it("is told at once, and the others still get theirs", async () => {
    const { requests, get } = rig();
    const impatient = new AbortController();
    const [left, stays] = [get(impatient.signal), get()];
    await settled();
    impatient.abort();
    assert.equal(await reasonOf(left), "cancelled");
    assert.equal(requests[0]?.signal.aborted, false);
    requests[0]?.give();
    assert.equal(await named(stays), "token 1");
  });

  it("ends the request where nobody else waits; the next one starts afresh", async () => {
    const { requests, get } = rig();
    const impatient = [new AbortController(), new AbortController()];
    const left = impatient.map(({ signal }) => reasonOf(get(signal)));
    await settled();
    for (const each of impatient) each.abort();
    const next = get();
    assert.deepEqual(await Promise.all(left), ["cancelled", "cancelled"]);
    await settled();
    assert.equal(requests[0]?.signal.aborted, true);
    requests[1]?.give();
    assert.equal(await named(next), "token 2");
    assert.equal(await named(get()), "token 2");
  });

  it("before asking makes no request", async () => {
    const { requests, get } = rig();
    assert.equal(await reasonOf(get(AbortSignal.abort())), "cancelled");
    await settled();
    assert.equal(requests.length, 0);
  });

  it("for a reason of its own is told that reason", async () => {
    const { get } = rig();
    const controller = new AbortController();
    const left = reasonOf(get(controller.signal));
    controller.abort(new SendError("config-missing", { phase: "queue" }));
    assert.equal(await left, "config-missing");
  });
});
