import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readDraft } from "../../src/compose/message";
import { prepareEmail } from "../../src/compose/prepare";
import { piecesOf } from "../../src/compose/whole-mime";
import type { KeptFile, PreparedEmail } from "../../src/model/email";
import { draft, sender } from "../unit/compose/composing";

/** Files of contents that differ at every place, in a folder that goes with `remove`. */
export function keptFiles() {
  const folder = mkdtempSync(join(tmpdir(), "contents-"));
  const keep = (name: string, content: Buffer): KeptFile => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return { path, size: statSync(path).size };
  };
  return { folder, keep, remove: (): void => rmSync(folder, { recursive: true, force: true }) };
}

/** Bytes without a pattern that a mistake could hide in, the same at every run. */
export function bytes(length: number, seed = "content"): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at < length; at += 64) blocks.push(createHash("sha512").update(`${seed} ${at}`).digest());
  return Buffer.concat(blocks).subarray(0, length);
}

/** A mail whose attachments are these, in memory or in files. */
export function composeWith(
  attachments: readonly { filename: string; content: Buffer | KeptFile; cid?: string }[],
  more: Parameters<typeof draft>[0] = {},
): Promise<PreparedEmail> {
  const message = { ...readDraft(draft(more), sender), attachments };
  return prepareEmail(message, { id: "id-1", date: new Date("2026-11-21T08:00:00Z"), signature: "" });
}

export async function wholeOf(email: PreparedEmail): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of piecesOf(email)) pieces.push(piece);
  return Buffer.concat(pieces);
}
