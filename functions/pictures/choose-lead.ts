/** Of what is kept of a page, the small picture that stands for the story in lists: one of the page's own, as its site made it. Pure. */
import { pictureSize } from '../formats/picture-size.ts';
import { isShownAlone } from '../store/packs.ts';
import type { Part } from './pack.ts';

/** A list has thirty of them. */
export const maxLeadBytes = 60 * 1024;
/** Smaller is an icon or a pixel; what is longer than this is a banner. */
const least = { width: 120, height: 80 };
const longest = 3;

export type Lead = { part: Part; width: number; height: number };

/** `leads`: the addresses to choose from, the best first. */
export function chooseLead(parts: Map<string, Part>, leads: string[]): Lead | null {
  for (const url of leads) {
    const part = parts.get(url);
    if (part?.kind !== 'picture' || part.body.length > maxLeadBytes || !isShownAlone(part.type)) continue;
    const size = pictureSize(part.body);
    if (!size || size.width < least.width || size.height < least.height) continue;
    if (size.width <= longest * size.height && size.height <= longest * size.width) return { part, ...size };
  }
  return null;
}
