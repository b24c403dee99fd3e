/** Every block of the IANA special-purpose registries, at both ends and on both sides (iana.org, IPv4 and IPv6, 2025-10-09). */
import { BlockList } from 'node:net';
import { describe, expect, test } from 'vitest';
import { mayFetchAddress } from '../../functions/fetch/address.ts';

/** Name, first, last, the address before and the one after; null where that is special too, or where there is none. */
const blocks: [string, string, string, string | null, string | null][] = [
  ['this network', '0.0.0.0', '0.255.255.255', null, '1.0.0.0'],
  ['private 10/8', '10.0.0.0', '10.255.255.255', '9.255.255.255', '11.0.0.0'],
  ['shared address space', '100.64.0.0', '100.127.255.255', '100.63.255.255', '100.128.0.0'],
  ['loopback', '127.0.0.0', '127.255.255.255', '126.255.255.255', '128.0.0.0'],
  ['link local', '169.254.0.0', '169.254.255.255', '169.253.255.255', '169.255.0.0'],
  ['private 172.16/12', '172.16.0.0', '172.31.255.255', '172.15.255.255', '172.32.0.0'],
  ['IETF protocol assignments', '192.0.0.0', '192.0.0.255', '191.255.255.255', '192.0.1.0'],
  ['service continuity', '192.0.0.0', '192.0.0.7', null, null],
  ['dummy address', '192.0.0.8', '192.0.0.8', null, null],
  ['port control anycast', '192.0.0.9', '192.0.0.9', null, null],
  ['TURN anycast', '192.0.0.10', '192.0.0.10', null, null],
  ['NAT64 discovery', '192.0.0.170', '192.0.0.171', null, null],
  ['documentation 1', '192.0.2.0', '192.0.2.255', '192.0.1.255', '192.0.3.0'],
  ['AS112', '192.31.196.0', '192.31.196.255', '192.31.195.255', '192.31.197.0'],
  ['AMT', '192.52.193.0', '192.52.193.255', '192.52.192.255', '192.52.194.0'],
  ['6to4 relays', '192.88.99.0', '192.88.99.255', '192.88.98.255', '192.88.100.0'],
  ['private 192.168/16', '192.168.0.0', '192.168.255.255', '192.167.255.255', '192.169.0.0'],
  ['AS112 direct delegation', '192.175.48.0', '192.175.48.255', '192.175.47.255', '192.175.49.0'],
  ['benchmarking', '198.18.0.0', '198.19.255.255', '198.17.255.255', '198.20.0.0'],
  ['documentation 2', '198.51.100.0', '198.51.100.255', '198.51.99.255', '198.51.101.0'],
  ['documentation 3', '203.0.113.0', '203.0.113.255', '203.0.112.255', '203.0.114.0'],
  ['multicast', '224.0.0.0', '239.255.255.255', '223.255.255.255', null],
  ['reserved', '240.0.0.0', '255.255.255.254', null, null],
  ['limited broadcast', '255.255.255.255', '255.255.255.255', null, null],
  ['unspecified', '::', '::', null, null],
  ['loopback', '::1', '::1', null, null],
  ['IPv4-compatible', '::2', '::ffff:ffff', null, null],
  ['IPv4-mapped', '::ffff:0:0', '::ffff:ffff:ffff', null, null],
  ['IPv4-translated', '::ffff:0:0:0', '::ffff:0:ffff:ffff', null, null],
  ['NAT64', '64:ff9b::', '64:ff9b::ffff:ffff', null, null],
  ['local NAT64', '64:ff9b:1::', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff', null, null],
  ['discard only', '100::', '100::ffff:ffff:ffff:ffff', null, null],
  ['dummy prefix', '100:0:0:1::', '100:0:0:1:ffff:ffff:ffff:ffff', null, null],
  ['all before global unicast', '::', '1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', null, '2000::'],
  ['protocol assignments', '2001::', '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff', '2000:ffff::', '2001:200::'],
  ['Teredo', '2001::', '2001:0:ffff:ffff:ffff:ffff:ffff:ffff', '2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff', null],
  ['TURN anycast', '2001:1::2', '2001:1::2', null, null],
  ['SRP anycast', '2001:1::3', '2001:1::3', null, null],
  ['benchmarking', '2001:2::', '2001:2:0:ffff:ffff:ffff:ffff:ffff', null, null],
  ['AMT', '2001:3::', '2001:3:ffff:ffff:ffff:ffff:ffff:ffff', null, null],
  ['AS112', '2001:4:112::', '2001:4:112:ffff:ffff:ffff:ffff:ffff', null, null],
  ['ORCHID', '2001:10::', '2001:1f:ffff:ffff:ffff:ffff:ffff:ffff', null, null],
  ['ORCHIDv2', '2001:20::', '2001:2f:ffff:ffff:ffff:ffff:ffff:ffff', null, null],
  ['drone identification', '2001:30::', '2001:3f:ffff:ffff:ffff:ffff:ffff:ffff', null, null],
  ['documentation', '2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', '2001:db7:ffff::', '2001:db9::'],
  ['6to4', '2002::', '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '2001:ffff:ffff::', '2003::'],
  ['AS112 direct', '2620:4f:8000::', '2620:4f:8000:ffff:ffff:ffff:ffff:ffff', '2620:4f:7fff::', '2620:4f:8001::'],
  ['documentation 2', '3fff::', '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff', '3ffe:ffff:ffff::', '3fff:1000::'],
  ['all after global unicast', '4000::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '3fff:ffff:ffff::', null],
  ['segment routing', '5f00::', '5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff', null, null],
  ['unique local', 'fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', null, null],
  ['link local', 'fe80::', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff', null, null],
  ['site local', 'fec0::', 'feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', null, null],
  ['multicast', 'ff00::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', null, null],
  // Interface identifiers that carry an IPv4 address say nothing of where the prefix leads, which is what counts.
  ['ISATAP in link local', 'fe80::5efe:a9fe:a9fe', 'fe80::200:5efe:7f00:1', null, '2606:4700::5efe:808:808'],
];

const cases = blocks.flatMap(([name, first, last, before, after]) => [
  { name: `${name}, first`, address: first, may: false },
  { name: `${name}, last`, address: last, may: false },
  ...(before ? [{ name: `right before ${name}`, address: before, may: true }] : []),
  ...(after ? [{ name: `right after ${name}`, address: after, may: true }] : []),
]);

describe('the blocks of the registries', () => {
  test.each(cases)('$address, $name: $may', ({ address, may }) => {
    expect(mayFetchAddress(address, new BlockList(), new BlockList())).toBe(may);
  });

  test('are asked about in 150 places', () => {
    expect(cases.length).toBeGreaterThanOrEqual(150);
  });
});
