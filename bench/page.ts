import { availableParallelism } from "node:os";
import { CONNECTIONS, DISTANT_MS, WAYS } from "./burst";
import { QUEUED } from "./outbox-cost";
import { type Row, tableOf } from "./table";

export interface Rounds {
  readonly rounds: number;
  readonly composeRounds: number;
  readonly startRounds: number;
  readonly outboxRounds: number;
  readonly editorRounds: number;
}

/** What is written into docs/performance.md. */
export function pageOf(
  rows: readonly Row[],
  { rounds, composeRounds, startRounds, outboxRounds, editorRounds }: Rounds,
): string {
  const date = new Date().toISOString().slice(0, 10);
  return `# Performance

Written by \`npm run bench\` on ${date}, Node.js ${process.versions.node}, ${availableParallelism()} processors, ${process.platform} ${process.arch}.

${tableOf(rows)}

## How it is measured

- **Mails.** ${mailsOf(false)} mails of 2 KB each are handed over at once and sent over ${CONNECTIONS} connections, each to one recipient. This package checks, composes, queues and sends them (\`Mailer.submit\`; “durable” with the outbox on disk, the others in memory); the other side is nodemailer's own pool (\`pool: true\`, ${CONNECTIONS} connections, 100 mails each) with the same content. Both send to the same server, which runs in a process of its own, accepts everything and counts. Each burst has a fresh process, warmed up with a smaller burst, and the server has had one before that does not count. The server that answers after ${DISTANT_MS} ms is the same one at the end of a line that keeps every byte of its for so long; it gets ${mailsOf(true)} mails. \`npm run bench -- mails\` measures these alone.
- **Ratios.** ${rounds} pairs, each side first in turn; the ratio is taken pair by pair, and the table shows the median (and the range). Mails per second depend on the machine and on what else it does; the ratio does much less.
- **Event-loop delay.** \`perf_hooks.monitorEventLoopDelay\` with a resolution of 1 ms during this package's burst: how long flows and other nodes have to wait. The sampling interval itself is part of the value.
- **Memory.** Sampled every 5 ms. “Above rest” is what the burst adds to the same process after its warm-up and a garbage collection.
- **Composing.** From a message's values to the bytes that are kept, one mail after the other: this package's checks, ids, line ends and size limit included; the other side is nodemailer's \`MailComposer\` alone with the same text, HTML and attachment. ${composeRounds} pairs in one process, each side first in turn, with a garbage collection before each; \`npm run bench -- compose\` measures it alone.
- **A large attachment.** One mail with a file that is named by its path, to a mail server in another process; RSS is sampled every 20 ms, from after a first, small mail. Medians of ${outboxRounds}; \`npm run bench -- attachment\` measures it alone.
- **Outbox.** On disk, in the temporary folder of this machine. Enqueues are \`add\` of the store with 2 KB bodies, each resolved when it is on the disk; a claim is the mean of 200, counts and the like the median. For the event-loop delay ${QUEUED.toLocaleString("en")} mails are handed over, each in a turn of the event loop of its own, while others are sent already, until all are kept; the slow fsync is a library that is compiled and preloaded, and waits before it calls the real one. The first mail counts from the start of a process to the server's acceptance, memory against the same process with the same modules and an idle configuration. Medians of ${outboxRounds}.
- **Loading.** \`require\` of both nodes' built scripts in a fresh process, against a process that loads nothing; memory after a garbage collection.
- **Start.** A real Node-RED 4 from spawning to “Started flows”, with the package and a flow with a Generic configuration, and without both, ${startRounds} pairs, each side first in turn; memory after a garbage collection. Medians of the differences, pair by pair. Time by the clock varies by more than the goal on a busy machine; the computing time beside it hardly does.
- **Editor.** The editor's page in Chromium, from the request until its flows can be edited, with the package and a flow that uses it, and without both: two Node-REDs side by side, ${editorRounds} pairs of page loads, each side first in turn, each with an empty cache. The ratio is taken pair by pair. Left out where there is no Chromium; \`npm run bench -- editor\` measures it alone.
- **Over time.** Whether memory, handles and files stay flat over twenty minutes of mails to faulty servers is another measurement: [Soak](soak.md), by \`npm run soak\`.
`;
}

function mailsOf(distant: boolean): number {
  return WAYS.find(({ answersAfterMs }) => (answersAfterMs !== undefined) === distant)?.mails ?? 0;
}
