/** The author of a feed's entry as feeds write it -> the names of people, without their addresses. */
import { peopleIn } from '../extract/metadata/names.ts';

/** `jane@mail.example (Jane Doe)` of RSS 2.0, `Jane Doe (jane@mail.example)` as Atom is read, `Jane Doe <jane@mail.example>`. */
export function authorNames(author: string | null): string[] {
  const text = author?.slice(0, 1000).trim() ?? '';
  if (text === '') return [];
  const people = text
    .split(/(?<=[)>]),\s/)
    .map((person) => nameBeside(person))
    .filter((name) => name !== '');
  const named = people.flatMap((name) => (/\S@\S/.test(name) ? [name] : peopleIn(name, 'data')));
  return [...new Set(named.length > 0 ? named : [text])].slice(0, 20);
}

function nameBeside(person: string): string {
  for (const [open, close] of [
    ['(', ')'],
    ['<', '>'],
  ] as const) {
    const at = person.lastIndexOf(open);
    if (at < 0 || !person.endsWith(close)) continue;
    const before = person.slice(0, at).trim();
    const inside = person.slice(at + 1, -1).trim();
    if (inside.includes('@') && before !== '') return before.replace(/^"|"$/g, '').trim();
    if (before.includes('@') && !before.includes(' ') && inside !== '') return inside;
  }
  return person.trim();
}
