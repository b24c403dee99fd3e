/** The two languages of the pages. The compiler sees to it that both say everything. */
import { en, type Words } from './words-en.ts';
import { zh } from './words-zh.ts';
import type { Lang } from './zone.ts';

export type { Words };

export function wordsOf(lang: Lang): Words {
  return lang === 'en' ? en : zh;
}
