import type { FailureEntry } from "./entry";

/** Attachments that are read from files or fetched from web addresses. */
export const ATTACHMENT_FAILURES = {
  "attachment-location": {
    code: "ERR_MAIL_ATTACHMENT",
    disposition: "permanent",
    verdict: "input",
    cause: "{field}: “{value}” is neither the path of a file nor an http or https address.",
    remedy: "Give the path of a file, an address that begins with https:// or http://, or the content itself.",
  },
  "attachment-no-folders": {
    code: "ERR_MAIL_ATTACHMENT",
    disposition: "configuration",
    verdict: "input",
    cause: "{field}: “{value}” was not read, because the configuration lists no folder that files may be read from.",
    remedy:
      "Enter its folder under Attachments in the configuration; then deploy. Or read it before with a “read file” node and pass its content as a Buffer.",
  },
  "attachment-path-outside": {
    code: "ERR_MAIL_ATTACHMENT",
    disposition: "permanent",
    verdict: "input",
    cause: "{field}: “{value}” is in none of the folders that the configuration lists.",
    remedy: "Correct the path, or add its folder under Attachments in the configuration; then deploy.",
  },
  "attachment-file-missing": {
    code: "ERR_MAIL_ATTACHMENT",
    disposition: "permanent",
    verdict: "input",
    cause: "{field}: there is no file “{value}” in the folders that the configuration lists.",
    remedy:
      "Check the name, and that the file is there before the message comes to the node. A link that leads out of the folders does not count.",
  },
  "attachment-not-a-file": {
    code: "ERR_MAIL_ATTACHMENT",
    disposition: "permanent",
    verdict: "input",
    cause: "{field}: “{value}” is not a plain file, but a folder, a device or the like.",
    remedy: "Give the path of a file.",
  },
  "attachment-file-unreadable": {
    code: "ERR_MAIL_ATTACHMENT",
    disposition: "permanent",
    verdict: "input",
    cause: "{field}: “{value}” cannot be read ({response}).",
    remedy: "Check that the user who runs Node-RED may read it, and the disk that it is on.",
  },
  "attachment-no-hosts": {
    code: "ERR_MAIL_ATTACHMENT",
    disposition: "configuration",
    verdict: "input",
    cause:
      "{field}: {value} was not asked for, because the configuration lists no host that attachments may come from.",
    remedy:
      "Enter {host} under Attachments in the configuration; then deploy. Or fetch it before with an “http request” node and pass its content as a Buffer.",
  },
  "attachment-host-not-listed": {
    code: "ERR_MAIL_ATTACHMENT",
    disposition: "permanent",
    verdict: "input",
    cause: "{field}: {value} is at {host}, which is none of the hosts that the configuration lists.",
    remedy: "Correct the address, or add {host} under Attachments in the configuration; then deploy.",
  },
  "attachment-private-address": {
    code: "ERR_MAIL_ATTACHMENT",
    disposition: "permanent",
    verdict: "input",
    cause:
      "{field}: {host} leads to {value}, which is this machine or a network that is not public, and the configuration does not list that address.",
    remedy: "If it is meant, add {value} besides {host} under Attachments in the configuration; then deploy.",
  },
  "attachment-credentials": {
    code: "ERR_MAIL_ATTACHMENT",
    disposition: "permanent",
    verdict: "input",
    cause:
      "{field}: {value} has a user name or a password before the host, and attachments are fetched without a login.",
    remedy: "Leave it out. Or fetch the file before with an “http request” node and pass its content as a Buffer.",
  },
  "attachment-redirects": {
    code: "ERR_MAIL_ATTACHMENT",
    disposition: "permanent",
    verdict: "input",
    cause: "{field}: {value} leads on to other addresses, more than {limit} times.",
    remedy: "Give the address at which the file is in the end.",
  },
  "attachment-redirect-in-clear": {
    code: "ERR_MAIL_ATTACHMENT",
    disposition: "permanent",
    verdict: "input",
    cause: "{field}: {host} leads on from an encrypted address to one that is not: {value}.",
    remedy: "Have the server lead to an https address. Or give the http address itself, if that is meant.",
  },
  "attachment-http-status": {
    code: "ERR_MAIL_ATTACHMENT",
    disposition: "permanent",
    verdict: "input",
    cause: "{field}: {value} was answered with status {response} and not with a file.",
    remedy:
      "Check the address: 401 and 403 ask for a login, 404 says that nothing is there, 500 and above that the server has a fault.",
  },
  "attachment-compressed": {
    code: "ERR_MAIL_ATTACHMENT",
    disposition: "permanent",
    verdict: "input",
    cause: "{field}: {value} came compressed ({response}), although it was asked for as it is.",
    remedy:
      "Have the server send it as it is. Or fetch it before with an “http request” node and pass its content as a Buffer.",
  },
  "attachment-too-large": {
    code: "ERR_MAIL_TOO_LARGE",
    disposition: "permanent",
    verdict: "failed",
    cause: "{field}: with {value} the mail becomes larger than the configuration allows ({limit} MB).",
    remedy: "Send a smaller file or fewer of them. Or raise the largest mail in the configuration; then deploy.",
  },
  "attachment-timeout": {
    code: "ERR_MAIL_ATTACHMENT",
    disposition: "transient",
    verdict: "input",
    cause: "{field}: {host} did not answer within {seconds} seconds.",
    remedy: "Send it again later. If it stays, check the host, or raise the time-outs in the configuration.",
  },
  "attachment-too-slow": {
    code: "ERR_MAIL_ATTACHMENT",
    disposition: "transient",
    verdict: "input",
    cause: "{field}: {value} had not come as a whole after {seconds} seconds.",
    remedy: "Send it again later, or have the file served by a faster host.",
  },
  "attachment-unreachable": {
    code: "ERR_MAIL_ATTACHMENT",
    disposition: "transient",
    verdict: "input",
    cause: "{field}: {value} could not be fetched from {host} ({response}).",
    remedy: "Check the address, this machine's DNS and network, and the certificate of the host.",
  },
} as const satisfies Record<string, FailureEntry>;
