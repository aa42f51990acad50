/** What the mail server is like for a while; `away`: nothing listens. */
export const WEATHERS = ["greylisting", "refusing", "busy", "dropping", "slow", "few"] as const;
export type Weather = (typeof WEATHERS)[number] | "calm" | "away";

export const QUEUES = ["orders", "invoices"] as const;
export type Queue = (typeof QUEUES)[number];

/** Milliseconds from the first mail. */
export interface Period {
  readonly from: number;
  readonly to: number;
}

export interface Plan {
  readonly feedMs: number;
  readonly weather: readonly (Period & { readonly kind: Weather })[];
  readonly away: readonly Period[];
  readonly redeploys: readonly { readonly at: number; readonly queues: readonly Queue[] }[];
}

const MINUTE = 60_000;
/** Of twenty: where the server goes away, and for how long. The second and the last quarter have one alike. */
const AWAY = [
  { from: 2.5, to: 3.5 },
  { from: 6, to: 7 },
  { from: 11, to: 12.8 },
  { from: 16, to: 17 },
] as const;
const TWENTIETHS = 20;
const WEATHER_TWENTIETHS = 0.5;
/** The last minute of twenty is calm, so that what waits then waits for its time only. */
const CALM_FROM = 19;

/** What happens when: the same for the same random numbers. Shorter runs have everything shorter. */
export function planOf(minutes: number, random: () => number): Plan {
  const twentieth = (minutes * MINUTE) / TWENTIETHS;
  const away = AWAY.map(({ from, to }) => ({ from: from * twentieth, to: to * twentieth }));
  const weather: (Period & { kind: Weather })[] = [];
  let kinds: Weather[] = [];
  for (let at = 0; at < TWENTIETHS; at += WEATHER_TWENTIETHS) {
    const period = { from: at * twentieth, to: (at + WEATHER_TWENTIETHS) * twentieth };
    if (kinds.length === 0) kinds = shuffled([...WEATHERS, "calm"], random);
    weather.push({ ...period, kind: at >= CALM_FROM ? "calm" : (kinds.pop() ?? "calm") });
  }
  const which = [["orders"], ["invoices"], ["orders", "invoices"]] as const;
  const redeploys = Array.from({ length: 9 }, (_, at) => ({
    at: (at + 1) * 2 * twentieth,
    queues: which[at % which.length] ?? [],
  }));
  return { feedMs: minutes * MINUTE, weather, away, redeploys };
}

export function weatherAt({ away, weather }: Plan, at: number): Weather {
  const isIn = ({ from, to }: Period): boolean => from <= at && at < to;
  return away.some(isIn) ? "away" : (weather.find(isIn)?.kind ?? "calm");
}

function shuffled<T>(values: readonly T[], random: () => number): T[] {
  const left = [...values];
  return values.map(() => left.splice(Math.floor(random() * left.length), 1)[0] as T);
}
