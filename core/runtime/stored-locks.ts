import type { StoredLock } from '../ports/stored-rows.ts';
import { ALLOW, type RiskModule, type TradingContext } from '../ports/trading-modules.ts';

/**
 * The locks that protections hold at a time (ms UTC) and the store does not have yet, as rows for it: to be committed with the trade that closed.
 * @param known rows that are stored already
 */
export function newLocks(
  modules: readonly RiskModule[],
  context: TradingContext,
  time: number,
  known: readonly StoredLock[],
): StoredLock[] {
  const has = new Set(known.map(({ pair, source, until }) => `${source} ${pair} ${until}`));
  return modules.flatMap((module) =>
    (module.locks?.(context, time) ?? [])
      .filter(({ pair, until }) => !has.has(`${module.name} ${pair} ${until}`))
      .map(({ pair, until }): StoredLock => {
        const reason = `no entries ${pair === '*' ? 'on any pair' : `on ${pair}`} until ${new Date(until).toISOString()}`;
        return { pair, side: '*', source: module.name, at: time, until, reason };
      }),
  );
}

/**
 * Stored locks as a risk module: what an operator locked, and what protections had locked before a restart, whether or not the trades that led to
 * it are still known. A row whose `until` has passed locks nothing.
 */
export function heldLocks(rows: readonly StoredLock[]): RiskModule {
  return {
    name: 'locks',
    review({ kind, pair, side, time }) {
      if (kind !== 'entry') return ALLOW;
      const lock = rows.find(
        (row) => time < row.until && (row.pair === '*' || row.pair === pair) && (row.side === '*' || row.side === side),
      );
      return lock === undefined ? ALLOW : { verdict: 'deny', reason: `locked_by_${lock.source.replaceAll('-', '_')}` };
    },
  };
}
