/** Charsets: bytes made with iconv-lite, declared rightly, wrongly or not at all, come back as the text they were made from. */
import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { decodeHtml, sniffCharset } from '../../functions/extract/charset.ts';

const simplified =
  '新华社北京四月三日电 国家主席今天在人民大会堂会见了来访的客人，双方就共同关心的问题交换了意见。会谈结束后，两国代表签署了多项合作文件。';
const traditional =
  '中央社臺北三日電 總統今天在總統府接見外賓，雙方就共同關心的議題交換意見。會談結束後，兩國代表簽署多項合作文件。';
const korean =
  '대통령은 오늘 청와대에서 외국 손님을 만나 공동 관심사에 대해 의견을 나눴다. 회담 뒤 양국 대표는 여러 협력 문서에 서명했다.';
const japanese =
  '首相は三日、官邸で外国からの来客と会談し、共通の関心事について意見を交わした。会談の後、両国の代表は複数の協力文書に署名した。';
const russian =
  'Президент сегодня встретился с гостями и обсудил вопросы сотрудничества двух стран. После переговоров стороны подписали документы.';
const french =
  'Le président a été reçu à l’Élysée, où les deux délégations ont évoqué l’été à venir – “très” cher, 5 €.';

function page(text: string, head = ''): string {
  return `<!doctype html><html><head>${head}<title>x</title></head><body><p>${text}</p></body></html>`;
}

describe('a byte order mark wins over everything', () => {
  test.each([
    { name: 'UTF-8', bom: [0xef, 0xbb, 0xbf], encoding: 'utf-8', charset: 'utf-8' },
    { name: 'UTF-16, little end first', bom: [0xff, 0xfe], encoding: 'utf-16le', charset: 'utf-16le' },
    { name: 'UTF-16, big end first', bom: [0xfe, 0xff], encoding: 'utf-16be', charset: 'utf-16be' },
  ])('$name', ({ bom, encoding, charset }) => {
    const source = page(simplified, '<meta charset="big5">');
    const bytes = Buffer.concat([Buffer.from(bom), iconv.encode(source, encoding, { addBOM: false })]);
    expect(decodeHtml(bytes, 'text/html; charset=gbk')).toEqual({ text: source, charset });
  });
});

describe('a declaration is followed', () => {
  test.each([
    { name: 'header', text: simplified, encoding: 'gbk', type: 'text/html; charset=GBK', head: '', charset: 'gbk' },
    {
      name: 'header in quotes',
      text: simplified,
      encoding: 'gbk',
      type: 'text/html;charset="gbk"',
      head: '',
      charset: 'gbk',
    },
    {
      name: 'header over meta',
      text: french,
      encoding: 'win1252',
      type: 'text/html; charset=windows-1252',
      head: '<meta charset="koi8-r">',
      charset: 'windows-1252',
    },
    {
      name: 'meta charset',
      text: simplified,
      encoding: 'gb18030',
      type: 'text/html',
      head: '<meta charset="gb18030">',
      charset: 'gb18030',
    },
    {
      name: 'meta without quotes',
      text: simplified,
      encoding: 'gbk',
      type: null,
      head: '<meta charset=gb2312>',
      charset: 'gbk',
    },
    {
      name: 'meta http-equiv',
      text: traditional,
      encoding: 'big5',
      type: null,
      head: '<meta http-equiv="Content-Type" content="text/html; charset=big5">',
      charset: 'big5',
    },
    {
      name: 'meta in upper case',
      text: traditional,
      encoding: 'big5',
      type: null,
      head: '<META CHARSET="BIG5">',
      charset: 'big5',
    },
    {
      name: 'header that nobody knows, then meta',
      text: simplified,
      encoding: 'gbk',
      type: 'text/html; charset=none',
      head: '<meta charset="gbk">',
      charset: 'gbk',
    },
    {
      name: 'Shift_JIS',
      text: japanese,
      encoding: 'shift_jis',
      type: null,
      head: '<meta charset="x-sjis">',
      charset: 'shift_jis',
    },
    {
      name: 'EUC-JP',
      text: japanese,
      encoding: 'euc-jp',
      type: null,
      head: '<meta charset="euc-jp">',
      charset: 'euc-jp',
    },
    {
      name: 'EUC-KR',
      text: korean,
      encoding: 'euc-kr',
      type: null,
      head: '<meta charset="euc-kr">',
      charset: 'euc-kr',
    },
    {
      name: 'EUC-KR by its old name',
      text: korean,
      encoding: 'euc-kr',
      type: 'text/html; charset=ks_c_5601-1987',
      head: '',
      charset: 'euc-kr',
    },
    {
      name: 'windows-1251',
      text: russian,
      encoding: 'win1251',
      type: 'text/html; charset=windows-1251',
      head: '',
      charset: 'windows-1251',
    },
    {
      name: 'KOI8-R',
      text: russian,
      encoding: 'koi8-r',
      type: null,
      head: '<meta charset="koi8-r">',
      charset: 'koi8-r',
    },
    {
      name: 'ISO 8859-2',
      text: 'Zażółć gęślą jaźń',
      encoding: 'iso-8859-2',
      type: null,
      head: '<meta charset="iso-8859-2">',
      charset: 'iso-8859-2',
    },
    {
      name: 'ISO 8859-15',
      text: 'cœur, 5 €',
      encoding: 'iso-8859-15',
      type: null,
      head: '<meta charset="iso-8859-15">',
      charset: 'iso-8859-15',
    },
    { name: 'UTF-8', text: 'café', encoding: 'utf-8', type: 'text/html; charset=utf-8', head: '', charset: 'utf-8' },
    {
      name: 'UTF-16 in a meta tag, which can only mean UTF-8',
      text: 'café',
      encoding: 'utf-8',
      type: null,
      head: '<meta charset="utf-16le">',
      charset: 'utf-8',
    },
  ])('$name', ({ text, encoding, type, head, charset }) => {
    const source = page(text, head);
    expect(decodeHtml(iconv.encode(source, encoding), type)).toEqual({ text: source, charset });
  });

  test('in an XML declaration', () => {
    const source = `<?xml version="1.0" encoding="windows-1251"?><html><body><p>${russian}</p></body></html>`;
    expect(decodeHtml(iconv.encode(source, 'win1251'), null)).toEqual({ text: source, charset: 'windows-1251' });
  });

  test('in a meta tag after 3,000 bytes of head', () => {
    const source = page(simplified, `<!-- ${'-'.repeat(3000)} --><meta charset="gbk">`);
    expect(sniffCharset(iconv.encode(source, 'gbk'), null)).toBe('gbk');
  });
});

describe('what a charset is called is not all that it holds', () => {
  test.each([
    {
      name: 'a page called GB2312 with characters of GB18030',
      text: `朱镕基、㐀、𠮷野家`,
      encoding: 'gb18030',
      label: 'gb2312',
      charset: 'gbk',
    },
    {
      name: 'a page called EUC-KR with syllables of windows-949',
      text: '똠방각하 펲시콜라 햏자',
      encoding: 'cp949',
      label: 'euc-kr',
      charset: 'euc-kr',
    },
    {
      name: 'a page called Shift_JIS with characters of windows-31J',
      text: '①髙橋と﨑山',
      encoding: 'cp932',
      label: 'shift_jis',
      charset: 'shift_jis',
    },
    {
      name: 'a page called ISO 8859-1 with quotes of windows-1252',
      text: french,
      encoding: 'win1252',
      label: 'iso-8859-1',
      charset: 'windows-1252',
    },
    {
      name: 'a page called ASCII with quotes of windows-1252',
      text: french,
      encoding: 'win1252',
      label: 'us-ascii',
      charset: 'windows-1252',
    },
    {
      name: 'a page called ISO 8859-9 with letters of windows-1254',
      text: 'İstanbul’da “şimdi” ğ',
      encoding: 'win1254',
      label: 'iso-8859-9',
      charset: 'windows-1254',
    },
  ])('$name', ({ text, encoding, label, charset }) => {
    const source = page(text, `<meta charset="${label}">`);
    expect(decodeHtml(iconv.encode(source, encoding), null)).toEqual({ text: source, charset });
  });
});

describe('a wrong declaration is seen through', () => {
  test.each([
    { name: 'UTF-8 called GBK', text: simplified, encoding: 'utf-8', type: 'text/html; charset=gbk', charset: 'utf-8' },
    {
      name: 'UTF-8 called ISO 8859-1',
      text: french,
      encoding: 'utf-8',
      type: 'text/html; charset=iso-8859-1',
      charset: 'utf-8',
    },
    {
      name: 'UTF-8 called EUC-KR',
      text: korean,
      encoding: 'utf-8',
      type: 'text/html; charset=euc-kr',
      charset: 'utf-8',
    },
    {
      name: 'GB18030 called UTF-8',
      text: simplified,
      encoding: 'gb18030',
      type: 'text/html; charset=utf-8',
      charset: 'gb18030',
    },
    {
      name: 'Big5 called UTF-8',
      text: traditional,
      encoding: 'big5',
      type: 'text/html; charset=utf-8',
      charset: 'big5',
    },
    {
      name: 'EUC-KR called UTF-8',
      text: korean,
      encoding: 'euc-kr',
      type: 'text/html; charset=utf-8',
      charset: 'euc-kr',
    },
    {
      name: 'Shift_JIS called UTF-8',
      text: japanese,
      encoding: 'shift_jis',
      type: 'text/html; charset=utf-8',
      charset: 'shift_jis',
    },
    {
      name: 'windows-1252 called UTF-8',
      text: french,
      encoding: 'win1252',
      type: 'text/html; charset=utf-8',
      charset: 'windows-1252',
    },
    {
      name: 'windows-1251 called UTF-8',
      text: russian,
      encoding: 'win1251',
      type: 'text/html; charset=utf-8',
      charset: 'windows-1251',
    },
  ])('$name', ({ text, encoding, type, charset }) => {
    const source = page(text);
    expect(decodeHtml(iconv.encode(source, encoding), type)).toEqual({ text: source, charset });
  });
});

describe('without a declaration', () => {
  test.each([
    { name: 'UTF-8', text: simplified, encoding: 'utf-8', charset: 'utf-8' },
    { name: 'UTF-8 with one accent', text: 'café', encoding: 'utf-8', charset: 'utf-8' },
    { name: 'ASCII, which is UTF-8', text: 'plain', encoding: 'utf-8', charset: 'utf-8' },
    { name: 'GB18030', text: simplified, encoding: 'gb18030', charset: 'gb18030' },
    { name: 'Big5', text: traditional, encoding: 'big5', charset: 'big5' },
    { name: 'EUC-KR', text: korean, encoding: 'euc-kr', charset: 'euc-kr' },
    { name: 'Shift_JIS', text: japanese, encoding: 'shift_jis', charset: 'shift_jis' },
    { name: 'EUC-JP', text: japanese, encoding: 'euc-jp', charset: 'euc-jp' },
    { name: 'windows-1251', text: russian, encoding: 'win1251', charset: 'windows-1251' },
    { name: 'KOI8-R', text: russian, encoding: 'koi8-r', charset: 'koi8-r' },
    { name: 'windows-1252', text: french, encoding: 'win1252', charset: 'windows-1252' },
  ])('$name is detected', ({ text, encoding, charset }) => {
    const source = page(text);
    expect(decodeHtml(iconv.encode(source, encoding), null)).toEqual({ text: source, charset });
  });

  test('nothing at all is empty UTF-8', () => {
    expect(decodeHtml(new Uint8Array(0), null)).toEqual({ text: '', charset: 'utf-8' });
  });
});

describe('damage', () => {
  test('UTF-8 that was cut inside a character is UTF-8', () => {
    const bytes = Buffer.from(simplified).subarray(0, 102);
    expect(decodeHtml(bytes, null)).toEqual({
      text: '新华社北京四月三日电 国家主席今天在人民大会堂会见了来访的客人，双方�',
      charset: 'utf-8',
    });
  });

  test('every byte there is, declared UTF-8, throws nothing', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    expect(decodeHtml(bytes, 'text/html; charset=utf-8').text).toContain('ABC');
  });

  test('a view into a larger buffer is read within its bounds', () => {
    const whole = Buffer.concat([
      Buffer.from('<meta charset=gbk>'),
      iconv.encode(page(japanese), 'shift_jis'),
      Buffer.from('zzz'),
    ]);
    const view = whole.subarray(18, whole.length - 3);
    expect(decodeHtml(view, null)).toEqual({ text: page(japanese), charset: 'shift_jis' });
  });
});

test.each(['cp949', 'hex', 'base64', 'utf-7', 'ucs2', 'binary', 'cesu8'])(
  'a page that calls itself %s, which browsers do not know, is decoded without throwing',
  (label) => {
    expect(decodeHtml(Buffer.from(page('plain', `<meta charset="${label}">`)), null).text).toContain('<p>plain</p>');
  },
);

test('a page that calls itself cp949 is read as it', () => {
  const source = page('똠방각하 펲시콜라 햏자', '<meta charset="cp949">');
  expect(decodeHtml(iconv.encode(source, 'cp949'), null).text).toBe(source);
});

test('where the header says UTF-8 wrongly, the meta tag is believed before anything is guessed', () => {
  const source = page('新华社电', '<meta charset="gbk">');
  expect(decodeHtml(iconv.encode(source, 'gbk'), 'text/html; charset=utf-8')).toEqual({ text: source, charset: 'gbk' });
});

test('UTF-16 named by the header is UTF-16, also without a byte order mark', () => {
  const source = page(simplified);
  const bytes = iconv.encode(source, 'utf-16le', { addBOM: false });
  expect(decodeHtml(bytes, 'text/html; charset=utf-16le')).toEqual({ text: source, charset: 'utf-16le' });
});

test('one broken byte in a page of declared UTF-8 spoils one character, not the page', () => {
  const bytes = Buffer.concat([Buffer.from(simplified), Buffer.from([0xff]), Buffer.from(simplified)]);
  expect(decodeHtml(bytes, 'text/html; charset=utf-8')).toEqual({
    text: `${simplified}�${simplified}`,
    charset: 'utf-8',
  });
});

test('Big5 with characters that Hong Kong added is read whole', () => {
  // 哋, 啲 and 嘢 are Hong Kong's additions, which are part of big5 in the WHATWG standard.
  const source = page('佢哋話呢啲嘢唔好食');
  expect(decodeHtml(iconv.encode(source, 'big5-hkscs'), 'text/html; charset=big5').text).toBe(source);
});

test.each([
  { name: 'meta against Latin-1', meta: 'utf-8', header: 'iso-8859-1', expected: 'utf-8' },
  { name: 'header against meta', meta: 'windows-1252', header: 'utf-8', expected: 'utf-8' },
  { name: 'nobody says UTF-8', meta: 'iso-8859-1', header: 'windows-1252', expected: 'windows-1252' },
  { name: 'meta against a Chinese label', meta: 'utf-8', header: 'gbk', expected: 'gbk' },
  { name: 'meta against a Japanese label', meta: 'utf-8', header: 'shift_jis', expected: 'shift_jis' },
])('two letters of UTF-8 decide only between alphabets: $name', ({ meta, header, expected }) => {
  const page = Buffer.from(`<meta charset="${meta}"><p>The harbour’s piles aren’t sound.`);
  expect(sniffCharset(page, `text/html; charset=${header}`)).toBe(expected);
});
