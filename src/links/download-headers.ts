/** What no program takes for a page or runs; anything else goes out as plain bytes. */
const HARMLESS =
  /^(?:image\/(?:png|jpeg|gif|webp|avif|heic|tiff|bmp)|audio\/[\w.-]+|video\/[\w.-]+|text\/(?:plain|csv)|application\/(?:pdf|zip|gzip|json|msword|vnd\.ms-(?:excel|powerpoint)|vnd\.openxmlformats-officedocument\.[\w.-]+|vnd\.oasis\.opendocument\.[\w.-]+))$/;

const PLAIN_BYTES = "application/octet-stream";

/** For every answer, also that there is nothing: no page, nothing kept on the way, and nothing told to the next one. */
export const GUARDS: Readonly<Record<string, string>> = Object.freeze({
  "Cache-Control": "private, no-store",
  "Content-Security-Policy": "sandbox; default-src 'none'",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Robots-Tag": "noindex, nofollow",
});

/** The type to tell a browser: never one that it would show or run as a page. */
export function harmlessType(contentType: string): string {
  const bare = (contentType.split(";")[0] ?? "").trim().toLowerCase();
  return HARMLESS.test(bare) ? bare : PLAIN_BYTES;
}

/** `Content-Disposition` (RFC 6266): to be saved, under the file's name, which old programs get in ASCII. */
export function dispositionOf(filename: string): string {
  // Nothing that leads out of a folder, or turns the order of the letters so that an ending looks like another.
  const name = filename
    .replace(/[\\/\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "_")
    .toWellFormed();
  const ascii = name.replace(/[^\x20-\x7e]|["%]/g, "_");
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
