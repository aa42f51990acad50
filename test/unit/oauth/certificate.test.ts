import assert from "node:assert/strict";
import { createHash, X509Certificate } from "node:crypto";
import { keyFits, readCertificate } from "../../../src/oauth/certificate";
import { type ApplicationCertificate, applicationCertificate } from "../../support/sign-in/application-certificate";

describe("an application's certificate", () => {
  let one: ApplicationCertificate;
  let other: ApplicationCertificate;
  before(async () => {
    [one, other] = await Promise.all([applicationCertificate("Mail"), applicationCertificate()]);
  });

  it("is shown by subject, life and the thumbprint that the portal lists", () => {
    const { raw, validTo } = new X509Certificate(one.certificate);
    const read = readCertificate(one.certificate);
    assert.equal(read?.subject, "CN=Mail");
    assert.equal(read?.thumbprint, createHash("sha1").update(raw).digest("hex").toUpperCase());
    assert.equal(read?.thumbprintSha256, createHash("sha256").update(raw).digest("hex").toUpperCase());
    assert.equal(read?.validTo.getTime(), Date.parse(validTo));
    assert.ok((read?.validFrom ?? 0) < (read?.validTo ?? 0));
  });

  it("is read out of a text with more in it, and with Windows line ends", () => {
    const pasted = `Bag Attributes\r\n${one.certificate.replaceAll("\n", "\r\n")}\r\n${other.certificate}`;
    assert.equal(readCertificate(pasted)?.subject, "CN=Mail");
  });

  for (const text of ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"]) {
    it(`is undefined where there is none: ${JSON.stringify(text)}`, () => {
      assert.equal(readCertificate(text), undefined);
      assert.equal(keyFits(text, one.privateKey), false);
    });
  }

  it("fits its own key only", () => {
    assert.equal(keyFits(one.certificate, one.privateKey), true);
    assert.equal(keyFits(one.certificate, other.privateKey), false);
    assert.equal(keyFits(one.certificate, "no key"), false);
    assert.equal(keyFits(one.certificate, one.certificate), false);
  });
});
