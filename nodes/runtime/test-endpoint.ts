import type { Request, Response } from "express";
import type { NodeAPI } from "node-red";
import { phrase } from "../../src/model/catalogue";
import type { Clock } from "../../src/model/clock";
import type { ProbeReport } from "../../src/model/probe";
import { SendError } from "../../src/model/send-error";
import { runningConfigurations } from "./default-configuration";
import { loadMailer } from "./load-mailer";
import { machine } from "./machine";
import { TestGate } from "./test-gate";
import { namesNewVariables, readForm, readTestRequest, type SubmittedForm, type TestRequest } from "./test-request";

/** The whole test, whatever the time-outs of the configuration. */
export const DEADLINE_MS = 90_000;

/**
 * `POST smtp-config/test`: tries the form as it stands and answers with a ProbeReport.
 * 400: a field is wrong, nothing was tried. 401: not allowed. 409: a test of it is running. 429: too many tests.
 */
export function serveTest(RED: NodeAPI, clock: Clock = machine.clock): void {
  const gate = new TestGate(clock);
  const mayWriteFlows = RED.auth.needsPermission("flows.write");
  RED.httpAdmin.post(
    "/smtp-config/test",
    RED.auth.needsPermission("smtp-config.write"),
    (request: Request, response: Response) => {
      response.set("Cache-Control", "no-store");
      const form = readForm(request.body);
      if ("problems" in form) {
        response.status(400).json(form);
        return;
      }
      const test = (): void => startTest(RED, form, response, gate, clock);
      if (namesNewVariables(RED, form)) mayWriteFlows(request, response, test);
      else test();
    },
  );
}

function startTest(RED: NodeAPI, form: SubmittedForm, response: Response, gate: TestGate, clock: Clock): void {
  const read = readTestRequest(RED, form);
  if ("problems" in read) {
    response.status(400).json(read);
    return;
  }
  const refusal = gate.refusal(read.id);
  if (refusal) {
    response.status(refusal === "busy" ? 409 : 429).json({ busy: true, message: REFUSALS[refusal] });
    return;
  }
  // Whatever goes wrong in it must neither end the process nor leave a person waiting.
  gate.run(read.id, () => answer(read, response, clock)).catch(() => response.destroy());
}

const REFUSALS = {
  busy: "A test of this configuration is already running.",
  "too-often": "Too many tests were started in the last minute. Try again in a minute.",
};

async function answer(test: TestRequest, response: Response, clock: Clock): Promise<void> {
  const { id, settings, probe, accessToken } = test;
  const cancel = new AbortController();
  const host = settings.kind === "graph" ? "Microsoft Graph" : settings.host;
  const facts = { host, seconds: DEADLINE_MS / 1000, stage: phrase("stage-test") };
  const overdue = new SendError("answer-timeout", { phase: "quit", facts });
  const callOff = clock.after(DEADLINE_MS, () => cancel.abort(overdue));
  response.on("close", () => cancel.abort());
  const report = await loadMailer()
    .probe(settings, probe, { ...machine, clock }, cancel.signal, accessToken)
    .finally(callOff);
  // What waits because the server was away or the login refused need not wait any longer.
  if (signedIn(report)) runningConfigurations.get(id)?.resumeWith(settings);
  if (!response.destroyed) response.json(report);
}

/** A server that checked no login proves nothing of one that it refused before. */
function signedIn({ outcome, steps }: ProbeReport): boolean {
  return outcome !== "failed" && !steps.some(({ finding }) => finding?.reason === "auth-not-checked");
}
