import type { SmtpConfigNode } from "../shared/configurations";
import { type EmailNode, isInstalled } from "./email-nodes";
import type { Account } from "./old-node";

/** Whom an e-mail node signs in as; undefined where the server does not tell. */
export async function accountOf(node: EmailNode): Promise<Account | undefined> {
  // The server knows which of its credentials may be read only while the package is installed.
  if (!isInstalled(node)) return undefined;
  const { userid = "", password, has_password = false } = node.credentials ?? (await ask("e-mail", node.id)) ?? {};
  return { username: String(userid), hasPassword: Boolean(password || has_password) };
}

export async function usernameOf(node: SmtpConfigNode): Promise<string> {
  const { username = "" } = node.credentials ?? (await ask("smtp-config", node.id)) ?? {};
  return String(username);
}

interface Told {
  userid?: string;
  username?: string;
  password?: string;
  has_password?: boolean;
}

async function ask(type: string, id: string): Promise<Told | undefined> {
  try {
    return (await $.ajax({ url: `credentials/${type}/${id}`, dataType: "json" })) as Told;
  } catch {
    return undefined;
  }
}
