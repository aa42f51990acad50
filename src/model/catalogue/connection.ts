import type { FailureEntry } from "./entry";

/** Reaching the server: name, address, port, greeting. */
export const CONNECTION_FAILURES = {
  "dns-not-found": {
    code: "ERR_MAIL_DNS",
    disposition: "transient",
    verdict: "connection",
    field: "host",
    cause: "The name {host} does not exist in DNS.",
    remedy: "Check the spelling of the host. Use the server's name only, without smtp:// in front and without a path.",
  },
  "dns-failed": {
    code: "ERR_MAIL_DNS",
    disposition: "transient",
    verdict: "connection",
    field: "host",
    cause: "The name {host} could not be looked up, because the DNS server did not give an answer.",
    remedy: "Check this machine's DNS and network settings, then try again.",
  },
  "connect-refused": {
    code: "ERR_MAIL_CONNECT",
    disposition: "transient",
    verdict: "connection",
    field: "port",
    cause: "{host} refused the connection on port {port}: nothing is listening there, or a firewall rejects it.",
    remedy:
      "Check the port: 587 for STARTTLS, 465 for implicit TLS, 25 between servers. If it is right, ask whether the mail server runs and lets this machine in.",
  },
  "connect-timeout": {
    code: "ERR_MAIL_TIMEOUT",
    disposition: "transient",
    verdict: "connection",
    field: "host",
    cause: "{host} did not answer on port {port} within {seconds} seconds.",
    remedy:
      "Usually a firewall drops the connection: many networks and cloud providers block port 25, and some 587 and 465. Check host and port, and ask for the port to be opened.",
  },
  "connect-unreachable": {
    code: "ERR_MAIL_CONNECT",
    disposition: "transient",
    verdict: "connection",
    field: "host",
    cause: "There is no network route from this machine to {host}.",
    remedy: "Check the machine's network, VPN and firewall.",
  },
  "connect-failed": {
    code: "ERR_MAIL_CONNECT",
    disposition: "transient",
    verdict: "connection",
    field: "host",
    cause: "The connection to {host} port {port} could not be made.",
    remedy: "Check host, port and the network of this machine.",
  },
  "greeting-timeout": {
    code: "ERR_MAIL_TIMEOUT",
    disposition: "transient",
    verdict: "connection",
    field: "security",
    cause: "{host} accepted the connection on port {port} but said nothing for {seconds} seconds.",
    remedy:
      "If the port expects implicit TLS (465 usually does), set Security to implicit TLS. Otherwise the server is overloaded, or a virus scanner or firewall holds the connection.",
  },
  "greeting-expects-tls": {
    code: "ERR_MAIL_TLS",
    disposition: "configuration",
    verdict: "connection",
    field: "security",
    cause:
      "Port {port} of {host} expects implicit TLS from the first byte, but Security is set to a mode that starts in plain text.",
    remedy: "Set Security to implicit TLS (SMTPS), or use the STARTTLS port, usually 587.",
  },
  "greeting-refused": {
    code: "ERR_MAIL_CONNECT",
    disposition: "configuration",
    verdict: "connection",
    cause: "{host} refused to talk to this machine: {response}",
    remedy:
      "The server's words say why. Often this machine's address is on a block list or not among those allowed to send; ask the server's administrator.",
  },
  "greeting-busy": {
    code: "ERR_MAIL_THROTTLED",
    disposition: "transient",
    verdict: "connection",
    cause: "{host} is not taking connections at the moment: {response}",
    remedy: "Try again in a few minutes. If it keeps happening, lower the number of connections.",
  },
  "not-smtp": {
    code: "ERR_MAIL_PROTOCOL",
    disposition: "configuration",
    verdict: "connection",
    field: "port",
    cause: "What answers on {host} port {port} is not a mail submission server: {response}",
    remedy:
      "Check the port. 993 and 143 are IMAP, 995 and 110 are POP3, 443 and 80 are web servers; sending uses 587, 465 or 25.",
  },
  "ehlo-refused": {
    code: "ERR_MAIL_PROTOCOL",
    disposition: "configuration",
    verdict: "connection",
    cause: "{host} refused this machine's introduction (EHLO): {response}",
    remedy: "Ask the server's administrator which names and addresses may connect.",
  },
  dropped: {
    code: "ERR_MAIL_CONNECT",
    disposition: "transient",
    verdict: "connection",
    cause: "{host} closed the connection {stage}.",
    remedy:
      "Usually the server is restarting, limits connections, or a firewall cut in. Try again; if it always happens at the same step, ask the server's administrator.",
  },
  "answer-timeout": {
    code: "ERR_MAIL_TIMEOUT",
    disposition: "transient",
    verdict: "connection",
    field: "timeout",
    cause: "{host} did not answer within {seconds} seconds {stage}.",
    remedy: "The server is slow or stuck. Try again later, or raise the time-out.",
  },
  "protocol-error": {
    code: "ERR_MAIL_PROTOCOL",
    disposition: "transient",
    verdict: "failed",
    cause: "{host} said something that does not belong into a mail conversation: {response}",
    remedy: "Check that the port belongs to a mail server and that no proxy or virus scanner changes the conversation.",
  },
} as const satisfies Record<string, FailureEntry>;
