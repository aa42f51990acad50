import { type HostPattern, listsAddress, listsName } from "../model/host-patterns";
import { type IpAddress, isPublic, readIpAddress } from "../model/ip-address";
import { failure, shownUrl } from "./failure";

/** The addresses of a name, as this machine's resolver has them. */
export type Lookup = (host: string) => Promise<readonly string[]>;

/** A web address of the message or of a redirect, and who asks. */
export interface Asked {
  readonly url: URL;
  /** The property of the message that asks for it. */
  readonly field: string;
}

/** The name or address in a URL, without brackets and without the dot that only says that a name is complete. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
}

/** As an entry of the list would have to be written. */
function asListed(host: string, port: number | undefined): string {
  if (port === undefined) return host;
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

const portOf = ({ port }: URL): number | undefined => (port === "" ? undefined : Number(port));

/**
 * Whether the configuration lets this be asked for, before any name is looked up. Throws SendError.
 * A host that is an address has to be listed as one.
 */
export function admit({ url, field }: Asked, patterns: readonly HostPattern[]): void {
  const [host, port] = [hostOf(url), portOf(url)];
  const facts = { value: shownUrl(url), host: asListed(host, port) };
  if (url.username !== "" || url.password !== "") throw failure("attachment-credentials", field, facts);
  if (patterns.length === 0) throw failure("attachment-no-hosts", field, facts);
  const address = readIpAddress(host);
  const isListed = address
    ? listsAddress(address, port, patterns)
    : listsName({ host, ...(port === undefined ? {} : { port }) }, patterns);
  if (!isListed) throw failure("attachment-host-not-listed", field, facts);
}

/**
 * The addresses that a listed host has now, each of which may be connected to. Throws SendError where one of them
 * is not public and not listed by itself; rejects with what the look-up rejects with.
 */
export async function addressesOf(
  { url, field }: Asked,
  patterns: readonly HostPattern[],
  lookup: Lookup,
): Promise<readonly string[]> {
  const [host, port] = [hostOf(url), portOf(url)];
  // The list has said yes to it already.
  if (readIpAddress(host)) return [host];
  const addresses = await lookup(host);
  const refused = addresses.find((text) => !mayBe(readIpAddress(text), port, patterns));
  if (refused === undefined) return addresses;
  const facts = { host: asListed(host, port), value: asListed(refused, port) };
  throw failure("attachment-private-address", field, facts);
}

function mayBe(address: IpAddress | undefined, port: number | undefined, patterns: readonly HostPattern[]): boolean {
  // What cannot be read, such as an address with a zone, is of a link.
  return address !== undefined && (isPublic(address) || listsAddress(address, port, patterns));
}
