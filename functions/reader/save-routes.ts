/** `/save`: what is asked for, and the address of each batch, which can be left and come back to. */
import { Hono } from 'hono';
import { compress } from 'hono/compress';
import { requestBatch } from '../capture/request-capture.ts';
import { ProblemError } from '../problems.ts';
import { retry } from './actions.ts';
import { addressesIn, tagsIn } from './addresses.ts';
import { type Answers, formOf } from './answers.ts';
import { address } from './markup.ts';
import { answerPage, type Page } from './page.ts';
import { batchSection, isBatchId, isDone, mostAddresses, readBatch, saveMain } from './save-page.ts';
import { viewOf } from './view.ts';

const maxNote = 4000;
/** What was no address goes along in the address of the batch. */
const maxWrong = 1000;

export function saveRoutes({ deps, begin, answer }: Answers): Hono {
  const app = new Hono();
  app.post('/save', async (c) => {
    const { urls: text = '', tags = '', note = '' } = await formOf(c);
    const { urls, wrong } = addressesIn(text);
    if (urls.length === 0 || urls.length > mostAddresses) {
      const { view, frame } = await begin(c);
      const { words: t } = view;
      const problem = urls.length === 0 ? t.noAddress : t.tooMany(mostAddresses);
      const page: Page = {
        title: t.saveTitle,
        section: 'save',
        main: saveMain(view, { urls: text, tags, note, problem }),
      };
      return answerPage(c, view, { page, frame, status: 422 });
    }
    const wishes = { tags: tagsIn(tags), note: note.trim().slice(0, maxNote) || null };
    const asked = urls.map((url) => ({ url, wishes }));
    const { batch } = await requestBatch(deps, asked);
    return c.redirect(address(`/save/${batch}`, { wrong: wrong.join('\n').slice(0, maxWrong) }), 303);
  });
  app.get('/save/:batch', compress(), async (c) => {
    const id = c.req.param('batch');
    const batch = isBatchId(id) ? await readBatch(deps.store, id) : null;
    if (!batch) throw new ProblemError('unknown-batch', 'batches are kept for 30 days; what they saved stays');
    const view = viewOf(c, deps.now());
    const wrong = (c.req.query('wrong') ?? '').slice(0, maxWrong).split('\n').filter(Boolean);
    const main = saveMain(view, { urls: '', tags: '', note: '' }, batchSection(view, batch, wrong));
    return answer(c, { title: view.words.saveTitle, section: 'save', main, isLive: !isDone(batch) });
  });
  app.post('/save/:batch/retry', async (c) => {
    const id = c.req.param('batch');
    if (!isBatchId(id)) throw new ProblemError('unknown-batch', 'batches are kept for 30 days');
    await retry(deps, id, await formOf(c));
    return c.redirect(`/save/${id}`, 303);
  });
  return app;
}
