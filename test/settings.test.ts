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
    ['PORT', { PORT: '80' }, { port: 80 }],
    ['PORT 0, which is any free one', { PORT: '0' }, { port: 0 }],
    ['the highest PORT', { PORT: '65535' }, { port: 65535 }],
    ['HOST as a name', { HOST: 'localhost' }, { host: 'localhost' }],
    ['HOST as another loopback address', { HOST: '127.0.0.2' }, { host: '127.0.0.2' }],
    ['HOST as IPv6', { HOST: '::1' }, { host: '::1' }],
    ['DATA_DIR as an absolute path', { DATA_DIR: '/var/lib/nightdesk' }, { dataDir: '/var/lib/nightdesk' }],
    ['DATA_DIR as a relative path', { DATA_DIR: 'x/y' }, { dataDir: join(process.cwd(), 'x/y') }],
    [
      'USER_AGENT',
      { USER_AGENT: 'MyArchive/2 (+https://example.com)' },
      { userAgent: 'MyArchive/2 (+https://example.com)' },
    ],
    ['ROBOTS obey', { ROBOTS: 'obey' }, { robots: 'obey' }],
    ['ROBOTS ignore', { ROBOTS: 'ignore' }, { robots: 'ignore' }],
    ['KEYS', { KEYS: 'required' }, { access: { publicRead: false } }],
    ['PUBLIC_READ', { KEYS: 'required', PUBLIC_READ: 'true' }, { access: { publicRead: true } }],
    [
      'PUBLIC_URL, and asks for keys',
      { PUBLIC_URL: 'https://Archive.Example/' },
      { publicUrl: 'https://archive.example', access: { publicRead: false } },
    ],
    [
      'a HOST that others can reach, and asks for keys',
      { HOST: '0.0.0.0' },
      { host: '0.0.0.0', access: { publicRead: false } },
    ],
    ['HOST_PAUSE_MS', { HOST_PAUSE_MS: '250' }, { hostPauseMs: 250 }],
    ['HOST_PAUSE_MS 0', { HOST_PAUSE_MS: '0' }, { hostPauseMs: 0 }],
    ['HOST_PAUSE_MS of ten minutes', { HOST_PAUSE_MS: '600000' }, { hostPauseMs: 600_000 }],
    ['FETCH_PROXY', { FETCH_PROXY: 'http://proxy.example:3128' }, { fetchProxy: 'http://proxy.example:3128' }],
    ['FETCH_PROXY by https', { FETCH_PROXY: 'https://proxy.example' }, { fetchProxy: 'https://proxy.example' }],
    ['QUIET', { QUIET: '1' }, { quiet: true }],
  ])('%s', (_, env, expected) => {
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
  test.each<[name: string, text: string, rules: ConnectTo[]]>([
    [
      'all four parts',
      'example.com:443:localhost:8443',
      [{ fromHost: 'example.com', fromPort: 443, toHost: 'localhost', toPort: 8443 }],
    ],
    ['any host and port', '::localhost:8443', [{ fromHost: null, fromPort: null, toHost: 'localhost', toPort: 8443 }]],
    [
      'another port alone',
      'example.com:80::8080',
      [{ fromHost: 'example.com', fromPort: 80, toHost: null, toPort: 8080 }],
    ],
    ['nothing at all', ':::', [{ fromHost: null, fromPort: null, toHost: null, toPort: null }]],
    [
      'hosts in upper case',
      'EXAMPLE.com::LOCALHOST:',
      [{ fromHost: 'example.com', fromPort: null, toHost: 'localhost', toPort: null }],
    ],
    [
      'IPv6 in brackets',
      '[2001:db8::1]:80:[::1]:8080',
      [{ fromHost: '2001:db8::1', fromPort: 80, toHost: '::1', toPort: 8080 }],
    ],
    [
      'two rules',
      'a.example:80:localhost:1, b.example:80:localhost:2',
      [
        { fromHost: 'a.example', fromPort: 80, toHost: 'localhost', toPort: 1 },
        { fromHost: 'b.example', fromPort: 80, toHost: 'localhost', toPort: 2 },
      ],
    ],
  ])('takes %s', (_, text, rules) => {
    expect(readSettings({ FETCH_CONNECT_TO: text }).fetchConnectTo).toEqual(rules);
  });
});

test.each([
  ['a prefix that was forgotten, which would let in everything', '10.0.0.0/'],
  ['two prefixes', '10.0.0.0/8/16'],
  ['a prefix in hex', '10.0.0.0/0x8'],
  ['a prefix with an exponent', '10.0.0.0/1e1'],
])('FETCH_ALLOW refuses %s', (_, text) => {
  expect(complaint({ FETCH_ALLOW: text })).toContain('FETCH_ALLOW: 10.0.0.0/');
});

test.each(['a:99999:b:80', 'a:80:b:65536'])('FETCH_CONNECT_TO refuses %s, whose port cannot be', (text) => {
  expect(complaint({ FETCH_CONNECT_TO: text })).toContain('FETCH_CONNECT_TO');
});

test.each(['localhost', '::1', '127.0.0.1', '127.255.0.9'])(
  'HOST=%s asks for no keys: only this machine reaches it',
  (host) => {
    expect(readSettings({ HOST: host }).access).toBeNull();
  },
);

test('HOST=127.999.0.1, which is no address, is not taken for loopback', () => {
  expect(readSettings({ HOST: '127.999.0.1' }).access).not.toBeNull();
});
