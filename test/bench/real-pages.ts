/** The real pages of ../shared/data, when they are there, served on loopback at their real URLs over TLS. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createPlainServer, type RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

export type RealPage = { url: string; body: Buffer };

const data = fileURLToPath(new URL('../../../shared/data', import.meta.url));

/** Null when the data is not on this machine. */
export function realPages(set: 'bodies' | 'publishers'): RealPage[] | null {
  const folder = join(data, set);
  if (!existsSync(folder)) return null;
  const truth = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')) as Record<string, { url: string }>;
  return Object.entries(truth).map(([file, { url }]) => ({ url, body: gunzipSync(readFileSync(join(folder, file))) }));
}

export type RealSite = {
  /** For FETCH_CONNECT_TO: all of the web is this server. */
  connectTo: string;
  /** For NODE_EXTRA_CA_CERTS: who vouches for its certificate. */
  caFile: string;
  close(): void;
};

const roundsDomain = 'rounds.example';

/** Serves every page at its URL in every round; robots.txt is absent. Needs openssl for the certificate. */
export async function serveRealPages(pages: RealPage[]): Promise<RealSite> {
  const folder = mkdtempSync(join(tmpdir(), 'nightdesk-pages-'));
  const [keyFile, caFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const hosts = [...new Set(pages.map(({ url }) => new URL(url).hostname))];
  const names = [...hosts, `*.${roundsDomain}`].map((host) => `DNS:${host}`).join(',');
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      '-keyout',
      keyFile,
      '-out',
      caFile,
      '-subj',
      '/CN=pages',
      '-addext',
      `subjectAltName=${names}`,
    ],
    { stdio: 'ignore' },
  );
  const bodies = new Map(
    pages.flatMap(({ url, body }) => [asRound(url, 0), asRound(url, 1)].map((href) => [pathOf(href), body] as const)),
  );
  const answer: RequestListener = (request, response) => {
    const body = bodies.get(`${request.headers.host}${request.url}`.replace(/^round-\d+\./, 'round-1.'));
    if (body) response.writeHead(200, { 'content-type': 'text/html' }).end(body);
    else response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>404</h1>');
  };
  const servers = [
    createServer({ key: readFileSync(keyFile), cert: readFileSync(caFile) }, answer),
    createPlainServer(answer),
  ];
  for (const server of servers) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const [tls, plain] = servers.map((server) => (server.address() as AddressInfo).port);
  return {
    connectTo: `:443:127.0.0.1:${tls},:80:127.0.0.1:${plain}`,
    caFile,
    close() {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * The page's URL under https; in a round after the first on another site, so that it is another article with the same
 * bytes, and under http, since the server's encryption would take its time from the archive's two cores.
 */
export function asRound(href: string, round: number): string {
  const url = new URL(href.replace(/^http:/, 'https:'));
  url.hash = '';
  return round === 0 ? url.href : `http://round-${round}.${roundsDomain}/${url.host}${url.pathname}${url.search}`;
}

function pathOf(href: string): string {
  const url = new URL(href);
  return url.host + url.pathname + url.search;
}
