import type { Request, Response } from "express";
import type { NodeAPI } from "node-red";
import { SendError } from "../../src/model/send-error";
import { runningConfigurations } from "./default-configuration";
import { loadMailer } from "./load-mailer";
import { machine } from "./machine";
import { readTestRequest, type TestRequest } from "./test-request";

/** The whole test, whatever the time-outs of the configuration. */
const DEADLINE_MS = 90_000;

/**
 * `POST smtp-config/test`: tries the form as it stands and answers with a ProbeReport.
 * 400: a field is wrong, nothing was tried. 401: not allowed. 409: a test of it is running.
 */
export function serveTest(RED: NodeAPI): void {
  const running = new Set<string>();
  RED.httpAdmin.post(
    "/smtp-config/test",
    RED.auth.needsPermission("smtp-config.write"),
    (request: Request, response: Response) => {
      response.set("Cache-Control", "no-store");
      const read = readTestRequest(RED, request.body);
      if ("problems" in read) {
        response.status(400).json(read);
        return;
      }
      if (running.has(read.id)) {
        response.status(409).json({ busy: true, message: "A test of this configuration is already running." });
        return;
      }
      running.add(read.id);
      void answer(read, response).finally(() => running.delete(read.id));
    },
  );
}

async function answer({ id, settings, probe }: TestRequest, response: Response): Promise<void> {
  const cancel = new AbortController();
  const facts = { host: settings.host, seconds: DEADLINE_MS / 1000, stage: "for the whole test" };
  const overdue = new SendError("answer-timeout", { phase: "quit", facts });
  const callOff = machine.clock.after(DEADLINE_MS, () => cancel.abort(overdue));
  response.on("close", () => cancel.abort());
  const report = await loadMailer().probe(settings, probe, machine, cancel.signal);
  callOff();
  // What waits because the server was away or the login refused need not wait any longer.
  if (report.outcome !== "failed") runningConfigurations.get(id)?.resume();
  if (!response.destroyed) response.json(report);
}
