import { readFileSync } from "node:fs";
import type { PreparedEmail } from "../../../src/model/email";
import { graphTransport } from "../../support/graph/graph-rig";
import { watchMemory } from "../../support/watch-memory";

/**
 * Sends a mail out of a file through the Graph at `url` and prints what its memory was: at rest, before the
 * mail's bytes are there, and at most. Wants `--expose-gc`.
 */
async function main(url: string, file: string): Promise<void> {
  const transport = graphTransport(url);
  const { signal } = new AbortController();
  const send = (mime: Buffer): Promise<unknown> => {
    const email: PreparedEmail = {
      messageId: "<memory@example.com>",
      envelope: { from: "orders@example.com", to: ["a@example.org"] },
      mime,
    };
    return transport.send(email, signal, async () => {});
  };
  // Once through all of the code, so that rest is rest.
  await send(Buffer.from("From: orders@example.com\r\nTo: a@example.org\r\n\r\nwarm\r\n"));
  globalThis.gc?.();
  const rest = process.memoryUsage.rss();
  const highest = watchMemory();
  await send(readFileSync(file));
  process.stdout.write(JSON.stringify({ rest, most: highest() }));
  await transport.close();
}

void main(process.argv[2] ?? "", process.argv[3] ?? "");
