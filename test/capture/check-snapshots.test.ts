/** What verify says of objects: those of a removal that can be undone are nobody's fault, strays are named. */
import { expect, it } from 'vitest';
import { checkSnapshots } from '../../functions/capture/check-snapshots.ts';
import { bodyObject } from '../../functions/store/articles.ts';
import { numberedStory, storyPage } from '../support/pages.ts';
import { useArchive } from '../support/use.ts';

const { archive, services, site } = await useArchive();
const orphans = async () => (await checkSnapshots(services.store, () => undefined)).orphans;

it('objects of a removed story are its own for as long as it may come back, and a stray is named', async () => {
  site.serve('http://stray.example/1', storyPage(numberedStory(1)));
  const { id } = (await archive.post({ url: 'http://stray.example/1' })).body;
  await archive.send('DELETE', `/articles/${id}?reason=mistake`);
  expect(await orphans()).toEqual([]);
  const stray = bodyObject('A'.repeat(22), `sha256:${'0'.repeat(64)}`);
  await services.store.bucket.put(stray, {
    ...{ bytes: Buffer.from('x'), contentType: 'text/html', contentEncoding: null },
  });
  expect(await orphans()).toEqual([stray]);
});
