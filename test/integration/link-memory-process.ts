// Run as a process of its own: has a large file of the outbox kept as a link, serves it, and at a message tells what
// its memory was: at rest, and at most. Wants `--expose-gc`.
import { createHash } from "node:crypto";
import { readDraft } from "../../src/compose/message";
import { prepareEmail } from "../../src/compose/prepare";
import { linkAttachments } from "../../src/linked-attachments";
import type { KeptFile } from "../../src/model/email";
import { startLinkServer } from "../support/link-server";
import { settingsFor } from "../support/settings";
import { watchMemory } from "../support/watch-memory";

async function main(path: string, size: number): Promise<void> {
  const server = await startLinkServer();
  const settings = settingsFor(25, { attachmentLinks: "above-limit", maxAttachmentSize: 1, linkBaseUrl: server.url });
  const urlOf = async (content: Buffer | KeptFile): Promise<string> => {
    const message = readDraft({ to: "a@example.org", text: "x" }, settings);
    const attachments = [{ filename: "large.bin", content }];
    const mail = { id: "mail-1", now: Date.now(), isSent: true };
    const linked = await linkAttachments(
      { ...message, attachments },
      settings,
      { store: server.store, root: "/" },
      mail,
    );
    await prepareEmail(linked.message, { id: "mail-1", date: new Date(), signature: "", maxBytes: 100_000 });
    return linked.message.links?.[0]?.url ?? "";
  };
  // Once through all of the code, so that rest is rest.
  const warm = await fetch(await urlOf(Buffer.alloc(2_000_000)));
  createHash("sha256").update(Buffer.from(await warm.arrayBuffer()));
  globalThis.gc?.();
  const rest = process.memoryUsage.rss();
  const highest = watchMemory();
  process.send?.({ url: await urlOf({ path, size }) });
  process.once("message", async () => {
    process.send?.({ rest, most: highest() });
    await server.close();
    process.disconnect();
  });
}

void main(process.argv[2] ?? "", Number(process.argv[3]));
