import { fuzzSessions } from "./fuzzed-sessions";

describe("sessions with hostile servers, not encrypted", () => {
  fuzzSessions(0.5, ["none", "none", "starttls-if-offered"]);
});
