import { type ScriptedSmtpServer, type SmtpScript, startScriptedSmtpServer } from "../support/scripted-smtp-server";
import { FaultRig } from "./post-office-rig";
import { seeded, sometimes, tellSeedOfFailures } from "./seed";
import { assertEachMarked, assertEachOnce } from "./truth";

const MAILS = 500;
const CONNECTIONS = 5;
const TOO_MANY = { say: "421 4.7.0 Too many connections", close: "end" } as const;

/** A server that takes at most `most` commands in any second of real time. */
function perSecond(most: number): () => boolean {
  const taken: number[] = [];
  return () => {
    const now = performance.now();
    while (taken[0] !== undefined && now - taken[0] >= 1000) taken.shift();
    if (taken.length >= most) return false;
    taken.push(now);
    return true;
  };
}

/** Refuses the first attempt for some recipients, as a greylist does; a second one is welcome. */
function greylist(part: number): (line: string) => string | undefined {
  const due = sometimes(part, "greylist");
  const known = new Set<string>();
  return (line) => {
    if (known.has(line)) return undefined;
    known.add(line);
    return due() ? "451 4.7.1 Greylisted, try again later" : undefined;
  };
}

function at(stage: "greeting" | "mail" | "rcpt" | "dot", part: number, fault: SmtpScript["mail"]): SmtpScript {
  const due = sometimes(part, stage);
  return { [stage]: () => (due() ? fault : undefined) };
}

const SCRIPTS: Record<string, (server: () => ScriptedSmtpServer) => SmtpScript> = {
  "is healthy": () => ({}),
  "allows three connections": (server) => ({
    greeting: () => (server().connectionsNow > 3 ? TOO_MANY : undefined),
  }),
  "allows three connections and a hundred mails a second, and says 421 or 451 above that": (server) => {
    const isAllowed = perSecond(100);
    const random = seeded("421 or 451");
    return {
      greeting: () => (server().connectionsNow > 3 ? TOO_MANY : undefined),
      rcpt: () => {
        if (isAllowed()) return undefined;
        return random() < 0.5 ? "451 4.7.1 Too many mails" : { say: "421 4.7.0 Too many mails", close: "end" };
      },
    };
  },
  "greylists one recipient in five": () => ({ rcpt: greylist(0.2) }),
  "hangs up at the greeting now and then": () => at("greeting", 0.3, "drop"),
  "hangs up at MAIL now and then": () => at("mail", 0.05, "drop"),
  "hangs up at RCPT now and then": () => at("rcpt", 0.05, "drop"),
  "says 421 at random, at every stage": () => {
    const busy = { say: "421 4.3.2 Too busy", close: "end" } as const;
    const stages = ["greeting", "ehlo", "mail", "rcpt", "data", "dot"] as const;
    const due = sometimes(0.01, "421");
    return Object.fromEntries(stages.map((stage) => [stage, () => (due() ? busy : undefined)]));
  },
  "defers the content now and then": () => at("dot", 0.1, "452 4.3.1 Insufficient storage"),
};

describe("500 mails and a server that", () => {
  tellSeedOfFailures();
  let rig: FaultRig;
  let server: ScriptedSmtpServer;

  afterEach(async () => {
    await rig.close();
    await server.close();
  });

  for (const [what, script] of Object.entries(SCRIPTS)) {
    it(`${what}: each arrives, once`, async () => {
      server = await startScriptedSmtpServer(script(() => server));
      rig = new FaultRig(server.port, { maxConnections: 10 });
      const ended = await rig.sendAll(MAILS);
      assertEachOnce(
        ended,
        server.mails.map(({ raw }) => raw),
      );
    });
  }

  it("stops in order and is down for ten seconds: each arrives, once", async () => {
    let stopping = false;
    const goodbye = () => (stopping ? ({ say: "421 4.3.2 Shutting down", close: "end" } as const) : undefined);
    server = await startScriptedSmtpServer({ greeting: goodbye, mail: goodbye });
    rig = new FaultRig(server.port);
    const { ended } = await rig.keepAll(MAILS);
    await server.waitFor(() => server.mails.length > MAILS / 10);
    stopping = true;
    await server.waitFor(() => server.connectionsNow === 0);
    const before = server.mails.map(({ raw }) => raw);
    await restartAfter(10_000);
    const ends = await ended;
    assertEachOnce(ends, [...before, ...server.mails.map(({ raw }) => raw)]);
  });

  it("dies and is back after ten seconds: each arrives, and whatever came twice is marked", async () => {
    server = await startScriptedSmtpServer();
    rig = new FaultRig(server.port, { maxConnections: CONNECTIONS });
    const { ended } = await rig.keepAll(MAILS);
    await server.waitFor(() => server.mails.length > MAILS / 10);
    const { mails } = server;
    await restartAfter(10_000);
    const ends = await ended;
    assertEachMarked(
      ends,
      [...mails, ...server.mails].map(({ raw }) => raw),
      CONNECTIONS,
    );
  });

  /** Frees the port at once, and takes it again when so much of the rig's time has passed. */
  async function restartAfter(ms: number): Promise<void> {
    const { port } = server;
    await server.close();
    await new Promise<void>((resolve) => rig.clock.after(ms, resolve));
    server = await startScriptedSmtpServer({}, port);
  }
});
