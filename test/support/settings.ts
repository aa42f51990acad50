import { randomUUID } from "node:crypto";
import { systemClock } from "../../src/model/clock";
import type { GenericSettings, TlsMaterial } from "../../src/settings/generic";
import { parseSettings } from "../../src/settings/parse";
import type { RawConfiguration, RawCredentials } from "../../src/settings/raw";

export const dependencies = { clock: systemClock, newId: randomUUID };

/** Settings that parse, on localhost without security or sign-in unless told otherwise. */
export function settingsFor(
  port: number,
  raw: Partial<RawConfiguration> = {},
  credentials: RawCredentials = {},
  tls: TlsMaterial = {},
): GenericSettings {
  const configuration = {
    name: "Test",
    from: "orders@example.com",
    host: "localhost",
    port,
    security: "none",
    auth: "none",
    outbox: "memory",
    giveUpAfter: 0,
    ...raw,
  };
  const parsed = parseSettings(configuration, credentials, tls);
  if ("problems" in parsed)
    throw new Error(parsed.problems.map(({ field, message }) => `${field} ${message}`).join("; "));
  if (parsed.settings.kind !== "generic") throw new Error("settings for SMTP were asked for");
  return parsed.settings;
}
