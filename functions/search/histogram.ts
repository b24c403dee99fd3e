/**
 * The number of articles of each site by the day of publication (UTC), as changes: a segment adds its articles and subtracts
 * their earlier counts, so that the sum over all segments is exact however often an article was indexed.
 */

import type { Place } from '../article/article.ts';

/** Day (2024-04-03) -> site -> how many more, and `#tag` -> tag -> how many more. No zeros. */
export type Histogram = Map<string, Map<string, number>>;

/** Counts in each of these places. */
export function countAll(histogram: Histogram, places: Place[], by: number): void {
  for (const place of places) count(histogram, place, by);
}

/** Changes `histogram`, which its maker is still filling. */
export function count(histogram: Histogram, { day, site }: Place, by: number): void {
  const sites = histogram.get(day) ?? new Map<string, number>();
  histogram.set(day, sites);
  const now = (sites.get(site) ?? 0) + by;
  if (now !== 0) sites.set(site, now);
  else sites.delete(site);
  if (sites.size === 0) histogram.delete(day);
}

export function sum(histograms: Iterable<Histogram>): Histogram {
  const total: Histogram = new Map();
  for (const histogram of histograms) {
    for (const [day, sites] of histogram) for (const [site, by] of sites) count(total, { day, site }, by);
  }
  return total;
}

export function histogramToJson(histogram: Histogram): Record<string, Record<string, number>> {
  return Object.fromEntries([...histogram].map(([day, sites]) => [day, Object.fromEntries(sites)]));
}

export function histogramFromJson(json: Record<string, Record<string, number>>): Histogram {
  return new Map(Object.entries(json).map(([day, sites]) => [day, new Map(Object.entries(sites))]));
}
