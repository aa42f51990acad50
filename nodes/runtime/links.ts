import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { NodeAPI } from "node-red";
import type { LinkServing } from "../../src/linked-attachments";
import { LinkStore } from "../../src/links/link-store";
import { systemClock } from "../../src/model/clock";
import type { MailSettings } from "../../src/settings/parse";
import type { Problem } from "../../src/settings/rules";
import { folderOf } from "./post-office";

/** One for each user directory: redeploys go on with the same. */
const stores = new Map<string, LinkStore>();

/** The files that mails of this Node-RED link to, in a folder beside its outbox; undefined without a user directory. */
export function linkStoreOf(RED: NodeAPI): LinkStore | undefined {
  const office = folderOf(RED);
  if (office === undefined) return undefined;
  const folder = join(office, "links");
  const store =
    stores.get(folder) ??
    new LinkStore({ folder, clock: systemClock, newToken: () => randomBytes(16).toString("base64url") });
  stores.set(folder, store);
  return store;
}

/** What a mailer needs to send links; nothing where Node-RED cannot serve files. */
export function linkServingOf(RED: NodeAPI): { readonly links?: LinkServing } {
  const store = servesFiles(RED) ? linkStoreOf(RED) : undefined;
  return store ? { links: { store, root: rootOf(RED) } } : {};
}

/** What is wrong with links in this Node-RED, whatever the configuration says of them. */
export function linkProblem(RED: NodeAPI, { links }: MailSettings): Problem | undefined {
  if (!links || servesFiles(RED)) return undefined;
  const message = "needs Node-RED's HTTP nodes, and httpNodeRoot is false in its settings";
  return { field: "attachmentLinks", rule: "links-not-served", message };
}

/** Where the HTTP nodes of this Node-RED are. */
export function rootOf(RED: NodeAPI): string {
  const { httpNodeRoot } = RED.settings as { httpNodeRoot?: string | false };
  return httpNodeRoot || "/";
}

export function servesFiles(RED: NodeAPI): boolean {
  return (RED.settings as { httpNodeRoot?: string | false }).httpNodeRoot !== false;
}
