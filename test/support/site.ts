/** A small web on loopback: one server that answers for any host name, page by page, and counts what it was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ConnectTo } from '../../functions/settings.ts';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export type Site = {
  /** Serves HTML, or whatever a handler does, at a URL such as `http://news.example/story`. */
  serve(url: string, page: string | Handler): void;
  remove(url: string): void;
  /** How often a URL was asked for. */
  hits(url: string): number;
  /** When each request came, in epoch milliseconds, by host. */
  arrivals: Map<string, number[]>;
  port: number;
  /** Leads every http host to this server. */
  connectTo: ConnectTo[];
  close(): Promise<void>;
};

/** `address`: which loopback address to listen on. */
export async function startSite(address = '127.0.0.1'): Promise<Site> {
  const pages = new Map<string, string | Handler>();
  const hits = new Map<string, number>();
  const arrivals = new Map<string, number[]>();
  const server = createServer((request, response) => {
    const host = request.headers.host ?? '';
    const url = `http://${host}${request.url}`;
    hits.set(url, (hits.get(url) ?? 0) + 1);
    if (request.url !== '/robots.txt') arrivals.set(host, [...(arrivals.get(host) ?? []), Date.now()]);
    const page = pages.get(url);
    if (page === undefined) {
      response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not found</h1>');
    } else if (typeof page === 'string') {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
    } else page(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    serve: (url, page) => pages.set(url, page),
    remove: (url) => pages.delete(url),
    hits: (url) => hits.get(url) ?? 0,
    arrivals,
    port,
    connectTo: [{ fromHost: null, fromPort: 80, toHost: address, toPort: port }],
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function redirectTo(location: string, status = 302): Handler {
  return (_, response) => response.writeHead(status, { location }).end();
}

export function answer(status: number, headers: Record<string, string> = {}, body: string | Uint8Array = ''): Handler {
  return (_, response) => response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(body);
}
