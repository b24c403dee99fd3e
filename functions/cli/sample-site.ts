/** A small news site on loopback for the demo: stories in English and Chinese that were written for it, one to edit, one to delete. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

type Story = { title: string; author: string; publishedAt: string; lang: string; paragraphs: string[] };

export type SampleSite = {
  url: string;
  paths: string[];
  edit(path: string, change: (story: Story) => Story): void;
  remove(path: string): void;
  /** One more story; its path. */
  publish(): string;
  close(): Promise<void>;
};

/** The story that is published once the site is followed. */
const newStoryPath = '/2024/night-ferry';
const newStory: Story = {
  title: 'Night ferry will run again from May',
  author: 'Ines Moreau',
  publishedAt: '2024-04-07T10:05:00+02:00',
  lang: 'en',
  paragraphs: [
    'The night ferry to the islands will run again from the first of May, twice a week at first, the harbour office said on Sunday. It had been laid up for three winters for want of a crew.',
    'Eleven people have been trained since autumn, four of them from the islands. The mail, which now comes by plane when the fog allows it, will go back to the boat.',
    'Tickets will cost as much as they did when the last crossing was made. The first boat is full, mostly with people who want to be able to say that they were on it.',
  ],
};

const stories: Record<string, Story> = {
  '/2024/lighthouse-keeper': {
    title: 'Last lighthouse keeper hands over the key',
    author: 'Ines Moreau',
    publishedAt: '2024-04-03T21:45:00+02:00',
    lang: 'en',
    paragraphs: [
      'The last keeper of the northern light handed over the key on Wednesday evening, after forty-one winters on a rock that the mail boat reaches twice a week when the sea allows it.',
      'From now on a computer in the county town will switch the lamp. It has been tested for a year, and failed on two nights, both of them calm, said the harbour office.',
      'The keeper, who is seventy, will move to his sister’s house. He has asked that somebody go on counting the birds, which he had done every morning since his first week.',
    ],
  },
  '/2024/bridge-budget': {
    title: 'Bridge will cost 40 million, mayor says',
    author: 'Tomas Reed',
    publishedAt: '2024-04-04T09:30:00+02:00',
    lang: 'en',
    paragraphs: [
      'The new bridge over the Alder will cost 40 million and open in two years, the mayor told the council on Thursday. Work on the eastern pier is to begin before the summer.',
      'The opposition asked why the estimate had doubled since March. The mayor answered that steel had become dearer and that the first figure had left out the roads on both sides.',
      'The council will vote next week. Two members of the mayor’s own party said that they had not made up their minds, which leaves the plan one vote short.',
    ],
  },
  '/2024/library-reopens': {
    title: '市立圖書館整修兩年後重新開放',
    author: '林怡君',
    publishedAt: '2024-04-05T08:00:00+08:00',
    lang: 'zh-TW',
    paragraphs: [
      '關閉整修兩年的市立圖書館昨天重新開放，清晨六點門口就排起長龍。新館的閱覽座位比過去多了一倍，藏書增加到八十萬冊，並且首次設立夜間自習室，開放到午夜。',
      '六十八歲的退休教師帶著孫女前來，說自己年輕時每個週末都在這裡讀書，看到老建築的木樓梯完整保留下來，覺得十分感動，也希望下一代能有同樣的回憶。',
      '市長承諾未來三年在各區再建五座分館，讓市民步行十五分鐘就能借到書。議員則質疑經費來源不明，要求市府公開預算，下週將在議會提出質詢。',
    ],
  },
  '/2024/factory-smoke': {
    title: '化工厂夜间排烟 居民要求公布检测结果',
    author: '周明',
    publishedAt: '2024-04-06T19:20:00+08:00',
    lang: 'zh-CN',
    paragraphs: [
      '城东化工厂连续三个夜晚排出黄色浓烟，附近居民说闻到刺鼻的气味，有人因为咳嗽去了医院。环保部门周六派人到现场取样，但没有说明什么时候公布结果。',
      '厂方在门口贴出通知，称设备检修已经完成，烟雾对人体无害。一位不愿具名的工人说，检修其实还没有结束，夜班的工人也没有领到防护口罩。',
      '居民代表要求在一周之内公开检测数据，并在小区里设立空气监测点。他们说，如果得不到答复，将向上级部门反映，同时把每天的照片保存下来。',
    ],
  },
};

export async function startSampleSite(): Promise<SampleSite> {
  const pages = new Map(Object.entries(stories));
  const server = createServer((request, response) => {
    const story = pages.get(request.url ?? '');
    const origin = `http://${request.headers.host}`;
    if (request.url === '/') {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(homePage(pages));
      return;
    }
    if (request.url === '/feed.xml') {
      response.writeHead(200, { 'content-type': 'application/rss+xml' }).end(feed(pages, origin));
      return;
    }
    response
      .writeHead(story ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' })
      .end(story ? page(story) : '<h1>404</h1>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    paths: [...pages.keys()],
    edit(path, change) {
      const story = pages.get(path);
      if (story) pages.set(path, change(story));
    },
    remove: (path) => pages.delete(path),
    publish() {
      pages.set(newStoryPath, newStory);
      return newStoryPath;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function homePage(pages: Map<string, Story>): string {
  const links = [...pages].map(([path, { title }]) => `<li><a href="${path}">${title}</a></li>`);
  return `<!doctype html><html><head><title>The Sample Post</title>
<link rel="alternate" type="application/rss+xml" href="/feed.xml"></head><body><ul>${links.join('\n')}</ul></body></html>`;
}

function feed(pages: Map<string, Story>, origin: string): string {
  const items = [...pages].map(
    ([path, { title, publishedAt }]) =>
      `<item><title>${title}</title><link>${origin}${path}</link><pubDate>${new Date(publishedAt).toUTCString()}</pubDate></item>`,
  );
  return `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>The Sample Post</title><link>${origin}/</link>${items.join('\n')}</channel></rss>`;
}

function page({ title, author, publishedAt, lang, paragraphs }: Story): string {
  const data = {
    '@context': 'https://schema.org',
    '@type': 'NewsArticle',
    headline: title,
    datePublished: publishedAt,
    author: { '@type': 'Person', name: author },
  };
  return `<!doctype html>
<html lang="${lang}"><head><meta charset="utf-8"><title>${title} | The Sample Post</title>
<meta property="og:site_name" content="The Sample Post"><meta property="og:type" content="article">
<script type="application/ld+json">${JSON.stringify(data)}</script></head>
<body><nav><a href="/">The Sample Post</a></nav>
<main><article><h1>${title}</h1>
${paragraphs.map((paragraph) => `<p>${paragraph}</p>`).join('\n')}
</article></main><footer>A paper that exists only on this machine.</footer></body></html>`;
}
