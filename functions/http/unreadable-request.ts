/** A request that Node cannot read reaches no route. It is answered here as the routes answer, and not with an empty 400. */
import { maxHeaderSize, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { problemBody } from './problem-response.ts';

export function answerUnreadable(server: Server): void {
  const answers = new WeakMap<Duplex, ServerResponse>();
  server.on('request', ({ socket }, response) => answers.set(socket, response));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const earlier = answers.get(socket);
    // In the middle of an answer, another one would be taken for the rest of it.
    const free = !earlier?.headersSent || earlier.writableFinished;
    if (socket.writable && free) socket.end(answerTo(error));
    else socket.destroy();
  });
}

function answerTo(error: NodeJS.ErrnoException): string {
  const { status, detail } = reasonOf(error);
  const body = JSON.stringify(problemBody({ code: 'invalid-request', detail }, {}, status));
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}

function reasonOf({ code, message }: NodeJS.ErrnoException): { status: number; detail: string } {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return {
        status: 431,
        detail: `the address and the headers of the request are larger than ${maxHeaderSize} bytes together`,
      };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, detail: 'the request was not complete in time' };
    default:
      return {
        status: 400,
        detail: `the request cannot be read (${message}); in an address, percent-encode spaces and characters outside ASCII: %E6%96%B0 for 新`,
      };
  }
}
