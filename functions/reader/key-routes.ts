/** `/keys`: a session whose key may do everything sees the keys, and sends its key again to change them. */
import { Hono } from 'hono';
import { toIso } from '../article/times.ts';
import { requireKeyAgain, requireScope } from '../http/access.ts';
import { type Answers, formOf } from './answers.ts';
import { keysMain, makeKey, revoke } from './keys-page.ts';
import type { Page } from './page.ts';
import { type View, viewOf } from './view.ts';

/** A page with a key on it stays in no cache. */
const noStore = { 'cache-control': 'no-store' };

export function keyRoutes({ deps, answer }: Answers): Hono {
  const { table } = deps.store;
  const pageOf = async (view: View, made: { key: string; name: string } | null): Promise<Page> => ({
    title: view.words.keys,
    section: 'keys',
    main: await keysMain(view, table, made),
  });
  return new Hono()
    .get('/keys', async (c) => {
      requireScope(c, c.get('keyScope') === 'admin' ? 'read' : 'admin');
      return answer(c, await pageOf(viewOf(c, deps.now()), null), noStore);
    })
    .post('/keys', async (c) => {
      const form = await formOf(c);
      await requireKeyAgain(c, table, form.key);
      const made = await makeKey(table, form, toIso(deps.now()));
      return answer(c, await pageOf(viewOf(c, deps.now()), made), noStore);
    })
    .post('/keys/:id/revoke', async (c) => {
      await requireKeyAgain(c, table, (await formOf(c)).key);
      await revoke(table, c.req.param('id'), toIso(deps.now()));
      return c.redirect('/keys', 303);
    });
}
