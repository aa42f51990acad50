import type { Request, Response } from "express";
import type { NodeAPI } from "node-red";
import { phrase } from "../../src/model/catalogue";
import type { Clock } from "../../src/model/clock";
import { SendError } from "../../src/model/send-error";
import { machine } from "./machine";
import { Sample } from "./sample";
import { readSampleRequest, type SampleRequest } from "./sample-request";

/** Evaluating and sending together, whatever the time-outs of the configuration. */
export const SAMPLE_DEADLINE_MS = 90_000;

/**
 * `POST send-email/test`: makes a mail of a step's form as it stands and a sample message. With `preview` it
 * is only shown; else it is sent once, to the test's recipient alone, through the configuration as deployed.
 * 200: a SampleReport. 400: the request is wrong. 401: not allowed. 409: a test of the configuration is running.
 *
 * The form says what is evaluated: expressions, contexts, environment. So it takes the permission to write
 * flows as well, which could read all of that in a flow.
 */
export function serveSample(RED: NodeAPI, clock: Clock = machine.clock): void {
  const sending = new Set<string>();
  RED.httpAdmin.post(
    "/send-email/test",
    RED.auth.needsPermission("send-email.write"),
    RED.auth.needsPermission("flows.write"),
    (request: Request, response: Response) => {
      response.set("Cache-Control", "no-store");
      const read = readSampleRequest(RED, request.body);
      if ("problems" in read) {
        response.status(400).json(read);
        return;
      }
      // Whatever goes wrong in it must neither end the process nor leave a person waiting.
      answerInTime(RED, read, response, clock, sending).catch(() => response.destroy());
    },
  );
}

async function answerInTime(
  RED: NodeAPI,
  request: SampleRequest,
  response: Response,
  clock: Clock,
  sending: Set<string>,
): Promise<void> {
  const cancel = new AbortController();
  const facts = { host: phrase("sample-host"), seconds: SAMPLE_DEADLINE_MS / 1000, stage: phrase("stage-test") };
  const overdue = new SendError("answer-timeout", { phase: "quit", facts });
  const callOff = clock.after(SAMPLE_DEADLINE_MS, () => cancel.abort(overdue));
  response.on("close", () => cancel.abort());
  const sample = new Sample(RED, request, clock, cancel.signal);
  const { status, body } = await sample.answer(sending);
  callOff();
  if (!response.destroyed) response.status(status).json(body);
}
