/** What the address of a list asks for, read kindly: what cannot be meant is left out and said, never an error page. */
import * as v from 'valibot';
import { kinds } from '../article/kind.ts';
import { type ListQuery, listQuery } from '../http/list-articles.ts';
import { address } from './markup.ts';
import { isDay, isMonth, spanOfDays } from './zone.ts';

const names = [
  'q',
  'site',
  'feed',
  'lang',
  'tag',
  'kind',
  'changed',
  'removed',
  'from',
  'to',
  'order',
  'day',
  'month',
  'before',
  'cursor',
] as const;
type Name = (typeof names)[number];
export type Asked = { [name in Name]?: string | undefined };

/** The filters that narrow a list. A day is one, too. */
const filterNames = ['site', 'feed', 'lang', 'tag', 'kind', 'changed', 'removed', 'from', 'to', 'day'] as const;
export type FilterName = (typeof filterNames)[number];

/** `ignored`: what has no effect, since it cannot be read. */
export type Reading = { asked: Asked; ignored: { name: Name; value: string }[] };

export function readAsked(url: string): Reading {
  const given = new URL(url).searchParams;
  const asked: Asked = {};
  const ignored: Reading['ignored'] = [];
  for (const name of names) {
    const value = given.get(name)?.trim();
    if (!value) continue;
    if (isReadable(name, value)) asked[name] = value;
    else ignored.push({ name, value: value.slice(0, 100) });
  }
  return { asked, ignored };
}

function isReadable(name: Name, value: string): boolean {
  if (name === 'from' || name === 'to' || name === 'day' || name === 'before') return isDay(value);
  if (name === 'month') return isMonth(value);
  // The search says itself what is wrong with a query.
  if (name === 'q') return true;
  if (name === 'kind' && value !== 'any' && !(kinds as readonly string[]).includes(value)) return false;
  return v.safeParse(listQuery, { [name]: value }).success;
}

export function hasFilter(asked: Asked): boolean {
  return filterNames.some((name) => asked[name] !== undefined);
}

/** What the API is asked. Days are those of the reader. */
export function toListQuery(asked: Asked, zone: string, limit: number): ListQuery {
  const { day, from = day, to = day, month: _month, before: _before, ...others } = asked;
  return v.parse(listQuery, { ...others, ...spanOfDays(from, to, zone), limit: String(limit) });
}

/** The same list with something else asked of it, from its beginning. */
export function listAddress(asked: Asked, changes: { [name in Name]?: string | null } = {}): string {
  const { cursor: _cursor, before: _before, month: _month, ...kept } = asked;
  return address('/', { ...kept, ...changes });
}

/** The same list as Atom. */
export function atomAddress(asked: Asked, zone: string): string {
  const { day: _day, month: _month, before: _before, cursor: _cursor, from: _from, to: _to, ...kept } = asked;
  return address('/feed.xml', { ...kept, ...spanOfDays(asked.from ?? asked.day, asked.to ?? asked.day, zone) });
}
