import type { Problem } from "../../../src/settings/rules";

/** How a test ended. `cancelled` means by the person. */
export type TestAnswer<Report> =
  | { readonly kind: "report"; readonly report: Report }
  | { readonly kind: "problems"; readonly problems: readonly Problem[] }
  | { readonly kind: "busy"; readonly message: string; readonly tooOften: boolean }
  | { readonly kind: "forbidden" }
  | { readonly kind: "unreachable"; readonly status: number }
  | { readonly kind: "cancelled" };

export interface RunningTest<Report> {
  readonly answer: Promise<TestAnswer<Report>>;
  /** Stops the test in the server as well. */
  cancel(): void;
}

/** Has the server run a test; `isReport` knows its report from whatever else may answer at this address. */
export function runOnServer<Report>(
  url: string,
  request: object,
  isReport: (answer: unknown) => answer is Report,
): RunningTest<Report> {
  // Only a relative address without a leading slash gets the editor's token
  // and survives httpAdminRoot and a proxy's path.
  const sent = $.ajax({ url, type: "POST", contentType: "application/json", data: JSON.stringify(request) });
  const answer = new Promise<TestAnswer<Report>>((resolve) => {
    sent.then(
      (report: unknown) =>
        resolve(isReport(report) ? { kind: "report", report } : { kind: "unreachable", status: 200 }),
      (failed: JQuery.jqXHR) => resolve(answerOf(failed)),
    );
  });
  return { answer, cancel: () => sent.abort() };
}

function answerOf(failed: JQuery.jqXHR): Exclude<TestAnswer<never>, { kind: "report" }> {
  if (failed.statusText === "abort") return { kind: "cancelled" };
  const body = failed.responseJSON as { problems?: Problem[]; message?: string } | undefined;
  if (failed.status === 400 && Array.isArray(body?.problems)) return { kind: "problems", problems: body.problems };
  if (failed.status === 409 || failed.status === 429)
    return { kind: "busy", message: body?.message ?? "", tooOften: failed.status === 429 };
  if (failed.status === 401 || failed.status === 403) return { kind: "forbidden" };
  return { kind: "unreachable", status: failed.status };
}
