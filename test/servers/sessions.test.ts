import assert from "node:assert/strict";
import { errorOf } from "../support/error-of";
import { ACCOUNT, mailOf, TO, useMailHouse } from "./mail-house";

describe("sessions with Postfix", () => {
  const house = useMailHouse();

  for (const service of ["open", "one-command-at-a-time"] as const)
    it(`give each of many recipients its own answer: ${service}`, async () => {
      const pairs = Array.from({ length: 9 }, (_, at) => [`gone${at}@example.org`, `customer+${at}@example.org`]);
      const { sent, mails } = await house().deliver(house().mailer(service), { to: pairs.flat().join(", ") });
      for (const { address, state, answer } of sent.recipients) {
        assert.equal(state, address.startsWith("gone") ? "rejected" : "accepted", address);
        if (state === "rejected") assert.match(answer?.response ?? "", new RegExp(`<${address}>`));
      }
      assert.deepEqual(
        mails.map(({ deliveredTo }) => deliveredTo).sort(),
        pairs.map(([, known]) => known),
      );
    });

  it("carry a hundred mails each, one after another", async () => {
    const { postfix } = house();
    const mailer = house().mailer("submission", { account: ACCOUNT, raw: { security: "starttls", maxConnections: 1 } });
    const before = postfix.connectionsOf("submission");
    for (let at = 0; at < 100; at++) await mailer.send(mailOf());
    assert.equal(postfix.connectionsOf("submission") - before, 1);
    await house().deliver(mailer);
    assert.equal(postfix.connectionsOf("submission") - before, 2);
  });

  it("are replaced without a word where Postfix has ended them meanwhile", async () => {
    const { postfix } = house();
    const mailer = house().mailer("impatient");
    await house().deliver(mailer);
    await postfix.untilLogged(/postfix\/impatient\/smtpd\[\d+\]: disconnect from/);
    const { sent } = await house().deliver(mailer);
    assert.equal(sent.attempts, 1);
    await postfix.stop();
    await postfix.start();
    assert.equal((await house().deliver(mailer)).sent.attempts, 1);
  });

  it("wait for a server that takes its time, and not longer than they are told to", async () => {
    const slow = ["slow-at-recipients", "slow-to-greet"] as const;
    const patient = slow.map((service) => house().deliver(house().mailer(service)));
    const hasty = slow.map((service) =>
      errorOf(
        house()
          .mailer(service, { raw: { timeout: 1 } })
          .send(mailOf({ to: TO })),
      ),
    );
    const reasons = (await Promise.all(hasty)).map(({ code, reason }) => [code, reason]);
    assert.deepEqual(reasons, [
      ["ERR_MAIL_TIMEOUT", "answer-timeout"],
      ["ERR_MAIL_TIMEOUT", "greeting-timeout"],
    ]);
    for (const { mails } of await Promise.all(patient)) assert.equal(mails.length, 1);
  });
});
