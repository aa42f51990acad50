export interface Credentials {
  user: string;
  pass: string;
}

/** How a token is refused: at once, as Exchange Online does, or after a challenge with the reason, as Gmail does. */
export interface TokenRefusal {
  readonly reply: string;
  readonly challenge?: string;
}

export interface Dialogue {
  readonly script: { accounts?: Credentials[]; tokenRefusal?: TokenRefusal };
  readonly record: { logins: Credentials[] };
  say(text: string): void;
  nextLine(): Promise<string>;
}

/** Goes through AUTH PLAIN or AUTH LOGIN (RFC 4954) and says what a healthy server answers at its end. */
export async function authenticate(line: string, dialogue: Dialogue): Promise<{ reply: string; user?: string }> {
  const [, mechanism = "", initial] = line.split(/\s+/);
  const login = await credentials(mechanism.toUpperCase(), initial, dialogue);
  if (!login) return { reply: "504 5.5.4 Unrecognized authentication type" };
  dialogue.record.logins.push(login);
  const { accounts, tokenRefusal } = dialogue.script;
  if (!accounts) return { reply: "503 5.5.1 Authentication not enabled" };
  const known = accounts.some(({ user, pass }) => user === login.user && pass === login.pass);
  if (known) return { reply: "235 2.7.0 Authentication successful", user: login.user };
  if (mechanism.toUpperCase() !== "XOAUTH2") return { reply: "535 5.7.8 Authentication credentials invalid" };
  const { reply, challenge } = tokenRefusal ?? { reply: "535 5.7.3 Authentication unsuccessful" };
  if (challenge !== undefined) {
    const acknowledged = dialogue.nextLine();
    dialogue.say(`334 ${Buffer.from(challenge).toString("base64")}`);
    await acknowledged;
  }
  return { reply };
}

async function credentials(
  mechanism: string,
  initial: string | undefined,
  dialogue: Dialogue,
): Promise<Credentials | undefined> {
  const ask = (challenge: string) => {
    const line = dialogue.nextLine();
    dialogue.say(`334 ${challenge}`);
    return line;
  };
  if (mechanism === "PLAIN") {
    const [, user = "", pass = ""] = decode(initial ?? (await ask(""))).split("\0");
    return { user, pass };
  }
  if (mechanism === "LOGIN") {
    const user = decode(initial ?? (await ask("VXNlcm5hbWU6")));
    return { user, pass: decode(await ask("UGFzc3dvcmQ6")) };
  }
  if (mechanism === "XOAUTH2") {
    const [, user = "", pass = ""] =
      /^user=([^\u0001]*)\u0001auth=Bearer ([^\u0001]*)\u0001\u0001$/.exec(decode(initial ?? (await ask("")))) ?? [];
    return { user, pass };
  }
  return undefined;
}

function decode(base64: string): string {
  return Buffer.from(base64, "base64").toString("utf8");
}
