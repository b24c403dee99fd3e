/** Environment variables -> settings, read and checked once at start. An unknown value is an error that names the variable. */
import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';
import { resolve } from 'node:path';
import * as v from 'valibot';
import { version } from './version.ts';

export type Access = { publicRead: boolean };

/** One `--connect-to` rule: connections for `from` go to `to` instead. Null stands for "any". */
export type ConnectTo = {
  fromHost: string | null;
  fromPort: number | null;
  toHost: string | null;
  toPort: number | null;
};

export type Settings = {
  port: number;
  host: string;
  dataDir: string;
  userAgent: string;
  robots: 'obey' | 'ignore';
  /** `obey` leaves out pages that ask not to be archived. A fifth of news sites ask that, of search engines. */
  noarchive: 'ignore' | 'obey';
  hostPauseMs: number;
  /** What is kept of the looks of pages that people ask for. */
  pictures: 'off' | 'story' | 'page';
  fetchProxy: string | null;
  fetchAllow: BlockList;
  fetchConnectTo: ConnectTo[];
  /** Null when the archive asks for no keys, which is for loopback only. */
  access: Access | null;
  /** The origin by which others reach the archive, as `https://archive.example.org`. */
  publicUrl: string | null;
  /** The key that commands send. In the environment, because all users of a machine can see arguments. */
  key: string | null;
  quiet: boolean;
};

export class SettingsError extends Error {
  override name = 'SettingsError';
}

const defaultUserAgent = `Nightdesk/${version} (news archive; +https://github.com/nightdesk/nightdesk)`;

/** Throws a SettingsError that names the variable and says what it takes. */
export function readSettings(env: Record<string, string | undefined>): Settings {
  const settings: Settings = {
    port: wholeNumber(env, { name: 'PORT', byDefault: 8080, min: 0, max: 65535 }),
    host: env.HOST || '127.0.0.1',
    dataDir: resolve(env.DATA_DIR || './data'),
    userAgent: headerText(env, 'USER_AGENT', defaultUserAgent),
    robots: oneOf(env, 'ROBOTS', ['obey', 'ignore']),
    noarchive: oneOf(env, 'NOARCHIVE', ['ignore', 'obey']),
    hostPauseMs: wholeNumber(env, { name: 'HOST_PAUSE_MS', byDefault: 1000, min: 0, max: 600_000 }),
    pictures: oneOf(env, 'PICTURES', ['story', 'off', 'page']),
    fetchProxy: proxy(env.FETCH_PROXY),
    fetchAllow: addressBlocks(env.FETCH_ALLOW),
    fetchConnectTo: list(env.FETCH_CONNECT_TO).map(connectTo),
    access: access(env),
    publicUrl: publicUrl(env.PUBLIC_URL),
    key: key(env.NIGHTDESK_KEY),
    quiet: Boolean(env.QUIET),
  };
  return settings;
}

/**
 * Anyone who can reach an address other than loopback could write to the archive, so a key is needed there; and so it is behind a proxy,
 * which reaches us on loopback.
 */
function access(env: Record<string, string | undefined>): Access | null {
  const isAsked = oneOf(env, 'KEYS', ['unset', 'required']) === 'required';
  const publicRead = oneOf(env, 'PUBLIC_READ', ['false', 'true']) === 'true';
  return isAsked || env.PUBLIC_URL || !isLoopback(env.HOST || '127.0.0.1') ? { publicRead } : null;
}

function publicUrl(text: string | undefined): string | null {
  if (!text) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`)
    throw new SettingsError(
      `PUBLIC_URL=${text} must be an address without a path, such as https://archive.example.org.`,
    );
  return url.origin;
}

function key(text: string | undefined): string | null {
  if (text && !/^nd_[\w-]{43}$/.test(text))
    throw new SettingsError('NIGHTDESK_KEY is not a key; npm run key makes one.');
  return text || null;
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

function wholeNumber(
  env: Record<string, string | undefined>,
  { name, byDefault, min, max }: { name: string; byDefault: number; min: number; max: number },
) {
  const text = env[name];
  if (text === undefined || text === '') return byDefault;
  const schema = v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number), v.minValue(min), v.maxValue(max));
  const parsed = v.safeParse(schema, text);
  if (!parsed.success) throw new SettingsError(`${name}=${text} must be a whole number from ${min} to ${max}.`);
  return parsed.output;
}

function oneOf<const T extends string>(
  env: Record<string, string | undefined>,
  name: string,
  values: readonly [T, ...T[]],
): T {
  const text = env[name];
  if (text === undefined || text === '') return values[0];
  const found = values.find((value) => value === text);
  if (found === undefined) throw new SettingsError(`${name}=${text} must be one of: ${values.join(', ')}.`);
  return found;
}

function headerText(env: Record<string, string | undefined>, name: string, byDefault: string): string {
  const text = env[name] || byDefault;
  if (!/^[\x20-\x7e]{1,500}$/.test(text))
    throw new SettingsError(`${name} must be 1 to 500 printable ASCII characters.`);
  return text;
}

function proxy(text: string | undefined): string | null {
  if (!text) return null;
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new SettingsError(`FETCH_PROXY=${text} must be the http:// or https:// address of a proxy.`);
  }
  return text;
}

function list(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}

function addressBlocks(text: string | undefined): BlockList {
  const blocks = new BlockList();
  for (const cidr of list(text)) {
    const [address = '', prefix, ...more] = cidr.split('/');
    const family = isIP(address);
    const bits = prefix === undefined ? (family === 6 ? 128 : 32) : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1;
    if (family === 0 || more.length > 0 || bits < 0 || bits > (family === 6 ? 128 : 32)) {
      throw new SettingsError(`FETCH_ALLOW: ${cidr} is not an address block; write 127.0.0.0/8 or ::1/128.`);
    }
    blocks.addSubnet(address, bits, isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return blocks;
}

/** `HOST1:PORT1:HOST2:PORT2`, as curl's --connect-to; IPv6 addresses in brackets. */
function connectTo(text: string): ConnectTo {
  const match = /^(\[[^\]]*\]|[^:]*):(\d{0,5}):(\[[^\]]*\]|[^:]*):(\d{0,5})$/.exec(text);
  if (!match || [match[2], match[4]].some((port) => Number(port) > 65_535))
    throw new SettingsError(`FETCH_CONNECT_TO: ${text} must be HOST1:PORT1:HOST2:PORT2, each of them may be empty.`);
  const host = (part: string | undefined) => part?.replace(/^\[|\]$/g, '').toLowerCase() || null;
  const port = (part: string | undefined) => (part ? Number(part) : null);
  return { fromHost: host(match[1]), fromPort: port(match[2]), toHost: host(match[3]), toPort: port(match[4]) };
}
