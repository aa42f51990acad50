/** Removes secrets from a text that is about to be shown, logged or stored. */
export type Redact = (text: string) => string;

const MASK = "•••";

/**
 * Shorter than this is no secret, but would be found inside every other word: masking it would
 * spoil the text and give the password away by where the masks stand.
 */
const LEAST_CHARACTERS = 4;

/**
 * Makes the function that removes these secrets in every form in which a mail
 * conversation or its report carries them: as they are, escaped, and in base64, alone
 * (AUTH LOGIN, RFC 4954) or joined with the user name (AUTH PLAIN, RFC 4616).
 */
export function redactorOf(secrets: { username?: string | undefined; password?: string | undefined }): Redact {
  const { username = "", password = "" } = secrets;
  if (password === "") return (text) => text;
  const forms = [
    password,
    JSON.stringify(password).slice(1, -1),
    encodeURIComponent(password.toWellFormed()),
    base64(password),
    base64(`\0${username}\0${password}`),
    base64(`${username}\0${username}\0${password}`),
  ];
  const longestFirst = [...new Set(forms)]
    .filter(({ length }) => length >= LEAST_CHARACTERS)
    .sort((a, b) => b.length - a.length);
  return (text) => {
    // A reply code is not a secret, even where the password is "250"; what it means must stay readable.
    const code = /^\d{3}(?=[ -]|$)/.exec(text)?.[0] ?? "";
    return code + longestFirst.reduce((rest, form) => rest.replaceAll(form, MASK), text.slice(code.length));
  };
}

function base64(text: string): string {
  // Without the padding, because a server may quote it either way.
  return Buffer.from(text, "utf8").toString("base64").replace(/=+$/, "");
}
