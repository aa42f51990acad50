import assert from "node:assert/strict";
import { errorOf } from "../../support/error-of";
import { type ApplicationCertificate, applicationCertificate } from "../../support/sign-in/application-certificate";
import { servicesWith } from "../../support/sign-in/entra";
import { type Oidc, startOidc } from "../../support/sign-in/oidc";
import { CLIENT, patient, SECRET, sourceOf, withCertificate, withSecret } from "./signing-in";

const WITH_CERTIFICATE = "55551111-aaaa-2222-bbbb-3333cccc4444";

describe("a sign-in service that nobody here wrote", () => {
  let oidc: Oidc;
  let pair: ApplicationCertificate;
  const surroundings = () => ({ services: servicesWith(oidc.cloud) });

  before(async () => {
    pair = await applicationCertificate();
    oidc = await startOidc([
      { clientId: CLIENT, clientSecret: SECRET },
      { clientId: WITH_CERTIFICATE, certificate: pair.certificate },
    ]);
  });
  after(() => oidc.close());

  it("accepts the client secret", async () => {
    const { value, expiresAt } = await sourceOf(withSecret(), surroundings()).get(patient());
    assert.ok(value.reveal().length > 20);
    assert.ok(expiresAt > Date.now());
  });

  it("refuses another secret", async () => {
    const error = await errorOf(sourceOf(withSecret("another"), surroundings()).get(patient()));
    assert.equal(error.reason, "entra-refused");
    assert.equal(error.http?.status, 401);
    assert.equal(error.http?.error, "invalid_client");
  });

  it("verifies the signature that the certificate's key makes, each time a new one", async () => {
    const source = sourceOf({ ...withCertificate(pair), clientId: WITH_CERTIFICATE }, surroundings());
    const first = await source.get(patient());
    const second = await source.renew(first, patient());
    assert.notEqual(first.value.reveal(), second.value.reveal());
  });

  it("refuses the signature of another key", async () => {
    const stranger = await applicationCertificate("Stranger");
    const source = sourceOf({ ...withCertificate(stranger), clientId: WITH_CERTIFICATE }, surroundings());
    assert.equal((await errorOf(source.get(patient()))).http?.error, "invalid_client");
  });
});
