/** The language of a text in Latin or Cyrillic script by its commonest words, for texts that come without a page to declare it. */

const commonest: Record<string, string> = {
  en: 'the of and to in that is was for on with as it by at from his her they be this have are not but which',
  de: 'der die und das den von zu mit sich des ist im dem nicht ein eine auf auch es für als werden wird sind',
  fr: 'le la les des et en du une que est pour dans qui par sur pas plus au avec ce il sont aux ne été',
  es: 'el la los las de que y en un una por con para se del al es su como más pero sus le ha fue',
  pt: 'o os as de que e em um uma para com não do da dos das no na por mais se como ao foi',
  it: 'il lo gli di che e un una per con non del della dei delle nel alla si sono è anche più come ha',
  nl: 'de het een van en in is dat op te zijn met voor niet aan er om ook als door naar bij werd maar',
  ru: 'и в не на что с по как это он из за к от его но для то все же было так о',
};
const words = Object.entries(commonest).map(([lang, list]) => ({ lang, set: new Set(list.split(' ')) }));
const minWords = 40;
/** About half of running text is made of a language's commonest words; of another's, a few percent. */
const minShare = 0.15;
const minLead = 1.3;

/** Null where no language stands out. */
export function languageOfWords(text: string): string | null {
  const found = text.toLowerCase().match(/[\p{sc=Latin}\p{sc=Cyrillic}]+/gu) ?? [];
  if (found.length < minWords) return null;
  const [best, second] = words
    .map(({ lang, set }) => ({ lang, share: found.filter((word) => set.has(word)).length / found.length }))
    .sort((a, b) => b.share - a.share);
  return best && second && best.share >= minShare && best.share >= second.share * minLead ? best.lang : null;
}
