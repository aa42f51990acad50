import { availableParallelism } from "node:os";
import { type Row, tableOf } from "../table";
import { LARGE_BYTES, PER_SECOND } from "./mails";
import type { Plan } from "./plan";
import type { Sample } from "./sample";
import { MOST_GROWTH } from "./verdict";

export interface SoakRun {
  readonly plan: Plan;
  readonly seed: number;
  readonly atRest: Sample;
}

/** When and on what it ran, in one line. */
export function provenance(date = new Date()): string {
  const processors = availableParallelism();
  const day = date.toISOString().slice(0, 10);
  return `${day}, Node.js ${process.versions.node}, ${processors} processors, ${process.platform} ${process.arch}`;
}

export const chartTitle = ({ feedMs }: Plan) => ({
  title: `${feedMs / 60_000} minutes with ${PER_SECOND} mails a second to faulty servers`,
  below: `Node-RED 4 with the package and two configurations, outbox on disk · ${provenance()}`,
});

/** What is written into docs/soak.md. */
export function soakPage(rows: readonly Row[], { plan, seed, atRest }: SoakRun): string {
  const minutes = plan.feedMs / 60_000;
  const percent = (most: number): string => `${Math.round((most - 1) * 100)} %`;
  const resources = Object.entries(atRest.resources)
    .map(([name, count]) => `${count} ${name}`)
    .join(", ");
  return `# Soak

${minutes} minutes with ${PER_SECOND} mails a second and mail servers that misbehave: nothing is lost, and memory, handles and files stay flat.

Written by \`npm run soak\` on ${provenance()}, with \`FAULT_SEED=${seed}\`.

![Mails per second, waiting mails, heap, memory, descriptors, files and event-loop delay over the time of the run](images/soak.svg)

${tableOf(rows)}

At rest, once nothing waited, Node.js had these handles and requests: ${resources}.

## How it is done

- **A real Node-RED** 4 in a process of its own, with this package and a flow of two \`send-email\` steps. A function node feeds them in turn; each has a configuration of its own, with the outbox on disk. *Orders*: STARTTLS with login, the message waits for the acceptance, an answer that is lost holds the mail. *Invoices*: in clear, the message goes on when it is queued and the second output tells the outcome, a lost answer has the mail sent again.
- **Mails** have 2 KB; one in fifty has an attachment of 200 KB, and one in a thousand a file of ${LARGE_BYTES / 1e6} MB, which goes through the spool. Some have three recipients, some one of two that the server refuses for good, some only such a one.
- **Mail servers** in another process, one for each configuration. Every ${(minutes / 40) * 60} seconds they are of another kind: greylisting; 4xx at each command and after the content; 421 at each of them and a login that fails for now; connections that end before, in and after the content, also after the mail was taken; slow answers; no more than three connections. Four times they are away for a while: connections are cut and nothing listens (shaded in the chart).
- **Meanwhile** a redeploy of one or of both configurations every ${minutes / 10} minutes, the questions of an open outbox tab every second, and once a minute somebody discards there what is held or was given up.
- **Chance** comes from a generator: \`FAULT_SEED=${seed} npm run soak\` does the same again, as far as time allows. \`SOAK_MINUTES=3\` makes it short; then page and chart go to \`.test-output/\`, and medians of a few samples say little.
- **Truth.** What counts as handed over is what a step received, counted by a hook of Node-RED; a message that is just on its way when a deploy stops the step is dropped by Node-RED, whatever node it is for. The servers write down what they take, for each recipient. At the end each mail must have been told once: as accepted, and then the server has it for everybody of whom that was said; or as failed, and then the server has it for nobody else, unless it was the server that lost its answer; or it must still be in the outbox. A mail that is there twice must be one whose answer the server lost, of the configuration that sends again, and its result must say so (\`unconfirmed\`).
- **Samples** every five seconds, in the process of Node-RED: the heap in use after a full garbage collection (the inspector's \`HeapProfiler.collectGarbage\`), RSS, the entries of \`/proc/self/fd\`, \`process.getActiveResourcesInfo()\`, the sizes of the outbox's files, \`perf_hooks.monitorEventLoopDelay\` with a resolution of 5 ms, without that collection. The delay depends on whatever else the machine does.
- **Flat** means: the median of the last quarter against that of the second; the first is a warm-up, and both have one minute of an absent server. Heap at most ${percent(MOST_GROWTH.heap)} more, RSS ${percent(MOST_GROWTH.rss)}, the largest database ${percent(MOST_GROWTH.database)} more than in the three quarters before. The slope is that of the straight line closest to all samples after the first quarter. If anything is missed, the exit code is 1.
- **Retention.** The configurations list sent mails for 0 days (\`keepSent\`), so that what is sent is forgotten at the next pruning: after every thousand mails, and when the store opens. With seven days, the default, the database would grow until it lists about 10,000 mails, which takes three minutes and a half at this rate.
`;
}
