import assert from "node:assert/strict";
import { createTestCa, issueCertificate } from "../support/certificates";
import { errorOf } from "../support/error-of";
import { ACCOUNT, mailOf, useMailHouse } from "./mail-house";

describe("encryption with Postfix", () => {
  const house = useMailHouse();

  const WAYS = [
    ["open", "none", "ESMTP"],
    ["open", "starttls-if-offered", "ESMTP"],
    ["tls-offered", "none", "ESMTPA"],
    ["tls-offered", "starttls-if-offered", "ESMTPSA"],
    ["tls-offered", "starttls", "ESMTPSA"],
    ["submission", "starttls-if-offered", "ESMTPSA"],
    ["submission", "starttls", "ESMTPSA"],
    ["submissions", "tls", "ESMTPSA"],
  ] as const;
  for (const [service, security, protocol] of WAYS)
    it(`is as the configuration says: ${security} at the port ${service} arrives with ${protocol}`, async () => {
      const account = protocol.endsWith("A") ? { account: ACCOUNT } : {};
      const { mails } = await house().deliver(house().mailer(service, { ...account, raw: { security } }));
      assert.match(mails[0]!.raw.toString(), new RegExp(`with ${protocol} id`));
    });

  const MISMATCHES = [
    ["open", "starttls", "starttls-not-offered"],
    ["submission", "tls", "tls-wrong-version"],
    ["submissions", "starttls", "greeting-expects-tls"],
  ] as const;
  for (const [service, security, reason] of MISMATCHES)
    it(`is told to be set wrong: ${security} at the port ${service} is ${reason}`, async () => {
      const mailer = house().mailer(service, { account: ACCOUNT, raw: { security, timeout: 1 } });
      const error = await errorOf(mailer.send(mailOf()));
      assert.deepEqual([error.code, error.reason], ["ERR_MAIL_TLS", reason]);
    });

  it("is not made with a server of an authority that is not known", async () => {
    const { cert } = await createTestCa();
    for (const tls of [{ ca: cert }, { ca: [] }])
      for (const [service, security] of [
        ["submission", "starttls"],
        ["submissions", "tls"],
      ] as const) {
        const error = await errorOf(
          house().mailer(service, { account: ACCOUNT, tls, raw: { security } }).send(mailOf()),
        );
        assert.equal(error.reason, "tls-unknown-ca");
      }
  });

  it("is not made with a server of another name", async () => {
    const error = await errorOf(
      house()
        .mailer("submission", { account: ACCOUNT, raw: { security: "starttls", host: "127.0.0.1" } })
        .send(mailOf()),
    );
    assert.equal(error.reason, "tls-wrong-name");
  });

  const WITH_CERTIFICATE = [
    ["certificate-needed", "starttls", "tls-client-certificate"],
    ["certificate-needed-at-once", "tls", "tls-client-certificate"],
    ["certificate-known", "starttls", "relay-denied"],
  ] as const;
  for (const [service, security, reason] of WITH_CERTIFICATE) {
    it(`with the client certificate that Postfix wants is made: ${service}`, async () => {
      const { cert, key } = house().knownClient;
      const mailer = house().mailer(service, { tls: { cert, key }, raw: { security } });
      assert.equal((await house().deliver(mailer)).mails.length, 1);
    });

    it(`without a client certificate, or with another, is told why not: ${service} is ${reason}`, async () => {
      const { cert, key } = await issueCertificate(await createTestCa(), {
        hosts: ["x.example.com"],
        clientAuth: true,
      });
      for (const tls of [{}, { cert, key }]) {
        const error = await errorOf(house().mailer(service, { tls, raw: { security } }).send(mailOf()));
        assert.equal(error.reason, reason, error.message);
      }
    });
  }
});
