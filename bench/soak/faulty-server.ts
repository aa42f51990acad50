// The mail servers of the soak, in a process of their own: told what to do by its first message.
import { openSync, writeSync } from "node:fs";
import {
  type ScriptedSmtpServer,
  type SmtpScript,
  startScriptedSmtpServer,
} from "../../test/support/scripted-smtp-server";
import { faultyScript } from "./faults";
import { type Plan, QUEUES, type Queue, weatherAt } from "./plan";

/** What was answered so shortly before the connections were cut may not have arrived. */
const IN_FLIGHT_MS = 1000;
const LOOK_MS = 100;

export interface ServerTask {
  readonly plan: Plan;
  /** Where it writes what it accepted, a line for each mail. */
  readonly ledger: string;
  readonly certificate: { readonly cert: string; readonly key: string };
  readonly account: { readonly user: string; readonly pass: string };
}

/** `startedAt`: when the first mail is fed; until then, and after `calm`, it is a healthy server. */
export type ServerOrder = { readonly startedAt: number } | { readonly calm: true };

export type ServerPorts = Readonly<Record<Queue, number>>;

process.once("message", (task: ServerTask) => void serve(task));

async function serve({ plan, ledger, certificate, account }: ServerTask): Promise<void> {
  const file = openSync(ledger, "a");
  const servers = new Map<Queue, ScriptedSmtpServer>();
  let startedAt = Number.POSITIVE_INFINITY;
  let latest: { at: number; line: object }[] = [];
  const write = (line: object): void => void writeSync(file, `${JSON.stringify(line)}\n`);
  const weather = () => weatherAt(plan, Date.now() - startedAt);
  const scriptOf = (queue: Queue): SmtpScript => {
    const script = faultyScript({
      name: queue,
      weather,
      connections: () => servers.get(queue)?.connectionsNow ?? 0,
      accepted: (acceptance) => {
        write(acceptance);
        const now = Date.now();
        latest = [...latest.filter(({ at }) => at > now - IN_FLIGHT_MS), { at: now, line: acceptance }];
      },
    });
    return queue === "orders" ? Object.assign(script, { tls: certificate, accounts: [account] }) : script;
  };
  const scripts = { orders: scriptOf("orders"), invoices: scriptOf("invoices") };
  for (const queue of QUEUES) servers.set(queue, await startScriptedSmtpServer(scripts[queue]));
  const ports = Object.fromEntries([...servers].map(([queue, { port }]) => [queue, port])) as ServerPorts;
  process.send?.(ports);

  let isAway = false;
  const look = async (): Promise<void> => {
    for (const server of servers.values()) forget(server);
    const now = weather() === "away";
    if (now !== isAway) {
      isAway = now;
      if (now) {
        const cutAt = Date.now();
        await Promise.all([...servers.values()].map((server) => server.close()));
        // Afterwards, because there are acceptances until the last connection is cut.
        for (const { at, line } of latest) if (at > cutAt - IN_FLIGHT_MS) write({ ...line, to: [], lost: true });
      } else
        for (const queue of QUEUES) servers.set(queue, await startScriptedSmtpServer(scripts[queue], ports[queue]));
    }
    setTimeout(look, LOOK_MS);
  };
  void look();
  process.on("message", (order: ServerOrder) => {
    startedAt = "startedAt" in order ? order.startedAt : Number.POSITIVE_INFINITY;
  });
  process.on("disconnect", () => process.exit());
}

function forget(server: ScriptedSmtpServer): void {
  server.mails.length = 0;
  server.sessions.splice(0, server.sessions.length, ...server.sessions.filter(({ closed }) => !closed));
}
