import { type Carrier, type CarrierDependencies, carrierFor } from "./carrier";
import type { Clock } from "./model/clock";
import type { ProbeReport, ProbeRequest } from "./model/probe";
import { findingOf, ProbeLog } from "./model/probe-log";
import { SendError } from "./model/send-error";
import type { MailSettings } from "./settings/parse";

/** Tries settings step by step, as sending would, deployed or not. Never rejects. */
export async function probe(
  settings: MailSettings,
  request: ProbeRequest,
  dependencies: CarrierDependencies,
  signal: AbortSignal,
  accessToken?: string,
): Promise<ProbeReport> {
  const { transport, takeToken } = carrierFor(settings, dependencies);
  try {
    const refused = accessToken ? refusalOf(takeToken, accessToken) : undefined;
    return refused ? reportOfToken(refused, dependencies.clock) : await transport.probe(request, signal);
  } finally {
    await transport.close();
  }
}

function refusalOf(takeToken: Carrier["takeToken"], token: string): SendError | undefined {
  try {
    takeToken(token);
    return undefined;
  } catch (error) {
    if (error instanceof SendError) return error;
    throw error;
  }
}

/** What was entered is no token, so nothing was tried with it. */
function reportOfToken(refused: SendError, clock: Clock): ProbeReport {
  const log = new ProbeLog(clock, ["token"], false);
  log.fail("token", findingOf(refused), (text) => text);
  return log.report(refused);
}
