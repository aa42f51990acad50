import type { Acceptance } from "./faults";

/** What the flow was told of a mail: at an output of its step, or through Catch. */
export interface Told {
  readonly told: number;
  /** `accepted` or `partial`; `failed` where it was an error. */
  readonly state: string;
  readonly code?: string;
  readonly unconfirmed: number;
  /** The recipients of whom the flow was told that the server has accepted them. */
  readonly accepted: readonly string[];
}

export interface Ledger {
  /** Numbers of the mails that a step was given. */
  readonly handed: readonly number[];
  /** How many messages Node-RED dropped on their way to a step that it was stopping. */
  readonly dropped: number;
  readonly told: readonly Told[];
  /** What the servers took, written by themselves. */
  readonly taken: readonly Acceptance[];
  /** What the outbox still lists as waiting or held. */
  readonly waiting: readonly number[];
  /** Whether mails of this number are held where an answer is lost, and so never sent again. */
  readonly neverTwice: (mail: number) => boolean;
}

export interface Truth {
  readonly handed: number;
  readonly dropped: number;
  readonly sent: number;
  readonly failed: Readonly<Record<string, number>>;
  readonly waiting: number;
  /** Sent once more because the server took one and its answer was lost. */
  readonly again: number;
  /** Each of these in words; empty where every mail is accounted for. */
  readonly lost: readonly string[];
  readonly twice: readonly string[];
  readonly untrue: readonly string[];
}

/** Compares what was handed over with what the servers took, what the flow was told, and what waits. */
export function truthOf({ handed, dropped, told, taken, waiting, neverTwice }: Ledger): Truth {
  const servers = takenByMail(taken);
  const answers = new Map<number, Told[]>();
  for (const each of told) answers.set(each.told, [...(answers.get(each.told) ?? []), each]);
  const stillWaiting = new Set(waiting);
  const failed: Record<string, number> = {};
  const [lost, twice, untrue]: [string[], string[], string[]] = [[], [], []];
  let [sent, again] = [0, 0];
  for (const mail of handed) {
    const { times = new Map<string, number>(), answersLost = 0 } = servers.get(mail) ?? {};
    const [answer, ...more] = answers.get(mail) ?? [];
    if (more.length > 0) untrue.push(`mail ${mail}: told ${more.length + 1} times`);
    for (const [address, count] of times) {
      if (count <= 1) continue;
      if (neverTwice(mail) || count > 1 + answersLost) twice.push(`${address}: ${count} times, ${answersLost} lost`);
      else if (answer && answer.state !== "failed" && answer.unconfirmed < count - 1)
        twice.push(`${address}: ${count} times, and told as ${answer.unconfirmed}`);
      else again += count - 1;
    }
    if (!answer) {
      if (!stillWaiting.has(mail)) lost.push(`mail ${mail}: neither told nor waiting`);
      continue;
    }
    const missing = answer.accepted.filter((address) => !times.has(address));
    if (missing.length > 0) lost.push(`mail ${mail}: told as accepted, and not there for ${missing.join(", ")}`);
    if (answer.state !== "failed") {
      sent++;
      if (answer.accepted.length === 0) untrue.push(`mail ${mail}: told as ${answer.state} for nobody`);
      continue;
    }
    failed[answer.code ?? "no code"] = (failed[answer.code ?? "no code"] ?? 0) + 1;
    const hidden = [...times.keys()].filter((address) => !answer.accepted.includes(address));
    if (hidden.length > 0 && answersLost === 0) untrue.push(`mail ${mail}: told as failed, and there`);
  }
  const known = new Set(handed);
  const ofNone = told.filter((each) => !known.has(each.told)).map(({ state, code }) => `${state} ${code ?? ""}`);
  untrue.push(...ofNone.map((what) => `told of no mail that was handed over: ${what}`));
  for (const mail of servers.keys()) if (!known.has(mail)) untrue.push(`mail ${mail}: taken, and never handed over`);
  const unaccounted = handed.filter((mail) => !answers.has(mail) && stillWaiting.has(mail)).length;
  return { handed: handed.length, dropped, sent, failed, waiting: unaccounted, again, lost, twice, untrue };
}

function takenByMail(taken: readonly Acceptance[]): Map<number, { times: Map<string, number>; answersLost: number }> {
  const mails = new Map<number, { times: Map<string, number>; answersLost: number }>();
  for (const { mail, to, lost } of taken) {
    const known = mails.get(mail) ?? { times: new Map<string, number>(), answersLost: 0 };
    for (const address of to) known.times.set(address, (known.times.get(address) ?? 0) + 1);
    if (lost) known.answersLost++;
    mails.set(mail, known);
  }
  return mails;
}
