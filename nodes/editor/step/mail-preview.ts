import type { Mailbox } from "../../../src/model/mail-header";
import type { SampleMail } from "../../../src/model/sample";
import { element } from "../shared/elements";
import { describeInvitation } from "./invitation-preview";
import { safeDocument } from "./safe-document";

/** The mail as a recipient sees it: who, what about, and the body in a frame that runs and fetches nothing. */
export function renderMail(translate: Translate, mail: SampleMail): HTMLElement {
  const head = element("dl", "po-mail-head");
  const line = (key: string, value: string | undefined) => {
    if (value) head.append(element("dt", "", translate(key)), element("dd", "", value));
  };
  line("send-email.label.from", mail.from ? named(mail.from) : translate("send-email.preview.from-configuration"));
  line("send-email.label.to", list(mail.to) || translate("send-email.preview.nobody"));
  line("send-email.label.cc", list(mail.cc));
  line("send-email.label.bcc", list(mail.bcc));
  line("send-email.label.replyTo", list(mail.replyTo));
  line("send-email.label.bounceTo", mail.bounceTo === "" ? "<>" : mail.bounceTo);
  if (mail.priority) line("send-email.label.priority", translate(`send-email.priority.${mail.priority}`));
  line("send-email.label.headers", mail.headers.map(({ name, value }) => `${name}: ${value}`).join("\n"));
  line("send-email.label.attachments", attachmentsOf(translate, mail));
  line("send-email.label.invitationKind", mail.invitation && describeInvitation(translate, mail.invitation));
  const subject = element("h5", "po-mail-subject", mail.subject || translate("send-email.preview.no-subject"));
  return element("article", "po-mail", subject, head, ...renderBodies(translate, mail));
}

function renderBodies(translate: Translate, { html, text, pictures }: SampleMail): HTMLElement[] {
  const shownText = element("pre", "po-mail-text", text ?? "");
  shownText.tabIndex = 0;
  if (html === undefined) return [shownText];
  const safe = safeDocument(html, pictures);
  const frame = document.createElement("iframe");
  // Nothing in it is allowed: no script, no form, no window, no origin.
  frame.setAttribute("sandbox", "");
  frame.referrerPolicy = "no-referrer";
  frame.title = translate("send-email.preview.frame");
  frame.srcdoc = safe?.html ?? "";
  const note = element("p", "po-hint", safe ? blocked(translate, safe.remote) : translate("send-email.preview.unsafe"));
  const parts = [
    { name: "html", shown: element("div", "po-mail-frame", safe ? frame : undefined, note) },
    { name: "text", shown: shownText },
  ];
  return [renderTabs(translate, parts), ...parts.map(({ shown }) => shown)];
}

/** Mail programs that show no HTML show the text. */
function renderTabs(translate: Translate, parts: readonly { name: string; shown: HTMLElement }[]): HTMLElement {
  const tabs = element("div", "po-segments");
  tabs.setAttribute("role", "radiogroup");
  tabs.setAttribute("aria-label", translate("send-email.label.body"));
  for (const { name, shown } of parts) {
    const radio = element("input", "");
    radio.type = "radio";
    radio.name = "post-office-preview-part";
    radio.value = name;
    radio.checked = name === "html";
    shown.hidden = !radio.checked;
    radio.addEventListener("change", () => {
      for (const part of parts) part.shown.hidden = part.name !== name;
    });
    tabs.append(element("label", "", radio, element("span", "", translate(`send-email.body.${name}`))));
  }
  return tabs;
}

function blocked(translate: Translate, remote: number): string {
  return remote === 0 ? "" : translate("send-email.preview.remote", { count: remote });
}

function attachmentsOf(translate: Translate, { attachments }: SampleMail): string {
  return attachments
    .filter(({ inline }) => !inline)
    .map(({ filename, bytes, link }) => {
      const size = sizeOf(translate, bytes);
      return link ? translate("send-email.preview.as-link", { filename, size }) : `${filename} (${size})`;
    })
    .join(", ");
}

function sizeOf(translate: Translate, bytes: number | undefined): string {
  if (bytes === undefined) return translate("send-email.preview.unread");
  return bytes < 1000 ? `${bytes} B` : `${Math.round(bytes / 1000)} kB`;
}

export const list = (mailboxes: readonly Mailbox[]): string => mailboxes.map(named).join(", ");

const named = ({ name, address }: Mailbox): string => (name ? `${name} <${address}>` : address);
