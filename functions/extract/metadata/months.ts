/** The names of the months in the languages that news is written in -> their numbers. */

/** Whole names, their genitives and the abbreviations that sites use; in lower case, without accents that can be taken off. */
const rows = [
  'january jan januar janvier januari jaenner janner jan janv enero ene gennaio gen genn janeiro styczen stycznia sty leden ledna januara ianuarie ian sijecanj sijecnja sijecanja januarja января январь янв січня січень січ януари яну јануар јануара ιανουαριος ιανουαριου ιαν ocak oca tammikuuta tammikuu tammi jaanuar janvaris janvari sausio sausis saus gener urtarrila xaneiro januari januar janar يناير جانفي ינואר जनवरी জানুয়ারি জানুয়ারি มกราคม ม.ค. جنوری januarie leden eanair ionawr',
  'february feb februar fevrier fev fevr february febrero febbraio febb fevereiro luty lutego lut unor unora februara februarie veljaca veljace februarja februari февраля февраль фев февр лютого лютий лют февруари фебруар фебруара φεβρουαριος φεβρουαριου φεβ φεβρ subat sub helmikuuta helmikuu helmi veebruar februaris februari vasario vasaris vas febrer otsaila febreiro feber shkurt فبراير فيفري شباط פברואר फरवरी फ़रवरी ফেব্রুয়ারি ফেব্রুয়ারি กุมภาพันธ์ ก.พ. فروری februarius',
  'march mar marz maerz mrz mars marzo marco maart mrt marzec marca brezen brezna martie ozujak ozujka marec marca марта март мар мрт березня березень бер μαρτιος μαρτιου μαρ mart maaliskuuta maaliskuu maalis marts marta kovo kovas kov marc martxoa martxoaren maret mac مارس آذار اذار מרץ मार्च মার্চ มีนาคม มี.ค. مارچ',
  'april apr avril avr abril abr aprile kwiecien kwietnia kwi duben dubna aprilie travanj travnja aprila апреля апрель апр квітня квітень квіт април απριλιος απριλιου απρ nisan nis huhtikuuta huhtikuu huhti aprill aprilis aprili balandzio balandis bal apirila apirilaren prill أبريل ابريل إبريل أفريل نيسان אפריל अप्रैल এপ্রিল เมษายน เม.ย. اپریل aibrean ebrill',
  'may mai mayo maggio mag maio mei maj maja kveten kvetna svibanj svibnja мая май травня травень трав мај маја μαιος μαιου μαι mayis toukokuuta toukokuu touko maijs maija geguzes geguze geg maig maiatza maiatzaren maius majus mei maji مايو ماي أيار ايار מאי मई মে พฤษภาคม พ.ค. مئی',
  'june jun juin juni junio giugno giu junho czerwiec czerwca cze cerven cervna iunie iun lipanj lipnja junija juna июня июнь июн червня червень черв юни јун јуна ιουνιος ιουνιου ιουν haziran haz kesakuuta kesakuu kesa juuni junijs junija birzelio birzelis bir juny ekaina ekainaren xuno junius qershor juni يونيو جوان حزيران יוני जून জুন มิถุนายน มิ.ย. جون',
  'july jul juillet juil juli julio luglio lug julho lipiec lipca lip cervenec cervence iulie iul srpanj srpnja julija jula июля июль июл липня липень лип юли јул јула ιουλιος ιουλιου ιουλ temmuz tem heinakuuta heinakuu heina juuli julijs liepos liepa liep juliol uztaila uztailaren xullo julius korrik julai يوليو جويلية تموز יולי जुलाई জুলাই กรกฎาคม ก.ค. جولائی',
  'august aug aout agosto ago augustus augusti sierpien sierpnia sie srpen srpna kolovoz kolovoza avgust avgusta августа август авг серпня серпень серп αυγουστος αυγουστου αυγ agustos agu elokuuta elokuu elo augusts augusta rugpjucio rugpjutis rugp agost abuztua abuztuaren agustus ogos gusht augustus أغسطس اغسطس أوت آب اب אוגוסט अगस्त আগস্ট สิงหาคม ส.ค. اگست ogos',
  'september sep sept septembre septiembre setiembre settembre set sett setembro wrzesien wrzesnia wrz zari septembrie rujan rujna septembra сентября сентябрь сен сент вересня вересень вер септември септембар септембра σεπτεμβριος σεπτεμβριου σεπ σεπτ eylul eyl syyskuuta syyskuu syys septembris septembri rugsejo rugsejis rugs setembre iraila irailaren szeptember szept shtator سبتمبر شتنبر أيلول ايلول ספטמבר सितंबर सितम्बर সেপ্টেম্বর กันยายน ก.ย. ستمبر',
  'october oct octobre oktober okt octubre ottobre ott outubro out pazdziernik pazdziernika paz rijen rijna octombrie oktobra октября октябрь окт жовтня жовтень жовт октомври октобар октобра οκτωβριος οκτωβριου οκτ ekim eki lokakuuta lokakuu loka oktoober oktobris oktobri spalio spalis spal urria urriaren outubro tetor أكتوبر اكتوبر אוקטובר अक्टूबर अक्तूबर অক্টোবর ตุลาคม ต.ค. اکتوبر',
  'november nov novembre noviembre novembro listopad listopada lis listopadu noiembrie noi studeni studenoga studenog novembra ноября ноябрь ноя нояб листопада листопад лист ноември новембар новембра νοεμβριος νοεμβριου νοε kasim kas marraskuuta marraskuu marras novembris novembri lapkricio lapkritis lapkr azaroa azaroaren nentor نوفمبر نونبر נובמבר नवंबर नवम्बर নভেম্বর พฤศจิกายน พ.ย. نومبر',
  'december dec decembre dezember dez diciembre dic dicembre dezembro desember des grudzien grudnia gru prosinec prosince decembrie prosinac prosinca decembra декабря декабрь дек грудня грудень груд декември децембар децембра δεκεμβριος δεκεμβριου δεκ aralik ara joulukuuta joulukuu joulu detsember decembris decembri gruodzio gruodis gruod desembre abendua abenduaren dhjetor disember ديسمبر دجنبر דצמבר दिसंबर दिसम्बर ডিসেম্বর ธันวาคม ธ.ค. دسمبر',
];

const numbers = new Map<string, number>();
for (const [i, row] of rows.entries())
  for (const name of row.split(' ')) if (!numbers.has(plain(name))) numbers.set(plain(name), i + 1);

/** From 1 to 12; undefined for what is the name of no month. A full stop, an accent or a Hebrew preposition may stand with it. */
export function monthNumber(name: string): number | undefined {
  const word = plain(name.toLowerCase()).replace(/\.$/, '');
  return (
    numbers.get(word) ?? numbers.get(`${word}.`) ?? (word.startsWith('ב') ? numbers.get(word.slice(1)) : undefined)
  );
}

function plain(name: string): string {
  return /^[\p{sc=Latin}\p{sc=Greek}\p{M}]+\.?$/u.test(name)
    ? name.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('ı', 'i')
    : name.normalize('NFC');
}
