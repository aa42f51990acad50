import assert from "node:assert/strict";
import type { FailureReason } from "../../../src/model/catalogue";
import { createTestCa, issueCertificate } from "../../support/certificates";
import { errorOf } from "../../support/error-of";
import { type ApplicationCertificate, applicationCertificate } from "../../support/sign-in/application-certificate";
import { type Entra, startEntra } from "../../support/sign-in/entra";
import { patient, sourceOf, startOurEntra, withCertificate, withPassword, withSecret } from "./signing-in";

type Row = readonly [codes: readonly number[], FailureReason, field: string | undefined, remedy: RegExp];

/** What a person has to change, for each of Entra's codes. */
const ROWS: readonly Row[] = [
  [[7000215], "entra-secret-wrong", "clientSecret", /Value, not its Secret ID.*Certificates & secrets/],
  [[7000222], "entra-secret-expired", "clientSecret", /New client secret/],
  [[7000218], "entra-not-public", "clientSecret", /Allow public client flows → Yes/],
  [[700025], "entra-public", "clientSecret", /Remove the client secret/],
  [[700027, 50012], "entra-certificate-rejected", "certificate", /thumbprint/],
  [[700016, 700011, 7000229], "entra-app-unknown", "clientId", /Application \(client\) ID/],
  [[7000112, 70001], "entra-app-disabled", "clientId", /Enterprise applications/],
  [[90002], "entra-tenant-unknown", "tenantId", /Tenant ID/],
  [[90038], "entra-other-cloud", "cloud", /field Cloud/],
  [[50059, 50128, 90019], "entra-tenant-missing", "tenantId", /Tenant ID/],
  [[9001023, 50194], "entra-tenant-common", "tenantId", /common/],
  [[50034, 51004], "entra-user-unknown", "username", /User principal name/],
  [[50126], "entra-password-wrong", "password", /office\.com/],
  [[50053], "entra-locked", "username", /Wait/],
  [[50055, 50144], "entra-password-expired", "password", /new password/],
  [[50057], "entra-user-disabled", "username", /Account enabled/],
  [[50072, 50074, 50076, 50079], "entra-mfa", "graphAuth", /client secret or a certificate/],
  [[53003, 530032, 50131, 530035, 53000, 53001], "entra-policy", "graphAuth", /Sign-in logs/],
  [[65001, 90094], "entra-consent", "clientId", /Grant admin consent/],
  [[650056, 650057, 65005], "entra-permission-missing", "clientId", /API permissions → Add a permission.*Mail\.Send/],
  [[500011], "entra-resource-unknown", "cloud", /Exchange Online/],
  [[70011, 28002], "entra-scope", "cloud", /API permissions/],
  [[700082, 70008, 50173], "entra-refresh-expired", "password", /password/],
  [[50105], "entra-user-unassigned", "username", /Users and groups/],
  [[50196], "entra-loop", undefined, /few minutes/],
  [[90055, 90033, 90024, 50033], "entra-busy", undefined, /tried again/],
  [[999999], "entra-refused", "clientId", /login\.microsoftonline\.com\/error/],
];

const WAITING: readonly FailureReason[] = ["entra-loop", "entra-busy"];
const RIGHTS: readonly FailureReason[] = [
  "entra-consent",
  "entra-permission-missing",
  "entra-scope",
  "entra-user-unassigned",
];

describe("what Microsoft Entra objects to", () => {
  let entra: Entra;
  let pair: ApplicationCertificate;
  before(async () => {
    pair = await applicationCertificate();
    entra = await startOurEntra(pair);
  });
  after(() => entra.close());

  for (const [codes, reason, field, remedy] of ROWS) {
    for (const aadsts of codes) {
      it(`AADSTS${aadsts} is ${reason}, shown with Entra's words and ids`, async () => {
        entra.fail({ aadsts, words: "Words of Entra." });
        const error = await errorOf(sourceOf(withPassword(), entra).get(patient()));
        assert.equal(error.reason, reason);
        assert.equal(error.field, field);
        assert.match(error.remedy, remedy);
        assert.doesNotMatch(error.remedy + error.message, /\{\w+\}/);
        assert.equal(error.disposition, WAITING.includes(reason) ? "transient" : "configuration");
        assert.equal(error.code, RIGHTS.includes(reason) ? "ERR_MAIL_PERMISSION" : "ERR_MAIL_TOKEN");
        assert.equal(error.http?.error, `AADSTS${aadsts}`);
        assert.match(
          error.message,
          new RegExp(`: AADSTS${aadsts}: Words of Entra\\. \\(trace id [\\w-]{36}, correlation id [\\w-]{36}\\)\\.$`),
        );
        assert.match(error.message, new RegExp(error.http?.requestId ?? "missing"));
      });
    }
  }

  it("is found in the text where the list of codes is missing or unhelpful", async () => {
    const error_description =
      "AADSTS50034: No such user.\r\nTrace ID: 0a1b2c3d-0001\r\nCorrelation ID: 0a1b2c3d-0002\r\nTimestamp: 2026-01-01 10:11:12Z";
    for (const error_codes of [undefined, [999999]]) {
      entra.fail({
        status: 400,
        body: { error: "invalid_grant", error_description, ...(error_codes ? { error_codes } : {}) },
      });
      const { reason, http } = await errorOf(sourceOf(withPassword(), entra).get(patient()));
      assert.equal(reason, "entra-user-unknown");
      assert.equal(http?.error, "AADSTS50034");
      assert.equal(http?.requestId, "0a1b2c3d-0001");
      assert.equal(
        http?.response,
        "AADSTS50034: No such user. (trace id 0a1b2c3d-0001, correlation id 0a1b2c3d-0002).",
      );
    }
  });

  it("is shortened to whole sentences, and its ids are kept", async () => {
    entra.fail({ aadsts: 50076, words: "One more sentence of many. ".repeat(60).trim() });
    const { http } = await errorOf(sourceOf(withPassword(), entra).get(patient()));
    assert.ok((http?.response.length ?? 0) < 450);
    assert.match(http?.response ?? "", /sentence of many\. \(trace id /);
  });

  it("in the way to sign in is shown at that field, which SMTP calls otherwise", async () => {
    entra.fail(50076);
    const error = await errorOf(sourceOf(withPassword(), { ...entra, purpose: "smtp" }).get(patient()));
    assert.equal(error.field, "oauthFlow");
  });

  it("in the permissions names the one that is needed, and where the portal lists it", async () => {
    const cases = [
      [withSecret(), "graph", /Microsoft Graph → Application permissions → tick Mail\.Send/],
      [withPassword(), "graph", /Microsoft Graph → Delegated permissions → tick Mail\.Send/],
      [withSecret(), "smtp", /Office 365 Exchange Online → Application permissions → tick SMTP\.SendAsApp/],
      [withPassword(), "smtp", /Microsoft Graph → Delegated permissions → tick SMTP\.Send /],
    ] as const;
    for (const [signIn, purpose, remedy] of cases) {
      entra.fail(650057);
      assert.match((await errorOf(sourceOf(signIn, { ...entra, purpose }).get(patient()))).remedy, remedy);
    }
  });

  it("is told for a wrong secret, tenant, application, user, password and certificate", async () => {
    const stranger = await applicationCertificate("Stranger");
    const cases = [
      [withSecret("wrong"), "entra-secret-wrong"],
      [{ ...withSecret(), tenantId: "fabrikam.example" }, "entra-tenant-unknown"],
      [{ ...withSecret(), clientId: "99991111-aaaa-2222-bbbb-3333cccc4444" }, "entra-app-unknown"],
      [
        { ...withPassword(), username: "nobody@contoso.example" } as ReturnType<typeof withPassword>,
        "entra-user-unknown",
      ],
      [withPassword(undefined, "wrong"), "entra-password-wrong"],
      [withCertificate(stranger), "entra-certificate-rejected"],
    ] as const;
    for (const [signIn, reason] of cases) {
      assert.equal((await errorOf(sourceOf(signIn, entra).get(patient()))).reason, reason);
    }
  });
});

describe("a certificate that cannot work", () => {
  let entra: Entra;
  before(async () => {
    entra = await startEntra();
  });
  after(() => entra.close());

  it("is told without asking the sign-in service", async () => {
    const [pair, other, short] = await Promise.all([
      applicationCertificate(),
      applicationCertificate(),
      applicationCertificate("Short", 1024),
    ]);
    const ec = await issueCertificate(await createTestCa(), { hosts: ["mail"], clientAuth: true });
    const cases = [
      [{ certificate: "none", privateKey: pair.privateKey }, "certificate-unreadable", "certificate"],
      [{ certificate: pair.certificate, privateKey: "none" }, "certificate-key-unreadable", "certificateKey"],
      [{ certificate: pair.certificate, privateKey: other.privateKey }, "certificate-key-mismatch", "certificateKey"],
      [{ certificate: ec.cert, privateKey: ec.key }, "certificate-not-rsa", "certificateKey"],
      [short, "certificate-not-rsa", "certificateKey"],
    ] as const;
    for (const [given, reason, field] of cases) {
      const error = await errorOf(sourceOf(withCertificate(given), entra).get(patient()));
      assert.deepEqual([error.reason, error.field, error.disposition], [reason, field, "configuration"]);
    }
    assert.equal(entra.requests.length, 0);
  });
});
