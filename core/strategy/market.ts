import { TidegateError } from '../foundation/errors.ts';
import { type CandleSeries, candleSeries, type Grid, join, Series, source } from '../indicators/series.ts';
import { type SetOptions, type SetSeries, seriesOfSet } from './feature-sets.ts';
import type { LearnedDeclarer, ModelSeries, RegimeSeries, StoredOptions } from './learned-series.ts';
import { TickSeries } from './tick-series.ts';
import type { ModelRef, RegimeRef, VolatilityRef } from './train-block.ts';
import type { DeclaredTree, Joined } from './view.ts';

/** What `features()` declares from: the pair's own candles, longer timeframes, other pairs, mark prices and funding. Symbolic: it holds no values. */
export interface Market {
  /** The pair itself: `BTC/USDT`. */
  readonly symbol: string;
  readonly timeframe: string;
  readonly candles: CandleSeries;
  /** Mark-price candles, joined as of their close. */
  readonly mark: CandleSeries;
  /** Last settled funding rate, as a fraction per interval. */
  readonly funding: Series;
  /** Open interest in base units, as last published. */
  readonly openInterest: Series;
  /** Series of a longer timeframe, one or several by name, brought to this one as of its close: never early. */
  at<R extends DeclaredTree>(timeframe: string, declare: (candles: CandleSeries) => R): Joined<R>;
  /** Series of another pair (same timeframe unless given), joined as of availability. */
  pair<R extends DeclaredTree>(pair: string, declare: (candles: CandleSeries) => R, timeframe?: string): Joined<R>;
  /** A feature set by name, its options and over what it is expanded: `m.set('momentum', { period: 10, expand: { timeframes: ['1h'], lags: [1] } })`. */
  set(name: string, options?: SetOptions): SetSeries;
  /** A feature of trades and books by its module's name, in runs on ticks: `m.ticks('vpin', { windowMs: 60_000 })`, read as `f.vpin.value`. */
  ticks<const N extends string>(name: N, options?: Readonly<Record<string, unknown>>): TickSeries<N>;
  /**
   * What a model says, by its train block or as stored (`btc@3`): at each candle only models whose training labels had ended answer. A stored one
   * that cannot be used: `m.model('btc@3', { fallback: 'btc@2' })`, or `'no-opinion'`, or `'stop'`.
   */
  model(ref: ModelRef): ModelSeries;
  model(ref: string, options?: StoredOptions): ModelSeries;
  /** The market's state, by a train block that names a regime module. */
  regime(ref: RegimeRef): RegimeSeries;
  /** Names of its states: what `state` counts. */
  states(ref: RegimeRef): readonly string[];
  /** Deviation of the return expected over the block's horizon, as a fraction. */
  volatility(ref: VolatilityRef): Series;
}

/** The market of one pair for `features()`. */
export function declareMarket(
  pair: string,
  timeframe: string,
  learned: LearnedDeclarer = NOTHING_LEARNED,
): Market & { readonly pairs: ReadonlySet<string> } {
  const grid: Grid = { pair, timeframe, type: 'candles' };
  const pairs = new Set<string>();
  const native = (type: string): Grid => ({ pair, timeframe: '', type });
  const joinedCandles = (from: Grid): CandleSeries => {
    const raw = candleSeries(from);
    const over = (s: Series) => join(s, grid);
    return {
      pair,
      timeframe,
      time: over(raw.time),
      open: over(raw.open),
      high: over(raw.high),
      low: over(raw.low),
      close: over(raw.close),
      volume: over(raw.volume),
    };
  };
  return {
    symbol: pair,
    timeframe,
    pairs,
    candles: candleSeries(grid),
    mark: joinedCandles(native('mark')),
    funding: join(source(native('funding'), 'rate'), grid),
    openInterest: join(source(native('oi'), 'amount'), grid),
    at: (longer, declare) => joinAll(declare(candleSeries({ ...grid, timeframe: longer })), grid),
    pair(other, declare, frame = timeframe) {
      pairs.add(other);
      return joinAll(declare(candleSeries({ ...grid, pair: other, timeframe: frame })), grid);
    },
    set(name, options) {
      return seriesOfSet(this, name, options);
    },
    ticks: (name, options = {}) => new TickSeries(name, options),
    model(ref: ModelRef | string, options?: StoredOptions) {
      return learned.model(this, ref, options);
    },
    regime(ref) {
      return learned.regime(this, ref);
    },
    states: (ref) => learned.states(ref),
    volatility(ref) {
      return learned.volatility(this, ref);
    },
  };
}

const refuse = (): never => {
  throw new TidegateError('TRAIN_NOWHERE', 'nothing can be learned here: this declares features only', {
    remedy: 'Use m.model(), m.regime() and m.volatility() in a strategy that is backtested or traded.',
  });
};
const NOTHING_LEARNED: LearnedDeclarer = { model: refuse, regime: refuse, states: refuse, volatility: refuse };

function joinAll<R extends DeclaredTree>(declared: R, grid: Grid): Joined<R> {
  const brought = (value: unknown): unknown =>
    value instanceof Series
      ? join(value, grid)
      : Object.fromEntries(Object.entries(value as object).map(([name, inner]) => [name, brought(inner)]));
  return brought(declared) as Joined<R>;
}
