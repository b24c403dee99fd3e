/** Which type of news a page is: by its data, by its section and by the words of its address. */
import type { NewsType } from '../../article/news-type.ts';
import { names, typesOf } from './json-ld.ts';
import { metaContent, type PageFacts } from './page.ts';

type Sign = { type: NewsType; data: RegExp; words: RegExp };

/** `words`: a section, or a part of an address without its marks. */
const signs: Sign[] = [
  {
    type: 'live',
    data: /^LiveBlogPosting$/,
    words:
      /^(live|live-?blogs?|live-?tickers?|newsticker|news-?blog|live-?updates?|en-direct|direct|endirect|en-vivo|envivo|directo|minuto-a-minuto|diretta|ao-vivo|aovivo|relacja-na-zywo|na-zywo|canli|canli-anlatim|文字直播|直播)$/i,
  },
  {
    type: 'opinion',
    data: /^(OpinionNewsArticle|Claim)$/,
    words:
      /^(opinions?|op-?eds?|comment|commentary|columns?|columnists?|editorials?|meinung(en)?|kommentare?|leitartikel|kolumnen?|glossen?|gastbeitrag|debatte|tribunes?|editos?|editoriaux|idees|opinion(es)?|columnas?|editoriales|opinioni|editoriali|opiniao|colunas?|opinie|opinies|columnisten|opinia|komentarze|debatt|ledare|ledere?|kronikk?|meninger|synspunkt|mielipide|kolumnit|yazarlar|社論|社论|評論|评论|觀點|观点|社説|オピニオン|사설|칼럼|오피니언)$/iu,
  },
  {
    type: 'gallery',
    data: /^(ImageGallery|MediaGallery|VideoGallery)$/,
    words:
      /^(galler(y|ies)|photo-?galler(y|ies)|photos?|pictures|in-pictures|slideshows?|photo-?essays?|fotostrecken?|bilderstrecken?|bildergalerien?|fotogalerien?|diaporamas?|portfolios?|fotogalerias?|galerias?|galeri|foto-?galeri|fotogallery|写真|フォト|图集|圖輯|포토)$/iu,
  },
  {
    type: 'video',
    data: /^VideoObject$/,
    words: /^(videos?|watch|vid[eé]os?|mediathek|filmy|wideo|動画|视频|影音|영상)$/iu,
  },
];
const report = /^(Reportage|Analysis|Background|AskPublic|Review)?NewsArticle$/;

/** Null where nothing says that it is news. */
export function findNewsType(page: PageFacts, section: string | null): NewsType | null {
  const own = page.story === null ? [] : typesOf(page.story);
  const byData = signs.find(({ data }) => own.some((type) => data.test(type)));
  if (byData) return byData.type;
  if (/^true$/i.test(metaContent(page, 'article:opinion', 'og:article:opinion') ?? '')) return 'opinion';
  if (/^video\b/i.test(metaContent(page, 'og:type') ?? '')) return 'video';
  const sections = [
    section,
    ...(page.story ? names(page.story.articleSection, page.nodes) : []),
    ...(page.meta.get('article:section') ?? []),
  ];
  const words = [...sections.flatMap((name) => name ?? []), ...partsOf(page.url)].map((word) =>
    word.trim().replace(/\s+/g, '-'),
  );
  const byWords = signs.find(({ words: test }) => words.some((word) => word.length < 30 && test.test(word)));
  if (byWords) return byWords.type;
  const only = page.story === null ? page.nodes.flatMap(typesOf) : [];
  const main = signs.find(
    ({ type, data }) => (type === 'gallery' || type === 'video') && only.some((each) => data.test(each)),
  );
  if (main && metaContent(page, 'og:type') !== 'article') return main.type;
  return own.some((type) => report.test(type)) ? 'news' : null;
}

/** The folders of an address; its last part names the story itself. */
function partsOf(url: string): string[] {
  return new URL(url).pathname
    .slice(0, 500)
    .split('/')
    .slice(1, -1)
    .map((part) => decoded(part).toLowerCase());
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // Bytes that are no UTF-8 name no section.
    return part;
  }
}
