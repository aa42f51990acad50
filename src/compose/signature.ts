/** Adds the signature after the delimiter that readers know (RFC 3676 §4.3). */
export function signText(text: string, signature: string): string {
  return `${text.replace(/\s+$/, "")}\n\n-- \n${signature}`;
}

/** Adds the signature, taken literally, at the end of the HTML body. */
export function signHtml(html: string, signature: string): string {
  const block = `<div class="signature"><br>-- <br>${escapeHtml(signature).replace(/\r?\n/g, "<br>")}</div>`;
  const end = [...html.matchAll(/<\/body/gi)].at(-1)?.index ?? html.length;
  return html.slice(0, end) + block + html.slice(end);
}

function escapeHtml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
