import assert from "node:assert/strict";
import type { FailureReason } from "../../../src/model/catalogue";
import type { Disposition, ErrorCode } from "../../../src/model/codes";
import { classifyAnswer, type Purpose } from "../../../src/transports/graph/classify-answer";

const NOW = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;
const asked = { mailbox: "orders@example.com", host: "graph.microsoft.com", permissions: ["Mail.Send"] };

interface Row {
  status: number;
  error?: string;
  purpose?: Purpose;
  headers?: Record<string, string>;
  permissions?: string[];
  reason: FailureReason;
  code: ErrorCode;
  disposition: Disposition;
  retryAfterMs?: number;
  field?: string;
}

const ROWS: readonly Row[] = [
  {
    status: 401,
    error: "InvalidAuthenticationToken",
    reason: "graph-token-refused",
    code: "ERR_MAIL_TOKEN",
    disposition: "configuration",
    field: "cloud",
  },
  {
    status: 403,
    error: "ErrorAccessDenied",
    reason: "graph-access-denied",
    code: "ERR_MAIL_PERMISSION",
    disposition: "configuration",
    field: "mailbox",
  },
  {
    status: 403,
    error: "ErrorAccessDenied",
    purpose: "draft",
    reason: "graph-readwrite-missing",
    code: "ERR_MAIL_PERMISSION",
    disposition: "permanent",
    field: "mailbox",
  },
  {
    status: 403,
    error: "ErrorAccessDenied",
    purpose: "draft",
    permissions: ["Mail.ReadWrite"],
    reason: "graph-access-denied",
    code: "ERR_MAIL_PERMISSION",
    disposition: "configuration",
  },
  {
    status: 403,
    error: "ErrorAccessDenied",
    purpose: "draft",
    permissions: [],
    reason: "graph-readwrite-missing",
    code: "ERR_MAIL_PERMISSION",
    disposition: "permanent",
  },
  {
    status: 403,
    error: "Authorization_RequestDenied",
    reason: "graph-access-denied",
    code: "ERR_MAIL_PERMISSION",
    disposition: "configuration",
  },
  {
    status: 403,
    error: "ErrorSendAsDenied",
    reason: "graph-send-as-denied",
    code: "ERR_MAIL_SENDER_REJECTED",
    disposition: "permanent",
    field: "from",
  },
  {
    status: 404,
    error: "ErrorInvalidUser",
    reason: "graph-mailbox-not-found",
    code: "ERR_MAIL_PERMISSION",
    disposition: "configuration",
    field: "mailbox",
  },
  {
    status: 404,
    error: "ResourceNotFound",
    reason: "graph-mailbox-not-found",
    code: "ERR_MAIL_PERMISSION",
    disposition: "configuration",
  },
  {
    status: 404,
    error: "Request_ResourceNotFound",
    purpose: "look",
    reason: "graph-mailbox-not-found",
    code: "ERR_MAIL_PERMISSION",
    disposition: "configuration",
  },
  {
    status: 404,
    error: "MailboxNotEnabledForRESTAPI",
    reason: "graph-mailbox-not-online",
    code: "ERR_MAIL_PERMISSION",
    disposition: "configuration",
  },
  {
    status: 404,
    error: "ErrorItemNotFound",
    purpose: "draft",
    reason: "graph-draft-lost",
    code: "ERR_MAIL_PROTOCOL",
    disposition: "transient",
  },
  { status: 404, reason: "graph-unexpected", code: "ERR_MAIL_PROTOCOL", disposition: "transient" },
  {
    status: 400,
    error: "ErrorInvalidRecipients",
    reason: "graph-recipient-invalid",
    code: "ERR_MAIL_RECIPIENTS_REJECTED",
    disposition: "permanent",
  },
  {
    status: 400,
    error: "RequestBodyRead",
    reason: "graph-request-refused",
    code: "ERR_MAIL_CONTENT_REJECTED",
    disposition: "permanent",
  },
  {
    status: 400,
    error: "BadRequest",
    reason: "graph-request-refused",
    code: "ERR_MAIL_CONTENT_REJECTED",
    disposition: "permanent",
  },
  { status: 413, reason: "message-too-large", code: "ERR_MAIL_TOO_LARGE", disposition: "permanent" },
  {
    status: 413,
    error: "ErrorMessageSizeExceeded",
    reason: "message-too-large",
    code: "ERR_MAIL_TOO_LARGE",
    disposition: "permanent",
  },
  {
    status: 403,
    error: "ErrorExceededMessageLimit",
    reason: "graph-daily-limit",
    code: "ERR_MAIL_THROTTLED",
    disposition: "transient",
    retryAfterMs: HOUR,
  },
  {
    status: 429,
    error: "ErrorExceededMessageLimit",
    headers: { "retry-after": "5" },
    reason: "graph-daily-limit",
    code: "ERR_MAIL_THROTTLED",
    disposition: "transient",
    retryAfterMs: HOUR,
  },
  {
    status: 403,
    error: "ErrorQuotaExceeded",
    reason: "graph-mailbox-full",
    code: "ERR_MAIL_SENDER_REJECTED",
    disposition: "configuration",
    field: "mailbox",
  },
  {
    status: 403,
    error: "ErrorMessageSubmissionBlocked",
    reason: "graph-submission-blocked",
    code: "ERR_MAIL_SENDER_REJECTED",
    disposition: "configuration",
  },
  {
    status: 429,
    error: "TooManyRequests",
    headers: { "retry-after": "17" },
    reason: "graph-throttled",
    code: "ERR_MAIL_THROTTLED",
    disposition: "transient",
    retryAfterMs: 17_000,
  },
  {
    status: 429,
    error: "ApplicationThrottled",
    reason: "graph-throttled",
    code: "ERR_MAIL_THROTTLED",
    disposition: "transient",
    retryAfterMs: 10_000,
  },
  {
    status: 429,
    headers: { "retry-after": "Thu, 01 Jan 2026 00:02:00 GMT" },
    reason: "graph-throttled",
    code: "ERR_MAIL_THROTTLED",
    disposition: "transient",
    retryAfterMs: 120_000,
  },
  {
    status: 429,
    headers: { "retry-after": "soon" },
    reason: "graph-throttled",
    code: "ERR_MAIL_THROTTLED",
    disposition: "transient",
    retryAfterMs: 10_000,
  },
  {
    status: 503,
    error: "serviceNotAvailable",
    headers: { "retry-after": "3" },
    reason: "graph-busy",
    code: "ERR_MAIL_THROTTLED",
    disposition: "transient",
    retryAfterMs: 3000,
  },
  {
    status: 503,
    error: "ErrorMailboxStoreUnavailable",
    reason: "unconfirmed",
    code: "ERR_MAIL_UNCONFIRMED",
    disposition: "ambiguous",
  },
  {
    status: 504,
    error: "UnknownError",
    headers: { "retry-after": "3" },
    reason: "unconfirmed",
    code: "ERR_MAIL_UNCONFIRMED",
    disposition: "ambiguous",
  },
  {
    status: 500,
    error: "ErrorInternalServerError",
    reason: "unconfirmed",
    code: "ERR_MAIL_UNCONFIRMED",
    disposition: "ambiguous",
  },
  { status: 503, purpose: "draft", reason: "graph-busy", code: "ERR_MAIL_THROTTLED", disposition: "transient" },
  { status: 504, purpose: "draft", reason: "graph-busy", code: "ERR_MAIL_THROTTLED", disposition: "transient" },
  { status: 500, purpose: "look", reason: "graph-busy", code: "ERR_MAIL_THROTTLED", disposition: "transient" },
  { status: 200, reason: "unconfirmed", code: "ERR_MAIL_UNCONFIRMED", disposition: "ambiguous" },
  { status: 302, reason: "graph-unexpected", code: "ERR_MAIL_PROTOCOL", disposition: "transient" },
  {
    status: 409,
    error: "ErrorIrresolvableConflict",
    purpose: "draft",
    reason: "graph-busy",
    code: "ERR_MAIL_THROTTLED",
    disposition: "transient",
  },
  { status: 400, reason: "graph-unexpected", code: "ERR_MAIL_PROTOCOL", disposition: "transient" },
];

const same = (text: string): string => text;

describe("an answer of Microsoft Graph", () => {
  for (const { status, error, purpose = "send", headers = {}, permissions = ["Mail.Send"], ...expected } of ROWS) {
    const title = [status, error, Object.keys(headers).join(), `to a ${purpose} request`, permissions.join()];
    it(`${title.filter(Boolean).join(" ")} is ${expected.reason}, ${expected.disposition}`, () => {
      const text = error ? JSON.stringify({ error: { code: error, message: "Its words." } }) : "<html>";
      const reply = { status, headers: { ...headers, "request-id": "id-1" }, text };
      const failure = classifyAnswer(reply, { ...asked, purpose, permissions }, same, NOW);
      const { reason, code, disposition, retryAfterMs, http } = failure;
      const { field, ...rest } = { retryAfterMs: undefined, ...expected };
      assert.deepEqual({ reason, code, disposition, retryAfterMs }, rest);
      if (field) assert.equal(failure.field, field);
      assert.deepEqual([http?.status, http?.error, http?.requestId], [status, error, "id-1"]);
      if (error) assert.ok(http?.response.includes(`${error}: Its words.`));
    });
  }

  it("is shown without secrets, on one line, and not endlessly", () => {
    const text = JSON.stringify({ error: { code: "secret-1", message: `a\r\nsecret-1 ${"x".repeat(5000)}` } });
    const reply = { status: 400, headers: { "request-id": `secret-1\n${"y".repeat(500)}` }, text };
    const redact = (words: string): string => words.replaceAll("secret-1", "•••");
    const failure = classifyAnswer(reply, { ...asked, purpose: "send" }, redact, NOW);
    const shown = JSON.stringify([failure.message, failure.http, failure.remedy]);
    assert.ok(!shown.includes("secret-1") && !/[\r\n]|\\n/.test(shown));
    assert.ok(shown.length < 4000 && (failure.http?.requestId?.length ?? 0) <= 100);
  });

  it("with another form of error, or none, is read as far as it goes", () => {
    for (const text of ["null", "[]", "1", '{"error":"x"}', '{"error":{"code":1,"message":{}}}', "\u0000"]) {
      const failure = classifyAnswer({ status: 418, headers: {}, text }, { ...asked, purpose: "send" }, same, NOW);
      assert.equal(failure.reason, "graph-unexpected");
      assert.equal(failure.http?.response, "418");
    }
  });
});
