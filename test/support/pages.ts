/** Stories written for the tests, as pages that sites could serve. */

export type Story = {
  title: string;
  paragraphs: string[];
  publishedAt?: string;
  author?: string;
  canonical?: string;
  lang?: string;
};

export const harbour: Story = {
  title: 'Harbour ferry returns after nine years',
  publishedAt: '2024-04-03T21:45:01+02:00',
  author: 'Mara Lindqvist',
  paragraphs: [
    'The white ferry that used to link the old harbour with the islands sailed again on Wednesday, nine years after the company that ran it went bankrupt and its crew was sent home.',
    'About two hundred people stood on the quay in the rain to see it leave. Many had brought sandwiches, some had brought their children, and one man had brought the bell of the first ship.',
    'The town has bought the vessel for four million crowns and will run it itself, twice a day in winter and every hour in summer, said the mayor, who had opposed the purchase a year ago.',
    'Islanders hope that the link will keep the school open. It has eleven pupils left, and three families have said that they would stay only if they could reach the mainland all year.',
  ],
};

export const harbourEdited: Story = {
  ...harbour,
  title: 'Harbour ferry returns after nine years, and breaks down',
  paragraphs: [
    ...harbour.paragraphs.slice(0, 3),
    'On its second crossing the engine failed, and the passengers were brought ashore by fishermen. Nobody was hurt. The islands wait for a spare part from Gdansk.',
  ],
};

export const library: Story = {
  title: '市立圖書館重新開放 讀者排隊入場',
  publishedAt: '2024-04-05T08:00:00+08:00',
  author: '陳美玲',
  lang: 'zh-TW',
  paragraphs: [
    '關閉整修兩年的市立圖書館昨天重新開放，清晨六點就有讀者在門口排隊。館方表示，新館的閱覽座位比過去多了一倍，藏書也增加到八十萬冊，並首次設立夜間自習室。',
    '六十八歲的退休教師林先生帶著孫女前來，他說自己年輕時每個週末都在這裡讀書，看到老建築的木樓梯被完整保留下來，覺得十分感動。',
    '市長在致詞時承諾，未來三年將在各區再建五座分館，讓每一位市民步行十五分鐘之內就能借到書。反對黨議員則質疑經費來源不明，要求市府公開預算。',
  ],
};

/** A page around a story, with navigation and a footer as real ones have. */
export function storyPage(story: Story): string {
  const data = {
    '@context': 'https://schema.org',
    '@type': 'NewsArticle',
    headline: story.title,
    datePublished: story.publishedAt,
    author: story.author && { '@type': 'Person', name: story.author },
  };
  return `<!doctype html><html lang="${story.lang ?? 'en'}"><head><meta charset="utf-8"><title>${story.title} - The Pier</title>
<meta property="og:site_name" content="The Pier"><meta property="og:type" content="article">
${story.canonical ? `<link rel="canonical" href="${story.canonical}">` : ''}
<script type="application/ld+json">${JSON.stringify(data)}</script></head>
<body><nav><a href="/">Home</a> <a href="/news">News</a></nav><main><article><h1>${story.title}</h1>
${story.paragraphs.map((paragraph) => `<p>${paragraph}</p>`).join('\n')}</article></main>
<footer>All rights reserved. The Pier is a paper that does not exist.</footer></body></html>`;
}

/** A story of its own for every number. */
export function numberedStory(n: number): Story {
  return {
    title: `Council meeting number ${n} ends without a vote`,
    publishedAt: new Date(Date.UTC(2024, 0, 1) + n * 3_600_000).toISOString(),
    author: 'Jon Ask',
    paragraphs: [
      `The council met for the ${n}th time this term and could not agree on item ${n * 7} of its agenda, the colour of the benches in park ${n % 13}.`,
      `Speakers for and against took ${n % 9} hours and ${n % 60} minutes; the chair then closed the meeting, since the building had to be locked at the hour of the bell.`,
      `Meeting ${n + 1} will take up the matter where meeting ${n} left it. Residents may send their own designs, by post, to desk ${n * 3} of the town hall, before the snow melts.`,
    ],
  };
}

export const cookieWall = `<!doctype html><html lang="en"><head><title>Before you continue</title></head><body><div class="dialog-box">
<h1>Before you continue</h1><p>We use cookies to keep this site free. Accept all cookies or manage your cookie settings.</p><button>Accept all</button></div></body></html>`;

export const softNotFound = `<!doctype html><html lang="en"><head><title>Page not found - The Pier</title></head><body><main><h1>Page not found</h1>
<p>The page you are looking for does not exist or has been moved. Try our search.</p></main></body></html>`;

export const stub = `<!doctype html><html lang="en"><head><title>Harbour ferry returns after nine years - The Pier</title></head><body><article><h1>Harbour ferry returns after nine years</h1>
<p>The white ferry that used to link the old harbour with the islands sailed again on Wednesday.</p></article></body></html>`;
