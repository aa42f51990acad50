import assert from "node:assert/strict";
import type { FailureReason } from "../../../src/model/catalogue";
import type { Phase } from "../../../src/model/codes";
import { classifySocketError } from "../../../src/transports/smtp/classify-socket";
import { settingsFor } from "../../support/settings";

const settings = settingsFor(587);
const failing = (codes: object, phase: Phase = "connect") =>
  classifySocketError(Object.assign(new Error("x"), codes), phase, settings);
const of = (...codes: string[]) => new AggregateError(codes.map((code) => Object.assign(new Error(code), { code })));

describe("what a failed socket means", () => {
  const cases: [code: string, phase: Phase, reason: FailureReason][] = [
    ["ENOTFOUND", "dns", "dns-not-found"],
    ["EAI_AGAIN", "dns", "dns-failed"],
    ["ETIMEDOUT", "dns", "dns-failed"],
    ["ECONNREFUSED", "connect", "connect-refused"],
    ["ETIMEDOUT", "connect", "connect-timeout"],
    ["EHOSTUNREACH", "connect", "connect-unreachable"],
    ["ENETUNREACH", "connect", "connect-unreachable"],
    ["ECONNRESET", "connect", "dropped"],
    ["EMFILE", "connect", "connect-failed"],
    ["ETIMEDOUT", "greeting", "greeting-timeout"],
    ["ECONNRESET", "greeting", "dropped"],
    ["EHOSTUNREACH", "mail", "dropped"],
    ["EPIPE", "data", "dropped"],
    ["ETIMEDOUT", "rcpt", "answer-timeout"],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "tls", "tls-wrong-version"],
    ["ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", "tls", "tls-version-too-old"],
    ["ERR_SSL_UNSUPPORTED_PROTOCOL", "tls", "tls-version-too-old"],
    ["CERT_HAS_EXPIRED", "tls", "tls-expired"],
    ["CERT_NOT_YET_VALID", "tls", "tls-not-yet-valid"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "tls", "tls-self-signed"],
    ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "tls", "tls-unknown-ca"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "tls", "tls-wrong-name"],
    ["ERR_SSL_TLSV1_ALERT_UNKNOWN_CA", "greeting", "tls-client-certificate"],
    ["ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", "greeting", "tls-client-certificate"],
    ["ERR_SSL_SOMETHING_NEW", "tls", "tls-handshake"],
    ["EPROTO", "tls", "tls-handshake"],
  ];
  for (const [code, phase, reason] of cases) {
    it(`${code} in phase ${phase} is ${reason}`, () => {
      for (const error of [failing({ code }, phase), failing({ code: "ESOCKET", originalCode: code }, phase)]) {
        assert.equal(error.reason, reason);
        assert.doesNotMatch(`${error.message} ${error.remedy}`, /[{}]|\s{2}|undefined/);
      }
    });
  }

  it("is unconfirmed once the content is on its way, whatever the code", () => {
    for (const code of ["ETIMEDOUT", "ECONNRESET", "EPIPE", "ENOTFOUND", "ERR_SSL_WRONG_VERSION_NUMBER"]) {
      for (const phase of ["body", "dot"] as const) {
        const error = failing({ code }, phase);
        assert.deepEqual([error.reason, error.disposition], ["unconfirmed", "ambiguous"]);
      }
    }
  });

  it("of several addresses, is what the one did that could be reached", () => {
    const both = (...codes: string[]) =>
      classifySocketError(Object.assign(of(...codes), { code: codes[0] }), "connect", settings);
    assert.equal(both("ENETUNREACH", "ECONNREFUSED").reason, "connect-refused");
    assert.equal(both("ENETUNREACH", "ETIMEDOUT").reason, "connect-timeout");
    assert.equal(both("ENETUNREACH", "EHOSTUNREACH").reason, "connect-unreachable");
  });

  it("is never more than a dropped connection where nothing is known", () => {
    for (const nothing of [undefined, null, {}, "x"])
      assert.equal(classifySocketError(nothing, "mail", settings).reason, "dropped");
  });
});
