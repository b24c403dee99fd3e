/** A page or a style sheet -> the addresses that a reader's browser would ask for, each once, as the rewriter asks for them. Pure. */
import { maxLeadBytes } from './choose-lead.ts';
import { absolute, type PartKind, rewriteCss } from './rewrite-css.ts';
import { type PagePicture, rewritePage } from './rewrite-page.ts';

/** `most`: the bytes beyond which it is not kept, and not missed. */
export type Wanted = { url: string; kind: PartKind; most?: number };
/** `story`: styles, fonts, and the pictures of the story; `page`: all. */
export type Extent = 'story' | 'page';

/** More are named by no page that is read by people. */
export const maxWanted = 100;
/** Where a page says what it is. */
const headLength = 200_000;

/**
 * `lead`: the picture that stands for the story, which is wanted in any case. The story's pictures first: they are the news. `leads`: which of
 * them may stand for it in a list, the best first; a small one that no browser would choose is wanted for that alone. `pictures`: what each may show.
 * `times`: how often the page names each.
 */
export function wantedOfPage(
  source: string,
  url: string,
  { extent, lead }: { extent: Extent; lead: string | null },
): { wanted: Wanted[]; leads: string[]; pictures: PagePicture[]; times: Map<string, number> } {
  const styles = new Map<string, Wanted>();
  const story = new Map<string, Wanted>();
  const others = new Map<string, Wanted>();
  const pictures: PagePicture[] = [];
  const times = new Map<string, number>();
  rewritePage(source, {
    url,
    leave: (target) => target,
    partOf(address, kind, inStory) {
      const list = kind !== 'picture' ? styles : inStory ? story : others;
      if (list.size < maxWanted) list.set(address, { url: address, kind });
      if (list.has(address)) times.set(address, (times.get(address) ?? 0) + 1);
      return null;
    },
    onPicture(picture) {
      if (pictures.length < maxWanted) pictures.push(picture);
    },
  });
  const shown = lead === null ? undefined : pictures.find(({ all }) => all.includes(lead));
  const inStory = pictures.filter((picture) => picture.inStory);
  const small = shown?.small ?? inStory[0]?.small ?? null;
  const leads = [
    ...(shown ? [shown.small, shown.url] : []),
    lead,
    ...inStory.flatMap((picture) => [picture.small, picture.url]),
  ];
  const leading: Wanted[] = lead === null ? [] : [{ url: lead, kind: 'picture' }];
  const listed: Wanted[] = small === null ? [] : [{ url: small, kind: 'picture', most: maxLeadBytes }];
  const rest = extent === 'page' ? others.values() : [];
  const all = new Map<string, Wanted>();
  for (const one of [...styles.values(), ...leading, ...story.values(), ...listed, ...rest])
    if (!all.has(one.url)) all.set(one.url, one);
  return {
    wanted: [...all.values()].slice(0, maxWanted),
    leads: [...new Set(leads)].filter((one) => one !== null),
    pictures,
    times,
  };
}

export function wantedOfSheet(css: string, base: string): Wanted[] {
  const found = new Map<string, Wanted>();
  rewriteCss(css, {
    base,
    partOf(url, kind) {
      if (found.size < maxWanted) found.set(url, { url, kind });
      return null;
    },
  });
  return [...found.values()];
}

const maxDeclared = 3;

/** The pictures that a page names for whoever links to it. */
export function declaredPictures(source: string, url: string): string[] {
  const found = new Set<string>();
  for (const [tag] of source.slice(0, headLength).matchAll(/<meta\s[^<>]{1,5000}>/gi)) {
    const named = /\s(?:property|name)\s*=\s*["']?(?:og|twitter):image(?::secure_url|:url|:src)?["'\s/>]/i.test(tag);
    const content = named ? /\scontent\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(tag) : null;
    const address = content && absolute((content[1] ?? content[2] ?? '').replaceAll('&amp;', '&'), url);
    if (address !== null && found.size < maxDeclared) found.add(address);
  }
  return [...found];
}
