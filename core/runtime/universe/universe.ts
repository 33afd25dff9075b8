import { timeframe } from '../../domain/timeframe.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { MarketData } from '../../ports/market-data.ts';
import type { ClosedTrades } from '../../ports/trading-modules.ts';
import { cachedCandles } from './cached-candles.ts';
import type { PairlistChain } from './pairlist-chain.ts';

/** The pairs of a run whose pair lists are asked again and again: which are traded when. */
export interface Universe {
  /** Every pair that may be traded at some moment, in the order of the first time. */
  readonly pairs: readonly string[];
  /** Moments (ms UTC) at which the list may change; the first is at or before the start of the run. */
  readonly moments: readonly number[];
  /** The pairs that take entries from a moment on. */
  at(moment: number, trades: ClosedTrades): Promise<ReadonlySet<string>>;
  /** The list is the same throughout, whatever is traded. */
  readonly isConstant: boolean;
  /** What decides it, for the input hash: each list with the moment it came into force, before own trades are looked at. */
  readonly lists: readonly (readonly [moment: number, pairs: readonly string[]])[];
}

/** What a universe is made from. Times ms UTC. */
export interface UniverseOptions {
  readonly chain: PairlistChain;
  readonly data: MarketData;
  readonly exchange: string;
  /** What comes into the first step. */
  readonly given: readonly string[];
  readonly from: number;
  readonly to: number;
}

/**
 * Asks the chain at every moment of a run, as of stored data at that moment. Steps that look at own trades are left to the run.
 * @throws TidegateError PAIRLIST_NOW_ONLY for lists that know no past, PAIRLIST_EMPTY when no pair is ever left
 */
export async function universeOf(options: UniverseOptions): Promise<Universe> {
  const { chain, exchange, given, from, to } = options;
  if (chain.nowOnly.length > 0)
    throw new TidegateError(
      'PAIRLIST_NOW_ONLY',
      `pairlist "${chain.nowOnly[0]}" knows today's pairs only: a backtest with them would pick what is known to have survived`,
      { where: 'pairlists', remedy: 'Use a document with history: true, or name the pairs with "static".' },
    );
  const data = cachedCandles(options.data);
  const { refreshMs, firstOnTrades } = chain;
  const lists = new Map<number, readonly string[]>();
  for (let moment = Math.floor(from / refreshMs) * refreshMs; moment < to; moment += refreshMs)
    lists.set(moment, await chain.pairs(given, { data, exchange, time: moment, trades: null }, 0, firstOnTrades));
  const pairs = [...new Set([...lists.values()].flat())];
  if (pairs.length === 0)
    throw new TidegateError('PAIRLIST_EMPTY', 'the pair lists leave no pair at any moment of the run', {
      where: 'pairlists',
      remedy: '"tidegate pairlist test" shows which step drops them.',
    });
  const changes = changesOf(lists);
  return {
    pairs,
    moments: [...lists.keys()],
    isConstant: changes.length === 1 && !chain.readsTrades,
    lists: changes,
    async at(moment, trades) {
      const list = lists.get(moment) ?? [];
      return new Set(await chain.pairs(list, { data, exchange, time: moment, trades }, firstOnTrades));
    },
  };
}

/** Lists that differ from the one before, as sets: their order decides nothing. */
function changesOf(lists: ReadonlyMap<number, readonly string[]>): [number, readonly string[]][] {
  const changes: [number, readonly string[]][] = [];
  for (const [moment, list] of lists) {
    const sorted = [...list].sort();
    if (changes.at(-1)?.[1].join() !== sorted.join()) changes.push([moment, sorted]);
  }
  return changes;
}

/** Pairs of an exchange that are stored as candles and settle in a currency, sorted. */
export async function storedPairs(data: MarketData, exchange: string, currency: string): Promise<readonly string[]> {
  const pairs = (await data.list())
    .filter((series) => series.exchange === exchange && series.type === 'candles')
    .map((series) => series.pair)
    .filter((pair) => (pair.split(':')[1] ?? pair.split('/')[1]) === currency);
  return [...new Set(pairs)].sort();
}

/** First and last moment that any stored candle of the pairs covers, for a run without a time range. */
export async function storedSpan(
  data: MarketData,
  exchange: string,
  pairs: readonly string[],
): Promise<{ readonly from: number; readonly to: number }> {
  const series = (await data.list()).filter(
    (s) => s.exchange === exchange && s.type === 'candles' && pairs.includes(s.pair) && s.timeframe !== null,
  );
  return {
    from: Math.min(...series.map((s) => s.first)),
    to: Math.max(...series.map((s) => timeframe(s.timeframe!).closeOf(s.last))),
  };
}
