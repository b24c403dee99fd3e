/** A process that fetches one page of a hostile site, and says how it ended, how long it took, and what memory it took. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, BlockList } from 'node:net';
import { parseArticleUrl } from '../../functions/article/article-url.ts';
import { makeDispatcher } from '../../functions/fetch/connect.ts';
import { fetchPage } from '../../functions/fetch/fetch-page.ts';
import { hostileAddress, hostileSites, trust } from '../support/hostile-sites.ts';

const memoryMb = (field: 'VmHWM' | 'VmRSS') =>
  Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024;

async function fetchFrom(port: number, address: string): Promise<string> {
  const fetchAllow = new BlockList();
  fetchAllow.addAddress(hostileAddress);
  const fetchConnectTo = [{ fromHost: null, fromPort: null, toHost: hostileAddress, toPort: port }];
  const settings = { fetchAllow, fetchConnectTo, fetchProxy: null, userAgent: 'NightdeskBench/1' };
  const dispatcher = makeDispatcher(settings);
  const url = parseArticleUrl(address);
  if ('problem' in url) return url.problem.code;
  const result = await fetchPage({ dispatcher, settings, now: Date.now, timeoutMs: 5000 }, url.url);
  await dispatcher.destroy();
  return 'problem' in result ? result.problem.code : 'page';
}

/** What any fetch loads is loaded before: a page of its own. */
async function warm(): Promise<void> {
  const server = createServer((_, response) => response.end('<p>Page'));
  await new Promise<void>((resolve) => server.listen(0, hostileAddress, resolve));
  await fetchFrom((server.address() as AddressInfo).port, 'http://odd.example/');
  server.close();
}

const [name, url = '', port] = process.argv.slice(2);
const site = hostileSites.find((each) => each.name === name);
if (!site) throw new Error(`there is no site "${name}"`);
await warm();
trust(site);
// Linux then takes the highest memory anew from here on (proc(5), clear_refs).
writeFileSync('/proc/self/clear_refs', '5');
const idleMb = memoryMb('VmRSS');
const startMs = performance.now();
const outcome = await fetchFrom(Number(port), url);
const seconds = (performance.now() - startMs) / 1000;
console.log(JSON.stringify({ outcome, seconds, aboveMb: memoryMb('VmHWM') - idleMb }));
