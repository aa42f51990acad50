import { isDeepStrictEqual } from "node:util";
import { Secret } from "../model/secret";
import type { MailSettings } from "./parse";

/** Whether both reach the same server in the same way and sign in with the same secrets. */
export function isSameWay(one: MailSettings, other: MailSettings): boolean {
  return isDeepStrictEqual(wayOf(one), wayOf(other));
}

function wayOf(settings: MailSettings): unknown {
  if (settings.kind === "graph") {
    const { kind, signIn, mailbox } = settings;
    return revealed({ kind, signIn, mailbox });
  }
  const { kind, host, port, security, login, oauth, tls } = settings;
  return revealed({ kind, host, port, security, login, oauth, tls });
}

/** Secrets look alike until they are opened. */
function revealed(value: unknown): unknown {
  if (value instanceof Secret) return value.reveal();
  if (typeof value !== "object" || value === null || Buffer.isBuffer(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, revealed(part)]));
}
