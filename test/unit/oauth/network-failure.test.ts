import assert from "node:assert/strict";
import type { FailureReason } from "../../../src/model/catalogue";
import { networkFailure } from "../../../src/oauth/network-failure";

const url = new URL("https://login.example.com/t/token");

/** fetch wraps what happened into a TypeError. */
const fetchFailed = (code: string): Error => new TypeError("fetch failed", { cause: { code } });

const CASES: readonly (readonly [code: string, FailureReason])[] = [
  ["ENOTFOUND", "signin-dns"],
  ["EAI_AGAIN", "signin-dns"],
  ["ECONNREFUSED", "signin-refused"],
  ["ENETUNREACH", "signin-unreachable"],
  ["EHOSTUNREACH", "signin-unreachable"],
  ["ETIMEDOUT", "signin-timeout"],
  ["UND_ERR_CONNECT_TIMEOUT", "signin-timeout"],
  ["ECONNRESET", "signin-dropped"],
  ["UND_ERR_SOCKET", "signin-dropped"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "signin-tls"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "signin-tls"],
  ["CERT_HAS_EXPIRED", "signin-tls"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "signin-tls"],
  ["ERR_SSL_WRONG_VERSION_NUMBER", "signin-tls"],
  ["SOMETHING_NEW", "signin-unreachable"],
];

describe("a sign-in service that does not answer", () => {
  for (const [code, reason] of CASES) {
    it(`with ${code} is ${reason}, and names host and code`, () => {
      const error = networkFailure(fetchFailed(code), url);
      assert.equal(error.reason, reason);
      assert.equal(error.phase, "token");
      assert.equal(error.disposition, reason === "signin-tls" ? "configuration" : "transient");
      assert.match(error.message, /login\.example\.com/);
    });
  }

  it("is told by its IPv4 address where this machine has no IPv6", () => {
    const errors = [{ code: "ENETUNREACH" }, { code: "ECONNREFUSED" }];
    const error = networkFailure(new TypeError("fetch failed", { cause: { code: "ENETUNREACH", errors } }), url);
    assert.equal(error.reason, "signin-refused");
  });

  it("without any reason is still a SendError", () => {
    assert.equal(networkFailure(undefined, url).reason, "signin-unreachable");
  });
});
