import type { AccessToken } from "../../model/token";

type Renew = (refused: AccessToken) => Promise<AccessToken>;

/**
 * A login with a token, as nodemailer's connection asks for it (Google's "XOAUTH2 protocol", which
 * Exchange Online has taken over).
 *
 * nodemailer asks for another token where a server explains its refusal in a challenge, as Gmail
 * does; where one refuses at once, as Exchange Online does, whoever signs in asks `renewed`.
 * Either way there is one fresh token for each login.
 */
export class TokenLogin {
  #token: AccessToken;
  #wasRenewed = false;
  /** Why there was no fresh token. */
  failure: unknown;

  constructor(
    private readonly username: string,
    token: AccessToken,
    private readonly renew: Renew,
  ) {
    this.#token = token;
  }

  readonly credentials = {
    oauth2: {
      getToken: (again: boolean, done: (error: Error | null, token?: string) => void): void => {
        const renewing = again ? this.renewed() : Promise.resolve(false);
        renewing.then(
          () => done(null, this.#token.value.reveal()),
          (error: unknown) => {
            this.failure = error;
            done(new Error("no fresh token"));
          },
        );
      },
      buildXOAuth2Token: (token: string): string =>
        Buffer.from(`user=${this.username}\u0001auth=Bearer ${token}\u0001\u0001`, "utf8").toString("base64"),
    },
  };

  /** Whether there is another token to sign in with than before; false where this was asked already. */
  async renewed(): Promise<boolean> {
    if (this.#wasRenewed) return false;
    this.#wasRenewed = true;
    const refused = this.#token;
    this.#token = await this.renew(refused);
    return this.#token.value.reveal() !== refused.value.reveal();
  }
}
