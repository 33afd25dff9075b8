import type { BarSpec } from '../../domain/bar-spec.ts';
import type { CandleTable, TradeTable } from '../../domain/candles.ts';
import type { Timeframe } from '../../domain/timeframe.ts';
import { TidegateError } from '../../foundation/errors.ts';
import { GrowingTable } from './growing-table.ts';

/** Columns of built bars beside the usual six. `openTime`: when its first trade happened, ms. `bricks`: Renko steps made, negative downward; 0 for other kinds. */
const FIELDS = [
  'time',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'openTime',
  'trades',
  'turnover',
  'imbalance',
  'bricks',
] as const;

/**
 * Builds bars that end by what was traded, from trades or candles as they come. Row by row and with no look at what follows: any way of cutting
 * the input gives the same bars, and a bar that has not ended is not there.
 *
 * The trade that completes a bar belongs to it whole. Prices are those really paid, for Renko too: its size decides where a bar ends, and
 * a jump over several bricks is one bar that counts them. An imbalance without sides takes that of the last change of price.
 * Sources: M. López de Prado, Advances in Financial Machine Learning (2018), ch. 2, with fixed thresholds; S. Nison, Beyond Candlesticks (1994).
 */
export class BarBuilder {
  readonly #spec: BarSpec;
  readonly #out = new GrowingTable(FIELDS);
  #openTime = Number.NaN;
  #open = 0;
  #high = 0;
  #low = 0;
  #volume = 0;
  #trades = 0;
  #turnover = 0;
  #imbalance = 0;
  /** Last closing time given: times must rise, by a ms at least. */
  #closed = Number.NEGATIVE_INFINITY;
  /** Renko: level of the last brick, and its direction (0 before the first). */
  #level = Number.NaN;
  #direction = 0;
  #price = Number.NaN;
  #side = 1;

  constructor(spec: BarSpec) {
    this.#spec = spec;
  }

  /** Bars complete so far. */
  get length(): number {
    return this.#out.length;
  }

  /** Consumes trades [from, to). */
  addTrades({ time, price, amount, side }: TradeTable, from = 0, to = time.length): void {
    for (let i = from; i < to; i++) {
      const p = price[i]!;
      const a = amount[i]!;
      if (p > this.#price) this.#side = 1;
      else if (p < this.#price) this.#side = -1;
      if (side[i] !== 0) this.#side = side[i]!;
      this.#price = p;
      this.#add(time[i]!, time[i]!, p, p, p, p, a, a * p, this.#side * a);
    }
  }

  /**
   * Consumes candles [from, to): each counts as bought where it closed above its open, and its turnover is at its typical price.
   * @throws TidegateError BARS_NEED_TRADES for tick bars
   */
  addCandles(
    { time, open, high, low, close, volume }: CandleTable,
    frame: Timeframe,
    from = 0,
    to = time.length,
  ): void {
    if (this.#spec.kind === 'tick')
      throw new TidegateError('BARS_NEED_TRADES', 'tick bars count trades, and there are only candles', {
        remedy: 'Import or download trades of the pair, or use vol:, dollar:, range:, renko: or imbalance: bars.',
      });
    for (let i = from; i < to; i++) {
      const c = close[i]!;
      const o = open[i]!;
      const h = high[i]!;
      const l = low[i]!;
      const v = volume[i]!;
      if (c !== o) this.#side = c > o ? 1 : -1;
      this.#add(time[i]!, frame.closeOf(time[i]!), o, h, l, c, v, (v * (h + l + c)) / 3, this.#side * v);
    }
  }

  /** The complete bars, with `openTime`, `trades`, `turnover`, `imbalance` and `bricks` as extra columns. */
  table(): CandleTable {
    const { time, open, high, low, close, volume, ...extra } = this.#out.columns();
    return { length: this.#out.length, time, open, high, low, close, volume, extra };
  }

  #add(
    start: number,
    end: number,
    open: number,
    high: number,
    low: number,
    close: number,
    volume: number,
    turnover: number,
    signed: number,
  ): void {
    if (Number.isNaN(this.#openTime)) {
      this.#openTime = start;
      this.#open = open;
      this.#high = high;
      this.#low = low;
      if (Number.isNaN(this.#level)) this.#level = open;
    }
    if (high > this.#high) this.#high = high;
    if (low < this.#low) this.#low = low;
    this.#volume += volume;
    this.#turnover += turnover;
    this.#imbalance += signed;
    this.#trades++;
    const bricks = this.#spec.kind === 'renko' ? this.#bricks(close) : 0;
    if (bricks !== 0 || this.#isFull()) this.#emit(end, close, bricks);
  }

  #isFull(): boolean {
    const { kind, size, isRelative } = this.#spec;
    if (kind === 'vol') return this.#volume >= size;
    if (kind === 'tick') return this.#trades >= size;
    if (kind === 'dollar') return this.#turnover >= size;
    if (kind === 'range') return this.#high - this.#low >= (isRelative ? size * this.#open : size);
    return kind === 'imbalance' && Math.abs(this.#imbalance) >= size;
  }

  /** Whole bricks from the last one to `price`: one size onward, two to turn. */
  #bricks(price: number): number {
    const { size, isRelative } = this.#spec;
    const brick = isRelative ? size * this.#level : size;
    const moved = (price - this.#level) / brick;
    const steps = moved >= 0 ? Math.floor(moved) : Math.ceil(moved);
    if (steps === 0) return 0;
    const way = Math.sign(steps);
    // The first brick after a turn is the one already there, run through backward.
    if (this.#direction === -way && Math.abs(steps) < 2) return 0;
    const count = this.#direction === -way ? steps - way : steps;
    this.#level += steps * brick;
    this.#direction = way;
    return count;
  }

  #emit(end: number, close: number, bricks: number): void {
    // Trades carry fractions of a ms: never known before.
    this.#closed = Math.max(Math.ceil(end), this.#closed + 1);
    this.#out.push([
      this.#closed - 1,
      this.#open,
      this.#high,
      this.#low,
      close,
      this.#volume,
      this.#openTime,
      this.#trades,
      this.#turnover,
      this.#imbalance,
      bricks,
    ]);
    this.#openTime = Number.NaN;
    this.#volume = this.#turnover = this.#imbalance = this.#trades = 0;
  }
}
