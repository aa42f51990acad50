import assert from "node:assert/strict";
import { inspect } from "node:util";
import { Secret } from "../../../src/model/secret";
import type { SendError } from "../../../src/model/send-error";
import { SERVICES } from "../../../src/oauth/services";
import type { AzureSignIn, GoogleSignIn } from "../../../src/settings/oauth";
import { errorOf } from "../../support/error-of";
import { type ApplicationCertificate, applicationCertificate } from "../../support/sign-in/application-certificate";
import { type Entra, startEntra } from "../../support/sign-in/entra";
import type { SignInFailure } from "../../support/sign-in/failures";
import { type Google, startGoogle } from "../../support/sign-in/google";
import type { TokenEndpoint } from "../../support/sign-in/token-endpoint";
import { PASSWORD, patient, SECRET, sourceOf, withCertificate, withPassword, withSecret } from "./signing-in";

const REFRESH_TOKEN = "1//0g-refresh-token-of-the-owner";

/** Every form in which a secret could stand in an answer. */
function formsOf(secret: string): string[] {
  const lines = secret.split("\n").filter((line) => line.length > 16 && !line.startsWith("-----"));
  return [
    ...(lines.length > 1 ? lines : [secret]),
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString("base64").replace(/=+$/, ""),
  ];
}

/** Everything that anybody could print of an error. */
function allOf(error: SendError): string {
  const { message, stack, cause } = error;
  return [inspect(error, { depth: 10, showHidden: true }), JSON.stringify(error), message, stack, inspect(cause)].join(
    "\n",
  );
}

describe("secrets of signing in", () => {
  let entra: Entra;
  let google: Google;
  let pair: ApplicationCertificate;
  before(async () => {
    pair = await applicationCertificate();
    [entra, google] = await Promise.all([startEntra(), startGoogle({})]);
  });
  after(() => Promise.all([entra.close(), google.close()]));

  const ways: readonly (readonly [string, () => AzureSignIn | GoogleSignIn, () => readonly string[]])[] = [
    ["client secret", () => withSecret(), () => [SECRET]],
    ["certificate", () => withCertificate(pair), () => [pair.privateKey]],
    ["user name and password", () => withPassword(SECRET), () => [SECRET, PASSWORD]],
    [
      "service account",
      () => ({
        provider: "google",
        way: "service-account",
        clientEmail: "a@b.example",
        privateKey: new Secret(pair.privateKey),
      }),
      () => [pair.privateKey],
    ],
    [
      "refresh token",
      () => ({
        provider: "google",
        way: "refresh-token",
        clientId: "c",
        clientSecret: new Secret(SECRET),
        refreshToken: new Secret(REFRESH_TOKEN),
      }),
      () => [SECRET, REFRESH_TOKEN],
    ],
  ];
  for (const [way, signIn, secrets] of ways) {
    it(`(${way}) do not come back from a service that repeats them`, async () => {
      const services = { ...entra.services, googleTokenUrl: google.tokenUrl };
      const peer: TokenEndpoint = signIn().provider === "google" ? google : entra;
      // What was sent is known only when it was sent: the first failure tells, the second repeats it.
      const source = sourceOf(signIn(), { services });
      peer.fail({ status: 503 });
      await errorOf(source.get(patient()));
      const sent = Object.values(peer.requests.at(-1)?.form ?? {}).filter((value) => value.length > 200);
      const all = [...secrets().flatMap(formsOf), ...sent];
      assert.ok(secrets().length > 0);
      for (const failure of repeating(all)) {
        peer.fail(failure);
        const text = allOf(await errorOf(source.get(patient())));
        for (const form of all) assert.ok(!text.includes(form), `${form} in ${text}`);
      }
    });
  }

  it("do not come with a token, however it is printed", async () => {
    const token = await sourceOf(withSecret(), entra).get(patient());
    const printed = [
      inspect(token, { depth: 10, showHidden: true }),
      JSON.stringify(token),
      String(token.value),
    ].join();
    assert.ok(!printed.includes(token.value.reveal()));
  });

  it("of an earlier token do not come back in a later failure", async () => {
    const source = sourceOf(withPassword(), entra);
    const token = await source.get(patient());
    const value = token.value.reveal();
    for (const failure of repeating([value, value.slice(0, -10)])) {
      entra.fail(failure);
      const text = allOf(await errorOf(source.renew(token, patient())));
      assert.ok(!text.includes(value.slice(0, 30)), text);
    }
  });

  it("are with the providers' own services unless told otherwise", () => {
    for (const { signIn } of Object.values(SERVICES.clouds)) assert.match(signIn, /^https:/);
    assert.match(SERVICES.googleTokenUrl, /^https:/);
  });
});

/** Ways of a careless service to repeat what it was sent; each word alone, so that none is cut off. */
function repeating(words: readonly string[]): SignInFailure[] {
  return words.flatMap((word): SignInFailure[] => [
    {
      status: 400,
      body: { error: "invalid_grant", error_description: `AADSTS7000215: You said ${word}.`, trace_id: word },
    },
    { status: 400, body: { error: word, error_description: `You said ${word}.` } },
    { status: 502, headers: { "x-ms-request-id": encodeURIComponent(word) }, body: `<p>You said ${word}` },
    { status: 200, body: { token: word } },
  ]);
}
