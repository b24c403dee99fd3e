/** The language of a page as a BCP 47 tag: what it declares, unless its script says otherwise. */
import { metaContent, type PageFacts } from './page.ts';

const sampleLength = 4000;

export function findLanguage(page: PageFacts): string | null {
  const declared =
    page.$('html').attr('lang') ??
    page.$('html').attr('xml:lang') ??
    metaContent(page, 'og:locale', 'content-language', 'dc.language', 'language', 'inlanguage');
  const tag = canonical(declared ?? page.$('meta[http-equiv="content-language" i]').attr('content'));
  const script = languageOfScript(page.$('body').text().slice(0, sampleLength));
  if (script === null) return tag;
  // Templates leave `lang="en"` on pages in Chinese; no page in Chinese script is in English.
  return tag?.startsWith(script) ? tag : script === 'zh' && tag?.startsWith('yue') ? tag : script;
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

/** The language of a script that one language uses, when most letters of the text are in it. */
export function languageOfScript(text: string): string | null {
  const count = (script: RegExp) => text.match(script)?.length ?? 0;
  const letters = count(/\p{L}/gu);
  if (letters < 40) return null;
  const kana = count(/[\p{scx=Hiragana}\p{scx=Katakana}]/gu);
  const han = count(/\p{scx=Han}/gu);
  if ((kana + han) / letters > 0.4) return kana / letters > 0.08 ? 'ja' : 'zh';
  if (count(/\p{scx=Hangul}/gu) / letters > 0.4) return 'ko';
  if (count(/\p{scx=Thai}/gu) / letters > 0.4) return 'th';
  return null;
}
