import type { Trainer } from './trainer.ts';

/** Work that is worth starting threads for, ms. */
const WORTH = 2_000;

/**
 * Trains the first window here and the others in threads, if by the time that one took they are worth it. What is trained does not depend on it.
 * @param threads made when they are first needed
 */
export function thriftyTrainer(own: Trainer, threads: () => Trainer): Trainer {
  const shared: Parameters<Trainer['share']>[0][] = [];
  let crew: Trainer | undefined;
  let first: Promise<number> | undefined;
  let waiting = 0;
  const timed = async (fitting: Promise<unknown>): Promise<number> => {
    const start = performance.now();
    await fitting.catch(() => undefined);
    return performance.now() - start;
  };
  return {
    share(dataset) {
      shared.push(dataset);
      crew?.share(dataset);
      return own.share(dataset);
    },
    async fit(job) {
      if (first === undefined) {
        const fitting = own.fit(job);
        first = timed(fitting);
        return fitting;
      }
      waiting++;
      const each = await first;
      if (crew === undefined && waiting * each > WORTH) {
        crew = threads();
        for (const dataset of shared) crew.share(dataset);
      }
      waiting--;
      return (crew ?? own).fit(job);
    },
    async end() {
      await Promise.all([own.end(), crew?.end()]);
    },
  };
}
