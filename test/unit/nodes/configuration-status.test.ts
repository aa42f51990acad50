import assert from "node:assert/strict";
import { ConfigurationStatus } from "../../../nodes/runtime/configuration-status";
import { SendError } from "../../../src/model/send-error";

describe("what a configuration tells of itself", () => {
  const refused = new SendError("auth-refused", { phase: "auth", facts: { response: "535 5.7.8 no" } });

  function observed(texts: Record<string, string> = {}): {
    status: ConfigurationStatus;
    statuses: unknown[];
    errors: string[];
    warnings: string[];
  } {
    const [statuses, errors, warnings]: [unknown[], string[], string[]] = [[], [], []];
    const node = {
      status: (shown: unknown) => statuses.push(shown),
      error: (error: { code: string }) => errors.push(error.code),
      warn: (text: string) => warnings.push(text),
    };
    return {
      status: new ConfigurationStatus({ _: (key: string) => texts[key] ?? key } as never, node as never),
      statuses,
      errors,
      warnings,
    };
  }

  it("is held, why, and to Catch the whole reason; and nothing when it goes on", () => {
    const { status, statuses, errors } = observed();
    status.held(refused);
    status.held(undefined);
    const [{ text = "" }, after] = statuses as [{ text: string }, unknown];
    assert.match(text, /^smtp-config\.status\.held: The server refused the user name or password: 535/);
    assert.ok(text.length <= 80);
    assert.deepEqual(after, {});
    assert.deepEqual(errors, ["ERR_MAIL_AUTH"]);
  });

  it("is held in the language that Node-RED runs in; Catch gets the English", () => {
    const { status, statuses, errors } = observed({
      "smtp-config.status.held": "angehalten",
      "smtp-config.failure.auth-refused.cause": "Abgelehnt: __response__",
    });
    status.held(refused);
    assert.equal((statuses[0] as { text: string }).text, "angehalten: Abgelehnt: 535 5.7.8 no");
    assert.deepEqual(errors, ["ERR_MAIL_AUTH"]);
  });

  it("is that mails wait in memory where there is no engine for the disk, also after it was held", () => {
    const { status, statuses, warnings } = observed();
    status.noDisk();
    status.held(refused);
    status.held(undefined);
    const inMemory = { fill: "yellow", shape: "ring", text: "smtp-config.status.no-disk" };
    assert.deepEqual([statuses[0], statuses[2]], [inMemory, inMemory]);
    assert.deepEqual(warnings, ["smtp-config.notice.no-disk"]);
  });

  it("is an error at Catch where the store cannot be used", () => {
    const { status, errors } = observed();
    status.noStore(new SendError("store-locked", { phase: "queue", facts: { value: "x" } }));
    assert.deepEqual(errors, ["ERR_MAIL_STORE"]);
  });
});
