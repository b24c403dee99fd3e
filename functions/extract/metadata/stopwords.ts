/** The language of a text in Latin or Cyrillic script by its commonest words, for texts that come without a page to declare it. */

const commonest: Record<string, string> = {
  en: 'the of and to in that is was for on with as it by at from his her they be this have are not but which',
  de: 'der die und das den von zu mit sich des ist im dem nicht ein eine auf auch es für als werden wird sind',
  fr: 'le la les des et en du une que est pour dans qui par sur pas plus au avec ce il sont aux ne été',
  es: 'el la los las de que y en un una por con para se del al es su como más pero sus le ha fue',
  pt: 'o os as de que e em um uma para com não do da dos das no na por mais se como ao foi',
  it: 'il lo gli di che e un una per con non del della dei delle nel alla si sono è anche più come ha',
  nl: 'de het een van en in is dat op te zijn met voor niet aan er om ook als door naar bij werd maar',
  da: 'og i at det er en til på som af for med den de ikke der har et han men om var jeg fra vil skal kan ved blev hvor også efter',
  no: 'og i det er på til som en for av at med den de ikke har om et fra var jeg men han vil seg kan ble skal også etter når mot',
  sv: 'och i att det som en på är av för med den till de inte om ett har han var jag från men kan vid efter ska också sig eller när',
  fi: 'ja on ei että se oli hän mutta myös ovat kun niin joka kuin sen ole tai voi mukaan jos vain nyt sekä ollut jo olla',
  pl: 'w i na z do się nie że to jest o jak za od po przez dla są ale przy był co oraz będzie tym ze jego może także jednak które',
  cs: 'a v se na je že s z do o k i ve pro za by jsou ale které který jako po jeho už byl bude při také jen podle nebo',
  ro: 'de și în a la care cu din nu pe o un că să este pentru mai au fost prin ce sau se al ale sunt fi după lui dar',
  hu: 'a az és hogy is nem egy ez meg volt csak már azt még mint de vagy ki el fel lesz van kell után szerint lehet majd',
  tr: 've bir bu da de için ile olarak daha çok gibi en olan kadar ne ama sonra var olduğunu göre her ise dedi değil o ancak',
  id: 'yang dan di dengan untuk pada dari ini itu dalam tidak akan juga oleh ke sebagai adalah ada tersebut atau bisa saat telah karena mereka',
  vi: 'và của là có được cho không với các trong người này một những đã khi để đến từ về cũng như ở tại nhiều sau năm',
  uk: 'і в на не що з до у та як за від це про його для але він був які або також під час вони буде після може',
  bg: 'на и да в се за от е са с не по че до като това ще те които но при има си след беше през към или',
  ca: 'de la que el i a en els les un per amb una del es no al són com més ha dels seva també ser aquest però ja',
  hr: 'i u je na se da su za od s o što koji kao ali ne to nije iz po bi do će koja te sa nakon kako bio samo',
  ru: 'и в не на что с по как это он из за к от его но для то все же было так о',
};
const words = Object.entries(commonest).map(([lang, list]) => ({ lang, set: new Set(list.split(' ')) }));
const languagesOf = new Map<string, string[]>();
for (const { lang, set } of words)
  for (const word of set) languagesOf.set(word, [...(languagesOf.get(word) ?? []), lang]);
const minWords = 40;
/** About half of running text is made of a language's commonest words; of another's, a few percent. */
const minShare = 0.15;
const minLead = 1.1;

/** The share of the commonest words of a language in a text; null for a language whose words are not known. */
export function shareOfWords(text: string, lang: string): number | null {
  const known = words.find((each) => each.lang === (/^(nb|nn)$/.test(lang) ? 'no' : lang));
  const found = text.toLowerCase().match(/[\p{sc=Latin}\p{sc=Cyrillic}]+/gu) ?? [];
  return known && found.length > 0 ? found.filter((word) => known.set.has(word)).length / found.length : null;
}

/** Null where no language stands out. */
export function languageOfWords(text: string): string | null {
  const found = text.toLowerCase().match(/[\p{sc=Latin}\p{sc=Cyrillic}]+/gu) ?? [];
  if (found.length < minWords) return null;
  const counts = new Map<string, number>();
  for (const word of found)
    for (const lang of languagesOf.get(word) ?? []) counts.set(lang, (counts.get(lang) ?? 0) + 1);
  const [best, second = { share: 0 }] = [...counts]
    .map(([lang, count]) => ({ lang, share: count / found.length }))
    .sort((a, b) => b.share - a.share);
  return best && best.share >= minShare && best.share >= second.share * minLead ? best.lang : null;
}
