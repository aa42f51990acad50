import { seeded } from "../../test/faults/seed";
import type { RecordedSession, ScriptedReply, SmtpScript } from "../../test/support/scripted-smtp-server";
import { numberIn } from "./mails";
import type { Weather } from "./plan";

/** A mail that the server took; `lost`: its answer may not have reached whoever sent it. */
export interface Acceptance {
  readonly mail: number;
  readonly to: readonly string[];
  readonly lost: boolean;
}

export interface FaultyOptions {
  readonly name: string;
  readonly weather: () => Weather;
  /** How many connections there are to this server now. */
  readonly connections: () => number;
  readonly accepted: (acceptance: Acceptance) => void;
}

const BUSY = { say: "421 4.3.2 Too busy, try again later", close: "end" } as const;
const REFUSED = "451 4.3.0 Try again later";
/** The largest mail that it takes. */
const MAX_BYTES = 50_000_000;

/** A server that behaves as the weather is. It writes down what it took, and forgets the rest. */
export function faultyScript({ name, weather, connections, accepted }: FaultyOptions): SmtpScript {
  const random = seeded(`faults of ${name}`);
  const recipients = new WeakMap<RecordedSession, string[]>();
  const greylisted = new Set<string>();
  const perhaps = (part: number): boolean => random() < part;

  const early = (kind: Weather, session: RecordedSession): ScriptedReply | undefined => {
    if (kind === "refusing" && perhaps(0.01)) return REFUSED;
    if (kind === "busy" && perhaps(0.0005)) return BUSY;
    if (kind === "dropping" && perhaps(0.0005)) return session.secure || perhaps(0.5) ? "drop" : "reset";
    return undefined;
  };
  const take = (raw: string, session: RecordedSession, lost: boolean): void => {
    const to = recipients.get(session) ?? [];
    const mail = numberIn(/^Subject: (.*)$/m.exec(raw.slice(0, 4096))?.[1]?.trim()) ?? -1;
    accepted({ mail: to.every((address) => numberIn(address) === mail) ? mail : -1, to, lost });
  };

  return {
    size: MAX_BYTES,
    get dropAfterBodyBytes() {
      return weather() === "dropping" && perhaps(0.002) ? 1 : undefined;
    },
    greeting: () => {
      if (weather() === "few" && connections() > 3) return { say: "421 4.7.0 Too many connections", close: "end" };
      if (weather() === "busy" && perhaps(0.1)) return BUSY;
      return weather() === "dropping" && perhaps(0.05) ? "drop" : undefined;
    },
    ehlo: (_line, session) => early(weather(), session),
    auth: () => (weather() === "busy" && perhaps(0.05) ? "454 4.7.0 Temporary authentication failure" : undefined),
    mail: (_line, session) => {
      recipients.set(session, []);
      return early(weather(), session);
    },
    rcpt: async (line, session) => {
      const address = /<([^>]*)>/.exec(line)?.[1] ?? "";
      const kind = weather();
      const fault = early(kind, session);
      if (fault) return fault;
      if (kind === "slow" && perhaps(0.01)) await pause(100 + 400 * random());
      if (address.startsWith("no.")) return "550 5.1.1 No such user";
      if (kind === "greylisting" && !greylisted.has(address) && perhaps(0.1)) {
        greylisted.add(address);
        return "451 4.7.1 Greylisted, try again later";
      }
      recipients.get(session)?.push(address);
      return undefined;
    },
    data: (_line, session) => early(weather(), session),
    dot: async (raw, session) => {
      forget(session);
      const kind = weather();
      const fault = early(kind, session);
      if (fault) return fault;
      if (kind === "slow" && perhaps(0.03)) await pause(200 + 1800 * random());
      // It died meanwhile.
      if (session.closed) return "drop";
      const isLost = kind === "dropping" && perhaps(0.004);
      take(raw, session, isLost);
      return isLost ? "drop" : undefined;
    },
  };
}

/** Twenty minutes of all that was said would not fit into memory. */
function forget(session: RecordedSession): void {
  session.commands.length = 0;
  session.received = "";
  session.receivedInClear = "";
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
