/**
 * What the archive costs on AWS: the built bundles do their work on the embedded servers, every call that they make is counted,
 * and the counts are multiplied with a list of prices. Times are this machine's; on AWS a call takes some milliseconds more.
 */
import { randomBytes } from 'node:crypto';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { recheckAfterMs } from '../../functions/capture/recheck-times.ts';
import { addKey } from '../../functions/store/keys.ts';
import { makeTable, type Table } from '../../functions/store/table.ts';
import { type FunctionName, functionNames } from '../../infra/bundles.ts';
import { type Json, startServices, type TestServices } from '../support/archive.ts';
import { type Deployed, deploy } from '../support/lambda.ts';
import { numberedStory, storyPage } from '../support/pages.ts';
import { type Handler, type Site, startSite } from '../support/site.ts';
import { makeStacks, type TemplateJson } from '../support/stack.ts';
import { markdownTable } from './measure.ts';
import { prices } from './prices.ts';

/** A page of a real news site: about 100 KB, 25 KB compressed. */
const padding = Array.from(
  { length: 1500 },
  (_, n) => `<li class="nav-item-${n % 50}"><a href="/${n}">${n}</a></li>`,
).join('');
const noise = () => `<script>/*${randomBytes(12_000).toString('base64')}*/</script>`;
/** How long a site takes to answer, ms. */
const siteMs = 300;
const articles = 200;
const queries = 100;
/** What Lambda itself writes into the log for one run: START, END and REPORT. */
const lambdaLogBytes = 320;
/** A line of the API's access log. */
const accessLogBytes = 250;
const hoursMonth = 730;

/** What one of something takes, on average. */
type Use = {
  writeUnits: number;
  readUnits: number;
  s3Puts: number;
  s3Gets: number;
  sqs: number;
  api: number;
  runs: number;
  gbSeconds: number;
  logBytes: number;
  outBytes: number;
};
const nothing: Use = {
  ...{ writeUnits: 0, readUnits: 0, s3Puts: 0, s3Gets: 0, sqs: 0 },
  ...{ api: 0, runs: 0, gbSeconds: 0, logBytes: 0, outBytes: 0 },
};

export async function bench(): Promise<void> {
  const stacks = await makeStacks();
  const template = stacks.templateOf().toJSON() as TemplateJson;
  const services = await startServices();
  const site = await startSite();
  const deployed = await deploy(template, {
    embedded: services.embedded,
    bundles: stacks.bundles,
    env: { FETCH_ALLOW: '127.0.0.0/8', FETCH_CONNECT_TO: `:80:127.0.0.1:${site.port}`, HOST_PAUSE_MS: '0' },
  });
  try {
    const table = makeTable(services.embedded.clients.dynamodb, 'deployed');
    const { key } = await addKey(table, { name: 'cost', scope: 'admin', createdAt: '2026-01-01T00:00:00Z' });
    const answers = { bytes: 0 };
    const meter = makeUse(deployed, template, answers);
    const ask = async (method: string, path: string, query: string, body?: unknown): Promise<Json> => {
      const answer = (await deployed.invoke('api', request(key, method, path, query, body))) as Json;
      if (answer.statusCode >= 400) throw new Error(`${method} ${path} answered ${answer.statusCode}: ${answer.body}`);
      answers.bytes += Buffer.byteLength(answer.body ?? '', answer.isBase64Encoded ? 'base64' : 'utf8');
      return answer;
    };

    for (let n = 0; n < articles; n++) {
      const page = storyPage(numberedStory(n)).replace('<main>', `<ul>${padding}</ul>${noise()}<main>`);
      site.serve(`http://h${n % 20}.example/${n}`, (_, response) => {
        setTimeout(() => response.writeHead(200, { 'content-type': 'text/html', etag: '"1"' }).end(page), siteMs);
      });
    }
    let withoutLooks = { use: nothing, bytes: 0 };
    // Whatever is loaded and made once is not the price of an article.
    await ask('GET', '/articles', 'limit=1');
    await deployed.invoke('sweeper', {});
    await deployed.invoke('indexer', {});

    const urls = Array.from({ length: articles }, (_, n) => `http://h${n % 20}.example/${n}`);
    const post = await meter(articles, async () => {
      for (const url of urls) await ask('POST', '/articles', '', { url, pictures: 'off' });
    });
    const capture = await meter(articles, async () => {
      while ((await deployed.deliver()) > 0);
    });
    const due = (await table.query({ partition: 'DUE', limit: 1000 })).items;
    const ids = due.filter(({ sk }) => sk.includes('#recheck#')).map(({ sk }) => sk.split('#')[2] ?? '');
    for (const id of ids) await table.put({ pk: 'DUE', sk: `2026-01-01T00:00:00.000Z#recheck#${id}`, sends: 0 });
    for (const item of due) await table.remove({ pk: item.pk, sk: item.sk });
    const recheck = await meter(ids.length, async () => {
      await deployed.invoke('sweeper', {});
      while ((await deployed.deliver()) > 0);
    });
    const index = await meter(articles, async () => {
      await deployed.invoke('indexer', {}, 25 * 3_600_000);
    });
    const list = await meter(queries, async () => {
      for (let n = 0; n < queries; n++) await ask('GET', '/articles', 'from=2024-01-01&limit=20');
    });
    const words = ['council', 'benches', '"town hall"', 'snow OR bell', 'resid*', 'meeting agenda'];
    const search = await meter(queries, async () => {
      for (let n = 0; n < queries; n++)
        await ask('GET', '/articles', `q=${encodeURIComponent(words[n % words.length] ?? '')}&limit=20`);
    });
    const { items } = JSON.parse((await ask('GET', '/articles', 'limit=20')).body);
    const read = await meter(queries, async () => {
      for (let n = 0; n < queries; n++) await ask('GET', items[n % items.length].links.latest, '');
    });
    const [{ id }] = items;
    const pageUses: [string, Use][] = [];
    for (const [name, path, query] of [
      ['the page of stories', '/', ''],
      ['the page of a search', '/', 'q=council'],
      ['the page of a story', `/a/${id}`, ''],
      ['what changed in it', `/a/${id}/changes`, ''],
      ['edited stories', '/edited', ''],
      ['feeds', '/feeds', ''],
    ] as const) {
      const use = await meter(queries, async () => {
        for (let n = 0; n < queries; n++) await ask('GET', path, query);
      });
      pageUses.push([name, use]);
    }
    const idle = await meter(20, async () => {
      for (let n = 0; n < 20; n++) await Promise.all([deployed.invoke('sweeper', {}), deployed.invoke('indexer', {})]);
    });
    const stored = await storedBytes(services, table);
    const looks = { story: nothing, page: nothing };
    const looksBytes = { story: 0, page: 0 };
    servePictures(site);
    for (const extent of ['off', 'story', 'page'] as const) {
      const before = await bucketBytes(services);
      const use = await meter(articlesWithPictures, async () => {
        for (let n = 0; n < articlesWithPictures; n++) {
          const url = `http://looks${n % 20}.example/${extent}/${n}`;
          site.serve(url, pageWithPictures(1000 + n));
          await ask('POST', '/articles', '', { url, pictures: extent });
        }
        while ((await deployed.deliver()) > 0);
      });
      const bytes = ((await bucketBytes(services)) - before) / articlesWithPictures;
      if (extent === 'off') withoutLooks = { use, bytes };
      else {
        looks[extent] = sum(use, times(withoutLooks.use, -1));
        looksBytes[extent] = bytes - withoutLooks.bytes;
      }
    }
    const { story, page } = looks;
    show({ post, capture, recheck, index, list, search, read, idle, story, page }, { stored, template, pageUses });
    for (const [extent, bytes] of Object.entries(looksBytes))
      console.log(
        `Looks of the ${extent}: ${(bytes / 1e6).toFixed(2)} MB in the bucket, $${((bytes / 1e9) * 1e6 * prices.perGbMonth.s3).toFixed(2)} a month and million.`,
      );
    const most = [...deployed.runs].map(([name, { maxRssKb }]) => `${name} ${(maxRssKb / 1024).toFixed(0)}`);
    console.log(`The most memory that each function had, MB: ${most.join(', ')}.`);
  } finally {
    deployed.close();
    await site.close();
    await services.close();
    stacks.remove();
  }
}

function request(key: string, method: string, path: string, query: string, body?: unknown) {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers: {
      host: 'abc.execute-api.us-east-1.amazonaws.com',
      authorization: `Bearer ${key}`,
      accept: /^\/($|a\/|edited|feeds)/.test(path) ? 'text/html' : 'application/json',
      'accept-encoding': 'gzip',
      ...(body ? { 'content-type': 'application/json', prefer: 'respond-async' } : {}),
    },
    requestContext: {
      domainName: 'abc.execute-api.us-east-1.amazonaws.com',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'bench' },
      requestId: 'r',
      stage: '$default',
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
    isBase64Encoded: false,
  };
}

type Answers = { bytes: number };

/** Does something and says what each of `of` things took, all functions together. `answers`: what went out so far. */
function makeUse(deployed: Deployed, template: TemplateJson, answers: Answers) {
  const memoryGb = (name: FunctionName) => {
    const found = Object.entries(template.Resources).find(
      ([id, { Type }]) => Type === 'AWS::Lambda::Function' && id.toLowerCase().startsWith(`functions${name}`),
    );
    return Number(found?.[1].Properties.MemorySize) / 1024;
  };
  const total = (): Use => {
    const use = { ...nothing, logBytes: deployed.logs().length, outBytes: answers.bytes };
    for (const name of functionNames) {
      const bill = deployed.bills.get(name);
      const { count, ms } = deployed.runs.get(name) ?? { count: 0, ms: 0 };
      const calls = (pattern: RegExp) =>
        Object.entries(bill?.calls ?? {}).reduce((sum, [call, n]) => sum + (pattern.test(call) ? n : 0), 0);
      use.writeUnits += bill?.writeUnits ?? 0;
      use.readUnits += bill?.readUnits ?? 0;
      use.s3Puts += calls(/^PutObject/);
      use.s3Gets += calls(/^GetObject/);
      // The mapping receives and deletes with a request each for a batch.
      use.sqs += calls(/Message|QueueAttributes/) + (name === 'worker' ? 2 * count : 0);
      use.api += name === 'api' ? count : 0;
      use.runs += count;
      use.gbSeconds += (ms / 1000) * memoryGb(name);
      use.logBytes += count * (lambdaLogBytes + (name === 'api' ? accessLogBytes : 0));
    }
    return use;
  };
  return async (of: number, work: () => Promise<void>): Promise<Use> => {
    const before = total();
    await work();
    const after = total();
    return mapUse((key) => (after[key] - before[key]) / of);
  };
}

function mapUse(of: (key: keyof Use) => number): Use {
  const keys = Object.keys(nothing) as (keyof Use)[];
  return Object.fromEntries(keys.map((key) => [key, of(key)])) as Use;
}

const sum = (...uses: Use[]) => mapUse((key) => uses.reduce((total, use) => total + use[key], 0));
const times = (use: Use, n: number) => mapUse((key) => use[key] * n);

/** Dollars. */
function priceOf(use: Use): number {
  const { perMillion, lambdaGbSecond, logsGb, transferOutGb } = prices;
  const each =
    use.writeUnits * perMillion.dynamodbWriteUnits +
    use.readUnits * perMillion.dynamodbReadUnits +
    use.s3Puts * perMillion.s3Puts +
    use.s3Gets * perMillion.s3Gets +
    use.sqs * perMillion.sqsRequests +
    use.api * perMillion.apiRequests +
    use.runs * perMillion.lambdaRequests;
  return each / 1e6 + use.gbSeconds * lambdaGbSecond + (use.logBytes * logsGb + use.outBytes * transferOutGb) / 1e9;
}

/** As PICTURES.md found it: three style sheets, eight pictures in the story and eleven beside it, .65 and 1.3 MB. */
const articlesWithPictures = 60;
const picturesOf = { story: 8, beside: 11 };
const partMs = 100;

function pageWithPictures(n: number): string {
  const images = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => `<img src="/p${from + i}.png">`).join('');
  return storyPage(numberedStory(n))
    .replace('</head>', `${[1, 2, 3].map((one) => `<link rel="stylesheet" href="/s${one}.css">`).join('')}</head>`)
    .replace('</h1>', `</h1>${images(0, picturesOf.story)}`)
    .replace('</body>', `${images(picturesOf.story, picturesOf.beside)}</body>`);
}

function servePictures(site: Site): void {
  const later = (type: string, body: Buffer): Handler => {
    return (_, response) => {
      setTimeout(() => response.writeHead(200, { 'content-type': type }).end(body), partMs);
    };
  };
  const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(60_000)]);
  const css = Buffer.from('.a{color:#123456;margin:1px 2px 3px 4px} '.repeat(1000));
  for (let n = 0; n < 20; n++) {
    for (const one of [1, 2, 3]) site.serve(`http://looks${n}.example/s${one}.css`, later('text/css', css));
    for (let one = 0; one < picturesOf.story + picturesOf.beside; one++)
      site.serve(`http://looks${n}.example/p${one}.png`, later('image/png', png));
  }
}

async function bucketBytes({ embedded }: TestServices): Promise<number> {
  const { Contents = [] } = await embedded.clients.s3.send(new ListObjectsV2Command({ Bucket: 'deployed' }));
  return Contents.reduce((total, { Size = 0 }) => total + Size, 0);
}

type Stored = { table: number; bucket: number };

/** Bytes an article, in the table and in the bucket. */
async function storedBytes(services: TestServices, table: Table): Promise<Stored> {
  let inTable = 0;
  for await (const items of table.scan()) inTable += Buffer.byteLength(JSON.stringify(items));
  return { table: inTable / articles, bucket: (await bucketBytes(services)) / articles };
}

type Uses = Record<
  'post' | 'capture' | 'recheck' | 'index' | 'list' | 'search' | 'read' | 'idle' | 'story' | 'page',
  Use
>;

function show(
  uses: Uses,
  { stored, template, pageUses }: { stored: Stored; template: TemplateJson; pageUses: [string, Use][] },
): void {
  const names: Record<keyof Uses, string> = {
    post: 'POST of a URL, not waited for',
    capture: 'its capture',
    recheck: 'a re-check, unchanged',
    index: 'its share of the index',
    list: 'a query by date, 20 articles',
    search: 'a query by words, 20 articles',
    read: 'an archived page read',
    story: 'its looks, PICTURES=story',
    page: 'its looks, PICTURES=page',
    idle: 'a minute of sweeper and indexer with nothing to do',
  };
  const each = (n: number) => (n >= 100 ? n.toFixed(0) : n.toFixed(2));
  console.log(`\nCounted, one of each, on ${articles} articles (prices of ${prices.asOf}, ${prices.region}):\n`);
  console.log(
    markdownTable(
      [
        '',
        'write units',
        'read units',
        'S3 PUT',
        'S3 GET',
        'SQS',
        'Lambda ms x GB',
        'log bytes',
        'bytes out',
        '$ a million',
      ],
      [...(Object.keys(names) as (keyof Uses)[]).map((key): [string, Use] => [names[key], uses[key]]), ...pageUses].map(
        ([name, use]) => {
          const figures = [use.writeUnits, use.readUnits, use.s3Puts, use.s3Gets, use.sqs, use.gbSeconds * 1000];
          return [
            name,
            ...figures.map(each),
            use.logBytes.toFixed(0),
            use.outBytes.toFixed(0),
            (priceOf(use) * 1e6).toFixed(2),
          ];
        },
      ),
    ),
  );

  const article = sum(uses.post, uses.capture, uses.index, times(uses.recheck, recheckAfterMs.length));
  const query = times(sum(uses.list, uses.search), 0.5);
  const { perGbMonth, perMillion, alarmMetric, customMetric } = prices;
  const gbOf = (n: number, bytes: number) => (n * bytes) / 1e9;
  const keptMonth = (n: number) =>
    gbOf(n, stored.table) * (perGbMonth.dynamodb + perGbMonth.dynamodbRecovery) +
    gbOf(n, stored.bucket) * perGbMonth.s3;
  const alarms = countAlarmMetrics(template) * alarmMetric;
  const custom = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::Logs::MetricFilter').length;
  const minutes = hoursMonth * 60;
  // The mapping asks the queue all the time: five pollers, each for 20 s (AWS, "Using Lambda with Amazon SQS").
  const polling = { ...nothing, sqs: (5 * hoursMonth * 3600) / 20 };
  const idle = priceOf(sum(times(uses.idle, minutes), polling)) + (minutes * 2 * perMillion.schedules) / 1e6;
  const fixed = idle + alarms + custom * customMetric;
  const dollars = (n: number) => (n < 10 ? n.toFixed(2) : n.toFixed(0));

  console.log(
    `\nA month, $; an article with ${recheckAfterMs.length} re-checks, half of the queries by date, half by words:\n`,
  );
  const amounts = [1_000, 100_000, 10_000_000];
  const asked = [1_000, 100_000, 1_000_000, 10_000_000];
  console.log(
    markdownTable(
      [
        'new articles a month',
        'archiving',
        'storage, each month more',
        ...asked.map((n) => `with ${short(n)} queries`),
      ],
      amounts.map((n) => [
        short(n),
        dollars(priceOf(times(article, n))),
        dollars(keptMonth(n)),
        ...asked.map((m) => dollars(fixed + priceOf(times(article, n)) + keptMonth(n) + priceOf(times(query, m)))),
      ]),
    ),
  );
  console.log(`
In each of these: ${dollars(fixed)} for nothing at all (${dollars(idle)} sweeper, indexer and the asking of the queue, ${dollars(alarms)} alarms, ${dollars(custom * customMetric)} metrics).
An article: ${dollars(priceOf(article) * 1e6)} a million; ${(stored.table / 1000).toFixed(1)} KB in the table, ${(stored.bucket / 1000).toFixed(1)} KB in the bucket. A query: ${dollars(priceOf(query) * 1e6)} a million.`);
}

/** An alarm is paid by the metrics that it looks at. */
function countAlarmMetrics({ Resources }: TemplateJson): number {
  return Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
    .reduce((total, { Properties }) => {
      const metrics = (Properties.Metrics ?? []).filter((metric: { MetricStat?: unknown }) => metric.MetricStat);
      return total + Math.max(1, metrics.length);
    }, 0);
}

function short(n: number): string {
  return n >= 1e6 ? `${n / 1e6}M` : `${n / 1000}k`;
}
