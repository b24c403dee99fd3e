/** Captures and polls of sites that lead on by what they say, that set cookies on the way, or whose answers end too early. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { harbour, harbourEdited, numberedStory, storyPage } from '../support/pages.ts';
import { answer, type Handler, redirectTo } from '../support/site.ts';
import { useArchive } from '../support/use.ts';

const { site, archive } = await useArchive();

let hosts = 0;
const newHost = () => `http://led${++hosts}.example`;
const refresh = (url: string) => `<meta http-equiv="refresh" content="0;url=${url}"><p>Please wait.</p>`;
const article = async (url: string) => {
  const { status, body } = await archive.post({ url });
  return { status, ...body };
};

describe('a page that only leads on', () => {
  it.each([
    { name: 'a tag', lead: (to: string): string | Handler => refresh(to) },
    { name: 'a script', lead: (to: string) => `<script>location.replace("${to}")</script>` },
    { name: 'a header', lead: (to: string) => answer(200, { refresh: `1; url=${to}` }) },
  ])('becomes the story, by $name', async ({ lead }) => {
    const host = newHost();
    site.serve(`${host}/go`, lead(`${host}/story`));
    site.serve(`${host}/story`, storyPage(harbour));
    const got = await article(`${host}/go`);
    expect(got).toMatchObject({ status: 201, title: harbour.title, url: `${host}/story`, aliases: [`${host}/go`] });
    const { body } = await archive.get(got.links.snapshots);
    expect(body.items[0]).toMatchObject({ requestedUrl: `${host}/go`, redirects: [`${host}/go`] });
  });

  it.each([
    { name: 'at a private address', to: 'http://10.0.0.7/story' },
    { name: 'that robots.txt forbids', to: '/private/story' },
    { name: 'that is gone', to: '/gone' },
    { name: 'without a story', to: '/empty' },
    { name: 'that leads back', to: '/back' },
    { name: 'that is no page', to: '/file.pdf' },
  ])('stays itself, where it was asked for, when it leads to one $name', async ({ to }) => {
    const host = newHost();
    site.serve(
      `${host}/robots.txt`,
      answer(200, { 'content-type': 'text/plain' }, 'User-agent: *\nDisallow: /private'),
    );
    site.serve(`${host}/go`, refresh(to));
    site.serve(`${host}/private/story`, storyPage(harbour));
    site.serve(
      `${host}/empty`,
      '<title>Nothing</title><p>There is nothing to read here at all, but a few words that no one wrote down for anybody who might come by and want to see them some day.',
    );
    site.serve(`${host}/back`, refresh('/go'));
    site.serve(`${host}/file.pdf`, answer(200, { 'content-type': 'application/pdf' }, '%PDF'));
    const got = await article(`${host}/go`);
    expect(got).toMatchObject({ status: 201, url: `${host}/go`, aliases: [] });
    const bytes = await archive.get(got.links.latest);
    expect(bytes.body).toContain('Please wait.');
    expect(site.hits(`${host}/private/story`)).toBe(0);
  });

  it('is tried again while what it leads to may come back', async () => {
    const host = newHost();
    site.serve(`${host}/go`, refresh('/busy'));
    site.serve(`${host}/busy`, answer(502));
    expect(await article(`${host}/go`)).toMatchObject({ status: 'queued', problem: { code: 'server-error' } });
  });

  it('leads over at most twenty pages', async () => {
    const host = newHost();
    for (let n = 0; n < 22; n++) site.serve(`${host}/${n}x`, refresh(`/${n + 1}x`));
    site.serve(`${host}/22x`, storyPage(numberedStory(22)));
    expect(await article(`${host}/2x`)).toMatchObject({ url: `${host}/22x` });
    expect(await article(`${host}/0x`)).toMatchObject({ url: `${host}/0x` });
  });
});

describe('a site that sets a cookie and sends us back', () => {
  const bounce =
    (page: string, seen: string[] = []): Handler =>
    (request, response) => {
      seen.push(request.headers.cookie ?? '');
      if (request.headers.cookie === 'seen=1') response.writeHead(200, { 'content-type': 'text/html' }).end(page);
      else response.writeHead(302, { location: request.url ?? '/', 'set-cookie': 'seen=1; Path=/; HttpOnly' }).end();
    };

  it('gives its page, each time anew, and the cookie is kept nowhere', async () => {
    const host = newHost();
    const seen: string[] = [];
    site.serve(`${host}/story`, bounce(storyPage(numberedStory(31)), seen));
    const robots: (string | undefined)[] = [];
    site.serve(`${host}/robots.txt`, (request, response) => {
      robots.push(request.headers.cookie);
      if (robots.length > 1) response.writeHead(404).end();
      else response.writeHead(302, { location: '/robots.txt', 'set-cookie': 'seen=1; Path=/' }).end();
    });
    const first = await article(`${host}/story`);
    expect(first).toMatchObject({ status: 201, title: numberedStory(31).title });
    await archive.post({ url: `${host}/story` });
    expect(seen).toEqual(['', 'seen=1', '', 'seen=1']);
    expect(robots.every((cookie) => cookie === undefined)).toBe(true);
    const { body } = await archive.get(first.links.snapshots);
    expect(JSON.stringify([body, archive.events])).not.toContain('seen=1');
  });

  it('over another domain that sets one, too: each gets its own', async () => {
    const [paper, door] = [newHost(), newHost()];
    const got: Record<string, string | undefined> = {};
    site.serve(`${paper}/story`, (request, response) => {
      if (got.paper === undefined)
        response.writeHead(302, { location: `${door}/check`, 'set-cookie': 'try=1; Path=/' }).end();
      else response.writeHead(200, { 'content-type': 'text/html' }).end(storyPage(numberedStory(32)));
      got.paper = request.headers.cookie ?? 'none';
    });
    site.serve(`${door}/check`, (request, response) => {
      got.door = request.headers.cookie ?? 'none';
      response
        .writeHead(302, {
          location: `${paper}/story`,
          'set-cookie': ['passed=1; Path=/', 'x=1; Domain=example; Path=/'],
        })
        .end();
    });
    expect(await article(`${paper}/story`)).toMatchObject({ status: 201, title: numberedStory(32).title });
    expect(got).toEqual({ paper: 'try=1', door: 'none' });
  });

  it('in a circle is given up', async () => {
    const host = newHost();
    site.serve(`${host}/loop`, (_, response) =>
      response.writeHead(302, { location: '/loop', 'set-cookie': 'a=1' }).end(),
    );
    expect((await article(`${host}/loop`)).code).toBe('too-many-redirects');
    expect(site.hits(`${host}/loop`)).toBe(2);
  });
});

it('a page that is cut is kept, marked, and gives way to the whole one, which it never replaces', async () => {
  const host = newHost();
  const packed = gzipSync(storyPage(harbour));
  const cut = answer(200, { 'content-encoding': 'gzip' }, packed.subarray(0, packed.length * 0.8));
  site.serve(`${host}/story`, cut);
  const first = await article(`${host}/story`);
  expect(first.status).toBe(201);
  site.serve(`${host}/story`, storyPage(harbourEdited));
  expect((await article(`${host}/story`)).title).toBe(harbourEdited.title);
  site.serve(`${host}/story`, cut);
  expect((await article(`${host}/story`)).title).toBe(harbourEdited.title);
  const { body } = await archive.get(first.links.snapshots);
  expect(body.items.map(({ mark }: { mark: string | null }) => mark)).toEqual(['truncated', null, 'truncated']);
});

describe('a feed', () => {
  const rss = (...links: string[]) =>
    `<rss version="2.0"><channel><title>Pier</title>${links.map((link) => `<item><link>${link}</link><title>${link}</title></item>`).join('')}</channel></rss>`;
  const xml = (body: string) => answer(200, { 'content-type': 'application/rss+xml' }, body);
  async function followed(url: string) {
    const { body } = await archive.send('POST', '/feeds', { url }, { prefer: 'respond-async' });
    await archive.drain();
    return (await archive.get(`/feeds/${encodeURIComponent(body.id)}`)).body;
  }

  it.each([
    { name: 'by a redirect for now', statuses: [302], stays: 0 },
    { name: 'by one for good', statuses: [301], stays: 1 },
    { name: 'as far as redirects for good lead', statuses: [308, 301, 302, 301], stays: 2 },
    { name: 'by one for good after one for now', statuses: [307, 301], stays: 0 },
  ])('is asked for where it moved $name', async ({ statuses, stays }) => {
    const host = newHost();
    for (const [n, status] of statuses.entries()) site.serve(`${host}/f${n}`, redirectTo(`/f${n + 1}`, status));
    site.serve(`${host}/f${statuses.length}`, xml(rss(`${host}/a`)));
    expect(await followed(`${host}/f0`)).toMatchObject({ url: `${host}/f${stays}` });
  });

  it('does not move to what is no feed', async () => {
    const host = newHost();
    site.serve(`${host}/feed`, redirectTo('/parked', 301));
    site.serve(`${host}/parked`, '<!doctype html><title>This domain is for sale</title>');
    expect(await followed(`${host}/feed`)).toMatchObject({ url: `${host}/feed` });
  });

  it('behind a cookie is read', async () => {
    const host = newHost();
    site.serve(`${host}/feed`, (request, response) =>
      request.headers.cookie
        ? xml(rss(`${host}/a`))(request, response)
        : response.writeHead(302, { location: '/feed', 'set-cookie': 'ok=1' }).end(),
    );
    expect(await followed(`${host}/feed`)).toMatchObject({ entries: 1, problem: null });
  });
});
