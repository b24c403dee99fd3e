/**
 * Starts DynamoDB, S3 and SQS for one machine: a thread of this process, on loopback, what they keep in one folder. A lock
 * that dies with the process keeps a second start out. Imports next to nothing, so that the thread can open what is stored
 * while the main one still loads the archive: with 40,000 objects that is half a second.
 */
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import type { Listening, ThreadData } from './embedded-thread.ts';

export type Servers = {
  listening: Promise<Listening>;
  /** True when the process before this one was killed or crashed. */
  afterCrash: boolean;
  /** Says what happened when the thread ends before it was told to: nothing can be stored or read from then on. */
  died: Promise<string>;
  close(): Promise<void>;
};

/** The folder is another process's, or nothing can be kept in it; the message says which, to the user. */
export class DataDirError extends Error {
  override name = 'DataDirError';
}

/** Another process has the folder. */
export class DataDirInUse extends DataDirError {
  override name = 'DataDirInUse';
}

/** In the folder: where the services listen, for as long as they do. */
export const addressFile = 'listening.json';
export const bucketName = 'nightdesk';
const queueName = 'nightdesk';
/** Longer than any job: a message comes again only when its worker died. */
const visibilitySeconds = 180;

/** Throws DataDirError when another process has the folder, or when it cannot be made or written to. */
export function launchServers(dataDir: string, threadFile = new URL('./embedded-thread.ts', import.meta.url)): Servers {
  const lock = openFolder(dataDir);
  // A process that was killed has left where it listened.
  rmSync(join(dataDir, addressFile), { force: true });
  const thread = new Worker(threadFile, {
    workerData: { dataDir, bucketName, queueName, visibilitySeconds } satisfies ThreadData,
    resourceLimits: { maxOldGenerationSizeMb: 160, maxYoungGenerationSizeMb: 24 },
  });
  let state: 'running' | 'closing' | 'dead' = 'running';
  let reason = 'it ended by itself';
  thread.on('error', (error) => {
    reason = String(error);
  });
  const died = new Promise<string>((resolve) => {
    thread.once('exit', () => {
      if (state === 'running')
        resolve(
          isDamage(reason)
            ? `The storage in ${dataDir} is damaged: ${reason}. Something that was asked for cannot be read any more, and starting again does not help; keep the folder as it is, and put back a copy of it.`
            : `The storage in ${dataDir} died: ${reason}. Everything that was acknowledged is stored; start again.`,
        );
      state = 'dead';
    });
  });
  return {
    listening: answerOf<Listening>(thread),
    afterCrash: lock.afterCrash,
    died,
    async close() {
      if (state === 'running') {
        state = 'closing';
        const closed = answerOf(thread);
        thread.postMessage('close');
        await closed;
        await thread.terminate();
      }
      lock.release();
    },
  };
}

/** What LevelDB and SQLite say of files that are not as they wrote them. */
function isDamage(reason: string): boolean {
  return /corrupt|malformed|not a database/i.test(reason);
}

/** Throws DataDirError when nothing was ever archived in the folder: a command that only looks must not make an archive of a slip. */
export function requireArchive(dataDir: string): void {
  if (!existsSync(join(dataDir, 'table')))
    throw new DataDirError(`there is no archive in ${dataDir}; set DATA_DIR to the folder that has it`);
}

/** The thread's next message; rejects when it dies instead. */
function answerOf<T>(thread: Worker): Promise<T> {
  return new Promise((resolve, reject) => {
    thread
      .once('message', resolve)
      .once('error', reject)
      .once('exit', () => reject(new Error('the storage ended before it answered')));
  });
}

function openFolder(dataDir: string): ReturnType<typeof takeLock> {
  try {
    makeFolder(dataDir);
    return takeLock(dataDir);
  } catch (error) {
    if (error instanceof DataDirError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataDirError(
      `nothing can be kept in ${dataDir} (${reason}); set DATA_DIR to a folder that can be written`,
      {
        cause: error,
      },
    );
  }
}

/** Not Node's `recursive`, which never ends under /proc, where each folder is there and none can be made. */
function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

/** SQLite's file lock goes with the process, however it ends; a lock file of our own would outlive a kill. */
function takeLock(dataDir: string): { afterCrash: boolean; release(): void } {
  const db = new DatabaseSync(join(dataDir, 'lock.sqlite'), { timeout: 0 });
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE; CREATE TABLE IF NOT EXISTS running (pid INTEGER)');
    const before = db.prepare('SELECT pid FROM running').get();
    db.exec(`DELETE FROM running; INSERT INTO running VALUES (${process.pid})`);
    return {
      afterCrash: before !== undefined,
      release() {
        db.exec('DELETE FROM running');
        db.close();
      },
    };
  } catch (error) {
    db.close();
    if (error instanceof Error && /locked|busy/i.test(error.message)) {
      throw new DataDirInUse(
        `another Nightdesk is running on ${dataDir}; stop it first, or set DATA_DIR to another folder`,
      );
    }
    throw error;
  }
}
