/** Places of a host are given in turn, and never more of them than there are. */
import { expect, test } from 'vitest';
import { makePlaces } from '../../functions/pictures/places.ts';

test('with all places taken, those that wait go in the order of their coming, and another name waits for nobody', async () => {
  const places = makePlaces(2);
  const order: string[] = [];
  const leave = [await places.enter('a'), await places.enter('a')];
  const third = places.enter('a').then((left) => {
    order.push('third');
    return left;
  });
  const fourth = places.enter('a').then(() => order.push('fourth'));
  await places.enter('b').then(() => order.push('b'));
  expect(order).toEqual(['b']);
  leave[0]?.();
  (await third)();
  await fourth;
  expect(order).toEqual(['b', 'third', 'fourth']);
});
