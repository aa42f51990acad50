import assert from "node:assert/strict";
import { errorForCatch } from "../../../nodes/runtime/email-result";
import { StatusLine } from "../../../nodes/runtime/status-line";
import { SendError } from "../../../src/model/send-error";
import { FakeClock } from "../../support/fake-clock";

const http = {
  status: 403,
  error: "ErrorAccessDenied",
  response: "403 ErrorAccessDenied: no",
  requestId: "0a1b2c3d-0000",
};
const denied = new SendError("graph-access-denied", { phase: "permission", facts: { response: http.response }, http });

describe("a failure of a web service", () => {
  it("reaches Catch with its status, name, words and the id that support asks for", () => {
    const { cause } = errorForCatch(denied) as { cause: Record<string, unknown> };
    assert.deepEqual(cause["http"], http);
    assert.ok(!("smtp" in cause));
  });

  it("is named below the node", () => {
    const shown: { text: string }[] = [];
    const node = { status: (one: { text: string }) => shown.push(one) };
    const line = new StatusLine({ _: (key: string) => key } as never, node as never, new FakeClock());
    line.failed({}, denied);
    assert.equal(shown[0]?.text, "ERR_MAIL_PERMISSION · ErrorAccessDenied");
    line.close();
  });
});
