import type { FailureEntry } from "./entry";

/** What is wrong before any server is asked. */
export const INPUT_FAILURES = {
  "config-invalid": {
    code: "ERR_MAIL_CONFIG",
    disposition: "configuration",
    verdict: "input",
    cause: "The mail configuration {value} is not usable: {names}",
    remedy: "Open the configuration and correct the field.",
  },
  "config-missing": {
    code: "ERR_MAIL_CONFIG",
    disposition: "configuration",
    verdict: "input",
    cause: "The mail configuration that this node uses does not exist or is disabled.",
    remedy: "Open the node and choose a configuration, or enable it again; then deploy.",
  },
  "config-not-allowed": {
    code: "ERR_MAIL_CONFIG",
    disposition: "permanent",
    verdict: "input",
    field: "configurationName",
    cause: "The message names the mail configuration “{value}”, and this node allows {names}.",
    remedy:
      "Write the name as it stands in the configuration, with the same capitals, or tick that configuration in the node; then deploy.",
  },
  "config-not-running": {
    code: "ERR_MAIL_CONFIG",
    disposition: "configuration",
    verdict: "input",
    field: "configurationName",
    cause: "The message names the mail configuration “{value}”, which this node allows, but which is disabled.",
    remedy: "Enable the configuration, or untick it in the node; then deploy.",
  },
  "config-name-twice": {
    code: "ERR_MAIL_CONFIG",
    disposition: "configuration",
    verdict: "input",
    field: "configurationName",
    cause: "The message names the mail configuration “{value}”, and this node allows several of that name.",
    remedy: "Give each configuration a name of its own; then deploy.",
  },
  "no-default": {
    code: "ERR_MAIL_NO_DEFAULT",
    disposition: "configuration",
    verdict: "input",
    cause: "This node uses the default mail configuration, and there is none.",
    remedy: "Mark one mail configuration as default, or choose one in the node; then deploy.",
  },
  "no-recipient": {
    code: "ERR_MAIL_ADDRESS",
    disposition: "permanent",
    verdict: "input",
    cause: "The mail has no recipient: To, Cc and Bcc are all empty.",
    remedy: "Fill To in the node, or set msg.to before it.",
  },
  "address-invalid": {
    code: "ERR_MAIL_ADDRESS",
    disposition: "permanent",
    verdict: "input",
    cause: "{field}: “{value}” is not a valid e-mail address.",
    remedy: "Write addresses as name@example.com or Name <name@example.com>, several of them separated by commas.",
  },
  "domain-not-allowed": {
    code: "ERR_MAIL_SAFE_MODE",
    disposition: "permanent",
    verdict: "input",
    cause: "{field}: “{value}” is in none of the domains that this configuration may send to ({names}).",
    remedy: "Correct the recipient, or add the domain to Allowed domains in the configuration; then deploy.",
  },
  "safe-mode-holds": {
    code: "ERR_MAIL_SAFE_MODE",
    disposition: "permanent",
    verdict: "input",
    field: "safeMode",
    cause: "This mail was queued before the configuration was set to “{value}”, so it is not sent to its recipients.",
    remedy:
      "Discard it in the Outbox tab. Or, if it is to reach them, set the safe mode back to “send”, deploy, and release it there.",
  },
  "domain-holds": {
    code: "ERR_MAIL_SAFE_MODE",
    disposition: "permanent",
    verdict: "input",
    field: "allowedDomains",
    cause:
      "This mail was queued before the allowed domains of the configuration were changed: “{value}” is in none of them ({names}).",
    remedy: "Discard it in the Outbox tab. Or add the domain in the configuration, deploy, and release it there.",
  },
  "sender-missing": {
    code: "ERR_MAIL_ADDRESS",
    disposition: "configuration",
    verdict: "input",
    field: "from",
    cause:
      "There is no From address: neither the node nor the configuration has one, and the user name is not an e-mail address.",
    remedy: "Fill From in the configuration.",
  },
  "field-type": {
    code: "ERR_MAIL_FIELD",
    disposition: "permanent",
    verdict: "input",
    cause: "{field}: {value}",
    remedy: "Correct the value, or the expression in the node that makes it.",
  },
  "body-missing": {
    code: "ERR_MAIL_FIELD",
    disposition: "permanent",
    verdict: "input",
    cause: "The mail has neither a body nor an attachment: {field} is empty.",
    remedy:
      "Set msg.payload before the node, or fill the body in the node. For a mail that is meant to be empty, use an empty text.",
  },
  "template-syntax": {
    code: "ERR_MAIL_FIELD",
    disposition: "configuration",
    verdict: "input",
    cause: "{field}: the placeholders cannot be read ({response}).",
    remedy:
      "Close every {{ with }}, and every {{#…}} and {{^…}} with its {{/…}}; then deploy. Where braces are meant as they stand, switch the placeholders of the node off.",
  },
  "template-value-missing": {
    code: "ERR_MAIL_FIELD",
    disposition: "permanent",
    verdict: "input",
    cause: "{field}: there is no value for {names}.",
    remedy: "Set it before the node, or correct the name in its text. Or let the node leave missing values empty.",
  },
  "template-unreadable": {
    code: "ERR_MAIL_FIELD",
    disposition: "permanent",
    verdict: "input",
    cause: "{field}: the value of {value} cannot be read or written as a text.",
    remedy: "Set it to a text, a number or a plain object before the node; a Buffer must be UTF-8 text.",
  },
  "template-too-large": {
    code: "ERR_MAIL_TOO_LARGE",
    disposition: "permanent",
    verdict: "failed",
    cause:
      "{field}: with its values filled in it becomes longer than the largest mail of the configuration ({limit} MB), or repeats more than a million times.",
    remedy: "Look for a section {{#…}} over a very long list, and shorten the list before the node.",
  },
  "line-break": {
    code: "ERR_MAIL_HEADER",
    disposition: "permanent",
    verdict: "input",
    cause: "{field} contains a line break or another control character, which could smuggle in headers or recipients.",
    remedy: "Remove it where the value is made, for example with trim() or by replacing line breaks.",
  },
  "header-refused": {
    code: "ERR_MAIL_HEADER",
    disposition: "permanent",
    verdict: "input",
    cause: "{field}: {value}",
    remedy: "Use the field of its own where the node has one; own headers are for names such as X-… or Auto-Submitted.",
  },
  "attachment-invalid": {
    code: "ERR_MAIL_ATTACHMENT",
    disposition: "permanent",
    verdict: "input",
    cause: "{field}: {value}",
    remedy:
      "Give a Buffer, a string, a data URI, or an object like { filename, content, contentType }; several in an array.",
  },
  "attachment-above-limit": {
    code: "ERR_MAIL_TOO_LARGE",
    disposition: "permanent",
    verdict: "failed",
    cause: "{field}: the file “{names}” has {value} MB, and this configuration lets an attachment have {limit} MB.",
    remedy:
      "Send a smaller file, or raise Largest attachment in the configuration. Or let it send larger ones as links there; pictures that the HTML shows, and invitations, cannot be links.",
  },
  "attachment-calendar": {
    code: "ERR_MAIL_SAFE_MODE",
    disposition: "permanent",
    verdict: "input",
    cause:
      "{field}: in safe mode and in tests everybody is taken out of attached calendars, and “{names}” cannot be read as one ({value}).",
    remedy:
      "Attach one text from BEGIN:VCALENDAR to END:VCALENDAR in UTF-8, of at most 500 kB; or leave it out of test mails.",
  },
  "links-not-served": {
    code: "ERR_MAIL_CONFIG",
    disposition: "configuration",
    verdict: "input",
    field: "attachmentLinks",
    cause:
      "Attachments of this configuration go as links, and this Node-RED cannot serve the files: httpNodeRoot is false in its settings, or it has no user directory.",
    remedy: "Give Node-RED an httpNodeRoot in its settings file, or set Send as links to “never”; then deploy.",
  },
  "links-ended": {
    code: "ERR_MAIL_EXPIRED",
    disposition: "permanent",
    verdict: "failed",
    field: "linkDays",
    cause: "The links in this mail ended on {value}, before it could be sent: nobody could have downloaded its files.",
    remedy:
      "Have the flow make the mail anew. Where mails may wait that long, let links end later in the configuration, or give mails up earlier.",
  },
  "message-above-limit": {
    code: "ERR_MAIL_TOO_LARGE",
    disposition: "permanent",
    verdict: "failed",
    field: "maxSize",
    cause: "The mail has {value} MB as it would go out, and this configuration allows {limit} MB.",
    remedy:
      "Send smaller or fewer attachments; they grow by a third on the way. Or raise the largest mail in the configuration, if the server takes more.",
  },
  "compose-failed": {
    code: "ERR_MAIL_COMPOSE",
    disposition: "permanent",
    verdict: "input",
    cause: "The mail could not be put together: {value}",
    remedy: "Check body, headers and attachments of the message.",
  },
  cancelled: {
    code: "ERR_MAIL_CANCELLED",
    disposition: "transient",
    verdict: "failed",
    cause: "The mail was not sent, because {value}.",
    remedy: "Send it again.",
  },
  "store-failed": {
    code: "ERR_MAIL_STORE",
    disposition: "transient",
    verdict: "failed",
    cause: "The mail could not be queued: {value}",
    remedy: "Try again; if it stays, restart Node-RED and look at its log.",
  },
  "store-body-missing": {
    code: "ERR_MAIL_STORE",
    disposition: "permanent",
    verdict: "failed",
    cause: "The content of this mail is not in the outbox any more, so that it cannot be sent.",
    remedy:
      "Somebody, or a program that tidies, has deleted it from the folder of the outbox. Bring it back from a backup and send the mail again from the Outbox tab, or have the flow make it anew.",
  },
  "store-body-unreadable": {
    code: "ERR_MAIL_STORE",
    disposition: "transient",
    verdict: "failed",
    cause: "The content of this mail cannot be read from {value} ({response}).",
    remedy:
      "It is tried again. Check that the user who runs Node-RED may read all files in that folder, and the disk that it is on.",
  },
  "store-no-engine": {
    code: "ERR_MAIL_STORE",
    disposition: "configuration",
    verdict: "failed",
    field: "outbox",
    cause: "The outbox cannot be kept on disk, because this Node.js has no SQLite.",
    remedy:
      "Use Node.js 22.13 or later, or install @photostructure/sqlite beside this package; or set Outbox to memory, which loses waiting mails at a restart.",
  },
  "store-locked": {
    code: "ERR_MAIL_STORE",
    disposition: "configuration",
    verdict: "failed",
    field: "outbox",
    cause: "The outbox file {value} is in use by another process.",
    remedy:
      "Usually a second Node-RED runs with the same user directory. Stop one of them, or give each a user directory of its own; then restart.",
  },
  "store-newer": {
    code: "ERR_MAIL_STORE",
    disposition: "configuration",
    verdict: "failed",
    field: "outbox",
    cause: "The outbox file {value} was written by a newer version of this package.",
    remedy:
      "Install that version again, or move the file away to start with an empty outbox; the mails in it then wait.",
  },
  "store-unwritable": {
    code: "ERR_MAIL_STORE",
    disposition: "configuration",
    verdict: "failed",
    field: "outbox",
    cause: "The outbox file {value} cannot be written ({response}).",
    remedy:
      "Check that its folder exists, that it is on a disk that can be written to, and that the user who runs Node-RED owns it.",
  },
  "store-full": {
    code: "ERR_MAIL_STORE",
    disposition: "transient",
    verdict: "failed",
    cause: "The mail could not be queued, because the disk of the outbox file {value} is full.",
    remedy: "Make room on that disk. Mails that already wait are still sent.",
  },
  "store-corrupt": {
    code: "ERR_MAIL_STORE",
    disposition: "configuration",
    verdict: "failed",
    cause: "The outbox file {value} is damaged ({response}).",
    remedy:
      "Restart Node-RED: the file is moved aside and a new one started. Check the disk; the mails that waited are in the file that was moved.",
  },
} as const satisfies Record<string, FailureEntry>;
