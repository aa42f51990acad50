import assert from "node:assert/strict";
import { SendError } from "../../src/model/send-error";

/** The SendError that this rejects with; that it does is asserted. */
export async function errorOf(refused: Promise<unknown>): Promise<SendError> {
  const error = await refused.then(
    (result) => assert.fail(`was not refused: ${JSON.stringify(result)}`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof SendError, `rejects with SendError, not ${error}`);
  return error;
}
