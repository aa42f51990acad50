import assert from "node:assert/strict";
import { errorOf } from "../../support/error-of";
import { FakeClock } from "../../support/fake-clock";
import { type ApplicationCertificate, applicationCertificate } from "../../support/sign-in/application-certificate";
import type { Entra } from "../../support/sign-in/entra";
import {
  PASSWORD,
  patient,
  SECRET,
  sourceOf,
  startOurEntra,
  TENANT,
  USER,
  withCertificate,
  withPassword,
  withSecret,
} from "./signing-in";

const GRAPH = "https://graph.microsoft.com/.default";

describe("signing in at Microsoft Entra", () => {
  let entra: Entra;
  let pair: ApplicationCertificate;
  const form = () => entra.requests.at(-1)?.form ?? {};

  before(async () => {
    pair = await applicationCertificate();
  });
  beforeEach(async () => {
    entra = await startOurEntra(pair);
  });
  afterEach(() => entra.close());

  it("with a client secret asks for all that the application may do at Graph", async () => {
    const token = await sourceOf(withSecret(), entra).get(patient());
    assert.equal(token.value.reveal(), entra.tokensIssued[0]);
    assert.equal(entra.requests.length, 1);
    assert.match(entra.requests[0]?.path ?? "", /^\/contoso\.example\/oauth2\/v2\.0\/token/);
    const { scope, grant_type, client_secret } = form();
    assert.deepEqual(
      { scope, grant_type, client_secret },
      { scope: GRAPH, grant_type: "client_credentials", client_secret: SECRET },
    );
  });

  it("with a certificate sends a signed assertion and never the key", async () => {
    await sourceOf(withCertificate(pair), entra).get(patient());
    assert.equal(form()["scope"], GRAPH);
    assert.match(form()["client_assertion"] ?? "", /^[\w-]+\.[\w-]+\.[\w-]+$/);
    assert.doesNotMatch(JSON.stringify(entra.requests), /PRIVATE KEY/);
  });

  it("with user name and password asks as a public application for all that was consented to", async () => {
    const token = await sourceOf(withPassword(), entra).get(patient());
    assert.equal(token.value.reveal(), entra.tokensIssued[0]);
    const { scope = "", grant_type, client_secret, username, password } = form();
    assert.deepEqual(
      { grant_type, client_secret, username, password },
      { grant_type: "password", client_secret: undefined, username: USER, password: PASSWORD },
    );
    assert.ok(scope.split(" ").includes(GRAPH), scope);
  });

  it("with user name and password sends the application's secret, too, where there is one", async () => {
    await sourceOf(withPassword(SECRET), entra).get(patient());
    assert.equal(form()["grant_type"], "password");
    assert.equal(form()["client_secret"], SECRET);
  });

  it("for SMTP asks for the mail server's scope, as an application", async () => {
    await sourceOf(withSecret(), { ...entra, purpose: "smtp" }).get(patient());
    assert.equal(form()["scope"], "https://outlook.office365.com/.default");
  });

  it("for SMTP asks for the mail server's scope, as a user", async () => {
    await sourceOf(withPassword(), { ...entra, purpose: "smtp" }).get(patient());
    assert.ok(form()["scope"]?.split(" ").includes("https://outlook.office.com/SMTP.Send"));
  });

  it("tells tenant and permissions of an application's and of a user's token", async () => {
    entra.permissions = ["Mail.Send", "Mail.ReadWrite"];
    for (const signIn of [withSecret(), withPassword()]) {
      const { tenant, permissions } = await sourceOf(signIn, entra).get(patient());
      assert.deepEqual({ tenant, permissions }, { tenant: TENANT, permissions: ["Mail.Send", "Mail.ReadWrite"] });
    }
  });

  it("gets tokens that are for the service they were asked for", async () => {
    for (const [signIn, purpose, audience] of [
      [withSecret(), "graph", "https://graph.microsoft.com"],
      [withPassword(), "graph", "https://graph.microsoft.com"],
      [withSecret(), "smtp", "https://outlook.office365.com"],
      [withPassword(), "smtp", "https://outlook.office.com"],
    ] as const) {
      const { value } = await sourceOf(signIn, { ...entra, purpose }).get(patient());
      const payload = Buffer.from(value.reveal().split(".")[1] ?? "", "base64url").toString("utf8");
      assert.equal(JSON.parse(payload).aud, audience);
      assert.ok(entra.accepts(value.reveal()));
    }
    entra.revoke();
    assert.ok(entra.tokensIssued.every((token) => !entra.accepts(token)));
  });

  it("tells neither of a token that cannot be read", async () => {
    entra.fail({ status: 200, body: { access_token: "opaque-token-value", expires_in: 60, token_type: "Bearer" } });
    const token = await sourceOf(withSecret(), entra).get(patient());
    assert.equal(token.tenant, undefined);
    assert.deepEqual(token.permissions, []);
  });

  it("makes one request for ten who ask at the same time", async () => {
    const source = sourceOf(withSecret(), entra);
    const tokens = await Promise.all(Array.from({ length: 10 }, () => source.get(patient())));
    assert.equal(entra.requests.length, 1);
    assert.equal(new Set(tokens).size, 1);
  });

  it("gets another token before the old one expires, by the clock that it is given", async () => {
    const clock = new FakeClock();
    const source = sourceOf(withSecret(), { ...entra, clock });
    const first = await source.get(patient());
    assert.equal(first.expiresAt, clock.now() + 3_600_000);
    clock.jump(3_299_999);
    assert.equal(await source.get(patient()), first);
    clock.jump(1);
    assert.notEqual((await source.get(patient())).value.reveal(), first.value.reveal());
    assert.equal(entra.requests.length, 2);
  });

  it("goes on with the old token where the sign-in service is down before it expires", async () => {
    const clock = new FakeClock();
    const source = sourceOf(withPassword(), { ...entra, clock });
    const first = await source.get(patient());
    clock.jump(3_400_000);
    entra.outage = { status: 503 };
    assert.equal(await source.get(patient()), first);
    clock.jump(200_000);
    assert.equal((await errorOf(source.get(patient()))).reason, "signin-unavailable");
    entra.outage = undefined;
    assert.notEqual(await source.get(patient()), first);
  });

  it("forces a fresh token where a server refused the kept one", async () => {
    const source = sourceOf(withSecret(), entra);
    const first = await source.get(patient());
    const second = await source.renew(first, patient());
    assert.notEqual(second.value.reveal(), first.value.reveal());
    assert.equal(await source.renew(first, patient()), second);
    assert.equal(entra.requests.length, 2);
  });

  it("asks again at once after a failure, because each time is a sign-in of its own", async () => {
    const source = sourceOf(withSecret(), entra);
    entra.fail({ status: 429, headers: { "retry-after": "60" } });
    await errorOf(source.get(patient()));
    await source.get(patient());
    assert.equal(entra.requests.length, 2);
  });

  it("does not let Azure's environment variables choose another host", async () => {
    process.env["MSAL_FORCE_REGION"] = "westeurope";
    try {
      await sourceOf(withSecret(), entra).get(patient());
    } finally {
      delete process.env["MSAL_FORCE_REGION"];
    }
    assert.equal(entra.requests.length, 1);
  });
});
