import type { LoadedSearch } from './search.ts';
import type { TrialCrew } from './thread-pool.ts';

/** Studies that must run at a time to keep a crew busy: each has at most lag + 1 trials running. */
export function studiesAtATime({ plan }: Pick<LoadedSearch, 'plan'>, crew: Pick<TrialCrew, 'size'>): number {
  return Math.ceil(crew.size / (plan.lag + 1));
}

/** Maps with at most `limit` calls under way; results are in order of the items, and after an error none is begun. */
export async function mapAtATime<T, R>(items: readonly T[], limit: number, map: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  let isBroken = false;
  const runner = async () => {
    while (next < items.length && !isBroken) {
      const at = next++;
      try {
        results[at] = await map(items[at]!);
      } catch (error) {
        isBroken = true;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(limit, items.length) }, runner));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
  return results;
}
