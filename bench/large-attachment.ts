import { resultOf } from "./child";
import { median } from "./median";
import { megabytes, milliseconds, type Row } from "./table";

const MEGABYTES = 100;
const GOAL_BYTES = 60e6;
const OUTBOXES = ["disk", "memory"] as const;

/** What one mail with a large file needs: time until it is accepted, and memory (RSS) in bytes. */
interface LargeMail {
  readonly ms: number;
  readonly idle: number;
  readonly peak: number;
}

export type LargeAttachment = Readonly<Record<(typeof OUTBOXES)[number], readonly LargeMail[]>>;

export async function largeAttachment(rounds: number): Promise<LargeAttachment> {
  const measured: Record<(typeof OUTBOXES)[number], LargeMail[]> = { disk: [], memory: [] };
  for (let round = 0; round < rounds; round++)
    for (const outbox of OUTBOXES)
      measured[outbox].push(await resultOf("large-attachment.mjs", { megabytes: MEGABYTES, outbox }));
  return measured;
}

export function largeAttachmentRows(measured: LargeAttachment): Row[] {
  return OUTBOXES.flatMap((outbox) => {
    const what = `one mail with a file of ${MEGABYTES} MB, outbox ${outbox === "disk" ? "on disk" : "in memory"}`;
    const above = median(measured[outbox].map(({ peak, idle }) => peak - idle));
    return [
      {
        what: `${what}: memory (RSS) above idle at its peak`,
        measured: megabytes(above),
        goal: `< ${megabytes(GOAL_BYTES)}`,
        met: above < GOAL_BYTES,
      },
      {
        what: `${what}: until it is accepted`,
        measured: milliseconds(median(measured[outbox].map(({ ms }) => ms))),
        goal: "",
      },
    ];
  });
}
