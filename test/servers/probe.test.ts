import assert from "node:assert/strict";
import type { FailureReason } from "../../src/model/catalogue";
import { createTestCa } from "../support/certificates";
import { ACCOUNT, type Configured, useMailHouse } from "./mail-house";
import type { ServiceName } from "./postfix-services";

describe("the test, against Postfix", () => {
  const house = useMailHouse();
  const STARTTLS = { security: "starttls" };

  for (const [service, security] of [
    ["submission", "starttls"],
    ["submissions", "tls"],
    ["tls-offered", "starttls-if-offered"],
  ] as const)
    it(`passes at every step, and its mail arrives: ${service} with ${security}`, async () => {
      const report = await house().probe(house().mailer(service, { account: ACCOUNT, raw: { security } }));
      const notPassed = report.steps.filter(({ outcome }) => outcome !== "passed");
      assert.deepEqual([report.outcome, report.headline, notPassed], ["passed", "complete", []]);
      await house().postfix.inbox.waitFor(report.sent!.messageId);
    });

  const FAILURES: readonly [what: string, ServiceName, () => Promise<Configured>, step: string, FailureReason][] = [
    [
      "a wrong password",
      "submission",
      async () => ({ account: { ...ACCOUNT, password: "wrong-Zebra7" }, raw: STARTTLS }),
      "auth",
      "auth-refused",
    ],
    [
      "another authority",
      "submission",
      async () => ({ account: ACCOUNT, tls: { ca: (await createTestCa()).cert }, raw: STARTTLS }),
      "tls",
      "tls-unknown-ca",
    ],
    [
      "the port of implicit TLS",
      "submissions",
      async () => ({ account: ACCOUNT, raw: { ...STARTTLS, timeout: 1 } }),
      "greeting",
      "greeting-expects-tls",
    ],
    [
      "the port of STARTTLS",
      "submission",
      async () => ({ account: ACCOUNT, raw: { security: "tls" } }),
      "tls",
      "tls-wrong-version",
    ],
    [
      "no client certificate",
      "certificate-needed",
      async () => ({ raw: STARTTLS }),
      "capabilities",
      "tls-client-certificate",
    ],
    ["no login", "members-only", async () => ({ raw: STARTTLS }), "recipient", "auth-required"],
  ];
  for (const [what, service, configured, step, reason] of FAILURES)
    it(`tells ${what} by its name at the step ${step}: ${reason}`, async () => {
      const report = await house().probe(house().mailer(service, await configured()));
      const failed = report.steps.filter(({ outcome }) => outcome === "failed");
      assert.deepEqual(
        failed.map(({ name, finding }) => [name, finding?.reason]),
        [[step, reason]],
      );
      assert.doesNotMatch(JSON.stringify(report), /Zebra7|Battery9/);
    });
});
