import type { StoredLock } from '../ports/stored-rows.ts';
import type { TradeLock } from '../ports/trading-modules.ts';

/**
 * Locks that hold and that the store does not have yet, as rows for it. A restart brings them back with the closed trades that they follow from: the
 * rows are for those who look on.
 * @param time ms UTC
 * @param known rows that are stored already
 */
export function newLocks(
  held: readonly (TradeLock & { readonly source: string })[],
  time: number,
  known: readonly StoredLock[],
): StoredLock[] {
  const has = new Set(known.map(({ pair, source, until }) => `${source} ${pair} ${until}`));
  return held
    .filter(({ pair, source, until }) => !has.has(`${source} ${pair} ${until}`))
    .map(({ pair, source, until }): StoredLock => {
      // A lock without an end is written as one far away: numbers of JSON have no infinity.
      const end = Math.min(until, 8.64e15);
      const reason = `no entries ${pair === '*' ? 'on any pair' : `on ${pair}`} until ${new Date(end).toISOString()}`;
      return { pair, side: '*', source, at: time, until: end, reason };
    });
}
