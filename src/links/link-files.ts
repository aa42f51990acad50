import { constants } from "node:fs";
import { chmod, copyFile, link, open, stat, statfs } from "node:fs/promises";
import type { KeptFile } from "../model/email";

/** Not there on Windows. */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;

/** What linked files leave free on their disk: this much of it, or this many bytes where that is less. */
const SPARE_SHARE = 0.05;
const SPARE_BYTES = 100_000_000;

/** Whether enough is left for everything else on the disk, such as mails without links, once these bytes are there. */
export async function leavesRoom(folder: string, bytes: number): Promise<boolean> {
  const disk = await statfs(folder).catch(() => undefined);
  if (!disk || disk.blocks === 0) return true;
  const spare = Math.min(SPARE_BYTES, disk.blocks * disk.bsize * SPARE_SHARE);
  return disk.bavail * disk.bsize - bytes >= spare;
}

/** A new file with this content, for its owner only; resolves when it has reached the disk. */
export async function writeNew(path: string, content: Uint8Array | string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Gives a file of the outbox, which goes with its mail, a second name; copies it where there is no such thing. */
export async function keepFile({ path, size }: KeptFile, as: string): Promise<void> {
  await link(path, as).catch(() => copyFile(path, as, constants.COPYFILE_EXCL));
  await chmod(as, 0o600);
  const file = await open(as, "r+");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  if ((await stat(as)).size !== size) throw new Error(`${path} is not what it was`);
}

/** Makes names of files survive a loss of power; Windows has no such call, and needs none. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Opens a file to be read; what stands there in its place, such as a symbolic link, is an error. */
export function openToRead(path: string) {
  return open(path, constants.O_RDONLY | NO_FOLLOW);
}

/** Opens a file that is there already, to add to its end. */
export function openToAppend(path: string) {
  return open(path, constants.O_WRONLY | constants.O_APPEND | NO_FOLLOW);
}
