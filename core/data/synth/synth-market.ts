import type { CandleTable, EventTable } from '../../domain/candles.ts';
import { timeframe as parseTimeframe } from '../../domain/timeframe.ts';
import { TidegateError } from '../../foundation/errors.ts';
import {
  type CandleType,
  type EventType,
  type MarketData,
  type SeriesInfo,
  type SeriesKey,
  SYNTHETIC,
} from '../../ports/market-data.ts';
import { bySeries } from '../catalogue/inventory.ts';
import { resampleCandles } from '../resample.ts';
import {
  bookColumns,
  bookOf,
  type ColumnSet,
  candleColumns,
  candlesOf,
  eventColumns,
  eventsOf,
  rangeOf,
  tradeColumns,
  tradesOf,
} from '../store/column-set.ts';
import { hashColumns } from '../store/content-hash.ts';
import { missingSeries } from '../store/missing.ts';
import { assetOf, checkPair, syntheticSpec } from './assets.ts';
import { forexCandles } from './forex.ts';
import { assetPath, marketPath } from './market-path.ts';
import { pathCandles } from './path-candles.ts';
import { fundingEvents, liquidationEvents, markCandles, openInterestEvents, premiumPath } from './perpetual.ts';
import { synthTicks } from './ticks.ts';

export interface SynthOptions {
  readonly seed: number | string;
  /** Spot `BTC/USDT`, perpetual `BTC/USDT:USDT`, forex `EUR/USD`. */
  readonly pairs: readonly string[];
  /** First minute, ms UTC; rounded down to the UTC day. */
  readonly from: number;
  readonly days: number;
  /** Base timeframe that `list` names; any longer one that is asked for is resampled from minutes. */
  readonly timeframe?: string;
  /** Minutes at the end of the period that have trades and books as well (they are large). */
  readonly tickMinutes?: number;
}

const DAY_MS = 86_400_000;
/** Types of a pair, by kind of market. */
const TYPES = { spot: [], forex: [], perpetual: ['mark', 'funding', 'oi', 'liquidations'] } as const;

/**
 * A seeded market in memory: regimes, fat tails, volume clusters, assets that move together, perpetuals with basis, funding, mark
 * price, open interest and liquidations, forex with quotes. Same seed, same bytes; a pair does not depend on which others are asked for;
 * a longer market begins as the shorter one does. Everything is made when first asked for and then kept.
 */
export function synthMarket(options: SynthOptions): MarketData {
  const { seed, pairs, days, timeframe = '1m', tickMinutes = 60 } = options;
  for (const pair of pairs) checkPair(pair);
  if (!(days > 0 && days <= 3660))
    throw new TidegateError('DATA_SYNTH_DAYS', `a synthetic market of ${days} days cannot be made`, {
      remedy: 'Ask for 1 to 3660 days.',
    });
  const from = Math.floor(options.from / DAY_MS) * DAY_MS;
  const minutes = Math.floor(days * 1440);
  const root = `synthetic:${seed}`;
  const keys = pairs.flatMap((pair) => keysOf(pair, timeframe, tickMinutes));
  const series = new SyntheticSeries(seed, from, minutes, tickMinutes);
  const columns = (key: SeriesKey): ColumnSet => {
    const isKnown = keys.some((k) => k.pair === key.pair && k.type === key.type);
    if (!isKnown) throw missingSeries(key, describe(keys, from, minutes), root);
    return series.columns(key);
  };
  const event = (pair: string, type: SeriesKey['type']): SeriesKey => ({
    exchange: SYNTHETIC,
    pair,
    type,
    timeframe: null,
  });

  return {
    root,
    dataKind: 'synthetic',
    list: async () => describe(keys, from, minutes),
    candles: async (_, pair, name, { type = 'candles', ...range } = {}) =>
      candlesOf(rangeOf(columns({ exchange: SYNTHETIC, pair, type, timeframe: name }), range)),
    events: async (_, pair, type, range = {}) => eventsOf(rangeOf(columns(event(pair, type)), range)),
    trades: async (_, pair, range = {}) => tradesOf(rangeOf(columns(event(pair, 'trades')), range)),
    book: async (_, pair, range = {}) => bookOf(rangeOf(columns(event(pair, 'book')), range)),
    latest: async (key) =>
      keys.some((k) => k.pair === key.pair && k.type === key.type) ? (columns(key).columns.time!.at(-1) ?? null) : null,
    contentHash: async (key, range = {}) => hashColumns(rangeOf(columns(key), range)),
    specAt: async (_, pair) => ({ spec: syntheticSpec(pair), assumed: !pairs.includes(pair) }),
  };
}

/** What there is of a pair. Forex has no ticks. */
function keysOf(pair: string, timeframe: string, tickMinutes: number): readonly SeriesKey[] {
  const { kind } = syntheticSpec(pair);
  const key = (type: SeriesKey['type'], name: string | null) => ({ exchange: SYNTHETIC, pair, type, timeframe: name });
  return [
    key('candles', timeframe),
    ...TYPES[kind].map((type) => key(type, type === 'mark' ? '1h' : null)),
    ...(kind === 'forex' || tickMinutes === 0 ? [] : [key('trades', null), key('book', null)]),
  ];
}

/** The series of a market, each made when it is first asked for and then kept. */
class SyntheticSeries {
  readonly #made = memo();
  readonly #seed: SynthOptions['seed'];
  readonly #from: number;
  readonly #minutes: number;
  readonly #tickMinutes: number;

  constructor(seed: SynthOptions['seed'], from: number, minutes: number, tickMinutes: number) {
    this.#seed = seed;
    this.#from = from;
    this.#minutes = minutes;
    this.#tickMinutes = tickMinutes;
  }

  columns({ pair, type, timeframe }: SeriesKey): ColumnSet {
    if (type === 'candles' || type === 'mark') {
      parseTimeframe(timeframe!);
      return candleColumns(this.#candles(pair, timeframe!, type));
    }
    if (type === 'trades') return tradeColumns(this.#ticks(pair).trades);
    if (type === 'book') return bookColumns(this.#ticks(pair).book);
    return eventColumns(this.#events(pair, type));
  }

  #market() {
    return this.#made('market', () => marketPath(this.#seed, this.#from, this.#minutes));
  }

  #path(base: string) {
    return this.#made(`path ${base}`, () => assetPath(this.#seed, assetOf(base), this.#market()));
  }

  #premium(base: string) {
    return this.#made(`premium ${base}`, () => premiumPath(this.#seed, assetOf(base), this.#market()));
  }

  #minuteCandles(pair: string): CandleTable {
    return this.#made(`candles ${pair}`, () => {
      const spec = syntheticSpec(pair);
      if (spec.kind === 'forex') return forexCandles(this.#seed, pair, this.#from, this.#minutes);
      const asset = assetOf(spec.base);
      const { price, sigma } = this.#path(spec.base);
      const premium = spec.kind === 'perpetual' ? this.#premium(spec.base) : undefined;
      const traded = premium ? price.map((p, i) => p * (1 + premium[i]!)) : price;
      return pathCandles(traded, sigma, {
        ...asset,
        seed: this.#seed,
        key: pair,
        from: this.#from,
        startPrice: asset.price,
        turnover: premium ? asset.turnover * 3 : asset.turnover,
      });
    });
  }

  #mark(pair: string): CandleTable {
    return this.#made(`mark ${pair}`, () => {
      const { base } = syntheticSpec(pair);
      return markCandles(this.#path(base), this.#premium(base), this.#from, assetOf(base).priceDecimals);
    });
  }

  #candles(pair: string, name: string, type: CandleType): CandleTable {
    return this.#made(`${type} ${pair} ${name}`, () =>
      resampleCandles(type === 'mark' ? this.#mark(pair) : this.#minuteCandles(pair), '1m', name),
    );
  }

  #events(pair: string, type: EventType): EventTable {
    return this.#made(`${type} ${pair}`, () => {
      const asset = assetOf(syntheticSpec(pair).base);
      if (type === 'funding') return fundingEvents(this.#premium(asset.base), this.#from);
      if (type === 'oi')
        return openInterestEvents(this.#seed, asset, this.#path(asset.base), this.#market(), this.#from);
      return liquidationEvents(this.#seed, asset, this.#minuteCandles(pair), this.#path(asset.base));
    });
  }

  /** Trades and books of the last minutes. */
  #ticks(pair: string) {
    return this.#made(`ticks ${pair}`, () => {
      const all = candleColumns(this.#minuteCandles(pair));
      const from = this.#from + (this.#minutes - this.#tickMinutes) * 60_000;
      return synthTicks(candlesOf(rangeOf(all, { from })), { seed: this.#seed, pair });
    });
  }
}

/** What `list` says; rows by the clock (forex weekends and event counts are not known before the series is made). */
function describe(keys: readonly SeriesKey[], from: number, minutes: number): readonly SeriesInfo[] {
  const to = from + minutes * 60_000;
  const infos = keys.map((key) => {
    const stepMs = key.timeframe ? parseTimeframe(key.timeframe).ms : key.type === 'funding' ? 8 * 3_600_000 : 300_000;
    const rows = Math.floor((to - from) / stepMs);
    return { ...key, rows, first: from, last: to - stepMs, bytes: 0, source: 'made in memory' };
  });
  return infos.sort(bySeries);
}

function memo(): <T>(name: string, make: () => T) => T {
  const kept = new Map<string, unknown>();
  return <T>(name: string, make: () => T): T => {
    if (!kept.has(name)) kept.set(name, make());
    return kept.get(name) as T;
  };
}
