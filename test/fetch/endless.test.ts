/** Sites that never end, or end badly: each has its outcome within its time, and the process lives on. */
import { BlockList } from 'node:net';
import { expect, it } from 'vitest';
import { parseArticleUrl } from '../../functions/article/article-url.ts';
import { makeDispatcher } from '../../functions/fetch/connect.ts';
import { fetchPage } from '../../functions/fetch/fetch-page.ts';
import { hostileAddress, hostileSites, serveHostile, trust } from '../support/hostile-sites.ts';

/** More than is kept of a page, and enough that a decoder which read on would be seen to. */
const bombBytes = 48 * 1024 * 1024;

it.each(hostileSites)('$name: $outcome', async (site) => {
  const served = await serveHostile(site, bombBytes);
  const distrust = trust(site);
  const fetchAllow = new BlockList();
  fetchAllow.addAddress(hostileAddress);
  const fetchConnectTo = [{ fromHost: null, fromPort: null, toHost: hostileAddress, toPort: served.port }];
  const settings = { fetchAllow, fetchConnectTo, fetchProxy: null, userAgent: 'NightdeskTest/1' };
  const dispatcher = makeDispatcher(settings);
  const url = parseArticleUrl(served.url);
  if ('problem' in url) throw new Error(url.problem.detail);
  try {
    // What ends by its time limit has a short one; the others must end by themselves.
    const timeoutMs = site.outcome === 'timeout' ? 300 : 20_000;
    const result = await fetchPage({ dispatcher, settings, now: Date.now, timeoutMs }, url.url);
    const { problem = null } = 'problem' in result ? result : {};
    expect(problem?.code ?? 'page', problem?.detail).toBe(site.outcome);
  } finally {
    distrust();
    await dispatcher.destroy();
    served.close();
  }
});

it('a name whose look-up never ends: timeout', async () => {
  const settings = { fetchAllow: new BlockList(), fetchConnectTo: [], fetchProxy: null, userAgent: 'NightdeskTest/1' };
  const dispatcher = makeDispatcher(settings, () => new Promise(() => undefined));
  const url = parseArticleUrl('http://odd.example/');
  if ('problem' in url) throw new Error(url.problem.detail);
  const result = await fetchPage({ dispatcher, settings, now: Date.now, timeoutMs: 100 }, url.url);
  expect(result).toMatchObject({ problem: { code: 'timeout' } });
});
