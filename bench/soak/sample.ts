/** One look at the process of Node-RED; sizes in bytes, times in milliseconds. */
export interface Sample {
  /** From the first mail. */
  readonly at: number;
  /** After a garbage collection. */
  readonly heap: number;
  /** Buffers and what else is outside of the heap. */
  readonly external: number;
  readonly rss: number;
  readonly descriptors: number;
  /** `process.getActiveResourcesInfo`, counted. */
  readonly resources: Readonly<Record<string, number>>;
  readonly database: number;
  readonly wal: number;
  /** The folder with bodies and large contents. */
  readonly bodies: number;
  readonly bodyFiles: number;
  /** Since the sample before, without the garbage collection that is for the samples only. */
  readonly delayP99: number;
  readonly delayMax: number;
  /** Handed over to a step, as of now. */
  readonly handed: number;
  readonly sent: number;
  readonly failed: number;
}

export const waitingIn = ({ handed, sent, failed }: Sample): number => handed - sent - failed;
