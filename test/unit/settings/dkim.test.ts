import assert from "node:assert/strict";
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { isUsed } from "../../../src/settings/field-use";
import { parseSettings } from "../../../src/settings/parse";
import { checkField } from "../../../src/settings/rules";
import { ed25519Key, rsaKey } from "../../support/dkim-keys";

const KEY = rsaKey();
const SAVED = { name: "Signed", host: "mail.example.com", auth: "none" };
const DKIM = { dkimDomain: "example.com", dkimSelector: "mail2026" };
const PEM = { type: "pkcs8", format: "pem" } as const;

function rulesBroken(saved: object, dkimKey = KEY): string[] {
  const parsed = parseSettings({ ...SAVED, ...saved }, { dkimKey });
  return "problems" in parsed ? parsed.problems.map(({ field, rule }) => `${field}: ${rule}`) : [];
}

function dkimOf(saved: object, dkimKey = KEY) {
  const parsed = parseSettings({ ...SAVED, ...saved }, { dkimKey });
  assert.ok("settings" in parsed && parsed.settings.kind === "generic", JSON.stringify(parsed));
  return parsed.settings.dkim;
}

describe("A configuration that signs with DKIM", () => {
  it("has domain, selector and key, and shows its key to nobody", () => {
    const dkim = dkimOf({ dkimDomain: " Example.COM ", dkimSelector: " mail2026 " }, `\n${KEY}\n`);
    assert.deepEqual([dkim?.domain, dkim?.selector, dkim?.key.reveal()], ["example.com", "mail2026", KEY.trim()]);
    assert.doesNotMatch(JSON.stringify(dkim), /PRIVATE KEY/);
    assert.ok(Object.isFrozen(dkim));
    assert.equal(dkimOf({ ...DKIM, dkimDomain: "müller.example" })?.domain, "xn--mller-kva.example");
  });

  it("does not sign without a domain, whatever else is stored", () => {
    assert.equal(dkimOf({}), undefined);
    assert.equal(dkimOf({ dkimSelector: "a b" }, "no key"), undefined);
  });

  it("says at each field what is wrong", () => {
    const rows: readonly [field: string, rule: string, values: readonly string[]][] = [
      ["dkimDomain", "dkim-domain", ["example", "a@example.com", "https://example.com", "-a.example", "[10.0.0.1]"]],
      ["dkimDomain", "line-break", ["example.com\r\nX: y"]],
      ["dkimSelector", "required", ["", " "]],
      ["dkimSelector", "dkim-selector-only", ["s1._domainkey.example.com", "s1._domainkey"]],
      ["dkimSelector", "dkim-selector", ["a b", "a;b=c", "-a", "a-", "a..b", "ä", "x".repeat(64)]],
      ["dkimSelector", "line-break", ["a\r\nb"]],
    ];
    for (const [field, rule, values] of rows)
      for (const value of values)
        assert.deepEqual(rulesBroken({ ...DKIM, [field]: value }), [`${field}: ${rule}`], JSON.stringify(value));
    for (const value of ["a", "s1", "2026-11", "a.b", "google", "k1_x"])
      assert.deepEqual(rulesBroken({ ...DKIM, dkimSelector: value }), [], value);
  });

  it("takes RSA and Ed25519 keys in PEM form", () => {
    const pkcs1 = createPrivateKey(KEY).export({ type: "pkcs1", format: "pem" }).toString();
    for (const key of [KEY, pkcs1, ed25519Key(), rsaKey(1024)]) assert.deepEqual(rulesBroken(DKIM, key), []);
  });

  it("refuses every other key, and says why", () => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const locked = createPrivateKey(KEY)
      .export({ ...PEM, cipher: "aes-256-cbc", passphrase: "x" })
      .toString();
    const lines = KEY.split("\n");
    for (const [key, rule] of [
      ["", "required"],
      ["secret", "private-key"],
      [publicKey.export({ type: "spki", format: "pem" }).toString(), "private-key"],
      [locked, "key-encrypted"],
      [KEY.replace(/\n.{64}\n/, "\n"), "dkim-key-unreadable"],
      [KEY.replace(lines[5] as string, "A".repeat(64)), "dkim-key-unreadable"],
      [privateKey.export(PEM).toString(), "dkim-key-kind"],
      [rsaKey(1016), "dkim-key-short"],
    ] as const)
      assert.deepEqual(rulesBroken(DKIM, key), [`dkimKey: ${rule}`]);
  });

  it("quotes nothing of the key in what it says of it", () => {
    const parsed = parseSettings({ ...SAVED, ...DKIM }, { dkimKey: KEY.slice(0, 400) });
    assert.doesNotMatch(JSON.stringify(parsed), new RegExp(KEY.split("\n")[1]?.slice(0, 20) ?? "", "i"));
  });

  it("may come from environment variables, whose values the form need not know", () => {
    const fields = { ...SAVED, dkimDomain: "${DKIM_DOMAIN}", dkimSelector: "${DKIM_SELECTOR}", dkimKey: "${DKIM_KEY}" };
    for (const field of ["dkimDomain", "dkimSelector", "dkimKey"] as const)
      assert.equal(checkField(field, fields), undefined, field);
    assert.equal(checkField("dkimSelector", { ...fields, dkimSelector: "" })?.rule, "required");
    assert.deepEqual(rulesBroken({ ...DKIM, dkimDomain: "${DKIM_DOMAIN}" }), ["dkimDomain: env-unset"]);
  });

  it("is not asked for with Graph, where Microsoft signs", () => {
    for (const field of ["dkimDomain", "dkimSelector", "dkimKey"] as const)
      assert.equal(isUsed(field, { kind: "graph", ...DKIM }), false, field);
  });
});
