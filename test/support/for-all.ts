/** What holds of all values, in one call: `forAll([a, b], (x, y) => …)`, with how often it is tried between, where that is said. */
import fc from 'fast-check';

type Runs = { numRuns?: number };

export function forAll<const T extends unknown[]>(
  arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> },
  ...given: [check: (...values: T) => unknown] | [runs: Runs, check: (...values: T) => unknown]
): void {
  const [runs, check] = given.length === 1 ? [{}, given[0]] : given;
  const holds = (values: unknown[]) => check(...(values as T)) !== false;
  fc.assert(fc.property(fc.tuple<unknown[]>(...arbitraries), holds), runs);
}
