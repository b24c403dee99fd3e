/** An OPML of a thousand feeds, with calls that take as long as they do in a region of AWS: 4 ms the table, 12 ms the queue. */
import { makeTestArchive, startServices } from '../support/archive.ts';
import { slowClients } from '../support/faults.ts';
import { startSite } from '../support/site.ts';
import { printTable } from './measure.ts';

const feeds = 1000;

export async function bench(): Promise<void> {
  const services = await startServices();
  const site = await startSite();
  const clients = slowClients(services.embedded.endpoints, { tableMs: 4, queueMs: 12 });
  const archive = makeTestArchive(services, { site, clients });
  const outlines = Array.from({ length: feeds }, (_, f) => `<outline xmlUrl="http://feed${f}.example/rss"/>`).join('');
  const startedMs = performance.now();
  const { body } = await archive.send('POST', '/feeds.opml', `<opml version="2.0"><body>${outlines}</body></opml>`, {
    'content-type': 'text/x-opml',
  });
  const seconds = (performance.now() - startedMs) / 1000;
  const done = body.items.filter(({ isNew }: { isNew?: boolean }) => isNew).length;
  printTable('OPML at the latency of AWS', [
    { measure: `${done} of ${feeds} feeds followed in`, figure: `${seconds.toFixed(1)} s`, wanted: '20 s' },
  ]);
  await archive.close();
  await site.close();
  await services.close();
}
