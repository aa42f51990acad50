import type { Secret } from "../model/secret";

/** What mails are signed with (RFC 6376). */
export interface DkimSettings {
  /** In ASCII, as DNS has it. */
  readonly domain: string;
  readonly selector: string;
  /** PEM; RSA or Ed25519. */
  readonly key: Secret;
}
