import type { FileLink } from "../model/file-link";
import { escapeHtml } from "./signature/signature";

/** The files of a mail as its text lists them; empty for none. */
export function listInText(links: readonly FileLink[]): string {
  if (links.length === 0) return "";
  return ["Attached files:", ...links.map((link) => `- ${link.filename} (${detailsOf(link)})\n  ${link.url}`)].join(
    "\n",
  );
}

/** The same in HTML. */
export function listInHtml(links: readonly FileLink[]): string {
  if (links.length === 0) return "";
  const items = links.map((link) => {
    const name = `<a href="${escapeHtml(link.url)}">${escapeHtml(link.filename)}</a>`;
    return `<li>${name} (${detailsOf(link)})</li>`;
  });
  return `<div class="attached-files"><p>Attached files:</p><ul>${items.join("")}</ul></div>`;
}

function detailsOf({ bytes, days, expiresAt }: FileLink): string {
  const until = new Date(expiresAt).toISOString();
  const duration = days === 1 ? "1 day" : `${days} days`;
  const size = bytes === undefined ? "" : `${sizeInWords(bytes)}, `;
  return `${size}available for ${duration}, until ${until.slice(0, 10)} ${until.slice(11, 16)} UTC`;
}

function sizeInWords(bytes: number): string {
  if (bytes < 1000) return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  const units = ["kB", "MB", "GB"] as const;
  // 999,950 bytes would be rounded to 1000.0 kB.
  const power = Math.min(units.length, bytes >= 999_950_000 ? 3 : bytes >= 999_950 ? 2 : 1);
  return `${(bytes / 1000 ** power).toFixed(1)} ${units[power - 1]}`;
}
