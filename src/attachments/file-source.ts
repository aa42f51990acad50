import { constants, type Stats } from "node:fs";
import { type FileHandle, open, readlink, realpath, stat } from "node:fs/promises";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { shorten } from "../compose/fields";
import { cancelled } from "../model/cancelled";
import { failure } from "./failure";
import { isWindowsTrick } from "./windows-paths";

const PIECE_BYTES = 64 * 1024;

/** Some of these are not there on every system. */
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_NOCTTY = 0 } = constants;

/** A file that the message asks for, and the property that says so. */
export interface AskedFile {
  readonly path: string;
  readonly field: string;
}

export interface FileContent {
  /** In bytes, as it was when it was opened; what is added later is not read. */
  readonly size: number;
  readonly body: AsyncIterable<Buffer>;
}

/**
 * Has `take` read a file that is below one of the folders, by whatever way its path leads there: `..` and links
 * count for what they lead to. What is outside is told in the same words whether it is there or not.
 * Rejects with SendError, or with what `take` rejects with; the file is closed afterwards.
 */
export async function readFromFile<Result>(
  asked: AskedFile,
  folders: readonly string[],
  signal: AbortSignal,
  take: (content: FileContent) => Promise<Result>,
): Promise<Result> {
  const { path, field } = asked;
  const value = shorten(path);
  if (folders.length === 0) throw failure("attachment-no-folders", field, { value });
  const listed = await foldersAt(folders);
  const places = placesIn(listed, path);
  if (places.length === 0) throw failure("attachment-path-outside", field, { value });
  const file = await openFirst(places, listed, asked);
  try {
    const { size } = await file.stat();
    return await take({ size, body: piecesOf(file, size, asked, signal) });
  } finally {
    await file.close();
  }
}

interface Folder {
  readonly path: string;
  /** Without any links; empty where there is no such folder. */
  readonly real: string;
}

async function foldersAt(paths: readonly string[]): Promise<Folder[]> {
  // Folders of another operating system are none here.
  const absolute = paths.filter((path) => isAbsolute(path)).map((path) => resolve(path));
  return Promise.all(absolute.map(async (path) => ({ path, real: await realpath(path).catch(() => "") })));
}

/** Where the path may mean a file, as far as the text tells. */
function placesIn(folders: readonly Folder[], path: string): string[] {
  if (sep === "\\" && isWindowsTrick(path)) return [];
  const meant = isAbsolute(path) ? [resolve(path)] : folders.map((folder) => join(folder.path, path));
  // Either name of a folder may stand in a path.
  const isThere = (full: string) => folders.some(({ path: own, real }) => isBelow(full, own) || isBelow(full, real));
  return [...new Set(meant)].filter(isThere);
}

function isBelow(path: string, folder: string): boolean {
  if (folder === "") return false;
  const way = relative(folder, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

async function openFirst(
  places: readonly string[],
  folders: readonly Folder[],
  { path, field }: AskedFile,
): Promise<FileHandle> {
  const facts = { value: shorten(path) };
  for (const place of places) {
    const found = await openWithin(place, folders).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ENOTDIR" || error.code === "ELOOP") return undefined;
      throw failure("attachment-file-unreadable", field, { ...facts, response: error.code ?? "no reason given" });
    });
    if (found === "other") throw failure("attachment-not-a-file", field, facts);
    if (found) return found;
  }
  throw failure("attachment-file-missing", field, facts);
}

/**
 * Opens a plain file, and makes sure afterwards that what was opened is in one of the folders: a folder on the way to it may
 * have been replaced by a link in between. Undefined where there is none; rejects with Node's error.
 */
async function openWithin(path: string, folders: readonly Folder[]): Promise<FileHandle | "other" | undefined> {
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined || !folders.some((folder) => isBelow(real, folder.real))) return undefined;
  // Opening alone does something to a device, and waits at a pipe.
  if (!(await stat(real)).isFile()) return "other";
  const file = await open(real, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  try {
    const opened = await file.stat();
    if (opened.isFile() && (await isStill(real, opened, file))) {
      if (opened.size > 0 || (await isEmpty(file))) return file;
      await file.close();
      return "other";
    }
    await file.close();
    return undefined;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Whether the open file is the one that this path, which has no links, leads to. */
async function isStill(real: string, opened: Stats, file: FileHandle): Promise<boolean> {
  // Linux knows by which path a file was opened; elsewhere the file at that path is compared.
  const openedAs = await readlink(`/proc/self/fd/${file.fd}`).catch(() => undefined);
  if (openedAs !== undefined) return openedAs === real;
  const before = await realpath(real);
  const there = await stat(real);
  const after = await realpath(real);
  return before === real && after === real && there.dev === opened.dev && there.ino === opened.ino;
}

/** What the kernel makes up while it is read calls itself empty and may never end. */
async function isEmpty(file: FileHandle): Promise<boolean> {
  const { bytesRead } = await file.read(Buffer.alloc(1), 0, 1, 0);
  return bytesRead === 0;
}

async function* piecesOf(
  file: FileHandle,
  size: number,
  { path, field }: AskedFile,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  for (let at = 0; at < size; ) {
    if (signal.aborted) throw cancelled(signal, "input");
    const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, size - at));
    const unreadable = (response: string) =>
      failure("attachment-file-unreadable", field, { value: shorten(path), response });
    const { bytesRead } = await file.read(piece, 0, piece.length, at).catch((error: NodeJS.ErrnoException) => {
      throw unreadable(error.code ?? "no reason given");
    });
    // Half a file must not arrive as if it were the whole.
    if (bytesRead === 0) throw unreadable("it became shorter while it was read");
    at += bytesRead;
    yield piece.subarray(0, bytesRead);
  }
}
