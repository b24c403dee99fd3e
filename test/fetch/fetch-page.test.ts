/** What sites do to those who fetch from them: every way has an outcome with a stable code, and none of them hangs or kills. */
import { readFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, BlockList, createServer as createTcpServer, type Server } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseArticleUrl } from '../../functions/article/article-url.ts';
import { makeDispatcher } from '../../functions/fetch/connect.ts';
import { fetchPage } from '../../functions/fetch/fetch-page.ts';
import { faultProblem } from '../../functions/fetch/fetch-problems.ts';
import { notAPage } from '../../functions/fetch/html-check.ts';
import { answer, redirectTo, type Site, startSite } from '../support/site.ts';

let site: Site;
const servers: Server[] = [];
const base = 'http://odd.example';
const html = '<!doctype html><title>Fine</title><p>A page.</p>';

beforeAll(async () => {
  // Only 127.0.0.2 is allowed, so that a redirect to 127.0.0.1 is one to a private address.
  site = await startSite('127.0.0.2');
});
afterAll(async () => {
  await site.close();
  for (const server of servers) server.close();
});

async function fetchFrom(url: string, { timeoutMs = 5000, connectTo = site.connectTo } = {}) {
  const parsed = parseArticleUrl(url);
  if ('problem' in parsed) return parsed;
  const fetchAllow = new BlockList();
  fetchAllow.addAddress('127.0.0.2');
  const settings = { fetchAllow, fetchConnectTo: connectTo, fetchProxy: null, userAgent: 'NightdeskTest/1' };
  const dispatcher = makeDispatcher(settings);
  try {
    return await fetchPage({ dispatcher, settings, now: Date.now, timeoutMs }, parsed.url);
  } finally {
    await dispatcher.destroy();
  }
}

/** The code of the outcome; `fine` for a page. */
async function outcome(url: string, options = {}): Promise<string> {
  const result = await fetchFrom(url, options);
  if ('problem' in result) return result.problem.code;
  if ('notModified' in result) return 'not modified';
  return notAPage(result.page.body, result.page.contentType)?.code ?? 'fine';
}

/** A server that speaks TCP and says what the test wants. */
async function tcp(
  onData: (write: (text: string) => void, end: () => void, destroy: () => void) => void,
): Promise<typeof site.connectTo> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', () =>
      onData(
        (text) => socket.write(text),
        () => socket.end(),
        () => socket.destroy(),
      ),
    );
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.2', resolve));
  return [{ fromHost: null, fromPort: 80, toHost: '127.0.0.2', toPort: (server.address() as AddressInfo).port }];
}

describe('pages', () => {
  it.each([
    { name: 'plain', body: html, headers: {}, expected: 'fine' },
    { name: 'gzip', body: gzipSync(html), headers: { 'content-encoding': 'gzip' }, expected: 'fine' },
    { name: 'brotli', body: brotliCompressSync(html), headers: { 'content-encoding': 'br' }, expected: 'fine' },
    { name: 'zstd', body: zstdCompressSync(html), headers: { 'content-encoding': 'zstd' }, expected: 'fine' },
    {
      name: 'deflate inside gzip',
      body: gzipSync(deflateSync(html)),
      headers: { 'content-encoding': 'deflate, gzip' },
      expected: 'fine',
    },
    { name: 'without content type', body: html, headers: { 'content-type': '' }, expected: 'fine' },
    { name: 'empty', body: '', headers: {}, expected: 'empty-page' },
    { name: 'only white space', body: ' \n\t ', headers: {}, expected: 'empty-page' },
    {
      name: 'a picture',
      body: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 1]),
      headers: { 'content-type': 'image/png' },
      expected: 'not-html',
    },
    {
      name: 'binary that is called HTML',
      body: Buffer.from([0, 1, 2, 3, 0, 0, 200]),
      headers: {},
      expected: 'not-html',
    },
    { name: 'JSON', body: '{"a":1}', headers: { 'content-type': 'application/json' }, expected: 'not-html' },
    {
      name: 'broken gzip',
      body: Buffer.concat([gzipSync(html).subarray(0, 12), Buffer.from('and then something else')]),
      headers: { 'content-encoding': 'gzip' },
      expected: 'bad-response',
    },
    {
      name: 'cut gzip',
      body: gzipSync(html.repeat(50)).subarray(0, 60),
      headers: { 'content-encoding': 'gzip' },
      expected: 'fine',
    },
    {
      name: 'an encoding that nobody reads',
      body: html,
      headers: { 'content-encoding': 'compress' },
      expected: 'bad-response',
    },
    ...['none', 'UTF-8', 'aws-chunked', 'text/html', '"gzip"', 'identity, binary'].map((encoding) => ({
      name: `not packed, and called ${encoding}`,
      body: html,
      headers: { 'content-encoding': encoding },
      expected: 'fine',
    })),
    ...['gzip', 'br', 'zstd', 'deflate', 'gzip, br'].map((encoding) => ({
      name: `plain, and called packed with ${encoding}`,
      body: html,
      headers: { 'content-encoding': encoding },
      expected: 'fine',
    })),
    { name: '21 MB', body: Buffer.alloc(21 * 1024 * 1024, 'x'), headers: {}, expected: 'too-large' },
    {
      name: '21 MB in 21 KB of gzip',
      body: gzipSync(Buffer.alloc(21 * 1024 * 1024)),
      headers: { 'content-encoding': 'gzip' },
      expected: 'too-large',
    },
  ])('$name: $expected', async ({ name, body, headers, expected }) => {
    const url = `${base}/${encodeURIComponent(name)}`;
    site.serve(url, (_, response) => {
      response.writeHead(200, { 'content-type': 'text/html', ...headers }).end(body);
    });
    expect(await outcome(url)).toBe(expected);
  });

  it('a page that never ends is given up when its time is over', async () => {
    site.serve(`${base}/endless`, (_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      const timer = setInterval(() => response.write('<p>and then</p>'), 5);
      response.on('close', () => clearInterval(timer));
    });
    expect(await outcome(`${base}/endless`, { timeoutMs: 300 })).toBe('timeout');
  });

  it('a site that never answers is given up when its time is over', async () => {
    site.serve(`${base}/silent`, () => undefined);
    expect(await outcome(`${base}/silent`, { timeoutMs: 300 })).toBe('timeout');
  });

  it('keeps status, headers, final URL, redirects and duration', async () => {
    site.serve(`${base}/kept`, redirectTo('/kept/at%20last'));
    site.serve(`${base}/kept/at%20last`, answer(203, { 'x-served-by': 'pier', 'set-cookie': 'id=1' }, html));
    const result = await fetchFrom(`${base}/kept`);
    if (!('page' in result)) throw new Error('no page');
    expect(result.page).toMatchObject({
      status: 203,
      requestedUrl: `${base}/kept`,
      finalUrl: `${base}/kept/at%20last`,
      redirects: [`${base}/kept`],
      headersCut: true,
    });
    expect(result.page.headers).toContainEqual(['x-served-by', 'pier']);
    expect(result.page.headers.map(([name]) => name.toLowerCase())).not.toContain('set-cookie');
    expect(result.page.durationMs).toBeGreaterThanOrEqual(0);
  });
});

describe('statuses', () => {
  it.each([
    [404, 'not-found'],
    [410, 'gone'],
    [401, 'access-denied'],
    [403, 'access-denied'],
    [451, 'access-denied'],
    [400, 'http-error'],
    [408, 'server-error'],
    [418, 'http-error'],
    [425, 'server-error'],
    [429, 'rate-limited'],
    [503, 'rate-limited'],
    [500, 'server-error'],
    [502, 'server-error'],
  ])('%i is %s', async (status, expected) => {
    site.serve(`${base}/status/${status}`, answer(status, {}, html));
    expect(await outcome(`${base}/status/${status}`)).toBe(expected);
  });

  it.each([
    { name: 'seconds', value: '120', ms: 120_000 },
    { name: 'more than a day', value: '999999', ms: 86_400_000 },
    { name: 'nonsense', value: 'soon', ms: undefined },
  ])('takes Retry-After in $name', async ({ name, value, ms }) => {
    site.serve(`${base}/retry/${encodeURIComponent(name)}`, answer(429, { 'retry-after': value }));
    const result = await fetchFrom(`${base}/retry/${encodeURIComponent(name)}`);
    expect('problem' in result && result.problem.retryAfterMs).toBe(ms);
  });
});

describe('redirects', () => {
  it.each([
    { name: 'to 127.0.0.1', location: 'http://127.0.0.1/', expected: 'url-refused' },
    { name: 'to the metadata service of a cloud', location: 'http://169.254.169.254/latest/', expected: 'url-refused' },
    { name: 'to IPv6 loopback', location: 'http://[::1]/', expected: 'url-refused' },
    { name: 'to loopback written as one number', location: 'http://2130706433/', expected: 'url-refused' },
    { name: 'to a file', location: 'file:///etc/passwd', expected: 'url-refused' },
    { name: 'with a password', location: 'http://a:b@odd.example/', expected: 'url-refused' },
    { name: 'to nowhere', location: 'http://', expected: 'url-refused' },
    { name: 'to itself', location: '/redirect/to%20itself', expected: 'too-many-redirects' },
  ])('$name: $expected', async ({ name, location, expected }) => {
    const url = `${base}/redirect/${encodeURIComponent(name)}`;
    site.serve(url, redirectTo(location));
    expect(await outcome(url)).toBe(expected);
  });

  it('twenty in a row are followed, one more is not', async () => {
    for (let n = 0; n < 30; n++) site.serve(`${base}/hop/${n}`, redirectTo(`/hop/${n + 1}`));
    site.serve(`${base}/hop/30`, html);
    expect(await outcome(`${base}/hop/0`)).toBe('too-many-redirects');
    expect(await outcome(`${base}/hop/10`)).toBe('fine');
    expect(await outcome(`${base}/hop/9`)).toBe('too-many-redirects');
  });

  it('in Location as UTF-8, as browsers take it', async () => {
    site.serve(`${base}/utf8`, (_, response) =>
      response.writeHead(302, { location: Buffer.from('/文章').toString('latin1') }).end(),
    );
    site.serve(`${base}/${encodeURIComponent('文章')}`, html);
    expect(await outcome(`${base}/utf8`)).toBe('fine');
  });
});

describe('connections', () => {
  it('a host that leads to a private address is refused', async () => {
    expect(await outcome('http://localhost/', { connectTo: [] })).toBe('url-refused');
    expect(await outcome('http://127.0.0.1/', { connectTo: [] })).toBe('url-refused');
  });

  it('a host that does not exist is dns', async () => {
    expect(await outcome('http://does-not-exist.invalid/', { connectTo: [] })).toMatch(/^dns/);
  });

  it('a port that nobody listens on is connection-failed, in plain words', async () => {
    const connectTo = [{ fromHost: null, fromPort: null, toHost: '127.0.0.2', toPort: 9 }];
    expect(await fetchFrom(`${base}/`, { connectTo })).toMatchObject({
      problem: { code: 'connection-failed', detail: 'the site refuses the connection' },
    });
  });

  it('a site that hangs up in the middle of the body is connection-failed', async () => {
    const connectTo = await tcp((write, _end, destroy) => {
      write('HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 1000\r\n\r\n<p>half of');
      destroy();
    });
    expect(await outcome(`${base}/`, { connectTo })).toBe('connection-failed');
  });

  it('a body shorter than its Content-Length is no page', async () => {
    const connectTo = await tcp((write, end) => {
      write('HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 1000\r\n\r\n<p>half of');
      end();
    });
    expect(['connection-failed', 'bad-response']).toContain(await outcome(`${base}/`, { connectTo }));
  });

  it('an answer that is not HTTP is bad-response', async () => {
    const connectTo = await tcp((write, end) => {
      write('SSH-2.0-OpenSSH_9.2\r\n');
      end();
    });
    expect(await outcome(`${base}/`, { connectTo })).toBe('bad-response');
  });

  it('headers without end are bad-response', async () => {
    const connectTo = await tcp((write) => {
      write('HTTP/1.1 200 OK\r\n');
      for (let n = 0; n < 3000; n++) write(`x-${n}: ${'y'.repeat(50)}\r\n`);
    });
    expect(await outcome(`${base}/`, { connectTo })).toBe('bad-response');
  });

  it('an alert of TLS is tls, without the words of OpenSSL', () => {
    const alert = Object.assign(
      new Error('80AB:error:0A000410:SSL routines:ssl3_read_bytes:handshake failure:x.c:9:'),
      { code: 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE' },
    );
    const problem = { code: 'tls', detail: 'no secure connection could be agreed on' };
    expect(faultProblem(new TypeError('fetch failed', { cause: alert }), 1000)).toEqual(problem);
  });

  it('a certificate that nobody vouches for is tls', async () => {
    const read = (name: string) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url));
    const server = createTlsServer(
      { key: read('self-signed-key.pem'), cert: read('self-signed-cert.pem') },
      (_, response) => response.end(html),
    );
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.2', resolve));
    const connectTo = [
      { fromHost: null, fromPort: 443, toHost: '127.0.0.2', toPort: (server.address() as AddressInfo).port },
    ];
    expect(await outcome('https://odd.example/', { connectTo })).toBe('tls');
  });
});
