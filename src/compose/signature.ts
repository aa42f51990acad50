/**
 * Adds the files that are linked, and the signature after the delimiter that readers know (RFC 3676 §4.3);
 * either may be empty.
 */
export function signText(text: string, signature: string, files = ""): string {
  const ending = [files, signature === "" ? "" : `-- \n${signature}`].filter((part) => part !== "").join("\n\n");
  return ending === "" ? text : `${text.replace(/\s+$/, "")}\n\n${ending}`;
}

/** Adds the files that are linked, and the signature, taken literally, at the end of the HTML body. */
export function signHtml(html: string, signature: string, files = ""): string {
  const lines = escapeHtml(signature).replace(/\r?\n/g, "<br>");
  const block = files + (signature === "" ? "" : `<div class="signature"><br>-- <br>${lines}</div>`);
  const end = [...html.matchAll(/<\/body/gi)].at(-1)?.index ?? html.length;
  return html.slice(0, end) + block + html.slice(end);
}

export function escapeHtml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
