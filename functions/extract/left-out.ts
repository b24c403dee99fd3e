/** The paragraphs of a story that Readability left out: those that look like its others, the lead over them, and questions under them. */
import { type Element, isTag, type ParentNode } from 'domhandler';
import { squeeze } from '../squeeze.ts';
import { type Line, linesOf } from './marked-lines.ts';
import { text as dataText } from './metadata/json-ld.ts';
import { metaContent, type PageFacts } from './metadata/page.ts';

/** Between the headline and the story there are few lines. */
const maxLinesBefore = 14;
const leadLength = 40;
/** What the page's head says of the story may stand before more of them, such as buttons and bylines. */
const furthestSummary = 40;
/** Lines so far from those of the story belong to something else. */
const furthest = 12;
const leadName =
  /(^|[\s_-])(lead|leads?-?text|lede|standfirst|stand-?first|sub-?title|sub-?head(line|ing)?|dek|deck|teaser(-?text)?|intro(duction|-?text)?|summary|excerpt|abstract|vorspann|chapeau|chapo|sottotitolo|sommario|catenaccio|entradilla|bajada|copete|ingress|manchet|perex|zajawka|strapline|description|article-?(description|summary|intro|lead)|einleitung|anrisstext|anleser)([\s_-]|$)/i;

export type Whole = { lines: Line[]; page: PageFacts; base: string; isProse: (line: Line) => boolean };

/** More of the prose than this in one article makes that the story, and what stands in others none of it. */
const mainShare = 0.6;

/** Those chosen lines that stand in other articles of the page than the one that is the story. */
function withoutOthers(
  chosen: Line[],
  places: Map<number, number>,
  lines: Line[],
  isProse: Whole['isProse'],
): Set<Line> {
  const prose = new Map<Element | null, number>();
  let whole = 0;
  const articles = new Map<Line, Element | null>();
  for (const [place, index] of places) {
    const line = chosen[index] as Line;
    const home = articleOf(lines[place] as Line);
    articles.set(line, home);
    if (!isProse(line)) continue;
    whole += line.text.length;
    prose.set(home, (prose.get(home) ?? 0) + line.text.length);
  }
  const main = [...prose].find(([home, length]) => home !== null && length > whole * mainShare)?.[0] ?? null;
  const isOther = (home: Element | null | undefined) =>
    home !== null && home !== undefined && home !== main && !isWithin(home, main);
  return new Set(main === null ? [] : chosen.filter((line) => isOther(articles.get(line))));
}

function articleOf({ element }: Line): Element | null {
  for (let at: ParentNode | null = element; at && isTag(at); at = at.parent) if (at.name === 'article') return at;
  return null;
}

function isWithin(element: Element, outer: Element | null): boolean {
  for (let at = element.parent; at && isTag(at); at = at.parent) if (at === outer) return true;
  return false;
}

/** `chosen` with what is missing. `whole.lines`: those of the page, clutter left out, in its order. */
export function withLeftOut(given: Line[], { lines, page, base, isProse }: Whole): Line[] {
  const others = withoutOthers(given, placesOf(given, lines), lines, isProse);
  const chosen = others.size === 0 ? given : given.filter((line) => !others.has(line));
  const places = placesOf(chosen, lines);
  const first = lines.findIndex((_, i) => places.has(i) && isProse(lines[i] as Line));
  const last = lines.findLastIndex((_, i) => places.has(i) && isProse(lines[i] as Line));
  if (first < 0) return chosen;
  const looks = new Map<string, number>();
  lines.forEach((line, i) => {
    if (places.has(i) && isProse(line)) looks.set(look(line), (looks.get(look(line)) ?? 0) + 1);
  });
  const homes = new Set(lines.filter((line, i) => places.has(i) && isProse(line)).map(homeOf));
  const known = new Set(chosen.map(({ text }) => text));
  const added = new Set<number>();
  const near = (i: number) => {
    for (let step = 1; step <= furthest; step++)
      if (places.has(i - step) || places.has(i + step) || added.has(i - step)) return true;
    return false;
  };
  lines.forEach((line, i) => {
    if (places.has(i) || known.has(line.text) || !isProse(line)) return;
    const like = looks.get(look(line)) ?? 0;
    const isInside = i > first && i < last;
    const isSentence = isInside && like > 2 && /[.!?…][”"»’)]?$/u.test(line.text);
    if (line.linked > (isSentence ? 0.8 : isInside ? 0.5 : 0.3)) return;
    const isLike = isInside
      ? like > 0 && homes.has(homeOf(line))
      : like > 2 && isNamedLook(line) && homes.has(homeOf(line));
    if (isLike && near(i)) added.add(i);
  });
  const beside = [...leadBefore(lines, first, page), ...questionsAfter(lines, last, isProse)];
  const missing = beside.filter((i) => !places.has(i) && !known.has((lines[i] as Line).text));
  const all = new Set([...added, ...missing]);
  return all.size === 0 ? chosen : merged(chosen, places, all, lines, base);
}

/** The place of each chosen line among those of the page -> its index in `chosen`. */
function placesOf(chosen: Line[], lines: Line[]): Map<number, number> {
  const waiting = new Map<string, number[]>();
  chosen.forEach(({ text }, index) => {
    const list = waiting.get(text);
    if (list) list.push(index);
    else waiting.set(text, [index]);
  });
  const places = new Map<number, number>();
  lines.forEach(({ text }, place) => {
    const index = waiting.get(text)?.shift();
    if (index !== undefined) places.set(place, index);
  });
  return places;
}

/** How the elements around a line are called. */
function look({ element }: Line): string {
  const parent = element?.parent;
  const around = parent && isTag(parent) ? nameOf(parent) : '';
  return `${element ? nameOf(element) : ''} ${around}`;
}

/** The article or entry of a list that a line is in: the cards of other stories have one each. */
function homeOf({ element }: Line): Element | null {
  for (let at: ParentNode | null = element; at && isTag(at); at = at.parent)
    if (at.name === 'article' || at.name === 'li') return at;
  return null;
}

function nameOf({ name, attribs }: Element): string {
  return `${name}.${(attribs.class ?? '').slice(0, 100)}`;
}

function isNamedLook({ element }: Line): boolean {
  const parent = element?.parent;
  return (
    element?.name === 'p' &&
    parent !== null &&
    parent !== undefined &&
    isTag(parent) &&
    (parent.attribs.class ?? '') !== ''
  );
}

function leadBefore(lines: Line[], first: number, page: PageFacts): number[] {
  const said = [
    metaContent(page, 'og:description'),
    metaContent(page, 'description'),
    dataText(page.story?.description),
  ]
    .map((summary) => squeeze(summary?.slice(0, 200) ?? '').slice(0, 60))
    .filter((summary) => summary.length > 30);
  const found: number[] = [];
  const summary: number[] = [];
  for (let i = Math.max(0, first - furthestSummary); i < first; i++) {
    const { text, linked, element } = lines[i] as Line;
    if (text.length < leadLength || linked > 0.3 || element === null) continue;
    const plain = said.length > 0 ? squeeze(text.slice(0, 200)) : '';
    if (said.some((start) => plain.startsWith(start))) summary.push(i);
    else if (first - i <= maxLinesBefore && isCalledLead(element)) found.push(i);
  }
  // What the page's head says as well is of the story wherever it stands.
  const last = summary.slice(-1);
  if (found.length === 0) return last;
  // Between the headline and the story, which takes time to find and is asked last.
  const { headline } = page.zone();
  const at = lines.findIndex(({ element }) => element !== null && element === headline);
  return at < 0 || first - at > maxLinesBefore ? last : [...last, ...found.filter((i) => i > at)];
}

function isCalledLead(element: Element): boolean {
  let at: Element['parent'] = element;
  for (let level = 0; level < 3 && at !== null && isTag(at); level++, at = at.parent)
    if (leadName.test(`${at.attribs.class ?? ''} ${at.attribs.itemprop ?? ''}`.slice(0, 300))) return true;
  return false;
}

const overQuestions =
  /\bFAQs?\b|frequently asked|common questions|häufig(?:e| gestellte) fragen|questions? fréquentes?|foire aux questions|preguntas frecuentes|domande frequenti|perguntas frequentes|veelgestelde vragen|często zadawane pytania|часто задаваемые|常[见見]问题|常[见見]問題|よくある(?:ご)?質問|자주 묻는 질문/iu;
/** So many lines under a story its questions may begin, and so many they are at most. */
const questionsWithin = 40;
const mostQuestionLines = 150;

/** Under a heading that says so, questions with their answers, which open at a click in a box of their own. */
function questionsAfter(lines: Line[], last: number, isProse: Whole['isProse']): number[] {
  const from = lines.findIndex(
    ({ text, holder, linked }, i) =>
      i > last &&
      i <= last + questionsWithin &&
      /^h[2-4]$/.test(holder?.tag ?? '') &&
      text.length < 100 &&
      linked < 0.5 &&
      overQuestions.test(text),
  );
  if (from < 0) return [];
  const found = [from];
  let questions = 0;
  let pending: number[] = [];
  /** How the first line of each answer looks: what looks otherwise under the last question is no answer of it. */
  const answers = new Set<string>();
  let isFirst = false;
  for (let i = from + 1; i < Math.min(lines.length, from + mostQuestionLines); i++) {
    const line = lines[i] as Line;
    const isQuestion = /[?？]/.test(line.text.slice(-4)) && line.text.length < 250;
    const isOther = line.linked > 0.5 || (!isQuestion && /^h[23]$/.test(line.holder?.tag ?? ''));
    if (isOther || (questions === 0 && !isQuestion) || pending.length > 12) break;
    pending.push(i);
    if (isQuestion) {
      questions++;
      isFirst = true;
    }
    if (!isProse(line) || isQuestion) continue;
    if (isFirst) answers.add(look(line));
    else if (!answers.has(look(line)) && line.holder?.tag !== 'li') break;
    isFirst = false;
    found.push(...pending);
    pending = [];
  }
  return questions > 1 && found.length > 3 ? found : [];
}

/** Each added line stands behind the chosen one that is before it on the page. */
function merged(chosen: Line[], places: Map<number, number>, added: Set<number>, lines: Line[], base: string): Line[] {
  const withLinks = linkReader(base);
  const behind = new Map<number, Line[]>();
  let index = -1;
  lines.forEach((line, i) => {
    const own = places.get(i);
    if (own !== undefined) index = own;
    if (!added.has(i)) return;
    const list = behind.get(index);
    if (list) list.push(withLinks(line));
    else behind.set(index, [withLinks(line)]);
  });
  return [...(behind.get(-1) ?? []), ...chosen.flatMap((line, i) => [line, ...(behind.get(i) ?? [])])];
}

/** Lines as they are with their links resolved. Each element is read once, for one may hold thousands of lines. */
function linkReader(base: string): (line: Line) => Line {
  const read = new Map<Element, Map<string, Line>>();
  return (line) => {
    const { element, text } = line;
    if (element === null) return line;
    let byText = read.get(element);
    if (byText === undefined) {
      // Of lines that say the same the first one counts.
      byText = new Map(
        linesOf([element], { base })
          .toReversed()
          .map((again) => [again.text, again]),
      );
      read.set(element, byText);
    }
    return byText.get(text) ?? line;
  };
}
