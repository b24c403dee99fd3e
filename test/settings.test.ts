/** Settings: every variable of DESIGN 10, its default, what it takes, and that a wrong value names its variable. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ConnectTo, readSettings, SettingsError } from '../functions/settings.ts';
import { listOf } from './support/list-of.ts';

/** What is said of a wrong environment; empty when it is accepted. */
function complaint(env: Record<string, string>): string {
  try {
    readSettings(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  return '';
}

test('an empty environment gives the defaults', () => {
  const { fetchAllow, ...settings } = readSettings({});
  expect(settings).toEqual({
    port: 8080,
    host: '127.0.0.1',
    dataDir: join(process.cwd(), 'data'),
    userAgent: 'Nightdesk/0.2.0 (news archive; +https://github.com/nightdesk/nightdesk)',
    robots: 'obey',
    noarchive: 'ignore',
    hostPauseMs: 1000,
    pictures: 'story',
    fetchProxy: null,
    fetchConnectTo: [],
    access: null,
    publicUrl: null,
    key: null,
    quiet: false,
  });
  expect(fetchAllow.rules).toEqual([]);
});

test('empty values are as good as none', () => {
  const names = listOf`PORT HOST DATA_DIR USER_AGENT ROBOTS NOARCHIVE HOST_PAUSE_MS PICTURES FETCH_PROXY FETCH_ALLOW FETCH_CONNECT_TO
    KEYS PUBLIC_READ PUBLIC_URL NIGHTDESK_KEY QUIET`;
  expect(readSettings(Object.fromEntries(names.map((name) => [name, ''])))).toEqual(readSettings({}));
});

test('variables of other programs are left alone', () => {
  expect(complaint({ PATH: '/bin', PORTS: 'x', FETCH: 'y' })).toBe('');
});

describe('takes', () => {
  test.each([
    { name: 'PORT', env: { PORT: '80' }, expected: { port: 80 } },
    { name: 'PORT 0, which is any free one', env: { PORT: '0' }, expected: { port: 0 } },
    { name: 'the highest PORT', env: { PORT: '65535' }, expected: { port: 65535 } },
    { name: 'HOST as a name', env: { HOST: 'localhost' }, expected: { host: 'localhost' } },
    { name: 'HOST as another loopback address', env: { HOST: '127.0.0.2' }, expected: { host: '127.0.0.2' } },
    { name: 'HOST as IPv6', env: { HOST: '::1' }, expected: { host: '::1' } },
    {
      name: 'DATA_DIR as an absolute path',
      env: { DATA_DIR: '/var/lib/nightdesk' },
      expected: { dataDir: '/var/lib/nightdesk' },
    },
    {
      name: 'DATA_DIR as a relative path',
      env: { DATA_DIR: 'x/y' },
      expected: { dataDir: join(process.cwd(), 'x/y') },
    },
    {
      name: 'USER_AGENT',
      env: { USER_AGENT: 'MyArchive/2 (+https://example.com)' },
      expected: { userAgent: 'MyArchive/2 (+https://example.com)' },
    },
    { name: 'ROBOTS obey', env: { ROBOTS: 'obey' }, expected: { robots: 'obey' } },
    { name: 'ROBOTS ignore', env: { ROBOTS: 'ignore' }, expected: { robots: 'ignore' } },
    { name: 'KEYS', env: { KEYS: 'required' }, expected: { access: { publicRead: false } } },
    { name: 'PUBLIC_READ', env: { KEYS: 'required', PUBLIC_READ: 'true' }, expected: { access: { publicRead: true } } },
    {
      name: 'PUBLIC_URL, and asks for keys',
      env: { PUBLIC_URL: 'https://Archive.Example/' },
      expected: { publicUrl: 'https://archive.example', access: { publicRead: false } },
    },
    {
      name: 'a HOST that others can reach, and asks for keys',
      env: { HOST: '0.0.0.0' },
      expected: { host: '0.0.0.0', access: { publicRead: false } },
    },
    { name: 'HOST_PAUSE_MS', env: { HOST_PAUSE_MS: '250' }, expected: { hostPauseMs: 250 } },
    { name: 'HOST_PAUSE_MS 0', env: { HOST_PAUSE_MS: '0' }, expected: { hostPauseMs: 0 } },
    { name: 'HOST_PAUSE_MS of ten minutes', env: { HOST_PAUSE_MS: '600000' }, expected: { hostPauseMs: 600_000 } },
    {
      name: 'FETCH_PROXY',
      env: { FETCH_PROXY: 'http://proxy.example:3128' },
      expected: { fetchProxy: 'http://proxy.example:3128' },
    },
    {
      name: 'FETCH_PROXY by https',
      env: { FETCH_PROXY: 'https://proxy.example' },
      expected: { fetchProxy: 'https://proxy.example' },
    },
    { name: 'QUIET', env: { QUIET: '1' }, expected: { quiet: true } },
  ])('$name', ({ env, expected }) => {
    expect(readSettings(env)).toMatchObject(expected);
  });
});

describe('refuses, naming the variable and what it takes:', () => {
  test.each([
    { env: { PORT: '65536' }, message: 'PORT=65536 must be a whole number from 0 to 65535.' },
    { env: { PORT: '-1' }, message: 'PORT=-1 must be a whole number from 0 to 65535.' },
    { env: { PORT: '80.5' }, message: 'PORT=80.5 must be a whole number from 0 to 65535.' },
    { env: { PORT: '0x50' }, message: 'PORT=0x50 must be a whole number from 0 to 65535.' },
    { env: { PORT: ' 80' }, message: 'PORT= 80 must be a whole number from 0 to 65535.' },
    { env: { PORT: 'http' }, message: 'PORT=http must be a whole number from 0 to 65535.' },
    { env: { HOST_PAUSE_MS: '600001' }, message: 'HOST_PAUSE_MS=600001 must be a whole number from 0 to 600000.' },
    { env: { HOST_PAUSE_MS: '1s' }, message: 'HOST_PAUSE_MS=1s must be a whole number from 0 to 600000.' },
    { env: { KEYS: 'yes' }, message: 'KEYS=yes must be one of: unset, required.' },
    { env: { PUBLIC_READ: '1' }, message: 'PUBLIC_READ=1 must be one of: false, true.' },
    { env: { NIGHTDESK_KEY: 'secret' }, message: 'NIGHTDESK_KEY is not a key; npm run key makes one.' },
    ...['archive.example', 'ftp://archive.example', 'https://archive.example/a', 'https://me@archive.example'].map(
      (url) => ({
        env: { PUBLIC_URL: url },
        message: `PUBLIC_URL=${url} must be an address without a path, such as https://archive.example.org.`,
      }),
    ),
    { env: { ROBOTS: 'yes' }, message: 'ROBOTS=yes must be one of: obey, ignore.' },
    { env: { ROBOTS: 'Obey' }, message: 'ROBOTS=Obey must be one of: obey, ignore.' },
    {
      env: { USER_AGENT: 'Nachtschicht/1 (Köln)' },
      message: 'USER_AGENT must be 1 to 500 printable ASCII characters.',
    },
    { env: { USER_AGENT: 'a\r\nX-Evil: 1' }, message: 'USER_AGENT must be 1 to 500 printable ASCII characters.' },
    { env: { USER_AGENT: 'a'.repeat(501) }, message: 'USER_AGENT must be 1 to 500 printable ASCII characters.' },
    {
      env: { FETCH_PROXY: 'proxy.example:3128' },
      message: 'FETCH_PROXY=proxy.example:3128 must be the http:// or https:// address of a proxy.',
    },
    {
      env: { FETCH_PROXY: 'socks5://proxy.example' },
      message: 'FETCH_PROXY=socks5://proxy.example must be the http:// or https:// address of a proxy.',
    },
    {
      env: { FETCH_ALLOW: 'localhost' },
      message: 'FETCH_ALLOW: localhost is not an address block; write 127.0.0.0/8 or ::1/128.',
    },
    {
      env: { FETCH_ALLOW: '127.0.0.0/8,x' },
      message: 'FETCH_ALLOW: x is not an address block; write 127.0.0.0/8 or ::1/128.',
    },
    {
      env: { FETCH_ALLOW: '127.0.0.0/33' },
      message: 'FETCH_ALLOW: 127.0.0.0/33 is not an address block; write 127.0.0.0/8 or ::1/128.',
    },
    {
      env: { FETCH_ALLOW: '::1/129' },
      message: 'FETCH_ALLOW: ::1/129 is not an address block; write 127.0.0.0/8 or ::1/128.',
    },
    {
      env: { FETCH_ALLOW: '127.0.0.0/-1' },
      message: 'FETCH_ALLOW: 127.0.0.0/-1 is not an address block; write 127.0.0.0/8 or ::1/128.',
    },
    {
      env: { FETCH_ALLOW: '127.0.0.0/8.5' },
      message: 'FETCH_ALLOW: 127.0.0.0/8.5 is not an address block; write 127.0.0.0/8 or ::1/128.',
    },
    {
      env: { FETCH_ALLOW: '127.0.0/8' },
      message: 'FETCH_ALLOW: 127.0.0/8 is not an address block; write 127.0.0.0/8 or ::1/128.',
    },
    {
      env: { FETCH_CONNECT_TO: 'example.com' },
      message: 'FETCH_CONNECT_TO: example.com must be HOST1:PORT1:HOST2:PORT2, each of them may be empty.',
    },
    {
      env: { FETCH_CONNECT_TO: 'a:1:b' },
      message: 'FETCH_CONNECT_TO: a:1:b must be HOST1:PORT1:HOST2:PORT2, each of them may be empty.',
    },
    {
      env: { FETCH_CONNECT_TO: 'a:http:b:1' },
      message: 'FETCH_CONNECT_TO: a:http:b:1 must be HOST1:PORT1:HOST2:PORT2, each of them may be empty.',
    },
    {
      env: { FETCH_CONNECT_TO: 'a:1:b:2:3' },
      message: 'FETCH_CONNECT_TO: a:1:b:2:3 must be HOST1:PORT1:HOST2:PORT2, each of them may be empty.',
    },
  ])('$env', ({ env, message }) => {
    expect(complaint(env)).toBe(message);
  });

  test.each([
    '0.0.0.0',
    '::',
    '192.168.1.2',
    '203.0.113.7',
    'example.com',
    'localhost.example.com',
    '127.0.0.1.example.com',
    '[::1]',
  ])('HOST=%s without keys, since others may reach it', (host) => {
    expect(readSettings({ HOST: host }).access).toEqual({ publicRead: false });
  });
});

describe('FETCH_ALLOW', () => {
  test('takes blocks and single addresses of both families, with spaces', () => {
    const { fetchAllow } = readSettings({ FETCH_ALLOW: '127.0.0.0/8, 10.1.2.3 ,::1,fd00::/8,' });
    const allowed = (address: string, family: 'ipv4' | 'ipv6') => fetchAllow.check(address, family);
    expect(allowed('127.9.9.9', 'ipv4')).toBe(true);
    expect(allowed('10.1.2.3', 'ipv4')).toBe(true);
    expect(allowed('::1', 'ipv6')).toBe(true);
    expect(allowed('fd12::1', 'ipv6')).toBe(true);
    expect(allowed('10.1.2.4', 'ipv4')).toBe(false);
    expect(allowed('128.0.0.1', 'ipv4')).toBe(false);
    expect(allowed('::2', 'ipv6')).toBe(false);
    expect(allowed('fe80::1', 'ipv6')).toBe(false);
  });
});

describe('FETCH_CONNECT_TO', () => {
  test.each<{ name: string; text: string; rules: ConnectTo[] }>([
    {
      name: 'all four parts',
      text: 'example.com:443:localhost:8443',
      rules: [{ fromHost: 'example.com', fromPort: 443, toHost: 'localhost', toPort: 8443 }],
    },
    {
      name: 'any host and port',
      text: '::localhost:8443',
      rules: [{ fromHost: null, fromPort: null, toHost: 'localhost', toPort: 8443 }],
    },
    {
      name: 'another port alone',
      text: 'example.com:80::8080',
      rules: [{ fromHost: 'example.com', fromPort: 80, toHost: null, toPort: 8080 }],
    },
    { name: 'nothing at all', text: ':::', rules: [{ fromHost: null, fromPort: null, toHost: null, toPort: null }] },
    {
      name: 'hosts in upper case',
      text: 'EXAMPLE.com::LOCALHOST:',
      rules: [{ fromHost: 'example.com', fromPort: null, toHost: 'localhost', toPort: null }],
    },
    {
      name: 'IPv6 in brackets',
      text: '[2001:db8::1]:80:[::1]:8080',
      rules: [{ fromHost: '2001:db8::1', fromPort: 80, toHost: '::1', toPort: 8080 }],
    },
    {
      name: 'two rules',
      text: 'a.example:80:localhost:1, b.example:80:localhost:2',
      rules: [
        { fromHost: 'a.example', fromPort: 80, toHost: 'localhost', toPort: 1 },
        { fromHost: 'b.example', fromPort: 80, toHost: 'localhost', toPort: 2 },
      ],
    },
  ])('takes $name', ({ text, rules }) => {
    expect(readSettings({ FETCH_CONNECT_TO: text }).fetchConnectTo).toEqual(rules);
  });
});

test.each([
  { name: 'a prefix that was forgotten, which would let in everything', text: '10.0.0.0/' },
  { name: 'two prefixes', text: '10.0.0.0/8/16' },
  { name: 'a prefix in hex', text: '10.0.0.0/0x8' },
  { name: 'a prefix with an exponent', text: '10.0.0.0/1e1' },
])('FETCH_ALLOW refuses $name', ({ text }) => {
  expect(complaint({ FETCH_ALLOW: text })).toContain('FETCH_ALLOW: 10.0.0.0/');
});

test.each(['a:99999:b:80', 'a:80:b:65536'])('FETCH_CONNECT_TO refuses %s, whose port cannot be', (text) => {
  expect(complaint({ FETCH_CONNECT_TO: text })).toContain('FETCH_CONNECT_TO');
});

test('HOST=127.999.0.1, which is no address, is not taken for loopback', () => {
  expect(readSettings({ HOST: '127.999.0.1' }).access).not.toBeNull();
});
