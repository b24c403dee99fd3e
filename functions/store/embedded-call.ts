/** One call of an AWS SDK client to an embedded service, as plain data that can go to another thread or process, and back. */
import { Readable } from 'node:stream';
import type { Endpoints } from './clients.ts';

export type Service = 'dynamodb' | 's3' | 'sqs';
export const services: readonly Service[] = ['dynamodb', 's3', 'sqs'];

export type Call = {
  service: Service;
  method: string;
  /** With the query. */
  path: string;
  headers: Record<string, string>;
  body: string | Uint8Array | null;
};

export type Answer = { status: number; headers: Record<string, string>; body: Uint8Array };

/** Rejects with StorageGone when nobody answers any more, and as `signal` says when it is aborted. */
export type Ask = (call: Call, signal?: AbortSignal) => Promise<Answer>;

/** The services ended, or their process did. Its `code` tells it from an answer, as the codes of sockets do. */
export class StorageGone extends Error {
  override name = 'StorageGone';
  readonly code = 'ESTORAGEGONE';
}

/** What the SDK hands to its transport, as far as the calls of `store/` use it. */
type Request = {
  method: string;
  path: string;
  query?: Record<string, string | string[] | null>;
  headers: Record<string, string>;
  body?: unknown;
};
type Options = { abortSignal?: AbortSignal };

/** A transport for the SDK's clients without HTTP: no socket, no parser, no connection to keep. */
export function endpointsOver(ask: Ask): Endpoints {
  return { dynamodb: transport(ask, 'dynamodb'), s3: transport(ask, 's3'), sqs: transport(ask, 'sqs') };
}

function transport(ask: Ask, service: Service) {
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle(request: Request, { abortSignal }: Options = {}) {
      const { method, headers } = request;
      const call = { service, method, path: pathOf(request), headers, body: bodyOf(request.body) };
      const { status, headers: given, body } = await ask(call, abortSignal);
      // The SDK makes a blob of S3's bodies, and that only of a stream.
      return { response: { statusCode: status, headers: given, body: service === 's3' ? streamOf(body) : body } };
    },
    destroy: () => undefined,
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
}

function pathOf({ path, query = {} }: Request): string {
  const parts = Object.entries(query).flatMap(([name, value]) =>
    [value ?? ''].flat().map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(one)}`),
  );
  return parts.length > 0 ? `${path}?${parts.join('&')}` : path;
}

function bodyOf(body: unknown): string | Uint8Array | null {
  if (body === undefined || body === null) return null;
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  throw new Error('the embedded services take bodies whole');
}

function streamOf(bytes: Uint8Array): Readable {
  return new Readable({
    read() {
      this.push(bytes);
      this.push(null);
    },
  });
}
