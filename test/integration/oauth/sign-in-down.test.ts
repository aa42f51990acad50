import assert from "node:assert/strict";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { ANSWER_TIMEOUT_MS } from "../../../src/oauth/exchange";
import { selfSigned } from "../../support/certificates";
import { errorOf } from "../../support/error-of";
import { FakeClock } from "../../support/fake-clock";
import { type Entra, entraCloud, servicesWith, startEntra } from "../../support/sign-in/entra";
import type { SignInFailure } from "../../support/sign-in/failures";
import { patient, sourceOf, withSecret } from "./signing-in";

describe("a sign-in service that is down", () => {
  let entra: Entra;
  beforeEach(async () => {
    entra = await startEntra();
  });
  afterEach(() => entra.close());

  const answers: readonly (readonly [string, SignInFailure, reason: string, said: RegExp])[] = [
    ["503 without a word", { status: 503 }, "signin-unavailable", /HTTP 503\.$/],
    [
      "503 with a page",
      { status: 503, body: "<h1>Our services aren't available</h1>" },
      "signin-unavailable",
      /aren't available/,
    ],
    [
      "500 with words",
      { status: 500, body: { error: "server_error", error_description: "Oops." } },
      "signin-unavailable",
      /Oops/,
    ],
    ["429", { status: 429, body: { error: "too_many" } }, "signin-throttled", /HTTP 429/],
    [
      "a page instead of a token",
      { status: 200, body: "<html><head><title>x</title></head><body>Please <b>log in</b>" },
      "signin-not-json",
      /Please log in/,
    ],
    ["no token", { status: 200, body: { ok: true } }, "signin-not-json", /HTTP 200/],
    [
      "a redirect, which is not followed",
      { status: 307, headers: { location: "/elsewhere" } },
      "signin-not-json",
      /HTTP 307/,
    ],
    ["a proxy that refuses", { status: 403, body: "Blocked by the proxy" }, "signin-not-json", /Blocked by the proxy/],
    ["a cut connection", "dropped", "signin-dropped", /broke before it answered/],
  ];
  for (const [what, failure, reason, said] of answers) {
    it(`with ${what} is ${reason}: the mail waits`, async () => {
      entra.fail(failure);
      const error = await errorOf(sourceOf(withSecret(), entra).get(patient()));
      assert.equal(error.reason, reason);
      assert.equal(error.disposition, "transient");
      assert.match(error.message, said);
      assert.equal(entra.requests.length, 1);
    });
  }

  it("says how long to leave it alone", async () => {
    for (const failure of [
      { status: 429 },
      { status: 503 },
      { status: 400, body: { error: "invalid_grant", error_description: "AADSTS90033: Busy." } },
    ]) {
      entra.fail({ headers: { "retry-after": "17" }, ...failure });
      assert.equal((await errorOf(sourceOf(withSecret(), entra).get(patient()))).retryAfterMs, 17_000);
    }
  });

  it("refuses connections", async () => {
    await entra.close();
    const error = await errorOf(sourceOf(withSecret(), entra).get(patient()));
    assert.equal(error.reason, "signin-refused");
    assert.match(error.message, /127\.0\.0\.1 refused the connection on port \d+/);
    entra = await startEntra();
  });

  it("has a certificate that nobody vouches for", async () => {
    const { cert, key } = await selfSigned({ hosts: ["127.0.0.1"] });
    const server = createServer({ cert, key });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const error = await errorOf(sourceOf(withSecret(), { services: servicesWith(entraCloud(url)) }).get(patient()));
    assert.equal(error.reason, "signin-tls");
    assert.equal(error.disposition, "configuration");
    server.close();
  });

  it("does not answer within half a minute of the clock", async () => {
    const clock = new FakeClock();
    entra.fail("no-answer");
    const failure = errorOf(sourceOf(withSecret(), { ...entra, clock }).get(patient()));
    await entra.waitFor(() => entra.requests.length === 1);
    await clock.advance(ANSWER_TIMEOUT_MS);
    const error = await failure;
    assert.equal(error.reason, "signin-timeout");
    assert.match(error.message, /within 30 seconds/);
    assert.equal(clock.timers, 0);
  });

  it("leaves no timer behind when it answers", async () => {
    const clock = new FakeClock();
    await sourceOf(withSecret(), { ...entra, clock }).get(patient());
    assert.equal(clock.timers, 0);
  });

  it("is hung up on when the last one who waits stops waiting", async () => {
    const source = sourceOf(withSecret(), entra);
    const release = entra.hold();
    const [one, two] = [new AbortController(), new AbortController()];
    const failures = [errorOf(source.get(one.signal)), errorOf(source.get(two.signal))];
    await entra.waitFor(() => entra.requests.length === 1);
    one.abort();
    assert.equal((await failures[0])?.reason, "cancelled");
    assert.equal(entra.requests[0]?.aborted, false);
    two.abort();
    assert.equal((await failures[1])?.reason, "cancelled");
    await entra.waitFor(() => entra.requests[0]?.aborted === true);
    release();
    await source.get(patient());
    assert.equal(entra.requests.length, 2);
  });
});
