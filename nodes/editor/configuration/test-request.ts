import type { ProbeReport } from "../../../src/model/probe";
import type { RawConfiguration, RawCredentials } from "../../../src/settings/raw";
import type { Problem } from "../../../src/settings/rules";

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

/** How a test ended. `cancelled` means by the person. */
export type TestAnswer =
  | { readonly kind: "report"; readonly report: ProbeReport }
  | { readonly kind: "problems"; readonly problems: readonly Problem[] }
  | { readonly kind: "busy"; readonly message: string }
  | { readonly kind: "forbidden" }
  | { readonly kind: "unreachable"; readonly status: number }
  | { readonly kind: "cancelled" };

export interface RunningTest {
  readonly answer: Promise<TestAnswer>;
  /** Stops the test in the server as well. */
  cancel(): void;
}

export function startTest(request: TestRequest): RunningTest {
  // Only a relative address without a leading slash gets the editor's token
  // and survives httpAdminRoot and a proxy's path.
  const sent = $.ajax({
    url: "smtp-config/test",
    type: "POST",
    contentType: "application/json",
    data: JSON.stringify(request),
  });
  const answer = new Promise<TestAnswer>((resolve) => {
    sent.then(
      (report: ProbeReport) =>
        resolve(isReport(report) ? { kind: "report", report } : { kind: "unreachable", status: 200 }),
      (failed: JQuery.jqXHR) => resolve(answerOf(failed)),
    );
  });
  return { answer, cancel: () => sent.abort() };
}

function answerOf(failed: JQuery.jqXHR): TestAnswer {
  if (failed.statusText === "abort") return { kind: "cancelled" };
  const body = failed.responseJSON as { problems?: Problem[]; message?: string } | undefined;
  if (failed.status === 400 && Array.isArray(body?.problems)) return { kind: "problems", problems: body.problems };
  if (failed.status === 409) return { kind: "busy", message: body?.message ?? "" };
  if (failed.status === 401 || failed.status === 403) return { kind: "forbidden" };
  return { kind: "unreachable", status: failed.status };
}

function isReport(answer: unknown): answer is ProbeReport {
  return typeof answer === "object" && answer !== null && "steps" in answer && "outcome" in answer;
}
