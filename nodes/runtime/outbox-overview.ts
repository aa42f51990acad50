import type { NodeAPI } from "node-red";
import { ENTRY_STATES, type EntryState } from "../../src/model/entry-state";
import { ACTION_STATES } from "../../src/model/outbox-actions";
import type { QueueView, StandingView } from "../../src/model/outbox-view";
import type { Standing } from "../../src/model/standing";
import { runningConfigurations } from "./default-configuration";
import type { SmtpConfigNode } from "./nodes";
import type { Stores } from "./outbox-matching";
import { seriesBegin } from "./outbox-series";
import { type OutboxWatch, outboxWatchOf } from "./outbox-watch";
import { openPostOffice } from "./post-office";

type Counts = Record<EntryState, number>;

/** Every configuration that runs, with what is in its outbox: the default first, then by name, then those that are gone. */
export async function overview(RED: NodeAPI): Promise<QueueView[]> {
  const watch = outboxWatchOf(RED);
  const stores = openPostOffice(RED)?.openStores ?? [];
  const first = runningConfigurations.default()?.id;
  await recall(watch, stores);
  const views = runningConfigurations.all().map(async (node) => {
    const counts = await countsOf(stores, node.id);
    const standing = standingOf(node, counts);
    return {
      queue: node.id,
      name: node.name ?? node.id,
      isDefault: node.id === first,
      ...safeModeOf(node),
      standing,
      counts,
      ...watch.series.read(node.id),
    };
  });
  const rank = ({ isDefault, name }: QueueView): string => `${isDefault ? 0 : 1}${name}`;
  const running = (await Promise.all(views)).sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  return [...running, ...(await gone(watch, stores))];
}

/** One that is not usable sends nothing, in whatever mode. */
function safeModeOf(node: SmtpConfigNode): Pick<QueueView, "safeMode"> {
  if (node.standing().state === "unusable") return {};
  const { safeMode } = node.settings();
  return safeMode === "send" ? {} : { safeMode };
}

/** Configurations that were deleted or disabled, of which mails are left that nobody sends. */
async function gone({ series }: OutboxWatch, stores: Stores): Promise<QueueView[]> {
  const queues = new Set((await Promise.all(stores.map((store) => store.queues()))).flat());
  for (const { id } of runningConfigurations.all()) queues.delete(id);
  const views = [...queues].sort().map(async (queue) => {
    const counts = await countsOf(stores, queue);
    return {
      queue,
      name: queue,
      isDefault: false,
      standing: { state: "gone" } as const,
      counts,
      ...series.read(queue),
    };
  });
  return (await Promise.all(views)).filter(({ counts }) => ACTION_STATES.discard.some((state) => counts[state] > 0));
}

export async function countsOf(stores: Stores, queue: string): Promise<Counts> {
  const parts = await Promise.all(stores.map((store) => store.counts(queue)));
  const total = (state: EntryState): number => parts.reduce((sum, part) => sum + part[state], 0);
  return Object.fromEntries(ENTRY_STATES.map((state) => [state, total(state)])) as Counts;
}

function standingOf(node: SmtpConfigNode, { queued, deferred }: Counts): StandingView {
  const standing: Standing = node.standing();
  // A limit that nobody waits for is no news.
  if (standing.state === "limited" && queued + deferred === 0) return { state: "ok" };
  if (!("error" in standing)) return standing;
  const { code, reason, message, remedy, facts } = standing.error;
  return { ...standing, error: { code, reason, cause: message, remedy, facts } };
}

const recalled = new WeakMap<OutboxWatch, Promise<void>>();

/** What an earlier process sent today and in the last hour, once. */
export function recall(watch: OutboxWatch, stores: Stores): Promise<void> {
  const known = recalled.get(watch);
  if (known) return known;
  const disk = stores.find(({ kind }) => kind === "disk");
  // Nothing in memory is older than this process.
  if (!disk) return Promise.resolve();
  const recalling = recallFrom(disk, watch).catch((error: Error) => {
    recalled.delete(watch);
    throw error;
  });
  recalled.set(watch, recalling);
  return recalling;
}

async function recallFrom(store: Stores[number], { series }: OutboxWatch): Promise<void> {
  for (const { queue, state, at, count } of await store.endings(seriesBegin(series.since), series.since))
    series.add(queue, state === "sent" ? "accepted" : "failed", at, count);
}
