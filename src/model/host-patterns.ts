import { isDomainPattern, isInDomains } from "./domain-patterns";
import { type IpAddress, type IpNetwork, isInNetwork, readIpAddress, readIpNetwork } from "./ip-address";

/** A host of a list that a person wrote: by name or by address. Without a port, the usual one of http and https. */
export type HostPattern = ({ readonly name: string } | { readonly network: IpNetwork }) & { readonly port?: number };

/** A machine's port that is asked for; `port` is absent where it is the usual one of its scheme. */
export interface HostAndPort {
  readonly host: string;
  readonly port?: number;
}

const WITH_PORT = /^(.*):(\d{1,5})$/;
const BRACKETED = /^\[([^[\]]*)\](?::(\d{1,5}))?$/;

/** The entries of such a list, between commas. */
export function splitHostPatterns(text: string): string[] {
  return text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}

/**
 * Reads one entry: `files.example.com`, `*.example.com` for what is below it, `10.0.0.5`, `10.0.0.0/8`, `fd00::/8`,
 * each with a port after a colon or without; IPv6 with a port in brackets. Undefined for anything else.
 */
export function readHostPattern(text: string): HostPattern | undefined {
  const [, inBrackets, portAfter] = BRACKETED.exec(text) ?? [];
  if (inBrackets !== undefined)
    return inBrackets.includes(":") ? withPort(networkOf(inBrackets), portAfter) : undefined;
  const alone = readIpNetwork(text);
  if (alone) return { network: alone };
  const [, host = text, port] = WITH_PORT.exec(text) ?? [];
  return host.includes(":") ? undefined : withPort(networkOf(host) ?? nameOf(host), port);
}

/** Those entries of a list that are well-formed. */
export function readHostPatterns(text: string): HostPattern[] {
  return splitHostPatterns(text).flatMap((entry) => readHostPattern(entry) ?? []);
}

function networkOf(text: string): { network: IpNetwork } | undefined {
  const network = readIpNetwork(text);
  return network && { network };
}

/** A name that a browser takes for an address, such as `0x7f.1`, would list something else than it says. */
function nameOf(text: string): { name: string } | undefined {
  const plain = text.replace(/^\*\./, "");
  if (!isDomainPattern(text) || !URL.canParse(`http://${plain}`)) return undefined;
  const { hostname } = new URL(`http://${plain}`);
  return hostname.startsWith("[") || readIpAddress(hostname) ? undefined : { name: text };
}

function withPort(host: { name: string } | { network: IpNetwork } | undefined, port?: string): HostPattern | undefined {
  if (!host || port === undefined) return host;
  return Number(port) >= 1 && Number(port) <= 65_535 ? { ...host, port: Number(port) } : undefined;
}

/** Whether the list has this name. */
export function listsName({ host, port }: HostAndPort, patterns: readonly HostPattern[]): boolean {
  return patterns.some((pattern) => "name" in pattern && pattern.port === port && isInDomains(host, [pattern.name]));
}

/** Whether the list has this address, by itself or in a network. */
export function listsAddress(address: IpAddress, port: number | undefined, patterns: readonly HostPattern[]): boolean {
  return patterns.some(
    (pattern) => "network" in pattern && pattern.port === port && isInNetwork(address, pattern.network),
  );
}
