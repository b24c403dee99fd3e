/** mayFetchAddress: what is public and what is not, address by address (IANA special-purpose registries of 2025-10-09). */
import { BlockList } from 'node:net';
import { describe, expect, test } from 'vitest';
import { mayFetchAddress, nearbyOf } from '../../functions/fetch/address.ts';

const nothingAllowed = new BlockList();

describe('refuses', () => {
  test.each([
    // IPv4
    { address: '0.0.0.0', name: 'this host' },
    { address: '0.255.255.255', name: 'this network, last' },
    { address: '10.0.0.0', name: 'private 10/8, first' },
    { address: '10.255.255.255', name: 'private 10/8, last' },
    { address: '100.64.0.0', name: 'shared address space, first' },
    { address: '100.127.255.255', name: 'shared address space, last' },
    { address: '127.0.0.1', name: 'loopback' },
    { address: '127.255.255.254', name: 'loopback, far end' },
    { address: '169.254.0.1', name: 'link local' },
    { address: '169.254.169.254', name: 'cloud metadata' },
    { address: '169.254.170.2', name: 'container credentials' },
    { address: '172.16.0.1', name: 'private 172.16/12, first' },
    { address: '172.31.255.255', name: 'private 172.16/12, last' },
    { address: '192.0.0.1', name: 'IETF protocol assignments' },
    { address: '192.0.0.170', name: 'NAT64 discovery' },
    { address: '192.0.2.1', name: 'documentation 1' },
    { address: '192.31.196.1', name: 'AS112' },
    { address: '192.52.193.1', name: 'AMT' },
    { address: '192.88.99.1', name: '6to4 relay' },
    { address: '192.168.0.1', name: 'private 192.168/16' },
    { address: '192.168.255.255', name: 'private 192.168/16, last' },
    { address: '192.175.48.1', name: 'AS112 direct delegation' },
    { address: '198.18.0.1', name: 'benchmarking, first' },
    { address: '198.19.255.255', name: 'benchmarking, last' },
    { address: '198.51.100.7', name: 'documentation 2' },
    { address: '203.0.113.7', name: 'documentation 3' },
    { address: '224.0.0.1', name: 'multicast' },
    { address: '239.255.255.255', name: 'multicast, last' },
    { address: '240.0.0.1', name: 'reserved' },
    { address: '255.255.255.255', name: 'limited broadcast' },
    // IPv6 outside of global unicast
    { address: '::', name: 'unspecified' },
    { address: '::1', name: 'loopback' },
    { address: '0:0:0:0:0:0:0:1', name: 'loopback, written out' },
    { address: '[::1]', name: 'loopback in brackets' },
    { address: '::127.0.0.1', name: 'IPv4-compatible loopback' },
    { address: '::8.8.8.8', name: 'IPv4-compatible, deprecated' },
    { address: '::ffff:127.0.0.1', name: 'mapped loopback' },
    { address: '::ffff:7f00:1', name: 'mapped loopback in hex' },
    { address: '::FFFF:10.0.0.1', name: 'mapped private, upper case' },
    { address: '0:0:0:0:0:ffff:169.254.169.254', name: 'mapped metadata, written out' },
    { address: '::ffff:8.8.8.8', name: 'mapped public' },
    { address: '::ffff:0:127.0.0.1', name: 'translated loopback (RFC 2765)' },
    { address: '64:ff9b::7f00:1', name: 'NAT64 of loopback' },
    { address: '64:ff9b::169.254.169.254', name: 'NAT64 of metadata' },
    { address: '64:ff9b::8.8.8.8', name: 'NAT64 of a public address' },
    { address: '64:ff9b:1::a00:1', name: 'local-use NAT64' },
    { address: '100::1', name: 'discard only' },
    { address: '100:0:0:1::1', name: 'dummy prefix' },
    { address: '1fff:ffff::1', name: 'just below global unicast' },
    { address: '4000::1', name: 'just above global unicast' },
    { address: '5f00::1', name: 'segment routing' },
    { address: 'fc00::1', name: 'unique local, first half' },
    { address: 'fd00:ec2::254', name: 'cloud metadata by IPv6' },
    { address: 'fdff:ffff::1', name: 'unique local, last' },
    { address: 'fe80::1', name: 'link local' },
    { address: 'febf::1', name: 'link local, last' },
    { address: 'fec0::1', name: 'site local, deprecated' },
    { address: 'ff02::1', name: 'multicast' },
    { address: 'ff0e::1', name: 'multicast, global scope' },
    // Special blocks within global unicast
    { address: '2001::1', name: 'Teredo, first' },
    { address: '2001:0:7f00:1::', name: 'Teredo with an address inside' },
    { address: '2001:1::1', name: 'port control anycast' },
    { address: '2001:2::1', name: 'benchmarking' },
    { address: '2001:10::1', name: 'ORCHID' },
    { address: '2001:20::1', name: 'ORCHIDv2' },
    { address: '2001:1ff:ffff::1', name: 'IETF protocol assignments, last' },
    { address: '2001:db8::1', name: 'documentation' },
    { address: '2001:0db8:0000:0000:0000:0000:0000:0001', name: 'documentation, written out' },
    { address: '2002:7f00:1::', name: '6to4 of loopback' },
    { address: '2002:a9fe:a9fe::', name: '6to4 of metadata' },
    { address: '2002:808:808::', name: '6to4 of a public address' },
    { address: '2620:4f:8000::1', name: 'AS112' },
    { address: '3fff::1', name: 'new documentation block' },
    { address: '3fff:fff:ffff::1', name: 'new documentation block, last' },
    // Zones
    { address: 'fe80::1%eth0', name: 'link local with a zone' },
    { address: '2606:4700::1111%1', name: 'public with a zone' },
    // Not an address as resolvers write them
    { address: '', name: 'nothing' },
    { address: 'localhost', name: 'a name' },
    { address: '2130706433', name: 'loopback as one number' },
    { address: '0x7f.0.0.1', name: 'loopback in hex' },
    { address: '0177.0.0.1', name: 'loopback in octal' },
    { address: '127.1', name: 'loopback, short' },
    { address: '8.8.8.8.', name: 'a dot at the end' },
    { address: '8.8.8.8:80', name: 'a port' },
    { address: '8.8.8.8/32', name: 'a block' },
    { address: ' 8.8.8.8', name: 'a space in front' },
    { address: '１.1.1.1', name: 'a full-width digit' },
    { address: '2606:4700:::1', name: 'too many colons' },
  ])('$address, $name', ({ address }) => {
    expect(mayFetchAddress(address, new BlockList(), nothingAllowed)).toBe(false);
  });
});

describe('lets through', () => {
  test.each([
    { address: '1.0.0.1', name: 'right after 0/8' },
    { address: '8.8.8.8', name: 'a resolver' },
    { address: '9.255.255.255', name: 'right before 10/8' },
    { address: '11.0.0.0', name: 'right after 10/8' },
    { address: '100.63.255.255', name: 'right before shared space' },
    { address: '100.128.0.0', name: 'right after shared space' },
    { address: '126.255.255.255', name: 'right before loopback' },
    { address: '128.0.0.1', name: 'right after loopback' },
    { address: '169.253.255.255', name: 'right before link local' },
    { address: '169.255.0.0', name: 'right after link local' },
    { address: '172.15.255.255', name: 'right before 172.16/12' },
    { address: '172.32.0.0', name: 'right after 172.16/12' },
    { address: '192.0.1.1', name: 'between two special blocks' },
    { address: '192.167.255.255', name: 'right before 192.168/16' },
    { address: '192.169.0.0', name: 'right after 192.168/16' },
    { address: '198.17.255.255', name: 'right before benchmarking' },
    { address: '198.20.0.0', name: 'right after benchmarking' },
    { address: '203.0.114.0', name: 'right after documentation' },
    { address: '223.255.255.255', name: 'right before multicast' },
    { address: '2000::1', name: 'the first of global unicast' },
    { address: '2001:200::1', name: 'right after the protocol assignments' },
    { address: '2001:4860:4860::8888', name: 'a resolver by IPv6' },
    { address: '[2606:4700::1111]', name: 'a public address in brackets' },
    { address: '2606:4700:0:0:0:0:0:1111', name: 'a public address written out' },
    { address: '2003::1', name: 'right after 6to4' },
    { address: '2620:4f:8001::1', name: 'right after AS112' },
    { address: '3ffe:ffff::1', name: 'right before the documentation block' },
    { address: '3fff:1000::1', name: 'right after the documentation block' },
  ])('$address, $name', ({ address }) => {
    expect(mayFetchAddress(address, new BlockList(), nothingAllowed)).toBe(true);
  });
});

describe('with an allow list', () => {
  const allow = new BlockList();
  allow.addSubnet('127.0.0.0', 8, 'ipv4');
  allow.addSubnet('fd12:3456::', 32, 'ipv6');

  test.each([
    { address: '127.0.0.1', name: 'inside the IPv4 block', may: true },
    { address: '127.9.9.9', name: 'inside the IPv4 block, too', may: true },
    { address: 'fd12:3456::1', name: 'inside the IPv6 block', may: true },
    { address: '[fd12:3456::1]', name: 'inside the IPv6 block, in brackets', may: true },
    { address: '8.8.8.8', name: 'public as before', may: true },
    { address: '10.0.0.1', name: 'private and not listed', may: false },
    { address: '169.254.169.254', name: 'metadata and not listed', may: false },
    { address: '::1', name: 'loopback of the other family', may: false },
    { address: 'fd12:3457::1', name: 'right after the IPv6 block', may: false },
    { address: 'fd12:3456::1%eth0', name: 'inside the block, with a zone', may: false },
    { address: '64:ff9b::7f00:1', name: 'NAT64 of a listed address', may: false },
    { address: '2002:7f00:1::', name: '6to4 of a listed address', may: false },
    { address: 'localhost', name: 'a name', may: false },
  ])('$address, $name: $may', ({ address, may }) => {
    expect(mayFetchAddress(address, new BlockList(), allow)).toBe(may);
  });
});

const interfaces = {
  eth0: [
    { address: '9.9.9.9', family: 'IPv4' as const, cidr: '9.9.9.9/24' },
    { address: '2a02:810d:1234:5678:aaaa:bbbb:cccc:dddd', family: 'IPv6' as const, cidr: '2a02:810d:1234:5678::/64' },
    { address: '2a01:4f8:1:2::1', family: 'IPv6' as const, cidr: '2a01:4f8:1:2::1/128' },
    { address: '2600:1f00::1', family: 'IPv6' as const, cidr: '2600:1f00::1/32' },
    { address: 'fe80::1', family: 'IPv6' as const, cidr: 'fe80::1/64' },
  ],
  none: undefined,
};

test.each([
  { what: 'the machine itself', address: '9.9.9.9', may: false },
  { what: 'the machine itself, mapped', address: '::ffff:9.9.9.9', may: false },
  { what: 'who has the address after it', address: '9.9.9.10', may: true },
  { what: 'a device of the same network', address: '2a02:810d:1234:5678::1', may: false },
  { what: 'a device of the network beside it', address: '2a02:810d:1234:5679::1', may: true },
  { what: 'the machine itself, alone in its network', address: '2a01:4f8:1:2::1', may: false },
  { what: 'another of the same provider', address: '2a01:4f8:1:2::2', may: true },
  { what: 'the machine itself, in a network of a whole provider', address: '2600:1f00::1', may: false },
  { what: 'another in the network of a whole provider', address: '2600:1f00::2', may: true },
])('$what, $address: $may', ({ address, may }) => {
  expect(mayFetchAddress(address, nearbyOf(interfaces), new BlockList())).toBe(may);
  const allow = new BlockList();
  if (!address.startsWith('::ffff')) allow.addAddress(address, address.includes(':') ? 'ipv6' : 'ipv4');
  if (!address.startsWith('::ffff')) expect(mayFetchAddress(address, nearbyOf(interfaces), allow)).toBe(true);
});
