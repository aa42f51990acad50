import assert from "node:assert/strict";
import type { FailureReason } from "../../src/model/catalogue";
import { type Clock, systemClock } from "../../src/model/clock";
import type { ErrorCode } from "../../src/model/codes";
import type { ProbeFinding, ProbeHeadline, ProbeReport, ProbeStepName } from "../../src/model/probe";
import { SendError } from "../../src/model/send-error";
import type { TlsMaterial } from "../../src/settings/generic";
import type { RawConfiguration } from "../../src/settings/raw";
import { type ScriptedSmtpServer, type SmtpScript, startScriptedSmtpServer } from "../support/scripted-smtp-server";
import { dependencies, settingsFor } from "../support/settings";
import { TestMailer } from "../support/test-mailer";

export const account = { user: "orders@example.com", pass: "correct-horse-Battery9" };
const recipient = "customer@example.org";

/** One row of the table: a server that misbehaves, and what a person must be told. */
export interface FailureRow {
  title: string;
  script?: SmtpScript | (() => SmtpScript);
  raw?: Partial<RawConfiguration>;
  /** Signs in with the test account. */
  login?: boolean;
  material?: TlsMaterial | (() => TlsMaterial);
  clock?: Clock;
  code: ErrorCode;
  reason: FailureReason;
  headline: ProbeHeadline;
  step: ProbeStepName;
  /** Words of the server that must be shown. */
  words?: string;
}

export interface Observed {
  report: ProbeReport;
  /** What sending a mail with the same configuration ended with. */
  sendError: SendError | undefined;
  server: ScriptedSmtpServer;
}

export function mailerFor(port: number, row: Omit<FailureRow, "code" | "reason" | "headline" | "step">): TestMailer {
  const material = typeof row.material === "function" ? row.material() : row.material;
  const credentials = { username: account.user, password: account.pass };
  const raw = { ...(row.login ? { auth: "password" } : {}), ...row.raw };
  const settings = settingsFor(port, raw, row.login ? credentials : {}, material);
  return new TestMailer(settings, { ...dependencies, clock: row.clock ?? systemClock });
}

export async function observe(row: FailureRow): Promise<Observed> {
  const server = await startScriptedSmtpServer(typeof row.script === "function" ? row.script() : row.script);
  try {
    return { ...(await probeAndSend(server.port, row)), server };
  } finally {
    await server.close();
  }
}

export async function probeAndSend(port: number, row: FailureRow): Promise<Omit<Observed, "server">> {
  const mailer = mailerFor(port, row);
  try {
    const { signal } = new AbortController();
    const probing = mailer.probe({ from: "orders@example.com", to: recipient }, signal);
    const sending = mailer.send({ to: recipient, subject: "x", text: "x" }).then(
      () => undefined,
      (error: unknown) => error as SendError,
    );
    return { report: await probing, sendError: await sending };
  } finally {
    await mailer.close(0);
  }
}

/** The same failure in the report and in the error of a mail: code, headline, step, texts, the server's words. */
export function assertTold(row: FailureRow, { report, sendError }: Omit<Observed, "server">): void {
  const failed = report.steps.filter(({ outcome }) => outcome === "failed");
  const [step] = failed;
  assert.equal(failed.length, 1, `exactly one step fails: ${JSON.stringify(report, null, 1)}`);
  assert.ok(step?.finding);
  const { code, reason } = step.finding;
  assert.deepEqual(
    { code, reason, headline: report.headline, step: step.name, outcome: report.outcome },
    { code: row.code, reason: row.reason, headline: row.headline, step: row.step, outcome: "failed" },
    JSON.stringify(report, null, 1),
  );
  assertReadable(step.finding);
  assertSentence(report.summary, step.finding.response);
  if (row.words) {
    assert.ok(step.finding.response?.includes(row.words), `response: ${step.finding.response}`);
    assert.ok(step.detail.includes(row.words), `detail: ${step.detail}`);
  }
  const later = report.steps.slice(report.steps.indexOf(step) + 1);
  assert.ok(
    later.every(({ outcome }) => outcome === "skipped"),
    "nothing is claimed of the steps after the failure",
  );
  assert.equal(report.sent, undefined);
  assert.ok(sendError instanceof SendError, `sending rejects with SendError, not ${sendError}`);
  assert.equal(sendError.reason, row.reason, "sending fails as the test says");
}

export function assertReadable({ cause, remedy, response }: ProbeFinding): void {
  assertSentence(cause, response);
  assertSentence(remedy);
}

/** A sentence without places left open; the server's own words may end it as they are. */
function assertSentence(text: string, words?: string): void {
  const own = words ? text.replace(words, "its words.") : text;
  assert.doesNotMatch(own, /[{}]|\s{2}|undefined|null|\[object|NaN|^\s|\s$|: *$|\s[.,]/, `“${text}”`);
  assert.match(own, /[.!?”]$/, `ends as a sentence: “${text}”`);
}

/** Declares one test per row. */
export function itTells(rows: readonly FailureRow[]): void {
  for (const row of rows) it(`${row.title} is ${row.reason}`, async () => assertTold(row, await observe(row)));
}
