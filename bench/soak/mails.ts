import { seeded } from "../../test/faults/seed";
import { QUEUES, type Queue } from "./plan";

export const PER_SECOND = 50;

/** The small ones have about 2 KB. */
const TEXT = "All work and no play makes a dull mail, said the postmaster, and wrote the next one. ".repeat(23);
const MEDIUM = Buffer.alloc(200_000, "A line of an attachment, as long as lines are.\r\n");
export const LARGE_BYTES = 5_000_000;

export interface SoakMessage {
  readonly to: string[];
  readonly topic: string;
  readonly payload: string;
  readonly attachments?: object[];
}

/** Gives the mails in order, the same ones for the same seed. `largeFile` is what now and then one attaches. */
export function mailsOf(largeFile: string): () => { readonly queue: Queue; readonly message: SoakMessage } {
  const random = seeded("mails");
  let count = 0;
  return () => {
    const at = count++;
    const message = { to: recipientsOf(at, random()), topic: topicOf(at), payload: `${at}: ${TEXT}` };
    const size = random();
    const filename = `${at}.bin`;
    const attachments =
      size < 0.001 ? [{ path: largeFile, filename }] : size < 0.021 ? [{ content: MEDIUM, filename }] : undefined;
    return {
      queue: QUEUES[at % QUEUES.length] as Queue,
      message: { ...message, ...(attachments ? { attachments } : {}) },
    };
  };
}

/** Most have one recipient. The server refuses those called `no` for good. */
function recipientsOf(at: number, chance: number): string[] {
  const names = chance < 0.015 ? ["no"] : chance < 0.045 ? ["a", "no"] : chance < 0.085 ? ["a", "b", "c"] : ["a"];
  return names.map((name) => `${name}.${at}@example.com`);
}

export function topicOf(at: number): string {
  return `soak ${at}`;
}

/** The mail's number, in its subject or in an address of its; undefined where there is none. */
export function numberIn(text: unknown): number | undefined {
  const found = /^soak (\d+)$|^(?:a|b|c|no)\.(\d+)@/.exec(String(text));
  return found ? Number(found[1] ?? found[2]) : undefined;
}
