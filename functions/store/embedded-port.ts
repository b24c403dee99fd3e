/** Calls to the embedded services over the port of their thread, many side by side. */
import type { Worker } from 'node:worker_threads';
import { type Answer, type Ask, type Call, StorageGone } from './embedded-call.ts';

export type ToThread = { id: number; call: Call } | 'close';
export type FromThread = { id: number; answer: Answer } | 'open' | 'closed';

type Waiting = { resolve(answer: Answer): void; reject(error: unknown): void };

export function askOverPort(thread: Worker): Ask {
  const waiting = new Map<number, Waiting>();
  let calls = 0;
  let isGone = false;
  thread.on('message', (message: FromThread) => {
    if (typeof message !== 'object') return;
    waiting.get(message.id)?.resolve(message.answer);
    waiting.delete(message.id);
  });
  thread.once('exit', () => {
    isGone = true;
    for (const { reject } of waiting.values()) reject(new StorageGone('the storage ended before it answered'));
    waiting.clear();
  });
  return (call, signal) =>
    new Promise((resolve, reject) => {
      if (isGone) return reject(new StorageGone('the storage has ended'));
      if (signal?.aborted) return reject(signal.reason);
      const id = calls++;
      const settle = {
        resolve(answer: Answer) {
          signal?.removeEventListener('abort', onAbort);
          resolve(answer);
        },
        reject,
      };
      const onAbort = () => {
        waiting.delete(id);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      waiting.set(id, settle);
      const { sent, transfer } = sendable(call);
      thread.postMessage({ id, call: sent } satisfies ToThread, transfer);
    });
}

/**
 * The body as a copy that is handed over: the port would copy all the memory that a buffer is a part of, which for a page is often many
 * times its size. The original stays, since the SDK may send it again.
 */
function sendable(call: Call): { sent: Call; transfer: ArrayBuffer[] } {
  const { body } = call;
  if (body === null || typeof body === 'string') return { sent: call, transfer: [] };
  const own = Uint8Array.from(body);
  return { sent: { ...call, body: own }, transfer: [own.buffer] };
}
