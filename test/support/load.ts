/** Clients that use an archive as people and programs do: 80 % queries, 15 % posts, 5 % feeds, each after a pause of its own. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Json } from './archive.ts';
import { numberedStory, storyPage } from './pages.ts';
import { answer, type Site } from './site.ts';

export type Load = {
  /** By kind of request: milliseconds of each. */
  times: Record<'query' | 'post' | 'feed', number[]>;
  statuses: Map<number, number>;
  /** URLs that were answered 200, 201 or 202. */
  accepted: Set<string>;
  feeds: Set<string>;
  /** Requests that got no answer, or a wrong one. */
  faults: string[];
};

const words = [
  'council',
  'agenda',
  'benches',
  'minutes',
  'park 7',
  '"town hall"',
  'snow -bell',
  'number 1*',
  'residents',
];

/** What the site serves to those who post: `story` pages, and feeds of two of them. */
export function serveLoad(site: Site, stories: number, feeds: number): void {
  for (let n = 0; n < stories; n++) site.serve(`http://load${n % 20}.example/${n}`, storyPage(numberedStory(n)));
  for (let f = 0; f < feeds; f++) {
    const links = [0, 1].map((n) => `http://load${f % 20}.example/feed/${f}/${n}`);
    for (const [n, link] of links.entries()) site.serve(link, storyPage(numberedStory(100_000 + f * 2 + n)));
    const items = links.map((link) => `<item><title>${link}</title><link>${link}</link></item>`).join('');
    const rss = `<rss version="2.0"><channel><title>Feed ${f}</title>${items}</channel></rss>`;
    site.serve(
      `http://load${f % 20}.example/feed/${f}.xml`,
      answer(200, { 'content-type': 'application/rss+xml' }, rss),
    );
  }
}

/** `until`: clients stop when it says so. `pauseMs`: at most so long between two requests of a client. */
export async function putLoadOn(
  archive: string,
  options: {
    clients: number;
    stories: number;
    feeds: number;
    pauseMs: number;
    random: () => number;
    until: () => boolean;
  },
): Promise<Load> {
  const { clients, stories, feeds, pauseMs, random, until } = options;
  const load: Load = {
    times: { query: [], post: [], feed: [] },
    statuses: new Map(),
    accepted: new Set(),
    feeds: new Set(),
    faults: [],
  };
  let story = 0;
  let feed = 0;
  const pick = <T>(some: readonly T[]): T | undefined => some[Math.floor(random() * some.length)];
  const word = () => encodeURIComponent(pick(words) ?? '');

  async function one(): Promise<void> {
    const kind = random();
    if (kind < 0.8) {
      const path = pick([
        `/articles?q=${word()}`,
        `/articles?q=${word()}&limit=50`,
        '/articles',
        '/articles?order=oldest&limit=10',
        '/articles?site=load3.example',
        '/calendar?month=2024-01',
        '/feed.xml',
        `/articles?url=${encodeURIComponent(`http://load1.example/${Math.floor(random() * story)}`)}`,
      ]);
      await send('query', path ?? '', null);
    } else if (kind < 0.95) {
      const n = story++ % stories;
      const url = `http://load${n % 20}.example/${n}`;
      const status = await send('post', '/articles', { url }, random() < 0.5 ? 'respond-async' : 'wait=2');
      if (status >= 200 && status < 300) load.accepted.add(url);
    } else if (random() < 0.3 && feed < feeds) {
      const f = feed++;
      const url = `http://load${f % 20}.example/feed/${f}.xml`;
      const status = await send('feed', '/feeds', { url, every: '1d' }, 'respond-async');
      if (status >= 200 && status < 300) load.feeds.add(url);
    } else await send('feed', pick(['/feeds', '/feeds.opml', '/feeds?limit=5']) ?? '', null);
  }

  async function send(kind: keyof Load['times'], path: string, body: Json, prefer = ''): Promise<number> {
    const began = performance.now();
    try {
      const response = await fetch(archive + path, {
        method: body === null ? 'GET' : 'POST',
        ...(body === null ? {} : { body: JSON.stringify(body) }),
        headers: { 'content-type': 'application/json', prefer },
      });
      const text = await response.text();
      load.times[kind].push(performance.now() - began);
      load.statuses.set(response.status, (load.statuses.get(response.status) ?? 0) + 1);
      if (response.status === 429) await sleep(Number(response.headers.get('retry-after')) * 1000);
      else if (response.status >= 400) load.faults.push(`${path}: ${response.status} ${text.slice(0, 200)}`);
      return response.status;
    } catch (error) {
      load.faults.push(`${path}: ${String(error)} ${String(error instanceof Error ? error.cause : '')}`);
      return 0;
    }
  }

  async function client(): Promise<void> {
    while (!until()) {
      await one();
      await sleep(random() * pauseMs);
    }
  }
  await Promise.all(Array.from({ length: clients }, client));
  return load;
}

/** Of what was accepted, what is not there; waits until nothing is pending. */
export async function missingAfter(
  archive: string,
  { accepted, feeds }: Load,
): Promise<{ urls: string[]; feeds: string[] }> {
  const items = async (path: string): Promise<Json[]> => ((await (await fetch(archive + path)).json()) as Json).items;
  for (;;) {
    const pending = [
      ...(await items('/captures?status=queued&limit=1')),
      ...(await items('/captures?status=running&limit=1')),
    ];
    if (pending.length === 0) break;
    await sleep(500);
  }
  const urls: string[] = [];
  for (const url of accepted)
    if ((await items(`/articles?url=${encodeURIComponent(url)}`)).length !== 1) urls.push(url);
  const followed = new Set<string>();
  for (let next: string | null = null; ; ) {
    const page: Json = await (
      await fetch(`${archive}/feeds?limit=100${next === null ? '' : `&cursor=${next}`}`)
    ).json();
    for (const { url } of page.items) followed.add(url);
    next = page.next;
    if (next === null) break;
  }
  return { urls, feeds: [...feeds].filter((url) => !followed.has(url)) };
}
