/** The language of a page as a BCP 47 tag: what its script and its words say, and what it declares where these agree. */
import { metaContent, type PageFacts } from './page.ts';
import { languageOfWords, shareOfWords } from './stopwords.ts';

const sampleLength = 6000;

export function findLanguage(page: PageFacts): string | null {
  const declared = [
    page.named('html')[0]?.attribs.lang,
    page.named('html')[0]?.attribs['xml:lang'],
    metaContent(page, 'og:locale', 'content-language', 'dc.language', 'language', 'inlanguage'),
    page.named('meta').find(({ attribs }) => /^content-language$/i.test(attribs['http-equiv'] ?? ''))?.attribs.content,
  ];
  const tag = declared.map(canonical).find((found) => found !== null) ?? null;
  const sample = sampleOf(page);
  const scripts = languagesOfScript(sample);
  const primary = tag?.split('-', 1)[0] ?? '';
  if (scripts !== null) {
    // Templates leave `lang="en"` on pages in Chinese; no page in Chinese script is in English.
    if (scripts.includes(primary)) return tag;
    const said = languageOfWords(sample);
    return said !== null && scripts.includes(said) ? said : (scripts[0] ?? tag);
  }
  const said = languageOfWords(sample);
  if (tag === null || said === null || said === primary || sameWords(said, primary)) return tag ?? said;
  // A language that is not known by its words is believed.
  const share = shareOfWords(sample, primary);
  return share !== null && share < shareOfSaid(sample, said) / 2 ? said : tag;
}

function shareOfSaid(sample: string, said: string): number {
  return shareOfWords(sample, said) ?? 0;
}

/** Paragraphs where there are enough of them: menus are in the language of the template. */
function sampleOf(page: PageFacts): string {
  const paragraphs = page.$(page.named('p').slice(0, 60)).text().slice(0, sampleLength);
  if (paragraphs.length > 400) return paragraphs;
  const body = page.bodyText();
  // HTML lets authors leave out `body`, and the parser makes none.
  return (body.trim() === '' ? page.$.root().text() : body).slice(0, sampleLength);
}

function sameWords(a: string, b: string): boolean {
  return (
    [a, b].every((lang) => /^(no|nb|nn|da)$/.test(lang)) ||
    [a, b].every((lang) => /^(hr|sr|bs|sh)$/.test(lang)) ||
    [a, b].every((lang) => /^(id|ms)$/.test(lang))
  );
}

function canonical(tag: string | null | undefined): string | null {
  const candidate = tag
    ?.trim()
    .split(/[,;\s]/, 1)[0]
    ?.replaceAll('_', '-');
  if (!candidate) return null;
  try {
    return Intl.getCanonicalLocales(candidate)[0] ?? null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Scripts that tell the language, or the few that it may be, the likeliest first. Latin and Cyrillic tell none. */
const scripts: [RegExp, string[]][] = [
  [/\p{sc=Hangul}/gu, ['ko']],
  [/\p{sc=Thai}/gu, ['th']],
  [/\p{sc=Arabic}/gu, ['ar', 'fa', 'ur', 'ps', 'ckb', 'ku', 'ug', 'sd', 'prs', 'arz', 'ary', 'az']],
  [/\p{sc=Hebrew}/gu, ['he', 'yi', 'iw']],
  [/\p{sc=Devanagari}/gu, ['hi', 'mr', 'ne', 'sa', 'kok', 'mai']],
  [/\p{sc=Bengali}/gu, ['bn', 'as']],
  [/\p{sc=Greek}/gu, ['el']],
  [/\p{sc=Tamil}/gu, ['ta']],
  [/\p{sc=Telugu}/gu, ['te']],
  [/\p{sc=Gujarati}/gu, ['gu']],
  [/\p{sc=Kannada}/gu, ['kn']],
  [/\p{sc=Malayalam}/gu, ['ml']],
  [/\p{sc=Gurmukhi}/gu, ['pa']],
  [/\p{sc=Oriya}/gu, ['or']],
  [/\p{sc=Sinhala}/gu, ['si']],
  [/\p{sc=Khmer}/gu, ['km']],
  [/\p{sc=Lao}/gu, ['lo']],
  [/\p{sc=Myanmar}/gu, ['my']],
  [/\p{sc=Tibetan}/gu, ['bo', 'dz']],
  [/\p{sc=Ethiopic}/gu, ['am', 'ti']],
  [/\p{sc=Georgian}/gu, ['ka']],
  [/\p{sc=Armenian}/gu, ['hy']],
];
const mostLetters = 0.4;
/** Japanese has about half its letters in kana; a Chinese text has some in names and none in its marks, which both share. */
const leastKana = 0.12;

function languagesOfScript(text: string): string[] | null {
  const count = (script: RegExp) => text.match(script)?.length ?? 0;
  const letters = count(/\p{L}/gu);
  if (letters < 40) return null;
  // Most texts, of which no more is to be counted.
  if (count(/[\p{sc=Latin}\p{sc=Cyrillic}]/gu) / letters >= 1 - mostLetters) return null;
  const kana = count(/[\p{sc=Hiragana}\p{sc=Katakana}]/gu);
  const han = count(/\p{sc=Han}/gu);
  if ((kana + han) / letters > mostLetters)
    return kana / letters > leastKana ? ['ja'] : ['zh', 'yue', 'lzh', 'wuu', 'nan', 'cmn', 'hak'];
  const found = scripts.find(([script]) => count(script) / letters > mostLetters)?.[1] ?? null;
  if (found?.[0] !== 'ar') return found;
  // Letters that Arabic has not: of Urdu, of Persian.
  if (count(/[ٹڈڑےں]/gu) / letters > 0.01) return ['ur', 'ps', 'sd'];
  return count(/[پچژگک]/gu) / letters > 0.02 ? ['fa', 'ps', 'ckb', 'ug', 'prs', 'az'] : found;
}

/** The language of a script that one language uses, when most letters of the text are in it. */
export function languageOfScript(text: string): string | null {
  return languagesOfScript(text)?.[0] ?? null;
}
