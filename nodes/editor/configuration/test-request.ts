import type { ProbeReport } from "../../../src/model/probe";
import type { RawConfiguration, RawCredentials } from "../../../src/settings/raw";
import { type TestAnswer as Answer, type RunningTest as Running, runOnServer } from "../shared/running-test";

/** What the server is asked to test: the form as it stands. */
export interface TestRequest {
  readonly id: string;
  readonly config: RawConfiguration;
  readonly credentials: RawCredentials;
  readonly to: string;
  readonly from?: string;
  /** For a configuration whose token comes with each message. */
  readonly accessToken?: string;
  /** Otherwise the connection is checked and nothing is sent. */
  readonly send: boolean;
}

export type TestAnswer = Answer<ProbeReport>;
export type RunningTest = Running<ProbeReport>;

export const startTest = (request: TestRequest): RunningTest => runOnServer("smtp-config/test", request, isReport);

function isReport(answer: unknown): answer is ProbeReport {
  return typeof answer === "object" && answer !== null && "steps" in answer && "outcome" in answer;
}
