import { existsSync } from "node:fs";
import { join } from "node:path";
import type { NodeAPI } from "node-red";
import { systemClock } from "../../src/model/clock";
import type { OutboxKind } from "../../src/settings/raw";
import { loadMailer } from "./load-mailer";
import { outboxWatchOf } from "./outbox-watch";

type PostOffice = ReturnType<ReturnType<typeof loadMailer>["createPostOffice"]>;

/** One for each user directory: redeploys go on with the same. */
const offices = new Map<string, PostOffice>();

/** The post office of this Node-RED, which keeps its mails in the folder `post-office` of the user directory. */
export function postOfficeOf(RED: NodeAPI): PostOffice {
  const folder = folderOf(RED);
  const known = offices.get(folder ?? "");
  if (known) return known;
  const warn = (message: string): void => RED.log.warn(`[smtp-config] ${message}`);
  const office = loadMailer().createPostOffice(systemClock, folder, warn);
  office.outcomes.watch(outboxWatchOf(RED).hear);
  offices.set(folder ?? "", office);
  return office;
}

/** The post office where there is one already; undefined before the first mail. */
export function openPostOffice(RED: NodeAPI): PostOffice | undefined {
  return offices.get(folderOf(RED) ?? "");
}

/** Whether mails may wait from before: of this process, or of an earlier one on disk. */
export function mayHaveMail(RED: NodeAPI, kind: OutboxKind): boolean {
  const folder = folderOf(RED);
  return offices.has(folder ?? "") || (kind === "disk" && folder !== undefined && existsSync(folder));
}

/** Undefined where there is no user directory. */
export function folderOf(RED: NodeAPI): string | undefined {
  const { userDir } = RED.settings as { userDir?: string };
  return userDir ? join(userDir, "post-office") : undefined;
}
