/** Sites that are slow, endless, huge or broken, on bare sockets: what each says, and the outcome it must have. */
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';

export type HostileSite = {
  name: string;
  /** The code of the outcome, `page` for a page. */
  outcome: string;
  /** That of a fetch which has seconds and not a moment, where it is another. */
  outcomeLater?: string;
  /** Speaks to one connection. */
  speak: (socket: Socket) => void;
  /** Packs what takes too long to pack while somebody waits; `bytes` is how much it unpacks to. */
  prepare?: (bytes: number) => void;
  /** The host that is asked for over TLS, and who the server says it is. */
  tls?: { host: string; cert: 'self-signed' | 'expired' | 'none'; trusted: boolean };
};

const ok = 'HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n';
const chunked = `${ok}transfer-encoding: chunked\r\n\r\n`;
const html = '<!doctype html><title>Fine</title><p>A page.</p>';

/** Answers the request once it has come whole. */
function answered(write: (socket: Socket) => void): HostileSite['speak'] {
  return (socket) => {
    socket.once('data', () => write(socket));
  };
}

const says = (text: string) => answered((socket) => socket.write(text, 'latin1'));
const saysAndEnds = (text: string) => answered((socket) => socket.end(text, 'latin1'));
const saysAndResets = (text: string) => answered((socket) => socket.write(text, () => socket.resetAndDestroy()));

/** Writes as fast as the other side takes it, until that hangs up. */
function forEver(head: string, piece: (n: number) => string | Buffer): HostileSite['speak'] {
  return answered((socket) => {
    let n = 0;
    const more = () => {
      while (!socket.destroyed && socket.write(piece(n++)));
    };
    socket.write(head);
    socket.on('drain', more);
    more();
  });
}

/** A byte at a time, for ever. */
function drips(head: string, text: string): HostileSite['speak'] {
  return answered((socket) => {
    let n = 0;
    const timer = setInterval(() => socket.write(text[n++ % text.length] ?? '', 'latin1'), 20);
    socket.on('close', () => clearInterval(timer));
    socket.write(head, 'latin1');
  });
}

type Packing = 'gzip' | 'deflate' | 'br' | 'zstd';
const packers: Record<Packing, (bytes: Uint8Array) => Buffer> = {
  gzip: (bytes) => gzipSync(bytes),
  deflate: (bytes) => deflateSync(bytes, { level: 1 }),
  br: (bytes) =>
    brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_LGWIN]: 24 } }),
  zstd: (bytes) => zstdCompressSync(bytes),
};

/** Zeros in the first packing, and that in the next: gzip and zstd as many small pieces, which their formats allow. */
function bomb(encodings: Packing[], bytes: number): Buffer {
  const [first = 'gzip', ...others] = encodings;
  const pieceBytes = first === 'gzip' || first === 'zstd' ? 16 * 1024 * 1024 : bytes;
  const piece = packers[first](Buffer.alloc(Math.min(pieceBytes, bytes)));
  const packed = Buffer.concat(Array.from({ length: Math.ceil(bytes / pieceBytes) }, () => piece));
  return others.reduce<Buffer>((inner, name) => packers[name](inner), packed);
}

function bombSite(...encodings: Packing[]): HostileSite {
  let body: Buffer = Buffer.alloc(0);
  return {
    name: `zeros in ${encodings.join(' in ')}`,
    outcome: 'too-large',
    prepare: (bytes) => {
      body = bomb(encodings, bytes);
    },
    speak: answered((socket) => {
      socket.write(`${ok}content-encoding: ${encodings.join(', ')}\r\ncontent-length: ${body.length}\r\n\r\n`);
      socket.end(body);
    }),
  };
}

/** A site of which no more is to be said. */
type Row = [name: string, outcome: string, speak: HostileSite['speak']];

/** Whose certificate is what, and whether it is trusted. */
const withTls = (name: string, outcome: string, tls: NonNullable<HostileSite['tls']>): HostileSite => ({
  ...{ name, outcome, tls },
  speak: saysAndEnds(`${ok}\r\n${html}`),
});

const listed: (HostileSite | Row)[] = [
  ['accepts and says nothing', 'timeout', (socket) => socket.resume()],
  ['slow status line', 'timeout', drips('HTTP/1.1 200 ', 'OK')],
  ['slow headers', 'timeout', drips('HTTP/1.1 200 OK\r\n', 'x-a: b\r\n')],
  ['slow body', 'timeout', drips(`${ok}\r\n`, '<p>and then')],
  [
    'slow body of a redirect',
    'timeout',
    drips('HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 9999\r\n\r\n', 'x'),
  ],
  {
    name: 'slow gzip',
    outcome: 'timeout',
    // Empty blocks, which a decoder reads without ever giving a byte.
    speak: drips(`${ok}content-encoding: deflate\r\n\r\n\x78\x9c`, '\x00\x00\x00\xff\xff'),
  },
  ['endless body', 'too-large', forEver(`${ok}\r\n`, () => 'x'.repeat(65_536))],
  ['endless chunks', 'too-large', forEver(chunked, () => `8000\r\n${'x'.repeat(0x8000)}\r\n`)],
  {
    name: 'endless chunks of one byte, and nothing else',
    outcome: 'timeout',
    outcomeLater: 'too-large',
    // In small pieces, since a large one is read in one go, past every timer.
    speak: forEver(chunked, () => '1\r\nx\r\n'.repeat(10)),
  },
  ['endless chunks of one byte', 'too-large', forEver(chunked, () => `1;${'a'.repeat(200)}\r\nx\r\n`.repeat(10))],
  ['endless chunk extension', 'too-large', forEver(`${chunked}1;a=`, () => 'b'.repeat(65_536))],
  ['endless trailers', 'bad-response', forEver(`${chunked}1\r\nx\r\n0\r\n`, (n) => `x-${n}: ${'y'.repeat(999)}\r\n`)],
  [
    'endless early hints',
    'too-large',
    forEver('', () => `HTTP/1.1 103 Early Hints\r\nlink: </${'a'.repeat(8000)}>\r\n\r\n`),
  ],
  [
    'endless redirect body',
    'too-many-redirects',
    forEver('HTTP/1.1 302 Found\r\nlocation: /\r\n\r\n', () => 'x'.repeat(65_536)),
  ],
  ['endless body of a 404', 'not-found', forEver('HTTP/1.1 404 Not Found\r\n\r\n', () => 'x'.repeat(65_536))],
  bombSite('gzip'),
  bombSite('deflate'),
  bombSite('br'),
  bombSite('zstd'),
  bombSite('gzip', 'gzip'),
  bombSite('gzip', 'br'),
  bombSite('zstd', 'gzip', 'br'),
  bombSite('br', 'zstd', 'gzip'),
  [
    'ten encodings',
    'bad-response',
    saysAndEnds(`${ok}content-encoding: ${Array(10).fill('gzip').join(', ')}\r\ncontent-length: 1\r\n\r\nx`),
  ],
  [
    '10,000 headers',
    'bad-response',
    says(`${ok}${Array.from({ length: 10_000 }, (_, n) => `x-${n}: y\r\n`).join('')}content-length: 0\r\n\r\n`),
  ],
  ['a header of 1 MB', 'bad-response', says(`${ok}x: ${'y'.repeat(1_000_000)}\r\n\r\n`)],
  ['a header name of 1 MB', 'bad-response', says(`${ok}${'y'.repeat(1_000_000)}: x\r\n\r\n`)],
  ['a status line of 1 MB', 'timeout', says(`HTTP/1.1 200 ${'O'.repeat(1_000_000)}`)],
  [
    'redirect loop',
    'too-many-redirects',
    answered((socket) => {
      const text = 'HTTP/1.1 301 Moved\r\nlocation: /\r\ncontent-length: 0\r\n\r\n';
      socket.write(text);
      socket.on('data', () => socket.write(text));
    }),
  ],
  [
    'a Location of 60 KB',
    'url-refused',
    says(`HTTP/1.1 301 Moved\r\nlocation: /${'a'.repeat(60_000)}\r\ncontent-length: 0\r\n\r\n`),
  ],
  ['Content-Length too long', 'connection-failed', saysAndEnds(`${ok}content-length: 1000\r\n\r\n${html}`)],
  ['Content-Length too short', 'page', saysAndEnds(`${ok}content-length: 30\r\n\r\n${html}`)],
  ['Content-Length of 1 EB', 'timeout', says(`${ok}content-length: 1000000000000000000\r\n\r\n`)],
  ['Content-Length of 30 digits', 'bad-response', says(`${ok}content-length: ${'9'.repeat(30)}\r\n\r\n`)],
  ['negative Content-Length', 'bad-response', says(`${ok}content-length: -5\r\n\r\n${html}`)],
  ['two Content-Lengths', 'bad-response', says(`${ok}content-length: 5\r\ncontent-length: 50\r\n\r\n${html}`)],
  [
    'Content-Length and chunks',
    'bad-response',
    says(`${ok}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`),
  ],
  ['garbage for chunks', 'bad-response', says(`${chunked}not a number\r\n`)],
  ['a chunk of 2^64 bytes', 'bad-response', says(`${chunked}${'f'.repeat(17)}\r\n`)],
  ['chunks that stop', 'connection-failed', saysAndEnds(`${chunked}5\r\nab`)],
  ['NULs in a header', 'bad-response', says(`${ok}x: a\0b\r\n\r\n`)],
  ['no HTTP', 'bad-response', saysAndEnds('220 mail.example ESMTP\r\n')],
  ['bytes by chance', 'bad-response', saysAndEnds('\x00\xff\x13\x37'.repeat(99))],
  ['reset after accept', 'connection-failed', (socket) => socket.resetAndDestroy()],
  ['reset after the request', 'connection-failed', answered((socket) => socket.resetAndDestroy())],
  ['end without a word', 'connection-failed', answered((socket) => socket.end())],
  ['reset in the status line', 'connection-failed', saysAndResets('HTTP/1.1 2')],
  ['reset in the headers', 'connection-failed', saysAndResets(`${ok}x-half`)],
  ['reset in the body', 'connection-failed', saysAndResets(`${ok}content-length: 99\r\n\r\n<p>`)],
  ['reset in a chunk', 'connection-failed', saysAndResets(`${chunked}9\r\n<p`)],
  [
    'switches to another protocol',
    'connection-failed',
    says('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n'),
  ],
  [
    'HTTP/2 only',
    'bad-response',
    answered((socket) => socket.end(Buffer.from('00000c04000000000000030000006400040000ffff', 'hex'))),
  ],
  withTls('a certificate that nobody vouches for', 'tls', { host: 'odd.example', cert: 'self-signed', trusted: false }),
  withTls('the certificate of another host', 'tls', { host: 'other.example', cert: 'self-signed', trusted: true }),
  withTls('a certificate that is over', 'tls', { host: 'odd.example', cert: 'expired', trusted: true }),
  withTls('a good certificate', 'page', { host: 'odd.example', cert: 'self-signed', trusted: true }),
  withTls('plain text where TLS should be', 'tls', { host: 'odd.example', cert: 'none', trusted: false }),
  {
    name: 'silence where TLS should be',
    outcome: 'timeout',
    speak: (socket) => socket.resume(),
    tls: { host: 'odd.example', cert: 'none', trusted: false },
  },
];
export const hostileSites = listed.map((one): HostileSite => {
  if (!Array.isArray(one)) return one;
  const [name, outcome, speak] = one;
  return { name, outcome, speak };
});

export const hostileAddress = '127.0.0.2';
const fixture = (name: string) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');

/** A server for one of them. `url`: what to ask for, at port 80 or 443, which are to be led to `port`. */
export async function serveHostile(
  site: HostileSite,
  bytes: number,
): Promise<{ url: string; port: number; close(): void }> {
  site.prepare?.(bytes);
  const sockets = new Set<Socket>();
  const speak = (socket: Socket) => {
    sockets.add(socket);
    // Whoever is told such things hangs up at any time.
    socket.on('error', () => socket.destroy());
    site.speak(socket);
  };
  const server: Server =
    site.tls && site.tls.cert !== 'none'
      ? createTlsServer({ key: fixture('self-signed-key.pem'), cert: fixture(`${site.tls.cert}-cert.pem`) }, speak)
      : createServer(speak);
  await new Promise<void>((resolve) => server.listen(0, hostileAddress, resolve));
  return {
    url: site.tls ? `https://${site.tls.host}/` : 'http://odd.example/',
    port: (server.address() as AddressInfo).port,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Has this process believe what a site's certificate says, as if an authority vouched for it, until the function is called. */
export function trust({ tls }: HostileSite): () => void {
  if (!tls?.trusted) return () => undefined;
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, fixture(`${tls.cert}-cert.pem`)]);
  return () => setDefaultCACertificates(before);
}
