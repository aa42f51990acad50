import assert from "node:assert/strict";
import type { FailureReason } from "../../../src/model/catalogue";
import { systemClock } from "../../../src/model/clock";
import type { Phase } from "../../../src/model/codes";
import { classifyNoReply } from "../../../src/transports/graph/classify-connection";
import { NoReply, type Stage } from "../../../src/transports/graph/exchange";

const patience = { clock: systemClock, connectTimeoutMs: 10_000, timeoutMs: 30_000 };
const { signal } = new AbortController();

const ROWS: readonly [code: string | undefined, stage: Stage, reason: FailureReason, phase: Phase][] = [
  ["ENOTFOUND", "dns", "graph-dns", "dns"],
  ["EAI_AGAIN", "dns", "graph-dns", "dns"],
  ["ECONNREFUSED", "connect", "graph-unreachable", "connect"],
  // An address in place of a name is not looked up.
  ["ECONNREFUSED", "dns", "graph-unreachable", "connect"],
  ["ENETUNREACH", "connect", "graph-unreachable", "connect"],
  ["ETIMEDOUT", "connect", "graph-unreachable", "connect"],
  ["ECONNRESET", "connect", "dropped", "connect"],
  ["ECONNRESET", "tls", "dropped", "tls"],
  [undefined, "connect", "graph-unreachable", "connect"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "tls", "graph-tls", "tls"],
  ["CERT_HAS_EXPIRED", "tls", "graph-tls", "tls"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "tls", "graph-tls", "tls"],
  ["EPROTO", "tls", "graph-tls", "tls"],
  ["ECONNRESET", "request", "dropped", "request"],
];

describe("no reply from Graph", () => {
  for (const sends of [true, false]) {
    for (const [code, stage, reason, phase] of ROWS) {
      it(`because of ${code} at ${stage} is ${reason}${sends ? ", also of a mail" : ""}`, () => {
        const failure = new NoReply(stage, false, "failed", code ? { code } : undefined);
        const error = classifyNoReply(failure, { url: "https://graph.microsoft.com/v1.0", sends, signal }, patience);
        assert.deepEqual([error.reason, error.phase, error.field], [reason, phase, "cloud"]);
        assert.doesNotMatch(`${error.message} ${error.remedy}`, /\{|undefined|\s{2}| \./);
      });
    }
  }

  for (const why of ["failed", "timeout", "aborted"] as const) {
    it(`to a mail that has left as a whole is of unknown outcome (${why})`, () => {
      const sought = { url: "https://graph.microsoft.com/v1.0", sends: true, signal: AbortSignal.abort() };
      const { reason, disposition } = classifyNoReply(new NoReply("request", true, why), sought, patience);
      assert.deepEqual([reason, disposition], ["unconfirmed", "ambiguous"]);
    });
  }

  for (const [stage, reason, seconds] of [
    ["dns", "graph-dns", ""],
    ["connect", "graph-timeout", "10 seconds"],
    ["tls", "graph-timeout", "10 seconds"],
    ["request", "graph-timeout", "30 seconds"],
  ] as const) {
    it(`in time at ${stage} is ${reason}`, () => {
      const sought = { url: "http://127.0.0.1:1234/", sends: false, signal };
      const error = classifyNoReply(new NoReply(stage, false, "timeout"), sought, patience);
      assert.deepEqual([error.reason, error.phase, error.disposition], [reason, stage, "transient"]);
      assert.ok(error.message.includes(seconds), error.message);
    });
  }

  it("from a name with several addresses tells what the reachable ones did", () => {
    const cause = { code: "ENETUNREACH", errors: [{ code: "ENETUNREACH" }, { code: "ECONNREFUSED" }] };
    const sought = { url: "https://graph.microsoft.com/", sends: true, signal };
    assert.equal(
      classifyNoReply(new NoReply("connect", false, "failed", cause), sought, patience).reason,
      "graph-unreachable",
    );
  });
});
