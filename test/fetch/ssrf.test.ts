/** The whole way from a URL that a stranger posts to a connection: none leads to an address that is not public. */
import { channel } from 'node:diagnostics_channel';
import { createServer, type Socket } from 'node:net';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { fetchSettings } from '../../functions/lambda.ts';
import { SettingsError } from '../../functions/settings.ts';
import { type Json, makeTestArchive } from '../support/archive.ts';
import { numberedStory, storyPage } from '../support/pages.ts';
import { answer, type Handler, redirectTo } from '../support/site.ts';
import { useServices, useSite } from '../support/use.ts';

// The public web is 127.0.0.2 here; what must not be reached listens on 127.0.0.1 at the same port.
const services = await useServices();
const site = await useSite('127.0.0.2');
let reached = 0;
const inside = createServer((socket) => {
  reached++;
  socket.end('HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 19\r\n\r\n<title>Keys</title>');
});
await new Promise<void>((resolve) => inside.listen(site.port, '127.0.0.1', resolve));

/** What each name leads to, look-up by look-up; the last stays. */
const names = new Map<string, string[][]>();
let unknownLeadsTo = ['127.0.0.1'];
async function lookup(host: string): Promise<string[]> {
  const answers = names.get(host);
  const [first = unknownLeadsTo, ...rest] = answers ?? [];
  if (rest.length > 0) names.set(host, rest);
  return first;
}

let nowMs = Date.parse('2024-05-01T10:00:00Z');
const toSite = { ...site, connectTo: [{ fromHost: null, fromPort: 80, toHost: null, toPort: site.port }] };
const archive = makeTestArchive(services, { site: toSite, now: () => nowMs, fetchAllow: '127.0.0.2', lookup });

const connected: string[] = [];
const onConnected = (message: unknown) => {
  const { socket } = message as { socket: Socket };
  connected.push(String(socket.remoteAddress));
};
channel('undici:client:connected').subscribe(onConnected);

beforeEach(() => {
  nowMs += 10 * 86_400_000;
  reached = 0;
  connected.length = 0;
  unknownLeadsTo = ['127.0.0.1'];
});
afterAll(async () => {
  channel('undici:client:connected').unsubscribe(onConnected);
  await archive.close();
  inside.close();
});

/** Names lead to 127.0.0.1 here, as those of nip.io and of whoever wants to get in do. */
const urls = [
  'http://127.0.0.1/',
  'https://127.0.0.1/',
  'http://127.0.0.1./',
  'http://127.0.0.1:80/',
  'http://127.0.0.1:9001/2018-06-01/runtime/invocation/next',
  'http://127.1/',
  'http://127.0.1/',
  'http://127.1./',
  'http://2130706433/',
  'http://017700000001/',
  'http://0x7f000001/',
  'http://0x7F.1/',
  'http://0x7f.0x0.0x0.0x1/',
  'http://0177.0.0.1/',
  'http://0177.0x0.0.1/',
  'http://127.0x000000001/',
  'http://00000177.1/',
  'http://0/',
  'http://0x/',
  'http://0.0.0.0/',
  'http://10.1/',
  'http://10.0.0.1/',
  'http://0xa.1/',
  'http://167772161/',
  'http://172.16.0.1/',
  'http://192.168.1/',
  'http://192.168.257/',
  'http://0xc0a80101/',
  'http://3232235777/',
  'http://100.64.0.1/',
  'http://169.254.169.254/latest/meta-data/',
  'http://169.254.169.254./latest/meta-data/',
  'http://169.254.43518/',
  'http://169.16689662/',
  'http://2852039166/',
  'http://0xa9fea9fe/',
  'http://0xa9.0xfe.0xa9.0xfe/',
  'http://0251.0376.0251.0376/',
  'http://169.254.170.2/v2/credentials/',
  'http://224.0.0.1/',
  'http://255.255.255.255/',
  'http://4294967295/',
  // Hosts that are numbers and no addresses
  'http://4294967296/',
  'http://256.0.0.1/',
  'http://127.0.0.0.1/',
  'http://127.0.0.1.2/',
  'http://1.2.3.0x100/',
  'http://0x100000000/',
  'http://09.0.0.1/',
  // IPv6
  'http://[::]/',
  'http://[::1]/',
  'http://[::1]:80/',
  'http://[0:0:0:0:0:0:0:1]/',
  'http://[::127.0.0.1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
  'http://[::FFFF:a9fe:a9fe]/',
  'http://[0:0:0:0:0:ffff:169.254.169.254]/',
  'http://[::ffff:0:127.0.0.1]/',
  'http://[64:ff9b::127.0.0.1]/',
  'http://[64:ff9b::a9fe:a9fe]/',
  'http://[64:ff9b:1::7f00:1]/',
  'http://[2002:7f00:1::]/',
  'http://[2002:a9fe:a9fe::1]/',
  'http://[2001:0:7f00:1::1]/',
  'http://[2001::80ff:fffe]/',
  'http://[fe80::1]/',
  'http://[fe80::5efe:7f00:1]/',
  'http://[fec0::1]/',
  'http://[fc00::1]/',
  'http://[fd00:ec2::254]/latest/meta-data/',
  'http://[ff02::1]/',
  'http://[100::1]/',
  'http://[2001:db8::1]/',
  // Zones
  'http://[fe80::1%25eth0]/',
  'http://[fe80::1%eth0]/',
  'http://[::1%251]/',
  'http://[2606:4700::1111%1]/',
  // Names
  'http://localhost/',
  'http://LOCALHOST/',
  'http://localhost./',
  'http://localhost:9001/',
  'http://foo.localhost/',
  'http://ip6-localhost/',
  'http://metadata.google.internal/',
  'http://127.0.0.1.nip.io/',
  'http://www.169.254.169.254.nip.io/',
  'http://a..b/',
  // Letters that the URL standard turns into ASCII
  'http://１２７.0.0.1/',
  'http://①②⑦.⓪.⓪.①/',
  'http://𝟏𝟐𝟕.𝟎.𝟎.𝟏/',
  'http://127。0。0。1/',
  'http://127．0．0．1/',
  'http://127｡0｡0｡1/',
  'http://０ｘ7f.1/',
  'http://ｌｏｃａｌｈｏｓｔ/',
  'http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/',
  'http://loc\u00adalhost/',
  'http://loc\u200dalhost/',
  'http://xn--80ak6aa92e.example/',
  'http://xn--/',
  // Escapes
  'http://%31%32%37.0.0.1/',
  'http://127%2e0%2e0%2e1/',
  'http://%6c%6f%63%61%6c%68%6f%73%74/',
  'http://127.0.0.1%00.example/',
  'http://127.0.0.1%2f.example/',
  'http://127.0.0.1%23.example/',
  'http://127.0.0.1%20/',
  'http://%5b::1%5d/',
  // Users
  'http://news.example@127.0.0.1/',
  'http://news.example:80@127.0.0.1/',
  'http://127.0.0.1@news.example/',
  'http://:@127.0.0.1/',
  'http://@127.0.0.1/',
  'http://news.example%40127.0.0.1/',
  'http://a@b@127.0.0.1/',
  'http://news.example#@127.0.0.1/',
  'http://news.example?@127.0.0.1/',
  'http://127.0.0.1#.news.example/',
  'http://127.0.0.1?.news.example/',
  // Slashes, white space, control characters
  'http:\\\\127.0.0.1\\',
  'http:/\\127.0.0.1/',
  'http:127.0.0.1',
  'http:///127.0.0.1/',
  'http://\\127.0.0.1/',
  'http://127.0.0.1\\@news.example/',
  'http://news.example\\@127.0.0.1/',
  'ht\ntp://127.0.0.1/',
  'http://127.\t0.0.1/',
  'http://127.0.0.1\r\n/',
  'http://127.0.0.1\u0000/',
  '\u0001http://127.0.0.1/',
  'http://127.0.0.1 .news.example/',
  // Ports and schemes
  'http://news.example:0/',
  'http://news.example:22/',
  'http://news.example:25/',
  'http://news.example:465/',
  'http://news.example:6667/',
  'http://news.example:65536/',
  'http://news.example:-80/',
  'http://news.example:80:80/',
  'https://news.example:587/',
  'ftp://127.0.0.1/',
  'file:///etc/passwd',
  'file://127.0.0.1/etc/passwd',
  'gopher://127.0.0.1:25/',
  'data:text/html,a',
  'javascript:alert(1)',
  'blob:http://127.0.0.1/a',
  'view-source:http://127.0.0.1/',
  'jar:http://127.0.0.1/!/',
  'ws://127.0.0.1/',
  'unix:/var/run/docker.sock',
  '//127.0.0.1/',
  '/latest/meta-data/',
];

describe('a URL that is posted', () => {
  it('leads to no address that is not public, in any of 150 ways to write one', async () => {
    expect(new Set(urls).size).toBeGreaterThanOrEqual(150);
    const { body } = await archive.send('POST', '/articles', { urls });
    await archive.drain();
    const { items } = (await archive.get(`/captures?batch=${body.batch}&limit=100`)).body;
    const found = [...items];
    for (let next = (await archive.get(`/captures?batch=${body.batch}&limit=100`)).body.next; next; ) {
      const page = (await archive.get(`/captures?batch=${body.batch}&limit=100&cursor=${next}`)).body;
      found.push(...page.items);
      next = page.next;
    }
    const byId = new Map(found.map((capture: Json) => [capture.id, capture]));
    const outcomes = body.items.map(({ url, capture, problem }: Json) => {
      const made: Json = capture && byId.get(capture.id ?? capture);
      return [url, (problem ?? made?.problem)?.code];
    });
    expect(outcomes.filter(([, code]: [string, string]) => code !== 'url-refused')).toEqual([]);
    expect(outcomes).toHaveLength(urls.length);
    expect([reached, connected]).toEqual([0, []]);
  });
});

const closing = (html: string): Handler => answer(200, { connection: 'close' }, html);
const story = (n: number) => storyPage(numberedStory(n));
const robotsTxt = (text: string): Handler => answer(200, { connection: 'close', 'content-type': 'text/plain' }, text);

describe('a name that leads elsewhere when it is asked again', () => {
  const [outside, within] = [['127.0.0.2'], ['127.0.0.1']];

  it('would be seen to reach what is inside', async () => {
    const open = makeTestArchive(services, { site: toSite, now: () => nowMs, fetchAllow: '127.0.0.1', lookup });
    await open.post({ url: 'http://seen.example/' });
    expect(reached).toBeGreaterThan(0);
    await open.close();
  });

  it('of several addresses is reached at the public one', async () => {
    names.set('two.example', [['127.0.0.1', '::1', '10.0.0.1', '127.0.0.2']]);
    expect((await archive.keep('http://two.example/1', story(1))).status).toBe(201);
    expect([reached, [...new Set(connected)]]).toEqual([0, outside]);
  });

  it('after robots.txt is refused', async () => {
    names.set('page.example', [outside, within]);
    site.serve('http://page.example/robots.txt', robotsTxt(''));
    expect((await archive.post({ url: 'http://page.example/1' })).body.code).toBe('url-refused');
    expect([reached, connected]).toEqual([0, outside]);
  });

  it('is refused at the next attempt', async () => {
    names.set('again.example', [outside, outside, within]);
    site.serve('http://again.example/robots.txt', robotsTxt(''));
    const { body } = await archive.keep('http://again.example/1', answer(500, { connection: 'close' }));
    nowMs += 60_000;
    await archive.tick();
    const id = body.id ?? body.capture;
    expect((await archive.get(`/captures/${id}`)).body).toMatchObject({
      status: 'failed',
      problem: { code: 'url-refused' },
    });
    expect([reached, connected]).toEqual([0, [...outside, ...outside]]);
  });

  it.each([301, 302, 303, 307, 308])('is refused as the target of a redirect, %i', async (status) => {
    names.set('hop.example', [outside]);
    site.serve(`http://hop.example/${status}`, redirectTo(`http://hop-in-${status}.example/`, status));
    names.set(`hop-in-${status}.example`, [outside, within]);
    site.serve(`http://hop-in-${status}.example/robots.txt`, robotsTxt(''));
    expect((await archive.post({ url: `http://hop.example/${status}` })).body.code).toBe('url-refused');
    expect(reached).toBe(0);
  });

  it.each<{ name: string; lead: (to: string) => Handler }>([
    { name: 'a meta refresh', lead: (to) => closing(`<meta http-equiv="refresh" content="0; url=${to}"><p>On`) },
    { name: 'a Refresh header', lead: (to) => answer(200, { connection: 'close', refresh: `0; url=${to}` }, '<p>On') },
    { name: 'a script', lead: (to) => closing(`<script>location.href = "${to}"</script><p>On`) },
    {
      name: 'a redirect that sets a cookie',
      lead: (to) => answer(302, { connection: 'close', location: to, 'set-cookie': 'a=1; Path=/' }),
    },
  ])('is not reached by $name, and the page that leads to it is all there is', async ({ name, lead }) => {
    const host = `${name.toLowerCase().replaceAll(' ', '-')}.example`;
    names.set(host, [outside]);
    names.set(`in-${host}`, [outside, within]);
    site.serve(`http://in-${host}/robots.txt`, robotsTxt(''));
    const { body } = await archive.keep(`http://${host}/1`, lead(`http://in-${host}/1`));
    expect(body.code ?? body.url).toBe(name.startsWith('a redirect') ? 'url-refused' : `http://${host}/1`);
    expect([site.hits(`http://in-${host}/robots.txt`), reached]).toEqual([1, 0]);
  });

  it('is refused where robots.txt redirects to it', async () => {
    names.set('rules.example', [outside]);
    site.serve('http://rules.example/robots.txt', redirectTo('http://rules-in.example/robots.txt'));
    expect((await archive.keep('http://rules.example/1', story(1))).body.code).toBe('url-refused');
    expect([reached, site.hits('http://rules.example/1')]).toEqual([0, 0]);
  });

  const xml = (body: string) => answer(200, { connection: 'close', 'content-type': 'application/xml' }, body);
  it.each([
    {
      name: 'that a page names as its feed',
      serve: (host: string) =>
        site.serve(
          `http://${host}/`,
          closing(`<link rel="alternate" type="application/rss+xml" href="http://in-${host}/feed">`),
        ),
    },
    {
      name: 'that a feed redirects to',
      serve: (host: string) => site.serve(`http://${host}/`, redirectTo(`http://in-${host}/feed`)),
    },
    {
      name: 'that a usual place of a feed redirects to',
      serve: (host: string) => {
        site.serve(`http://${host}/`, closing('<p>No feed'));
        site.serve(`http://${host}/feed`, redirectTo(`http://in-${host}/feed`));
      },
    },
    {
      name: 'that an index of sitemaps lists',
      serve: (host: string) =>
        site.serve(
          `http://${host}/`,
          xml(`<sitemapindex><sitemap><loc>http://in-${host}/a.xml</loc></sitemap></sitemapindex>`),
        ),
    },
    {
      name: 'that robots.txt names as a sitemap',
      serve: (host: string) => {
        site.serve(`http://${host}/`, closing('<p>No feed'));
        site.serve(`http://${host}/robots.txt`, robotsTxt(`Sitemap: http://in-${host}/a.xml`));
      },
    },
    {
      name: 'that the entries of a feed link to',
      serve: (host: string) =>
        site.serve(
          `http://${host}/`,
          xml(`<rss><channel><item><link>http://in-${host}/1</link></item></channel></rss>`),
        ),
    },
  ])('is not reached, $name', async ({ name, serve }) => {
    const host = `${name.replaceAll(/[^a-z]/gi, '-')}.example`;
    names.set(host, [outside]);
    // The look-up for robots.txt leads outside, and the one after it inside.
    names.set(`in-${host}`, [outside, within]);
    site.serve(`http://in-${host}/robots.txt`, robotsTxt(''));
    serve(host);
    await archive.post({ url: `http://${host}/` }, {}, '/feeds');
    await archive.tick();
    expect(site.hits(`http://in-${host}/robots.txt`)).toBe(1);
    expect(reached).toBe(0);
  });
});

describe('in a Lambda', () => {
  it.each([
    { FETCH_ALLOW: '127.0.0.0/8' },
    { FETCH_ALLOW: '169.254.0.0/16' },
    { FETCH_CONNECT_TO: ':80:127.0.0.1:9001' },
  ])('no setting opens a way to the service that hands out jobs and credentials: %o', (env) => {
    expect(() => fetchSettings({ ...env, AWS_LAMBDA_FUNCTION_NAME: 'worker' })).toThrow(SettingsError);
    expect(fetchSettings(env)).toBeDefined();
  });
});
