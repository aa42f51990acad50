/** Parameters of Postfix by name, as in `main.cf`. */
export type Parameters = Readonly<Record<string, string>>;

/** As Debian's `master.cf` proposes its submission service, but for what it does not know: who is there. */
const SUBMISSION: Parameters = {
  smtpd_tls_security_level: "encrypt",
  smtpd_sasl_auth_enable: "yes",
  smtpd_tls_auth_only: "yes",
  smtpd_relay_restrictions: "permit_sasl_authenticated, reject",
};

/** For machines of one's own network, which a password in clear is good enough for. */
const IN_CLEAR: Parameters = { ...SUBMISSION, smtpd_tls_security_level: "none", smtpd_tls_auth_only: "no" };

/** What Postfix listens with, each on a port of its own; `at` gives what only is known once it starts. */
export const servicesOf = (at: { readonly policyPort: number }) =>
  ({
    open: {},
    submission: SUBMISSION,
    submissions: { ...SUBMISSION, smtpd_tls_wrappermode: "yes" },
    "tls-offered": { ...SUBMISSION, smtpd_tls_security_level: "may", smtpd_tls_auth_only: "no" },
    "in-clear": IN_CLEAR,
    "login-only": { ...IN_CLEAR, smtpd_sasl_mechanism_filter: "login" },
    "cram-md5-only": { ...IN_CLEAR, smtpd_sasl_mechanism_filter: "cram-md5" },
    "members-only": { ...SUBMISSION, smtpd_client_restrictions: "permit_sasl_authenticated, reject" },
    "own-sender": { ...SUBMISSION, smtpd_sender_restrictions: "reject_sender_login_mismatch" },
    "own-sender-at-once": {
      ...SUBMISSION,
      smtpd_sender_restrictions: "reject_sender_login_mismatch",
      smtpd_delay_reject: "no",
    },
    "certificate-needed": { smtpd_tls_security_level: "encrypt", smtpd_tls_req_ccert: "yes" },
    "certificate-needed-at-once": {
      smtpd_tls_security_level: "encrypt",
      smtpd_tls_wrappermode: "yes",
      smtpd_tls_req_ccert: "yes",
    },
    "certificate-known": {
      smtpd_tls_security_level: "encrypt",
      smtpd_tls_ask_ccert: "yes",
      smtpd_relay_restrictions: "permit_tls_clientcerts, reject",
    },
    "by-policy": {
      ...SUBMISSION,
      smtpd_recipient_restrictions: `check_policy_service inet:127.0.0.1:${at.policyPort}`,
    },
    "ascii-only": { smtputf8_enable: "no" },
    small: { message_size_limit: "20000" },
    "small-and-silent": { message_size_limit: "20000", smtpd_discard_ehlo_keywords: "size" },
    "two-connections": { smtpd_client_connection_count_limit: "2" },
    "three-recipients": { smtpd_recipient_limit: "3" },
    "three-mails-a-minute": { smtpd_client_message_rate_limit: "3" },
    "one-login-a-minute": { ...IN_CLEAR, smtpd_client_auth_rate_limit: "1" },
    impatient: { smtpd_timeout: "1s" },
    "slow-at-recipients": { smtpd_recipient_restrictions: "sleep 2" },
    "slow-to-greet": { smtpd_client_restrictions: "sleep 2", smtpd_delay_reject: "no" },
    "three-errors": { smtpd_soft_error_limit: "3", smtpd_hard_error_limit: "3" },
    "one-command-at-a-time": {
      smtpd_discard_ehlo_keywords: "pipelining",
      smtpd_data_restrictions: "reject_unauth_pipelining",
    },
  }) as const satisfies Record<string, Parameters>;

export type ServiceName = keyof ReturnType<typeof servicesOf>;

/** The programs behind a listening one, as in Debian's `master.cf`; none of them speaks to another machine. */
export const INNER_SERVICES = `
cleanup  unix  n - n - 0 cleanup
qmgr     unix  n - n 300 1 qmgr
tlsmgr   unix  - - n 1000? 1 tlsmgr
rewrite  unix  - - n - - trivial-rewrite
bounce   unix  - - n - 0 bounce
defer    unix  - - n - 0 bounce
trace    unix  - - n - 0 bounce
flush    unix  n - n 1000? 0 flush
proxymap unix  - - n - - proxymap
error    unix  - - n - - error
retry    unix  - - n - - error
virtual  unix  - n n - - virtual
anvil    unix  - - n - 1 anvil
postlog  unix-dgram n - n - 1 postlogd
`;
