/**
 * Which addresses may be fetched: global unicast only, by the IANA special-purpose address registries (IPv4 of
 * 2025-10-09, IPv6 of 2025-10-09, RFC 6890). What is not known to be public is refused.
 */
import { BlockList, isIP, SocketAddress } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';

const specialV4: readonly [string, number][] = [
  ['0.0.0.0', 8], // this network
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // shared address space
  ['127.0.0.0', 8], // loopback
  ['169.254.0.0', 16], // link local: the metadata services of clouds
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // IETF protocol assignments
  ['192.0.2.0', 24], // documentation
  ['192.31.196.0', 24], // AS112
  ['192.52.193.0', 24], // AMT
  ['192.88.99.0', 24], // 6to4 relay, deprecated
  ['192.168.0.0', 16], // private
  ['192.175.48.0', 24], // AS112 direct delegation
  ['198.18.0.0', 15], // benchmarking
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, limited broadcast
];

/** Inside 2000::/3, the only block of global unicast. Mapped, NAT64, unique local and link local lie outside of it. */
const specialV6: readonly [string, number][] = [
  ['2001::', 23], // IETF protocol assignments: Teredo, ORCHID, benchmarking
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4: leads to an IPv4 address
  ['2620:4f:8000::', 48], // AS112
  ['3fff::', 20], // documentation
];

const refused = new BlockList();
for (const [address, bits] of specialV4) refused.addSubnet(address, bits, 'ipv4');
for (const [address, bits] of specialV6) refused.addSubnet(address, bits, 'ipv6');
const globalUnicastV6 = new BlockList();
globalUnicastV6.addSubnet('2000::', 3, 'ipv6');

/**
 * `address`: dotted IPv4 or IPv6, as the resolver gives it. `nearby`: what `nearbyOf` gives. `allow`: blocks that may be fetched all
 * the same. Throws what Node says of an address that it cannot take, which `BlockList.check` would call one that no block holds: a
 * private one would pass.
 */
export function mayFetchAddress(address: string, nearby: BlockList, allow: BlockList): boolean {
  const plain = address.replace(/^\[|\]$/g, '');
  const version = isIP(plain);
  if (version === 0 || plain.includes('%')) return false;
  const asked = new SocketAddress({ address: plain, family: version === 4 ? 'ipv4' : 'ipv6' });
  if (allow.check(asked)) return true;
  const isGlobal = version === 4 || globalUnicastV6.check(asked);
  return isGlobal && !refused.check(asked) && !nearby.check(asked);
}

/** Longer prefixes are those of a network at one place, whose devices have global addresses and no firewall between them (RFC 4291 2.5.4). */
const placeBits = 64;

/** What a machine's interfaces say is the machine itself or stands beside it, though its addresses are global. */
export function nearbyOf(
  interfaces: NodeJS.Dict<Pick<NetworkInterfaceInfo, 'address' | 'family' | 'cidr'>[]>,
): BlockList {
  const nearby = new BlockList();
  for (const { address, family, cidr } of Object.values(interfaces).flatMap((some) => some ?? [])) {
    const bits = Number(cidr?.split('/')[1]);
    if (family === 'IPv6' && bits >= placeBits) nearby.addSubnet(address, bits, 'ipv6');
    else nearby.addAddress(address, family === 'IPv6' ? 'ipv6' : 'ipv4');
  }
  return nearby;
}
