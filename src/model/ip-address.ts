/** The bytes of an IP address: four, or sixteen. */
export type IpAddress = readonly number[];

/** All addresses that begin with the same bits. */
export interface IpNetwork {
  readonly address: IpAddress;
  /** In bits. */
  readonly prefix: number;
}

/** Four numbers without leading zeros, which some programs read as octal. */
const IPV4 = /^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$/;

/** One IPv4 or IPv6 address in its usual notation (RFC 4291 §2.2), without brackets or a zone; undefined for anything else. */
export function readIpAddress(text: string): IpAddress | undefined {
  return text.includes(":") ? readIpv6(text) : readIpv4(text);
}

function readIpv4(text: string): IpAddress | undefined {
  if (!IPV4.test(text)) return undefined;
  const bytes = text.split(".").map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function readIpv6(text: string): IpAddress | undefined {
  const [before = "", after, ...more] = text.split("::");
  if (more.length > 0) return undefined;
  const [head, tail] = [readGroups(before, after === undefined), readGroups(after ?? "", true)];
  if (!head || !tail) return undefined;
  const gap = 16 - head.length - tail.length;
  if (after === undefined ? gap !== 0 : gap < 2) return undefined;
  return [...head, ...new Array<number>(gap).fill(0), ...tail];
}

function readGroups(text: string, areLast: boolean): number[] | undefined {
  if (text === "") return [];
  const groups = text.split(":").map((group, at, all) => {
    // The last four bytes may be written as an IPv4 address.
    if (areLast && at === all.length - 1 && group.includes(".")) return readIpv4(group);
    if (!/^[0-9A-Fa-f]{1,4}$/.test(group)) return undefined;
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 255];
  });
  return groups.includes(undefined) ? undefined : groups.flatMap((group) => group ?? []);
}

/** A network such as `10.0.0.0/8`, or the network of one address; undefined for anything else. */
export function readIpNetwork(text: string): IpNetwork | undefined {
  const [written = "", bits, ...more] = text.split("/");
  const address = readIpAddress(written);
  if (!address || more.length > 0) return undefined;
  const most = address.length * 8;
  if (bits === undefined) return { address, prefix: most };
  return /^\d{1,3}$/.test(bits) && Number(bits) <= most ? { address, prefix: Number(bits) } : undefined;
}

/** IPv4 and IPv6 are never in each other's networks: `::ffff:10.0.0.5` is not in `10.0.0.0/8`. */
export function isInNetwork(address: IpAddress, network: IpNetwork): boolean {
  if (address.length !== network.address.length) return false;
  return address.every((byte, at) => {
    const bits = Math.min(8, Math.max(0, network.prefix - at * 8));
    return byte >> (8 - bits) === (network.address[at] ?? 0) >> (8 - bits);
  });
}

const networks = (texts: string): readonly IpNetwork[] => texts.split(" ").flatMap((text) => readIpNetwork(text) ?? []);

/**
 * What the IANA registries of special-purpose addresses (RFC 6890) and multicast (RFC 5771) keep from the public
 * internet: this machine, private and shared networks, links, documentation, tests, relays, reserved ones.
 */
const NOT_PUBLIC = networks(
  "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 " +
    "192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 " +
    // Those within 2000::/3; Teredo and 6to4 have an IPv4 address in them, which may be any.
    "2001::/23 2001:db8::/32 2002::/16 3fff::/20",
);

/** All that is given out of IPv6 (RFC 4291 §2.4); what maps or translates IPv4, and what is local, lies outside. */
const GLOBAL_UNICAST = networks("2000::/3");

/** Whether an address can only be that of a machine on the public internet. */
export function isPublic(address: IpAddress): boolean {
  const given = address.length === 4 || GLOBAL_UNICAST.some((network) => isInNetwork(address, network));
  return given && !NOT_PUBLIC.some((network) => isInNetwork(address, network));
}
