import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import DKIM from "nodemailer/lib/dkim";
import { dkimSigner, type SignMime } from "../../../src/compose/dkim/dkim";
import { dkimRecord, isKeyRecord, isRecordOf } from "../../../src/compose/dkim/dkim-record";
import { relaxedBodyHash } from "../../../src/compose/dkim/dkim-relaxed";
import { Secret } from "../../../src/model/secret";
import { ed25519Key, rsaKey } from "../../support/dkim-keys";
import { verifyDkim } from "../../support/verify-dkim";

const domain = "example.com";
const selector = "mail2026";
const pem = { rsa: rsaKey(), ed25519: ed25519Key() };
const settings = (key: string) => ({ domain, selector, key: new Secret(key) });

const HEAD = [
  "From: Orders <orders@example.com>",
  "To: customer@example.org",
  "Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?= with a subject that is\r\n folded",
  "Message-ID: <1@example.com>",
].join("\r\n");

async function signed(mail: string | Buffer, key = pem.rsa): Promise<Buffer> {
  const mime = Buffer.from(mail);
  return Buffer.concat([await dkimSigner(settings(key))({ mime }), mime]);
}

function verdict(raw: Buffer, key = pem.rsa) {
  const { name, value } = dkimRecord(settings(key));
  const [first, ...more] = verifyDkim(raw, (asked) => (asked === name ? value : undefined));
  assert.deepEqual(more, []);
  return first;
}

async function signedByNodemailer(mime: Buffer): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const stream = new DKIM({ domainName: domain, keySelector: selector, privateKey: pem.rsa }).sign(mime);
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** RFC 8463, appendix A: signed by somebody else, with keys that are published there. */
const FOOTBALL = [
  "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;",
  " d=football.example.com; i=@football.example.com;",
  " q=dns/txt; s=brisbane; t=1528637909; h=from : to :",
  " subject : date : message-id : from : subject : date;",
  " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;",
  " b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus",
  " Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==",
  "From: Joe SixPack <joe@football.example.com>",
  "To: Suzie Q <suzie@shopping.example.net>",
  "Subject: Is dinner ready?",
  "Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)",
  "Message-ID: <20030712040037.46341.5F8J@football.example.com>",
  "",
  "Hi.",
  "",
  "We lost the game.  Are you hungry yet?",
  "",
  "Joe.",
  "",
].join("\r\n");

describe("DKIM", () => {
  describe("the tests' own verifier", () => {
    it("takes the mail of RFC 8463, and no other one", () => {
      const key = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
      const lookUp = (name: string) => (name === "brisbane._domainkey.football.example.com" ? key : undefined);
      assert.deepEqual(
        verifyDkim(Buffer.from(FOOTBALL), lookUp).map(({ problem }) => problem),
        [""],
      );
      for (const [from, to, problem] of [
        ["dinner", "lunch", "signature"],
        ["lost", "won", "body hash"],
      ] as const) {
        const changed = verifyDkim(Buffer.from(FOOTBALL.replace(from, to)), lookUp);
        assert.deepEqual(
          changed.map((each) => each.problem),
          [problem],
        );
      }
    });

    it("takes what nodemailer signs", async () => {
      const raw = await signedByNodemailer(Buffer.from(`${HEAD}\r\n\r\nA  body \t\r\n\r\n`));
      assert.equal(verdict(raw)?.problem, "");
    });
  });

  for (const [kind, key] of Object.entries(pem)) {
    it(`signs with ${kind} so that a receiver can check it`, async () => {
      const raw = await signed(`${HEAD}\r\n\r\nA body.\r\n`, key);
      const { problem, tags, signed: names } = verdict(raw, key) ?? {};
      assert.equal(problem, "");
      assert.equal(tags?.get("a"), `${kind}-sha256`);
      assert.deepEqual(
        [tags?.get("d"), tags?.get("s"), tags?.has("x"), tags?.has("l")],
        [domain, selector, false, false],
      );
      assert.deepEqual(names, ["from", "to", "subject", "message-id", "from"]);
    });
  }

  it("notices what is changed on the way: the subject, the body, or a second From", async () => {
    const text = (await signed(`${HEAD}\r\n\r\nPay 10 EUR.\r\n`)).toString("latin1");
    const problemIn = (changed: string) => verdict(Buffer.from(changed, "latin1"))?.problem;
    assert.equal(problemIn(text), "");
    assert.equal(problemIn(text.replace("with a subject", "with another")), "signature");
    assert.equal(problemIn(text.replace("Pay 10", "Pay 99")), "body hash");
    for (const second of [text.replace("To: ", "From: Boss <b@example.net>\r\nTo: "), `From: b@example.net\r\n${text}`])
      assert.equal(problemIn(second), "signature");
  });

  it("bears what relays do: fold anew, change white space, add fields and empty lines at the end", async () => {
    const text = (await signed(`${HEAD}\r\n\r\nTwo  words. \r\n`)).toString("latin1");
    const relayed = text
      .replace("Subject: ", "SUBJECT:\r\n\t ")
      .replace("Two  words. ", "Two words.")
      .replace(/^/, "Received: from here\r\n");
    assert.equal(verdict(Buffer.from(`${relayed}\r\n\r\n`, "latin1"))?.problem, "");
  });

  for (const [what, body] of Object.entries({
    "no body": "",
    "only empty lines": "\r\n \r\n\t\r\n",
    "no line end at its end": "text",
    "lines that begin with dots": ".\r\n..\r\n.text\r\n",
    "white space everywhere": " a \t b\r\n\t\r\n  \r\nc\t\r\n \r\n",
    "bytes above ASCII": "Gr\u00fc\u00dfe \u2603\r\n",
    "very long lines": `${"x y  ".repeat(40_000)}\r\n`.repeat(3),
    "many slices": `${"x".repeat(76)}\r\n`.repeat(20_000),
    "white space where slices meet": `${"a b ".repeat(16_383)}   \r\n  \r\n${"c ".repeat(70_000)}`,
  })) {
    it(`gives the same body hash as nodemailer for ${what}`, async () => {
      const mime = Buffer.from(`${HEAD}\r\n\r\n${body}`);
      const theirs = verdict(await signedByNodemailer(mime))?.tags.get("bh");
      assert.equal(await relaxedBodyHash({ mime }, HEAD.length + 4), theirs);
      assert.equal(verdict(await signed(mime))?.problem, "");
    });
  }

  it("signs a mail that has a header only", async () => {
    assert.equal(
      verdict(
        Buffer.concat([
          await dkimSigner(settings(pem.rsa))({ mime: Buffer.from(`${HEAD}\r\n\r\n`) }),
          Buffer.from(`${HEAD}\r\n\r\n`),
        ]),
      )?.problem,
      "",
    );
  });

  it("signs every one of several fields of a name", async () => {
    const raw = await signed(`List-Post: <mailto:a@example.com>\r\n${HEAD}\r\nList-Post: NO\r\n\r\nx\r\n`);
    assert.equal(verdict(raw)?.problem, "");
    assert.equal(verdict(raw)?.signed.filter((name) => name === "list-post").length, 2);
  });

  it("never signs a Bcc, and keeps to lines of 78 characters", async () => {
    const lists = ["Id", "Help", "Unsubscribe", "Post", "Owner"].map((name) => `List-${name}: <x>`).join("\r\n");
    const raw = await signed(
      `Bcc: secret@example.com\r\n${lists}\r\n${HEAD}\r\nCc: a@b.c\r\nReply-To: a@b.c\r\n\r\nx\r\n`,
    );
    assert.equal(verdict(raw)?.problem, "");
    assert.ok(!verdict(raw)?.signed.includes("bcc"));
    const [field = ""] = /^DKIM-Signature:(?:.*\r\n[ \t])*.*\r\n/.exec(raw.toString()) ?? [];
    assert.ok(
      field.split("\r\n").every((line) => line.length <= 78),
      field,
    );
  });

  it("signs the same mail with the same bytes again: an attempt later is the same mail", async () => {
    const sign: SignMime = dkimSigner(settings(pem.rsa));
    const mime = Buffer.from(`${HEAD}\r\n\r\nx\r\n`);
    assert.deepEqual(await sign({ mime }), await sign({ mime }));
  });

  it("lets other work have its turn while it reads a large mail", async () => {
    const mime = Buffer.concat([
      Buffer.from(`${HEAD}\r\n\r\n`),
      Buffer.from(randomBytes(6_000_000).toString("base64").replace(/.{76}/g, "$&\r\n")),
    ]);
    let turns = 0;
    let done = false;
    const count = (): void => {
      turns++;
      if (!done) setImmediate(count);
    };
    setImmediate(count);
    await dkimSigner(settings(pem.rsa))({ mime });
    done = true;
    assert.ok(turns >= 5, `${turns} turns`);
  });

  describe("the record to publish", () => {
    it("has the public half only, under the selector", () => {
      const { name, type, value } = dkimRecord(settings(pem.rsa));
      assert.deepEqual([name, type], ["mail2026._domainkey.example.com", "TXT"]);
      assert.match(value, /^v=DKIM1; k=rsa; p=MII[A-Za-z0-9+/=]+$/);
      assert.match(dkimRecord(settings(pem.ed25519)).value, /^v=DKIM1; k=ed25519; p=[A-Za-z0-9+/]{43}=$/);
    });

    it("is found again however it is written, and is not another key's", () => {
      for (const key of Object.values(pem)) {
        const { value } = dkimRecord(settings(key));
        const p = value.slice(value.indexOf("p=") + 2);
        const k = key === pem.rsa ? "rsa" : "ed25519";
        for (const text of [
          value,
          `k=${k};p=${p};`,
          ` v=DKIM1 ;  t=s; n=a note;k=${k} ; p=${p.slice(0, 9)} ${p.slice(9)} `,
        ])
          assert.ok(isKeyRecord(text) && isRecordOf(settings(key), text), text);
      }
      const { value } = dkimRecord(settings(pem.rsa));
      assert.ok(isRecordOf(settings(pem.rsa), value.replace("k=rsa; ", "")), "RSA where nothing else is said");
      assert.ok(!isRecordOf(settings(rsaKey()), value));
      assert.ok(!isRecordOf(settings(pem.rsa), "v=DKIM1; p="), "a key that was withdrawn");
      assert.ok(!isKeyRecord("v=spf1 include:example.net -all") && !isKeyRecord("some text"));
    });
  });
});
