const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** How long a deferred mail waits before its next attempt; the last one again and again. */
const MAIL_STEPS = [30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE, 60 * MINUTE];
/** How long a server that is away is left alone before it is tried with one mail. */
const SERVER_STEPS = [5 * SECOND, 10 * SECOND, 20 * SECOND, 40 * SECOND, 80 * SECOND, 160 * SECOND, 5 * MINUTE];
/** A mail that may have arrived is not sent again before the server had time to settle. */
export const UNCONFIRMED_MS = MINUTE;
/** Mails that failed together must not come back together. */
const JITTER = 0.2;
/** No mail is ever put off for longer: what waits for a time further ahead had it from a clock that was set back since. */
export const LONGEST_DELAY_MS = 60 * MINUTE * (1 + JITTER);

/** A number from 0 up to, but not including, 1. */
export type Random = () => number;

/** The wait after the `failures`-th failure of a mail, counted from 1, in milliseconds. */
export function mailDelay(failures: number, random: Random): number {
  return jittered(MAIL_STEPS, failures, random);
}

/** The wait after the `failures`-th time in a row that the server was away, in milliseconds. */
export function serverDelay(failures: number, random: Random): number {
  return jittered(SERVER_STEPS, failures, random);
}

function jittered(steps: readonly number[], failures: number, random: Random): number {
  const step = steps[Math.min(Math.max(failures, 1), steps.length) - 1] as number;
  return Math.round(step * (1 - JITTER + 2 * JITTER * random()));
}
