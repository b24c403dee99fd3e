/** Words of many languages that stand before the names of authors, or in their place: labels, agencies, towns, nobody in particular. */

/** Before a colon. Most of them stand before a name without one, too, where the page marks that place as the author's. */
const labels = wordSet(`
  автор | авторы | автори | автора | аутор | аўтар | муаллиф | текст | материал | подготовил | подготовила | подготовили | беседовал | беседовала |
  записал | записала | журналист | корреспондент | обозреватель | підготував | підготувала | журналіст | кореспондент | пише | пишува | репортер |
  autor | autori | autorka | autorica | avtor | avtorica | autors | autorius | szerző | írta | piše | pišu | napisao | napisala | napsal |
  napsala | napisał | napisała | opracował | opracowała | opracowanie | oprac | rozmawiał | rozmawiała | tekst | teksts | tekstas | parengė |
  teksti | kirjoittaja | toimittaja | skribent | höfundur | forfatter | journalist | journaliste | redactor | redactora | scris de | articol de |
  text de | shkruan | autora | texto | texto de | testo | testo di | articolo di | di | reportaje | reportagem | escribe | firma | redacción |
  texte | texte de | rédaction | article de | reportage | auteur | autrice | door | tekst door | geschreven door | egilea | per | deur | gan |
  συντάκτης | συντάκτρια | κείμενο | γράφει | γράφουν | επιμέλεια | ρεπορτάζ | από | ανταπόκριση |
  yazar | yazan | haber | muhabir | derleyen | müəllif | müallif | muallif |
  كتب | كتبت | كتبه | كتابة | بقلم | الكاتب | الكاتبة | إعداد | اعداد | تقرير | مراسل | نویسنده | نگارنده | خبرنگار | به قلم | نوشته | گزارش | تحریر | مصنف | رپورٹ |
  מאת | הכתב | כותב | כותבת | כתב | כתבת |
  लेखक | लेखिका | द्वारा | रिपोर्ट | रिपोर्टर | संवाददाता | प्रस्तुति | লেখক | প্রতিবেদক | লিখেছেন | எழுதியவர் | ஆசிரியர் | రచయిత | ಲೇಖಕರು | ലേഖകൻ | લેખક | ਲੇਖਕ |
  โดย | ผู้เขียน | เขียนโดย | เรื่อง | เรียบเรียงโดย | ผู้สื่อข่าว | ໂດຍ | ដោយ |
  tác giả | bài | bài viết | bài và ảnh | thực hiện | phóng viên | oleh | penulis | reporter | laporan | wartawan | pewarta | jurnalis | kontributor |
  ავტორი | հեղինակ | հեղինակը | imeandikwa na
`);

/** Those that stand before a name without a colon, and seldom before anything else. */
const openers = wordSet(`
  подготовил | подготовила | беседовал | беседовала | підготував | підготувала | корреспондент | кореспондент | opracował | opracowała | napsal | napsala |
  γράφει | γράφει ο | γράφει η | γράφουν οι | του συντάκτη | كتب | كتبت | بقلم | إعداد | اعداد | به قلم | מאת | द्वारा | โดย | เขียนโดย | ໂດຍ | ដោយ |
  text von | text by | texte de | texto de | texto por | testo di | tekst door | words by | penulis | pewarta | imeandikwa na
`);

/** The first words of those, since most texts begin with none. */
const openings = new Set([...openers].map((opener) => opener.split(' ')[0]));

/** Nobody in particular: better than nothing, and not than a name. */
const nobody = wordSet(`
  agencies | agenturen | agence | agences | agencias | agências | agenzie | agentschappen | wire reports | wire services | news agencies |
  staff | staff writer | staff writers | staff reporter | staff correspondent | special correspondent | our correspondent | correspondent |
  own correspondent | our reporter | web desk | webdesk | web team | news desk | newsdesk | news team | online desk | digital desk | digital team |
  online editor | online editors | editor | editors | editorial | editorial team | editorial staff | editorial board | newsroom | team | content team |
  marketing team | redaktion | die redaktion | online redaktion | la rédaction | rédaction | la redacción | redacción | redaccion | la redazione |
  redazione | redactie | de redactie | redação | da redação | redakcja | redakce | redakcia | redakcija | redacția | szerkesztőség | redaktsioon |
  redaksi | tim redaksi | haber merkezi | редакция | редакція | редакцията | от редакции | συντακτική ομάδα | newsroom team |
  هيئة التحرير | التحرير | מערכת | מערכת האתר | निजस्व प्रतिनिधि | वेब डेस्क | न्यूज़ डेस्क | डिजिटल डेस्क | নিজস্ব প্রতিবেদক | অনলাইন ডেস্ক | ডেস্ক রিপোর্ট |
  กองบรรณาธิการ | ban biên tập | 编辑部 | 編輯部 | 編集部 | 편집부 | 디지털뉴스팀 | 온라인뉴스팀 | guest author | guest contributor | contributor
`);

const agencies = wordSet(`
  afp | ap | dpa | reuters | apa | sid | efe | ansa | upi | pa | tass | pti | ani | dpa-infocom | bloomberg | jiji | kyodo | ians | uni | xinhua | cna | yonhap |
  associated press | the associated press | pa media | press association | agence france-presse | afp news | jiji press | kyodo news |
  antara | bernama | vna | ttxvn | tt | ntb | ritzau | stt | belga | anp | lusa | mti | pap | čtk | ctk | tasr | tanjug | fena | srna |
  agerpres | bta | aa | dha | iha | anka | wafa | wam | qna | kuna | irna | isna | تسنیم |
  тасс | риа новости | интерфакс | укринформ | унн | униан | белта | казинформ | أ ف ب | رويترز | وكالات | واس | سانا | وام | وفا |
  新华社 | 新華社 | 中新社 | 中央社 | 共同通信 | 共同 | 時事通信 | 時事 | 聯合報 | 연합뉴스 | 뉴시스 | 뉴스1 | पीटीआई | एएनआई | आईएएनएस | भाषा
`);

/** What somebody is, beside the name. */
const roles = wordSet(`
  корреспондент | фотокорреспондент | кореспондент | журналист | журналистка | журналіст | обозреватель | редактор | новинар | dziennikarz | dziennikarka |
  redaktor | redaktorka | korespondent | novinar | novinarka | novinář | újságíró | szerkesztő | ziarist | jurnalist | δημοσιογράφος | συντάκτης |
  muhabir | yazar | editör | gazeteci | صحفي | صحافي | كاتب | كاتبة | مراسل | خبرنگار | צלם | כתב | כתבת | पत्रकार | संवाददाता | periodista | reportero |
  corresponsal | colunista | jornalista | repórter | giornalista | inviato | corrispondente | verslaggever | toimittaja | wartawan | jurnalis
`);

/** Towns and countries of two words and more, which look like the names of people where a report begins with them. */
const places = wordSet(`
  abu dhabi | addis ababa | baton rouge | belo horizonte | buenos aires | cape town | costa rica | den haag | el salvador | frankfurt am main |
  fort worth | ho chi minh | ho chi minh city | hong kong | kansas city | kuala lumpur | kuwait city | la paz | las palmas | las vegas | los angeles |
  mexico city | monte carlo | new delhi | new orleans | new york | new york city | new zealand | northern ireland | panama city |
  phnom penh | port elizabeth | port harcourt | port louis | port moresby | port sudan | port vila | puerto rico | rio de janeiro |
  saint petersburg | salt lake city | san antonio | san diego | san francisco | san jose | san josé | san juan | san marino | san salvador |
  santa cruz | santa fe | santiago de chile | santo domingo | saudi arabia | sierra leone | south africa | south korea | north korea | sri lanka |
  st petersburg | st. petersburg | st louis | st. louis | são paulo | sao paulo | tel aviv | united kingdom | united states | west bank
`);

/** Words of sections, teams and topics, which stand beside a date as names do. */
const topics = wordSet(`
  affairs | analysis | athletic | business | climate | city | county | culture | economy | education | entertainment | environment | finance |
  football | guide | guides | health | league | lifestyle | local | music | national | opinion | politics | province | reference | region |
  science | security | sport | sports | technology | travel | tutorial | united | weather | world
`);

/** How much of the beginning of a text is a label with its colon, or a word that opens a line of names; 0 for none. */
export function labelLength(text: string): number {
  const before = /^([\p{L}\p{M}’' ]{1,24})(?:\s?[:：]|՝)\s*/u.exec(text);
  if (before && labels.has(plain(before[1] ?? ''))) return before[0].length;
  const first = text.indexOf(' ');
  if (first < 0 || !openings.has(plain(text.slice(0, first)))) return 0;
  let length = 0;
  for (let end = first, words = 0; end > 0 && words < 3; end = text.indexOf(' ', end + 1), words++)
    if (openers.has(plain(text.slice(0, end)))) length = end + 1;
  return length;
}

/** A label alone, before what it labels: with its colon, or one that is nothing else. */
export function isLabel(text: string): boolean {
  const bare = plain(text.replace(/\s?[:：՝]$/, ''));
  return openers.has(bare) || (bare.length < text.length && labels.has(bare));
}

export function isNobody(name: string): boolean {
  return nobody.has(plain(name.replace(/^(?:by|von|par|por|the) /i, '')));
}

export function hasRole(text: string): boolean {
  return text.split(/[\s,/-]+/).some((word) => roles.has(plain(word)));
}

export function isPlace(text: string): boolean {
  return places.has(plain(text));
}

export function hasTopic(text: string): boolean {
  return text.split(/\s+/).some((word) => topics.has(plain(word)));
}

export function isAgency(name: string): boolean {
  return agencies.has(plain(name));
}

function plain(text: string): string {
  return text.normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim();
}

function wordSet(list: string): Set<string> {
  return new Set(list.split('|').map(plain));
}
