/** `POST /captures/{id}/retry`, and the bytes that a capture which failed keeps for it. */
import { describe, expect, it } from 'vitest';
import { sweep } from '../../functions/jobs/sweep.ts';
import { noLog } from '../../functions/log.ts';
import { submittedObject } from '../../functions/store/captures.ts';
import { dueUntil, putDue } from '../../functions/store/due.ts';
import { maintain } from '../../functions/store/maintain.ts';
import { makeTestArchive } from '../support/archive.ts';
import { unfinishedJobs } from '../support/due.ts';
import { killingClients } from '../support/faults.ts';
import { numberedStory, storyPage } from '../support/pages.ts';
import { answer } from '../support/site.ts';
import { useArchive } from '../support/use.ts';

let nowMs = Date.parse('2024-05-01T10:00:00Z');
const now = () => nowMs;
const dayMs = 86_400_000;
const later = { prefer: 'respond-async' };
const url = (path: string) => `http://again.example/${path}`;

const { services, site, archive } = await useArchive({ now });

const retry = (id: string, from = archive) => from.send('POST', `/captures/${id}/retry`);
const stateOf = async (id: string) => (await archive.get(`/captures/${id}`)).body;
const bytesOf = (id: string) => services.store.bucket.get(submittedObject(id));
const entriesOf = async (id: string) =>
  (await dueUntil(services.store.table, '9999', 1000)).filter((due) => due.id === id);

/** A capture that is given up, as if each start had ended its worker. */
async function lost(body: object): Promise<string> {
  const { id } = (await archive.send('POST', '/articles', body, later)).body;
  for (const { receipt } of await services.queue.receive(10, 0)) await services.queue.done([receipt]);
  const starts = [2, 3, 4, 5, 6, 7, 8];
  for (const entry of await entriesOf(id)) await putDue(services.store.table, { ...entry, sends: 8, starts });
  nowMs += 180_000;
  await sweep({ ...services, now, log: noLog });
  expect(await stateOf(id)).toMatchObject({ status: 'failed', problem: { code: 'worker-lost' } });
  return id;
}

describe('a capture that failed', () => {
  it('is tried again with the bytes that came with it, once however often that is asked for', async () => {
    const id = await lost({ url: url('held'), html: storyPage(numberedStory(1)) });
    const first = await retry(id);
    expect(first).toMatchObject({ status: 202, body: { id, status: 'queued', attempts: 0, problem: null } });
    expect(first.headers.get('location')).toBe(`/captures/${id}`);
    nowMs += 1000;
    expect(await retry(id)).toMatchObject({ status: 202, body: first.body });
    expect(await entriesOf(id)).toHaveLength(1);
    await archive.drain();
    expect(await stateOf(id)).toMatchObject({ status: 'succeeded', snapshot: 'first' });
    expect(await bytesOf(id)).toBeNull();
    expect(await entriesOf(id)).toEqual([]);
  });

  it('is tried again once by many that ask at the same time', async () => {
    const id = await lost({ url: url('many'), html: storyPage(numberedStory(2)) });
    const answers = await Promise.all(Array.from({ length: 6 }, () => retry(id)));
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(202));
    expect(await entriesOf(id)).toHaveLength(1);
    await archive.drain();
    const { article } = await stateOf(id);
    expect((await archive.get(`/articles/${article}`)).body.snapshotCount).toBe(1);
  });

  it('has all its attempts before it again', async () => {
    site.remove(url('late'));
    const { body } = await archive.post({ url: url('late') });
    const id = body.capture.replace('/captures/', '');
    site.serve(url('late'), answer(500));
    await retry(id);
    await archive.drain();
    expect(await stateOf(id)).toMatchObject({ status: 'queued', attempts: 1, problem: { code: 'server-error' } });
    site.serve(url('late'), storyPage(numberedStory(3)));
    nowMs += 60_000;
    await archive.tick();
    expect(await stateOf(id)).toMatchObject({ status: 'succeeded' });
  });

  it('keeps the text that its feed carried', async () => {
    const text = numberedStory(4).paragraphs.join('</p><p>');
    const rss = `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>F</title><item><title>E</title><link>${url('entry')}</link><content:encoded><![CDATA[<p>${text}</p>]]></content:encoded></item></channel></rss>`;
    site.serve(url('feed'), answer(200, { 'content-type': 'application/rss+xml' }, rss));
    await archive.send('POST', '/feeds', { url: url('feed'), capture: 'feed' }, later);
    const [poll] = await services.queue.receive(1, 0);
    await archive.work(JSON.parse(poll?.body ?? ''));
    const [{ id }] = (await archive.get('/captures?status=queued')).body.items;
    const starts = [2, 3, 4, 5, 6, 7, 8];
    for (const entry of await entriesOf(id)) await putDue(services.store.table, { ...entry, starts });
    nowMs += 180_000;
    await sweep({ ...services, now, log: noLog });
    expect(await stateOf(id)).toMatchObject({ status: 'failed', source: 'feed' });
    expect((await retry(id)).status).toBe(202);
    await archive.drain();
    expect(await stateOf(id)).toMatchObject({ status: 'succeeded', source: 'feed' });
  });

  it.each(['before', 'after'] as const)('is tried again or failed when the retry dies (%s each call)', async (when) => {
    for (let at = 0; ; at++) {
      const html = storyPage(numberedStory(100 + at));
      const id = await lost({ url: url(`dies/${when}/${at}`), html });
      const dying = killingClients(services.embedded.endpoints, { at, when });
      const mortal = makeTestArchive(services, { site, now, clients: dying.clients });
      const { status } = await retry(id, mortal);
      await mortal.close();
      nowMs += 180_000;
      await archive.restart();
      const state = await stateOf(id);
      if (status === 202) expect(state.status).toBe('succeeded');
      expect(state.status).toMatch(/succeeded|failed/);
      expect((await bytesOf(id)) === null).toBe(state.status === 'succeeded');
      expect(await unfinishedJobs(services.store.table)).toMatchObject([{ kind: 'poll' }]);
      if (!dying.killed) break;
    }
  });
});

describe('a retry is refused', () => {
  it('of a capture that succeeded', async () => {
    site.serve(url('good'), storyPage(numberedStory(5)));
    const { body } = await archive.send('POST', '/articles', { url: url('good') }, later);
    await archive.drain();
    const refused = await retry(body.id);
    expect([refused.status, refused.body.code]).toEqual([409, 'not-failed']);
  });

  it('of a capture that is not there', async () => {
    expect((await retry('nonsense')).body.code).toBe('unknown-capture');
    expect((await retry('AAAAAAAAAAAAAAAAAAAAAA.01HX10Y9C0NH99GBZKWHP2KKCN')).status).toBe(404);
  });
});

describe('the bytes of a capture that failed', () => {
  it('go with a takedown of its URL, and a retry says that they are gone', async () => {
    const id = await lost({ url: url('stone'), html: storyPage(numberedStory(6)) });
    const { body } = await archive.keep(url('stone'), storyPage(numberedStory(6)));
    await archive.send('DELETE', `/articles/${body.id}`);
    await archive.drain();
    expect(await bytesOf(id)).toBeNull();
    await retry(id);
    await archive.drain();
    expect(await stateOf(id)).toMatchObject({ status: 'failed', attempts: 1, problem: { code: 'bytes-gone' } });
  });

  it('go when the article was taken down before it was done', async () => {
    const { body: article } = await archive.keep(url('refused'), storyPage(numberedStory(7)));
    const page = { url: url('refused'), html: storyPage(numberedStory(7)) };
    const { body } = await archive.send('POST', '/articles', page, later);
    await archive.send('DELETE', `/articles/${article.id}`);
    await archive.drain();
    expect(await stateOf(body.id)).toMatchObject({ status: 'failed', problem: { code: 'taken-down' } });
    expect(await bytesOf(body.id)).toBeNull();
  });

  it('go with its item 30 days after its end, and those that never had one after 61', async () => {
    const id = await lost({ url: url('old'), html: storyPage(numberedStory(8)) });
    const orphan = submittedObject('without');
    await services.store.bucket.put(orphan, { bytes: Buffer.from('x'), contentType: null, contentEncoding: null });
    await maintain(services.store, nowMs + 29 * dayMs);
    expect(await bytesOf(id)).not.toBeNull();
    await maintain(services.store, nowMs + 30 * dayMs + 60_000);
    expect([(await archive.get(`/captures/${id}`)).status, await bytesOf(id)]).toEqual([404, null]);
    expect(await services.store.bucket.get(orphan)).not.toBeNull();
    await maintain(services.store, Date.now() + 62 * dayMs);
    expect(await services.store.bucket.get(orphan)).toBeNull();
  });
});
