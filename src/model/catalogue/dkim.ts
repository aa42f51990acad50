import type { FailureEntry } from "./entry";

/** What the Test finds about DKIM. Each is a warning: mails are sent and signed in any case. */
export const DKIM_FAILURES = {
  "dkim-record-missing": {
    code: "ERR_MAIL_CONFIG",
    disposition: "configuration",
    verdict: "failed",
    field: "dkimSelector",
    cause: "DNS has no key at {host}, so no receiver can check the signature of these mails.",
    remedy:
      "Publish the TXT record that is shown here, or have it published by whoever looks after the domain. If it has just been published, it may take an hour to be found.",
  },
  "dkim-record-other": {
    code: "ERR_MAIL_CONFIG",
    disposition: "configuration",
    verdict: "failed",
    field: "dkimKey",
    cause:
      "DNS gives out another key at {host} than these mails are signed with, so receivers take their signature for forged.",
    remedy:
      "Replace what is published by the TXT record that is shown here, or enter the private key that belongs to what is published. To change a key while mails are on their way, take a new selector and leave the old record.",
  },
  "dkim-record-several": {
    code: "ERR_MAIL_CONFIG",
    disposition: "configuration",
    verdict: "failed",
    field: "dkimSelector",
    cause:
      "DNS has several keys at {host}; receivers take any of them, and one that does not fit breaks the signature.",
    remedy: "Leave only the TXT record that is shown here. Another key needs a selector of its own.",
  },
  "dkim-not-aligned": {
    code: "ERR_MAIL_CONFIG",
    disposition: "configuration",
    verdict: "failed",
    field: "dkimDomain",
    cause: "The sender is at {names}, but the signature is for {value}: for DMARC it may not count.",
    remedy: "Sign for the domain of the sender, or for the one above it.",
  },
  "dkim-key-below-2048": {
    code: "ERR_MAIL_CONFIG",
    disposition: "configuration",
    verdict: "failed",
    field: "dkimKey",
    cause: "The key has {value} bits, which some receivers no longer trust.",
    remedy: "Make a key with 2048 bits, publish it under a new selector, and enter both here.",
  },
  "dkim-key-ed25519": {
    code: "ERR_MAIL_CONFIG",
    disposition: "configuration",
    verdict: "failed",
    field: "dkimKey",
    cause: "The key is for Ed25519, which many receivers cannot check yet; to them these mails are not signed.",
    remedy: "Use an RSA key with 2048 bits, unless you know that your receivers check Ed25519.",
  },
} as const satisfies Record<string, FailureEntry>;
