import type { NodeAPI } from "node-red";
import type { Outcome } from "../../src/mailer";
import { type Clock, systemClock } from "../../src/model/clock";
import { OutboxSeries } from "./outbox-series";

/** Every editor hears it, also of users who may not read the outbox: it says only that something changed. */
const OUTBOX_TOPIC = "post-office/outbox";

const PUBLISH_EVERY_MS = 1000;

/** Sees what happens in the outbox of one Node-RED: counts it, and tells the editors at most once a second. */
export class OutboxWatch {
  readonly series: OutboxSeries;
  #resting: (() => void) | undefined;
  #again = false;

  constructor(
    private readonly publish: (news: { readonly at: number }) => void,
    private readonly clock: Clock,
  ) {
    this.series = new OutboxSeries(clock);
  }

  /** For `Outcomes.watch`. */
  readonly hear = (outcome?: Outcome): void => {
    if (outcome?.state === "sent") this.series.add(outcome.queue, "accepted");
    if (outcome?.state === "dead") this.series.add(outcome.queue, "failed");
    this.changed();
  };

  changed(): void {
    if (this.#resting) {
      this.#again = true;
      return;
    }
    this.publish({ at: this.clock.now() });
    this.#resting = this.clock.after(PUBLISH_EVERY_MS, () => {
      this.#resting = undefined;
      const again = this.#again;
      this.#again = false;
      if (again) this.changed();
    });
  }
}

/** One for each user directory, as the post office. */
const watches = new Map<string, OutboxWatch>();

export function outboxWatchOf(RED: NodeAPI): OutboxWatch {
  const userDir = (RED.settings as { userDir?: string }).userDir ?? "";
  const known = watches.get(userDir);
  if (known) return known;
  const { comms } = RED as unknown as { comms?: { publish(topic: string, news: object, retain: boolean): void } };
  const watch = new OutboxWatch((news) => comms?.publish(OUTBOX_TOPIC, news, false), systemClock);
  watches.set(userDir, watch);
  // Configurations came or went.
  RED.events.on("flows:started", () => watch.changed());
  return watch;
}
