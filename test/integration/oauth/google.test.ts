import assert from "node:assert/strict";
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { Secret } from "../../../src/model/secret";
import { SERVICES } from "../../../src/oauth/services";
import type { GoogleSignIn } from "../../../src/settings/oauth";
import { errorOf } from "../../support/error-of";
import { FakeClock } from "../../support/fake-clock";
import { type Google, startGoogle } from "../../support/sign-in/google";
import { patient, sourceOf, USER } from "./signing-in";

const EMAIL = "mailer@project.iam.gserviceaccount.com";

/** The private key as the JSON file of a service account has it, and its public one. */
function pemOf({ privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject }) {
  return {
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
  };
}
const { publicKey, privateKey } = pemOf(generateKeyPairSync("rsa", { modulusLength: 2048 }));
const other = pemOf(generateKeyPairSync("rsa", { modulusLength: 2048 }));
const elliptic = pemOf(generateKeyPairSync("ec", { namedCurve: "P-256" }));

const account = (key = privateKey, clientEmail = EMAIL): GoogleSignIn => ({
  provider: "google",
  way: "service-account",
  clientEmail,
  privateKey: new Secret(key),
});
const refresh = (over: { clientId?: string; clientSecret?: string; refreshToken?: string } = {}): GoogleSignIn => ({
  provider: "google",
  way: "refresh-token",
  clientId: over.clientId ?? "client.apps.googleusercontent.com",
  clientSecret: new Secret(over.clientSecret ?? "GOCSPX-right"),
  refreshToken: new Secret(over.refreshToken ?? "1//refresh-right"),
});

describe("signing in at Google", () => {
  let google: Google;
  const surroundings = () => ({ services: { ...SERVICES, googleTokenUrl: google.tokenUrl }, purpose: "smtp" as const });
  const get = (signIn: GoogleSignIn) => sourceOf(signIn, surroundings()).get(patient());

  beforeEach(async () => {
    google = await startGoogle({
      serviceAccount: { clientEmail: EMAIL, key: publicKey, actsFor: [USER] },
      client: {
        clientId: "client.apps.googleusercontent.com",
        clientSecret: "GOCSPX-right",
        refreshTokens: ["1//refresh-right"],
      },
    });
  });
  afterEach(() => google.close());

  it("as a service account sends an assertion for the mailbox that it signed itself", async () => {
    const token = await get(account());
    assert.equal(token.value.reveal(), google.tokensIssued[0]);
    assert.deepEqual(token.permissions, ["https://mail.google.com/"]);
    assert.equal(token.tenant, undefined);
    const { form } = google.requests[0] ?? assert.fail();
    assert.equal(form["grant_type"], "urn:ietf:params:oauth:grant-type:jwt-bearer");
    assert.doesNotMatch(JSON.stringify(form), /PRIVATE KEY/);
  });

  it("with a refresh token trades it for an access token", async () => {
    const token = await get(refresh());
    assert.equal(token.value.reveal(), google.tokensIssued[0]);
    assert.equal(google.requests[0]?.form["grant_type"], "refresh_token");
  });

  it("asks once for ten at a time, and again before the token expires", async () => {
    const clock = new FakeClock(Date.now());
    const source = sourceOf(refresh(), { ...surroundings(), clock });
    await Promise.all(Array.from({ length: 10 }, () => source.get(patient())));
    assert.equal(google.requests.length, 1);
    clock.jump(3_400_000);
    await source.get(patient());
    assert.equal(google.requests.length, 2);
  });

  const refused: readonly (readonly [string, () => GoogleSignIn, reason: string, field: string, code: string])[] = [
    [
      "a key that is not the account's",
      () => account(other.privateKey),
      "google-assertion-refused",
      "username",
      "ERR_MAIL_TOKEN",
    ],
    [
      "an account that does not exist",
      () => account(privateKey, "gone@project.iam.gserviceaccount.com"),
      "google-account-unknown",
      "serviceAccountKey",
      "ERR_MAIL_TOKEN",
    ],
    [
      "a refresh token that was revoked",
      () => refresh({ refreshToken: "1//old-one" }),
      "google-refresh-refused",
      "refreshToken",
      "ERR_MAIL_TOKEN",
    ],
    [
      "a wrong client secret",
      () => refresh({ clientSecret: "GOCSPX-wrong" }),
      "google-client-refused",
      "clientSecret",
      "ERR_MAIL_TOKEN",
    ],
    [
      "an unknown client id",
      () => refresh({ clientId: "no-client" }),
      "google-client-refused",
      "clientSecret",
      "ERR_MAIL_TOKEN",
    ],
  ];
  for (const [what, signIn, reason, field, code] of refused) {
    it(`with ${what} is ${reason}`, async () => {
      const error = await errorOf(get(signIn()));
      assert.deepEqual(
        [error.reason, error.field, error.code, error.disposition],
        [reason, field, code, "configuration"],
      );
      assert.ok(error.http?.error);
    });
  }

  it("without domain-wide delegation names the click in the Admin console", async () => {
    const source = sourceOf(account(), surroundings());
    google.fail({ status: 401, body: { error: "unauthorized_client", error_description: "Client is unauthorized." } });
    const error = await errorOf(source.get(patient()));
    assert.equal(error.reason, "google-delegation-missing");
    assert.equal(error.code, "ERR_MAIL_PERMISSION");
    assert.match(
      error.message,
      new RegExp(`${EMAIL} may not act for ${USER}: unauthorized_client: Client is unauthorized\\.$`),
    );
    assert.match(error.remedy, /Manage domain-wide delegation/);
  });

  for (const [error, reason] of [
    ["unauthorized_client", "google-client-mismatch"],
    ["admin_policy_enforced", "google-policy"],
    ["toString", "google-refused"],
    ["something_new", "google-refused"],
  ] as const) {
    it(`with ${error} for a refresh token is ${reason}`, async () => {
      google.fail({ status: 400, body: { error } });
      const failure = await errorOf(get(refresh()));
      assert.equal(failure.reason, reason);
      assert.equal(failure.http?.error, error);
    });
  }

  it("is busy or down: the mail waits", async () => {
    for (const [failure, reason] of [
      [{ status: 503, body: "<p>Error 503" }, "signin-unavailable"],
      [{ status: 429, body: { error: "rate_limit_exceeded" } }, "signin-throttled"],
      ["dropped", "signin-dropped"],
    ] as const) {
      google.fail(failure);
      const error = await errorOf(get(refresh()));
      assert.deepEqual([error.reason, error.disposition], [reason, "transient"]);
    }
  });

  it("with a key that cannot sign is told without asking", async () => {
    for (const key of ["no key", elliptic.privateKey]) {
      assert.equal((await errorOf(get(account(key)))).reason, "google-key-unreadable");
    }
    assert.equal(google.requests.length, 0);
  });
});
