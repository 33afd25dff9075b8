import type { FeatureDefinition } from './feature.ts';

/** The grid that a series lives on: one row per candle of a pair, timeframe and candle type, or per event of a kind. */
export interface Grid {
  readonly pair: string;
  readonly timeframe: string;
  /** `candles`, `mark`, `index`, `funding`, `oi`, … */
  readonly type: string;
}

/** `BTC/USDT|1h|candles` */
export function gridKey(grid: Grid): string {
  return `${grid.pair}|${grid.timeframe}|${grid.type}`;
}

/** Where a series' values come from. */
export type SeriesNode =
  | { readonly kind: 'source'; readonly grid: Grid; readonly field: string; readonly key: string }
  | {
      readonly kind: 'feature';
      readonly grid: Grid;
      readonly definition: FeatureDefinition;
      readonly options: Readonly<Record<string, unknown>>;
      readonly inputs: readonly Series[];
      readonly key: string;
    }
  | { readonly kind: 'join'; readonly grid: Grid; readonly from: Series; readonly key: string };

/** What a strategy sees of a series at a candle: its value now and before. It cannot address the future. */
export interface SeriesView {
  /** Value at the candle that just closed; NaN during warm-up. */
  readonly now: number;
  /** Value one candle earlier; NaN before the first. */
  readonly prev: number;
  /** Value `ago` candles back (0 = now). */
  at(ago: number): number;
  /** The last `count` values, oldest first, as a copy. */
  last(count: number): Float64Array;
}

/**
 * A declared series: it has no values, only says how they come to be. Strategies build them in `features()`; the engine computes
 * them, causally, and hands views to `onCandle`. Two series with the same key are computed once.
 */
export class Series {
  /** Type only: what `onCandle` sees in its place. */
  declare readonly view: SeriesView;
  readonly node: SeriesNode;
  /** Which output of a feature with several. */
  readonly output: number;

  constructor(node: SeriesNode, output = 0) {
    this.node = node;
    this.output = output;
  }

  get grid(): Grid {
    return this.node.grid;
  }

  /** Identity of the computation: name, version, canonical options and input keys. */
  get key(): string {
    return this.output === 0 ? this.node.key : `${this.node.key}#${this.output}`;
  }
}

export type CandleField = 'open' | 'high' | 'low' | 'close' | 'volume';
export const CANDLE_FIELDS: readonly CandleField[] = ['open', 'high', 'low', 'close', 'volume'];

/** The declared columns of one pair's candles at one timeframe. `time` is the opening time, ms UTC. */
export interface CandleSeries {
  readonly pair: string;
  readonly timeframe: string;
  readonly time: Series;
  readonly open: Series;
  readonly high: Series;
  readonly low: Series;
  readonly close: Series;
  readonly volume: Series;
}

/** A column of a grid as a series. */
export function source(grid: Grid, field: string): Series {
  return new Series({ kind: 'source', grid, field, key: `${gridKey(grid)}.${field}` });
}

/** The candle columns of a grid. */
export function candleSeries(grid: Grid): CandleSeries {
  return {
    pair: grid.pair,
    timeframe: grid.timeframe,
    time: source(grid, 'time'),
    open: source(grid, 'open'),
    high: source(grid, 'high'),
    low: source(grid, 'low'),
    close: source(grid, 'close'),
    volume: source(grid, 'volume'),
  };
}

/** `from`, brought to `grid` as of availability: each row takes the last value that was known at that row's close. */
export function join(from: Series, grid: Grid): Series {
  if (gridKey(from.grid) === gridKey(grid)) return from;
  return new Series({ kind: 'join', grid, from, key: `join(${from.key})@${gridKey(grid)}` });
}
