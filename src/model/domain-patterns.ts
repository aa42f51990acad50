import { isDomain } from "./address-syntax";

const SUBDOMAINS = "*.";

/** The patterns of a list that a person wrote, between commas: `example.com`, and `*.example.com` for what is below it. */
export function readDomainPatterns(text: string): string[] {
  return text
    .split(",")
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern !== "");
}

export function isDomainPattern(text: string): boolean {
  return isDomain(text.startsWith(SUBDOMAINS) ? text.slice(SUBDOMAINS.length) : text);
}

/** Whether an address is in one of the domains; in any where there is no pattern. */
export function isInDomains(address: string, patterns: readonly string[]): boolean {
  const domain = comparable(address.slice(address.lastIndexOf("@") + 1));
  return (
    patterns.length === 0 ||
    patterns.some((pattern) =>
      pattern.startsWith(SUBDOMAINS)
        ? domain.endsWith(`.${comparable(pattern.slice(SUBDOMAINS.length))}`)
        : domain === comparable(pattern),
    )
  );
}

/** Case does not count (RFC 5321 §2.4), nor whether letters beyond ASCII are written as such or as `xn--`. */
function comparable(domain: string): string {
  if (/^[\u0021-\u007e]*$/.test(domain) || !URL.canParse(`http://${domain}`)) return domain.toLowerCase();
  return new URL(`http://${domain}`).hostname;
}
