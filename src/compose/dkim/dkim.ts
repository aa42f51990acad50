import { createHash, createPrivateKey, type KeyObject, sign } from "node:crypto";
import type { PreparedEmail } from "../../model/email";
import type { DkimSettings } from "../../settings/dkim";
import { relaxedBodyHash, relaxedField } from "./dkim-relaxed";

/** The fields that a reader sees or that say how the body is to be read (RFC 6376 §5.4.1). Bcc is never among them. */
const SIGNED_FIELDS = [
  "From",
  "To",
  "Cc",
  "Reply-To",
  "Subject",
  "Date",
  "Message-ID",
  "In-Reply-To",
  "References",
  "MIME-Version",
  "Content-Type",
  "List-Id",
  "List-Help",
  "List-Unsubscribe",
  "List-Unsubscribe-Post",
  "List-Subscribe",
  "List-Post",
  "List-Owner",
  "List-Archive",
] as const;

const HEAD_END = "\r\n\r\n";

/** Gives the DKIM-Signature field of a mail, with its line end, to be put before the mail's own bytes. */
export type SignMime = (email: Pick<PreparedEmail, "mime" | "files">) => Promise<Buffer>;

/**
 * Signs with DKIM (RFC 6376, for Ed25519 RFC 8463), relaxed/relaxed.
 *
 * Not nodemailer's signer: it knows RSA only and leaves a mail unsigned where the key does not suit, it cannot
 * sign that there is no second From, and it takes the whole body through streams. No time is signed: a mail may
 * wait for days, and a machine's clock may be wrong.
 */
export function dkimSigner({ domain, selector, key: secret }: DkimSettings): SignMime {
  const key = createPrivateKey(secret.reveal());
  const algorithm = key.asymmetricKeyType === "ed25519" ? "ed25519-sha256" : "rsa-sha256";
  return async (email) => {
    const { mime } = email;
    const headEnd = mime.indexOf(HEAD_END);
    const head = mime.toString("latin1", 0, headEnd < 0 ? mime.length : headEnd);
    const { names, fields } = signedOf(head.split(/\r\n(?![ \t])/));
    const bodyHash = await relaxedBodyHash(email, headEnd < 0 ? mime.length : headEnd + HEAD_END.length);
    const unsigned = [
      `DKIM-Signature: v=1; a=${algorithm}; c=relaxed/relaxed;`,
      ` d=${domain}; s=${selector};`,
      ` h=${names.join(":").replace(/(.{50,69}?:)(?=.)/g, "$1\r\n  ")};`,
      ` bh=${bodyHash};`,
      " b=",
    ].join("\r\n");
    const signed = [...fields, unsigned].map(relaxedField).join("\r\n");
    const signature = signatureOf(Buffer.from(signed, "latin1"), key);
    return Buffer.from(`${unsigned}${signature.replace(/(.{70})(?=.)/g, "$1\r\n  ")}\r\n`, "latin1");
  };
}

/** A field that occurs several times is signed from the last one up (RFC 6376 §5.4.2). */
function signedOf(head: readonly string[]): { names: string[]; fields: string[] } {
  const fields = SIGNED_FIELDS.flatMap((name) =>
    head.filter((field) => field.slice(0, field.indexOf(":")).trimEnd().toLowerCase() === name.toLowerCase()).reverse(),
  );
  const names = fields.map((field) => field.slice(0, field.indexOf(":")).trimEnd());
  // Named once more than it is there: whoever adds a second From breaks the signature (RFC 6376 §8.15).
  return { names: [...names, "From"], fields };
}

function signatureOf(signed: Buffer, key: KeyObject): string {
  if (key.asymmetricKeyType !== "ed25519") return sign("sha256", signed, key).toString("base64");
  // RFC 8463 §3: what Ed25519 signs is the hash.
  return sign(null, createHash("sha256").update(signed).digest(), key).toString("base64");
}
