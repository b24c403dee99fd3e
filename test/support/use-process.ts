/** An archive in a process of its own, which ends when the test file has ended. */
import { afterAll } from 'vitest';
import { type RunningArchive, startProcess } from './process.ts';

export async function useProcess(env: Record<string, string>): Promise<RunningArchive> {
  const archive = await startProcess(env);
  afterAll(async () => {
    archive.kill('SIGTERM');
    await archive.ended;
  });
  return archive;
}
