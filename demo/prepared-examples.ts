import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type FlowNode, type InboxAddress, inboxTls } from "./example-flow";
import type { Login } from "./inbox/smtp";

/** What the stand-in of Microsoft's sign-in service takes. */
export const clientSecret = "demo-client-secret";

/**
 * The examples that bring configurations of their own, with what a person would fill in: the inbox for SMTP, the
 * stand-ins for Graph. Those that use the default need nothing, and wait in the import dialog.
 */
export function preparedExamples(folder: string, address: InboxAddress, login: Login): FlowNode[] {
  const smtp = { ...address, tls: inboxTls, credentials: { username: login.user, password: login.pass } };
  return ownConfigurations(folder).map((node) => {
    if (node.type !== "smtp-config") return node;
    return { ...node, ...(node.kind === "graph" ? { credentials: { clientSecret } } : smtp) };
  });
}

/** Whom the stand-ins know: the tenant, application and mailbox of the Graph example. */
export function graphAccount(folder: string): { tenantId: string; clientId: string; mailbox: string } {
  const found = ownConfigurations(folder).find(({ kind }) => kind === "graph");
  if (!found) throw new Error("there is no example for Microsoft Graph");
  const { tenantId, clientId, mailbox } = found;
  return { tenantId: String(tenantId), clientId: String(clientId), mailbox: String(mailbox) };
}

function ownConfigurations(folder: string): FlowNode[] {
  return readdirSync(folder)
    .sort()
    .map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")) as FlowNode[])
    .filter((nodes) => nodes.some(({ type }) => type === "smtp-config"))
    .flat();
}
