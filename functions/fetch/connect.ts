/**
 * How fetches connect: the host is looked up, every address that is not public is refused, and the connection goes to
 * the very address that was checked, so that a name that changes between check and connection gains nothing.
 */
import { lookup as lookupOnce } from 'node:dns/promises';
import { type BlockList, isIP, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { Agent, buildConnector, type Dispatcher, ProxyAgent } from 'undici';
import type { ConnectTo } from '../settings.ts';
import { mayFetchAddress, nearbyOf } from './address.ts';

export type ConnectSettings = { fetchAllow: BlockList; fetchConnectTo: ConnectTo[]; fetchProxy: string | null };

/** A name -> its addresses, as written. */
export type Lookup = (host: string) => Promise<string[]>;

const lookUp: Lookup = async (host) => (await lookupOnce(host, { all: true })).map((found) => found.address);

export const connectTimeoutMs = 10_000;
/**
 * What one answer may send, packed or not, before it is given up: a little more than the largest body, since there are parts of
 * an answer that reach nobody and that HTTP does not limit, such as the extensions of a chunk and early hints.
 */
const maxAnswerMb = 24;

/** For those who want to archive what stands beside the archive. */
export const howToAllow = '; start the archive with FETCH_ALLOW to fetch it all the same';

/** A host whose addresses are all refused. */
export class AddressRefused extends Error {
  override name = 'AddressRefused';
}

/** An answer that goes on after all that we would read of it. */
export class AnswerTooLong extends Error {
  override name = 'AnswerTooLong';
}

/** `lookup`: for tests of names that change. */
export function makeDispatcher(settings: ConnectSettings, lookup: Lookup = lookUp): Dispatcher {
  const limits = {
    headersTimeout: 25_000,
    bodyTimeout: 25_000,
    maxHeaderSize: 64 * 1024,
    pipelining: 1,
    keepAliveTimeout: 4000,
    allowH2: false,
  };
  if (settings.fetchProxy) return new ProxyAgent({ uri: settings.fetchProxy, ...limits });

  const connect = buildConnector({ timeout: connectTimeoutMs, allowH2: false });
  return new Agent({
    ...limits,
    connect: (options, callback) => {
      const { hostname, port } = redirected(options, settings.fetchConnectTo);
      checkedAddress(hostname, settings.fetchAllow, lookup).then(
        (address) => {
          // The certificate is checked against the URL's own host, whatever we connect to.
          const servername = options.servername ?? (isIP(options.hostname) ? '' : options.hostname);
          connect({ ...options, hostname: address, host: address, port, servername }, (...made) => {
            if (made[1]) limitAnswers(made[1]);
            callback(...made);
          });
        },
        (error: Error) => callback(error, null),
      );
    },
  });
}

/** A connection on which more has been written since has a new request, whose answer counts from there. */
function limitAnswers(socket: Socket): void {
  let asked = 0;
  let answeredBefore = 0;
  socket.on('readable', () => {
    if (socket.bytesWritten !== asked) {
      asked = socket.bytesWritten;
      answeredBefore = socket.bytesRead;
    } else if (socket.bytesRead - answeredBefore > maxAnswerMb * 1024 * 1024)
      socket.destroy(new AnswerTooLong(`its answer is over ${maxAnswerMb} MB, though the page may not be`));
  });
}

/**
 * With a proxy the names are looked up elsewhere; what can still be checked is a URL that names an address. Without one
 * this refuses early what the connector would refuse anyway.
 */
export function literalAddressAllowed(url: string, allow: BlockList): boolean {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 || mayFetchAddress(host, nearbyOf(networkInterfaces()), allow);
}

async function checkedAddress(hostname: string, allow: BlockList, lookup: Lookup): Promise<string> {
  const host = hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host) ? [host] : await lookup(host);
  const nearby = nearbyOf(networkInterfaces());
  const address = addresses.find((candidate) => mayFetchAddress(candidate, nearby, allow));
  if (address === undefined)
    throw new AddressRefused(`${host} leads to ${addresses.join(', ')}, which is not a public address${howToAllow}`);
  return address;
}

function redirected(options: buildConnector.Options, rules: ConnectTo[]): { hostname: string; port: string } {
  const hostname = options.hostname.replace(/^\[|\]$/g, '');
  const port = options.port || (options.protocol === 'https:' ? '443' : '80');
  const rule = rules.find(
    (r) => (r.fromHost === null || r.fromHost === hostname) && (r.fromPort === null || String(r.fromPort) === port),
  );
  return { hostname: rule?.toHost ?? hostname, port: String(rule?.toPort ?? port) };
}
