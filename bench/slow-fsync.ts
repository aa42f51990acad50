import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Stands in for the C library's calls, waits, and then does what they do. */
const SOURCE = `
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
static void wait_first(void) {
  const char *ms = getenv("SLOW_FSYNC_MS");
  if (ms) usleep(1000 * (useconds_t)atoi(ms));
}
int fsync(int fd) { wait_first(); return syscall(SYS_fsync, fd); }
int fdatasync(int fd) { wait_first(); return syscall(SYS_fdatasync, fd); }
`;

/** The environment in which every fsync of a process takes so much longer, or why this machine has none. */
export type SlowFsync = { readonly env: Readonly<Record<string, string>> } | { readonly missing: string };

/** Compiles what it takes into this folder. */
export function slowFsync(folder: string, ms: number): SlowFsync {
  if (process.platform !== "linux") return { missing: `no LD_PRELOAD on ${process.platform}` };
  const [source, library] = [join(folder, "slow-fsync.c"), join(folder, "slow-fsync.so")];
  writeFileSync(source, SOURCE);
  try {
    execFileSync("cc", ["-shared", "-fPIC", "-O2", "-o", library, source], { stdio: "pipe" });
  } catch (error) {
    return { missing: `no C compiler (${(error as Error).message.split("\n")[0]})` };
  }
  return { env: { LD_PRELOAD: library, SLOW_FSYNC_MS: String(ms) } };
}
