/** A site of a test file's own, which closes when the file has ended. */
import { afterAll } from 'vitest';
import { type Site, startSite } from './site.ts';

export async function useSite(address?: string): Promise<Site> {
  const site = await startSite(address);
  afterAll(() => site.close());
  return site;
}
