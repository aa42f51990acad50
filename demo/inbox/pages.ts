import type { AddressObject } from "mailparser";
import { html, type Markup } from "./html";
import type { StoredMail } from "./mailbox";

export function inboxPage(mails: readonly StoredMail[], selected?: StoredMail): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${selected ? `${subjectOf(selected)} · ` : ""}Demo inbox</title>
<link rel="stylesheet" href="/style.css">
<script type="module" src="/live.mjs"></script>
</head>
<body>
<header><h1><a href="/">Demo inbox</a></h1><p id="live" role="status">connecting …</p></header>
<div class="panes${selected ? " reading" : ""}">
<nav aria-label="Mails" id="mails" data-selected="${selected?.id}">${mailList(mails, selected?.id)}</nav>
<main>${selected ? mailView(selected) : nothingSelected(mails.length)}</main>
</div>
</body>
</html>`.text;
}

export function listFragment(mails: readonly StoredMail[], selectedId?: number): string {
  return mailList(mails, selectedId).text;
}

function mailList(mails: readonly StoredMail[], selectedId?: number): Markup {
  if (mails.length === 0) return html`<p class="empty">No mail yet.</p>`;
  const items = mails.map(
    (mail) => html`<li><a href="/mail/${mail.id}"${mail.id === selectedId ? html` aria-current="page"` : undefined}>
<span class="line"><strong>${subjectOf(mail)}</strong>${timeOf(mail)}</span>
<span class="people">${mail.parsed.from?.text || mail.envelope.from} → ${mail.envelope.to.join(", ")}</span>
</a></li>`,
  );
  return html`<ol>${items}</ol>`;
}

function nothingSelected(count: number): Markup {
  return html`<p class="empty">${
    count === 0
      ? "Mails that the demo flow sends appear here by themselves. Press the inject node's button in Node-RED."
      : "Choose a mail on the left."
  }</p>`;
}

function mailView(mail: StoredMail): Markup {
  const { parsed, id } = mail;
  return html`<article>
<h2>${subjectOf(mail)}</h2>
<dl>
${field("From", parsed.from?.text)}${field("To", people(parsed.to))}${field("Cc", people(parsed.cc))}
${field("Reply to", parsed.replyTo?.text)}${field("Date", parsed.date?.toISOString())}
${field("Envelope", `${mail.envelope.from || "<>"} → ${mail.envelope.to.join(", ")}`)}
</dl>
${attachments(mail)}
${
  parsed.html
    ? html`<h3>HTML</h3><iframe title="HTML of the mail" sandbox="" referrerpolicy="no-referrer" src="/mail/${id}/html"></iframe>`
    : undefined
}
${parsed.text !== undefined && parsed.text !== "" ? html`<h3>Text</h3><pre class="text">${parsed.text}</pre>` : undefined}
<details><summary>Headers</summary><pre>${parsed.headerLines.map(({ line }) => line).join("\n")}</pre></details>
<p><a href="/mail/${id}/source">Source</a> (${mail.raw.length} bytes)</p>
</article>`;
}

function attachments({ id, parsed }: StoredMail): Markup | undefined {
  if (parsed.attachments.length === 0) return undefined;
  const links = parsed.attachments.map(
    ({ filename, contentType, size }, at) =>
      html`<li><a href="/mail/${id}/attachment/${at}" download>${filename || `attachment ${at + 1}`}</a>
<small>${contentType}, ${size} bytes</small></li>`,
  );
  return html`<h3>Attachments</h3><ul class="attachments">${links}</ul>`;
}

function field(name: string, value: string | undefined): Markup | undefined {
  return value ? html`<dt>${name}</dt><dd>${value}</dd>` : undefined;
}

function people(addresses: AddressObject | AddressObject[] | undefined): string | undefined {
  return addresses === undefined
    ? undefined
    : [addresses]
        .flat()
        .map(({ text }) => text)
        .join(", ");
}

function subjectOf({ parsed }: StoredMail): string {
  return parsed.subject || "(no subject)";
}

function timeOf({ receivedAt }: StoredMail): Markup {
  return html`<time datetime="${receivedAt.toISOString()}">${receivedAt.toTimeString().slice(0, 8)}</time>`;
}
