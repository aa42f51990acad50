import { fuzzSessions } from "./fuzzed-sessions";

describe("sessions with hostile servers, to be encrypted", () => {
  fuzzSessions(0.5, ["starttls", "starttls", "tls"]);
});
