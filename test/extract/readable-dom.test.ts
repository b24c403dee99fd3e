/** The DOM that is given to Readability finds, after any changes, what a walk over all of it finds. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { ReadableElement, ReadableText } from '../../functions/extract/readable-dom.ts';
import { forAll } from '../support/for-all.ts';

const names = ['a', 'p', 'div', 'table', 'td', 'h2', 'ul', 'iframe', 'section'];
const asked = ['a', 'p', 'table', 'h1,h2,h3', 'object,embed,iframe', 'section', 'ul,ol', 'nav', '*'];

type Change =
  | { kind: 'append'; name: string; at: number }
  | { kind: 'replace'; name: string; at: number }
  | { kind: 'rename'; name: string; at: number }
  | { kind: 'move'; from: number; at: number }
  | { kind: 'remove'; at: number }
  | { kind: 'say'; at: number };

const place = fc.nat(40);
const name = fc.constantFrom(...names);
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant('append'), name, at: place }),
  fc.record({ kind: fc.constant('replace'), name, at: place }),
  fc.record({ kind: fc.constant('rename'), name, at: place }),
  fc.record({ kind: fc.constant('move'), from: place, at: place }),
  fc.record({ kind: fc.constant('remove'), at: place }),
  fc.record({ kind: fc.constant('say'), at: place }),
);

it('elements by their names, and texts, are those of a walk over all nodes', () => {
  forAll([fc.array(change, { maxLength: 40 })], (changes) => {
    const root = new ReadableElement('body');
    for (const one of changes) apply(root, one);
    for (const element of [root, ...walk(root)]) {
      for (const query of asked)
        expect(element.querySelectorAll(query)).toEqual(
          walk(element).filter(({ localName }) => query === '*' || query.split(',').includes(localName)),
        );
      expect(element.textContent).toBe(textOf(element));
      expect(element.plainText).toBe(
        textOf(element)
          .trim()
          .replace(/\s{2,}/g, ' '),
      );
    }
  });
});

function apply(root: ReadableElement, one: Change): void {
  const all = [root, ...walk(root)];
  const target = all[one.at % all.length] ?? root;
  // Asked for between changes, so that what is remembered is old.
  void root.plainText;
  if (one.kind === 'append') target.appendChild(new ReadableElement(one.name));
  else if (one.kind === 'say') target.appendChild(new ReadableText(` ${one.at}  times `));
  else if (target === root) return;
  else if (one.kind === 'replace') target.parentNode?.replaceChild(new ReadableElement(one.name), target);
  else if (one.kind === 'remove') target.remove();
  else if (one.kind === 'rename') {
    target.localName = one.name;
    target.tagName = one.name.toUpperCase();
  } else {
    const moved = all[one.from % all.length] ?? target;
    if (moved !== root && moved !== target && !walk(moved).includes(target)) target.appendChild(moved);
  }
}

function walk(element: ReadableElement): ReadableElement[] {
  return element.children.flatMap((child) => [child, ...walk(child)]);
}

function textOf(element: ReadableElement): string {
  return element.childNodes
    .map((child) => (child instanceof ReadableElement ? textOf(child) : child.textContent))
    .join('');
}
