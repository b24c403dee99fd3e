/** Which lines of a page belong to its story: those that look like it and stand apart, and not what the site adds. */
import { describe, expect, test } from 'vitest';
import { extract } from '../../functions/capture/extract.ts';
import { paragraphs as lines, title } from '../support/crane.ts';

const paragraph = (line: string) => `<p>${line}</p>`;
const story = lines.map(paragraph).join('');
const author = '<meta name="author" content="Ida Storm">';

function textOf(body: string, head = ''): string {
  const html = `<!doctype html><html lang="en"><head><title>${title}</title>${head}</head><body>${body}</body></html>`;
  const { text } = extract(Buffer.from(html), { url: 'https://quayherald.example/crane', contentType: 'text/html' });
  return text ?? '';
}
const around = (top: string, end = '') => `<main><article><h1>${title}</h1>${top}${story}${end}</article></main>`;

describe('the lead is in', () => {
  const lead = 'Two cranes are better than one, say those who have waited in the rain since the autumn.';
  const page = (standing: string) =>
    `<main><header><h1>${title}</h1>${standing}</header><div class="body">${story}</div></main>`;

  test('when it is called so', () => {
    expect(textOf(page(`<div class="article-lead"><h2>${lead}</h2></div>`)).split('\n')).toEqual([lead, ...lines]);
  });

  test('when it is the description of the page', () => {
    const head = `<meta property="og:description" content="${lead}">`;
    expect(textOf(page(`<div><span>${lead}</span></div>`), head).split('\n')).toEqual([lead, ...lines]);
  });

  test('when its data describes the page so, with buttons between and without a heading', () => {
    const data = { '@type': 'NewsArticle', headline: title, description: `${lead} So they told the board.` };
    const head = `<script type="application/ld+json">${JSON.stringify(data)}</script>`;
    const buttons = '<div>Save</div>'.repeat(20);
    expect(
      textOf(`<main><div><span>${lead}</span></div>${buttons}<div class="body">${story}</div></main>`, head).split(
        '\n',
      )[0],
    ).toBe(lead);
  });

  test('when the path of the page has its headline as well', () => {
    const path = `<ol class="breadcrumbs"><li><h1>${title}</h1></li></ol>`;
    const top = `<header><h2>${title}</h2><p class="article__excerpt">${lead}</p></header>`;
    expect(textOf(`<main>${path}<p>More</p>${top}<div class="body">${story}</div></main>`).split('\n')[0]).toBe(lead);
  });
});

describe('these parts of a page are out', () => {
  const other = 'The mailing of the harbour brings the news of all the quays to those who write down where they live.';
  test.each([
    {
      name: 'the story again, as hidden data',
      end: `<div style="display:none" itemscope itemtype="http://schema.org/NewsArticle"><div itemprop="publisher">QuayHeraldX</div>
        <div itemprop="articleBody">${lines.join(' ')} ${lines.join(' ')}</div></div>`,
    },
    {
      name: 'a hidden form that a button opens',
      end: `<button aria-controls="f">Log in</button><section id="f" hidden><p>${other}</p><input type="password"></section>`,
    },
    {
      name: 'a part that is labelled as something else',
      end: `<section aria-label="Newsletter"><p>${other}</p></section>`,
    },
    {
      name: 'what a word shows when it is touched',
      end: `<p>The crane<span class="tooltip-content">${other}</span></p>`,
    },
  ])('$name', ({ end }) => {
    const text = textOf(around('', end));
    expect(text.replace('\nThe crane', '')).toBe(lines.join('\n'));
  });
});

test.each([
  'The regulator found that the company had passed personal data to third-party providers in eleven countries.',
  'You have 80 % of this town living from the boats, said Olga Fischer, who has counted them for thirty years.',
  'When you have 40% of this generation unable to rent a flat, the mayor said, you have no town in twenty years.',
  'If you have lost 30% of this catch, the state pays for half of it, and the boats stay at the quay until May.',
])('a story keeps its sentence %s', (sentence) => {
  expect(textOf(around('', paragraph(sentence))).split('\n')).toContain(sentence);
});

test.each([
  'Personenbezogene Daten können an Drittplattformen übermittelt werden. Mehr dazu in der Erklärung.',
  'Il vous reste 72.5 % de cet article à lire. La suite est réservée à ceux qui ont un compte.',
  'You still have 80% of this story to read. The rest of it is for those who have an account.',
  'If you liked this story, we have a proposal for you: be a member, and read all that we write.',
  'Updated at 1:23 p.m.',
  'Advertisement - Continue Reading Below',
  '5 min read',
  'In this article',
  'Was this newsletter forwarded to you? Sign up for it here.',
  'By providing a telephone number you are consenting to be contacted by the harbour.',
  'A .gov website belongs to an official government organization in the United States.',
])('a site says, and no story: %s', (sentence) => {
  expect(textOf(around('', paragraph(sentence)))).toBe(lines.join('\n'));
});

test.each(['Social housing', 'Comments by the mayor', 'Related costs'])(
  'a section of the story labelled %s is in',
  (label) => {
    const section = `<section aria-label="${label}"><h2>${label}</h2>${paragraph(`Besides, ${lines[0]}`)}</section>`;
    expect(textOf(around('', section))).toContain(`Besides, ${lines[0]}`);
  },
);

test('a hidden half of a story is in, with the field of a newsletter at its end', () => {
  const half = (some: string[]) => some.map((line) => `${paragraph(line)}${paragraph(`Besides, ${line}`)}`).join('');
  const field = '<form><input type="email" name="mail"></form>';
  const text = textOf(
    `<main><h1>${title}</h1><div hidden>${half(lines.slice(0, 2))}</div><div hidden>${half(lines.slice(2))}${field}</div></main>`,
  );
  for (const line of lines) expect(text).toContain(line);
});

test('the beginning of a story that is called a teaser is in', () => {
  const start = lines.slice(0, 2).map(paragraph).join('');
  const rest = lines.slice(2).map(paragraph).join('');
  expect(
    textOf(`<main><h1>${title}</h1><div class="teaser-content">${start}</div><div class="rest">${rest}</div></main>`),
  ).toBe(lines.join('\n'));
});

test('parts of a story that look alike are all in, in their order', () => {
  const part = (line: string) =>
    `<section><div class="content"><div class="text-part">${paragraph(line)}${paragraph(`${line} So said all.`)}</div></div></section>`;
  const text = textOf(`<main><h1>${title}</h1>${lines.map(part).join('<div class="ad">Advert</div>')}</main>`);
  expect(text.split('\n')).toEqual(lines.flatMap((line) => [line, `${line} So said all.`]));
});

test('paragraphs that are hidden from those who have not paid are in', () => {
  const [first = '', ...others] = lines;
  const hidden = others.map((line) => `<p class="paywall" aria-hidden="true">${line}</p>`).join('');
  expect(
    textOf(`<main><h1>${title}</h1><div>${paragraph(first)}${paragraph(`Besides, ${first}`)}${hidden}</div></main>`),
  ).toBe([first, `Besides, ${first}`, ...others].join('\n'));
});

test('a paragraph that is half a link is in, between others of its kind', () => {
  const linked =
    '<p>He also told <a href="/b">the members of the other board</a> in the town behind the hill that they may come.</p>';
  const text = textOf(
    `<main><article>${lines.map((line) => `<div class="t">${paragraph(line)}</div>`).join(`<div class="t">${linked}</div>`)}</article></main>`,
  );
  expect(text.split('\n').filter((line) => line.startsWith('He also told')).length).toBeGreaterThan(0);
});

test('headings of a story that lead to their own place are in', () => {
  const body = lines
    .map((line, i) => `<h2><a href="#p${i}">Part ${i} of the crane</a></h2>${paragraph(line)}`)
    .join('');
  expect(textOf(`<main><article>${body}</article></main>`)).toBe(
    lines.flatMap((line, i) => [`Part ${i} of the crane`, line]).join('\n'),
  );
});

test('what stands in other articles is out when one of them is the story', () => {
  const card = (i: number) =>
    `<article class="card"><h3>Other story ${i}</h3><div>${paragraph(`Story ${i} of somebody else. ${lines[i]}`)}</div></article>`;
  const text = textOf(
    `<main><article class="single"><h1>${title}</h1><div>${story}</div></article>${[0, 1, 2].map(card).join('')}</main>`,
  );
  expect(text).toBe(lines.join('\n'));
});

describe('lines of the site are out', () => {
  test.each([
    { name: 'the day above', top: paragraph('Stand: 08.07.2026 05:00 Uhr') },
    {
      name: 'both times above',
      top: paragraph('PUBLISHED: 10:48, Tue, Nov 19, 2024 | UPDATED: 11:05, Tue, Nov 19, 2024'),
    },
    { name: 'its age', top: paragraph('Published 1 day ago') },
    { name: 'the name of the author', top: paragraph('By Ida Storm'), head: author },
    { name: 'a name and a day', top: paragraph('Ida Storm 24.04.2024, 19:35 Uhr'), head: author },
    { name: 'a credit', top: paragraph('© Quay Pictures / Max Roe') },
    { name: 'a credit in brackets', top: paragraph('(Image: © Max Roe)') },
    { name: 'a source', end: paragraph('Quelle: Hafenamt') },
    { name: 'the life of the author', end: paragraph('Ida Storm is a reporter at the harbour desk.'), head: author },
    { name: 'a heading for other stories', end: paragraph('Das könnte dich auch interessieren') },
    {
      name: 'a link to another story',
      top: paragraph('Les også: <a href="/b">Boats wait for a third crane in the fog</a>'),
    },
    { name: 'who helped, with their towns', end: paragraph('Max Roe in Quayside contributed to this report.') },
    { name: 'who helped, in a link', top: paragraph('<a href="/roe">Max Roe contributed to this report today.</a>') },
    { name: 'under what it is filed', top: paragraph('Filed under: Harbour, Cranes') },
    { name: 'under what it is filed, without a colon', end: paragraph('Filed under Harbour and Cranes') },
    { name: 'its rights', end: paragraph('© 2026 Quay Herald. All rights reserved. No part of it may be sold.') },
    { name: 'a channel', top: paragraph('Únete a nuestro canal de WhatsApp y no te pierdas nada de la actualidad.') },
    { name: 'who helped', end: paragraph('Max Roe contributed to this report.') },
    {
      name: 'what is asked of readers',
      end: paragraph('Get the latest news straight to your phone with the Quay app.'),
    },
    { name: 'words of a template', end: paragraph('{| foundExistingAccountText |} {| current_emailAddress |}.') },
    {
      name: 'consent to what others show',
      top: paragraph('An dieser Stelle finden Sie externen Inhalt, der den Artikel ergänzt.'),
    },
    {
      name: 'how much is for those who pay',
      end: paragraph('Il vous reste 71.5% de cet article à lire. La suite est pour eux.'),
    },
    { name: 'the same in English', end: paragraph('You still have 40% of this story to read, for those who pay.') },
    {
      name: 'where what is shown takes data',
      top: paragraph('Your personal data may be sent to third-party platforms when this is shown.'),
    },
    { name: 'a shop that pays', top: paragraph('We may earn a commission when you buy through links on this page.') },
  ])('$name', ({ top = '', end = '', head }) => {
    expect(textOf(around(top, end), head)).toBe(lines.join('\n'));
  });
});

test.each([
  'Members may sign up for the second tour, which starts at the old crane at nine in the morning.',
  'Some apps are on the phone already, and others have to be loaded from a shop on the net first.',
  'In 2019 the board had refused the crane because of its price.',
  'An dieser Stelle findet am Samstag der erste Wochenmarkt des Jahres statt.',
  'An dieser Stelle befindet sich seit hundert Jahren ein Brunnen, der nie versiegt ist.',
  'Several officials contributed to this report, which the ministry published in May.',
  'US officials contributed to this report, which took the board a year to write.',
  'Filed under seal, the complaint names three officers.',
  'All rights reserved for women by the new law were struck down by the court.',
  'Agents may earn a commission of five percent on each boat that they sell.',
  'This article of the treaty gives compensation to those who lose their boats.',
  'Like many on Facebook, the skipper was angry about the price of the crane.',
  'El ministro lo anunció en su canal de Telegram el martes por la noche.',
  'Personenbezogene Daten können an Behörden im Ausland gehen, warnt der Verein.',
  'Copyright is a matter that the board leaves to the court in the capital.',
])('a sentence of the story about such things stays: %s', (sentence) => {
  const all = [...lines.slice(0, 2), sentence, ...lines.slice(2), ...lines.map((line) => `Besides, ${line}`)];
  expect(textOf(`<main><article><h1>${title}</h1>${all.map(paragraph).join('')}</article></main>`)).toBe(
    all.join('\n'),
  );
});

test.each([
  'Filed under seal, the complaint names three officers.',
  'All rights reserved for women by the new law were struck down by the court.',
  'Several officials contributed to this report, which the ministry published in May.',
  'An dieser Stelle findet am Samstag der erste Wochenmarkt des Jahres statt.',
  'Boats now pay with the new harbour app, which the board put on the net in May.',
  'The skipper said that people should “get the app or sign up for the tour” at the quay.',
  'Gulls follow the boats as crowds follow the races on Facebook, the warden said.',
  'Agents may earn a commission on the purchases of boats, products and ropes.',
  'The board has spent 40 % of this budget on the crane that stands in the rain.',
])('a sentence of the story stays as its first and as its last line: %s', (sentence) => {
  expect(textOf(around(paragraph(sentence)))).toBe([sentence, ...lines].join('\n'));
  expect(textOf(around('', paragraph(sentence)))).toBe([...lines, sentence].join('\n'));
});

describe('questions under a story, whose answers open at a click', () => {
  const questions = [
    [
      'How long does the old crane stand?',
      'Until the foundation of the new one is dry, which takes the whole of a warm summer and most of a wet one.',
    ],
    [
      'Who pays for it in the end?',
      'The town does, from what it had saved for the quay, and the skippers give a little of it back each year.',
    ],
  ];
  const folded = questions
    .map(
      ([question, answer]) =>
        `<div class="acc"><div class="acc-head">${question} <i class="material-icons">chevron_right</i></div><div class="acc-body"><p>${answer}</p></div></div>`,
    )
    .join('');
  const more = lines.map((line) => `${line} So said all who were there.`);
  const long = [...lines, ...more];
  const page = (heading: string, below = folded) =>
    textOf(
      `<div class="left"><div class="body"><h1>${title}</h1>${long.map(paragraph).join('')}</div></div>
      <div class="under"><div class="row"><div class="col"><div><h2><a name="s7">${heading}</a></h2></div><div class="list">${below}</div></div></div>
      <div class="row"><h2>Our boats</h2><p>We lend boats. Ask at the quay.</p></div></div>`,
    ).split('\n');

  test.each(['Cranes: FAQs', 'Frequently asked questions', 'Häufig gestellte Fragen', '常见问题'])(
    'are in under %s',
    (heading) => {
      expect(page(heading)).toEqual([...long, heading, ...questions.flat()]);
    },
  );

  test('end where another part begins that looks otherwise', () => {
    const others = lines.map(
      (line) => `<div class="life"><div>${line} And so on, said the author of this.</div></div>`,
    );
    const about = `${folded}<div class="life"><div>About the author</div></div>${others.join('')}`;
    expect(page('FAQ', about)).toEqual([...long, 'FAQ', ...questions.flat()]);
  });

  test.each([
    ['no heading that says so', 'What else the harbour has to say', folded],
    ['one question alone', 'FAQ', folded.slice(0, folded.indexOf('<div class="acc">', 1))],
    ['links to answers', 'FAQ', questions.map(([question]) => `<p><a href="/q">${question}</a></p>`).join('')],
  ])('are out with %s', (_, heading, below) => {
    expect(page(heading, below)).toEqual(long);
  });
});

test('lines that are one link with its kind in brackets are out, also where the brackets are in no link', () => {
  const links = lines
    .slice(0, 3)
    .map(
      (line, n) =>
        `<a href="/o${n}">${line.slice(0, 70)}</a> [<strong>${['VIDEO', 'INSIGHT', 'PICTURES'][n]}]|</strong><br>`,
    );
  expect(textOf(around('', `<p>${links.join('')}</p>`))).toBe(lines.join('\n'));
  const quote =
    'The board wrote that it would buy <a href="/c">two cranes and no boat for the quay of the old harbour</a> [SIC].';
  expect(textOf(around('', `<p>${quote}</p>`))).toContain('[SIC].');
});

describe('beginnings of other stories under a story', () => {
  const teaser = (n: number) =>
    `<div class="card"><h3><a href="/o${n}">Another story ${n}</a></h3><div class="cut">${lines[n]?.slice(0, 90)}...</div><div>Mar ${n}, 2026</div></div>`;

  test('are out when there are several', () => {
    expect(textOf(`<main><h1>${title}</h1>${story}<div>${[1, 2, 3].map(teaser).join('')}</div></main>`)).toBe(
      lines.join('\n'),
    );
  });

  test('leave the short lines with which the story ends', () => {
    const short = ['200 g of flour', 'The vote is on Monday at nine.'];
    const text = textOf(
      `<main><h1>${title}</h1>${story}${short.map(paragraph).join('')}<div>${[1, 2, 3].map(teaser).join('')}</div></main>`,
    );
    expect(text).toBe([...lines, ...short].join('\n'));
  });

  test('one line that trails off is the end of a story', () => {
    const end = 'And so the old crane stands there to this day, and looks out over the harbour as if it waited...';
    expect(
      textOf(around('', paragraph(end)))
        .split('\n')
        .at(-1),
    ).toBe(end);
  });

  test('a page that has little else keeps them', () => {
    const cut = lines.map((line) => paragraph(`${line.slice(0, 100)}...`)).join('');
    expect(textOf(`<main><article><h1>${title}</h1>${cut}</article></main>`).split('\n')).toHaveLength(lines.length);
  });
});
