import type { Column } from '../../columns/column.ts';
import { GridData } from '../../columns/grid-data.ts';
import type { CandleTable } from '../../domain/candles.ts';
import type { Timeframe } from '../../domain/timeframe.ts';
import { CANDLE_FIELDS } from '../../indicators/series.ts';

/** Rows that a growing table has room for; the older half goes when it is full. */
const CAPACITY = 1 << 17;

/**
 * Candles of one instrument made from its trades by time of receipt, appended to a grid that features are computed on. A stretch without trades
 * has a candle at the last price with no volume; before the first trade there are none, unless stored candles lead in.
 */
export class TickCandles {
  readonly grid: GridData;
  /** Closing time of the candle at work, ms UTC; NaN before the first trade. */
  end = Number.NaN;
  readonly #frame: Timeframe;
  readonly #columns: Readonly<Record<(typeof CANDLE_FIELDS)[number], Column>>;
  #start = Number.NaN;
  #open = Number.NaN;
  #high = Number.NaN;
  #low = Number.NaN;
  #close = Number.NaN;
  #volume = 0;

  /** @param history stored candles before the first trade, for features to warm up on */
  constructor(key: string, frame: Timeframe, history: CandleTable | null) {
    this.#frame = frame;
    const rows = history?.length ?? 0;
    this.grid = GridData.growing(key, CANDLE_FIELDS, Math.max(CAPACITY, 2 * rows), CAPACITY / 2);
    this.#columns = Object.fromEntries(CANDLE_FIELDS.map((name) => [name, this.grid.fields.get(name)!])) as never;
    for (let i = 0; i < rows; i++) {
      const { time, open, high, low, close, volume } = history!;
      this.#append(time[i]!, open[i]!, high[i]!, low[i]!, close[i]!, volume[i]!);
    }
    if (rows > 0) this.#close = history!.close[rows - 1]!;
  }

  /** Buffer row of the last closed candle; -1 without one. */
  get row(): number {
    return this.grid.end - 1 - this.grid.available.base;
  }

  /** When each of its candles became known, ms UTC. */
  get known(): Float64Array {
    return this.grid.available.values.slice(0, this.row + 1);
  }

  /** A trade, ms UTC. */
  trade(time: number, price: number, amount: number): void {
    if (!(time < this.end)) this.closeUntil(time);
    if (Number.isNaN(this.end)) this.#begin(this.#frame.openOf(time));
    if (Number.isNaN(this.#open)) {
      this.#open = price;
      this.#high = price;
      this.#low = price;
    } else {
      if (price > this.#high) this.#high = price;
      if (price < this.#low) this.#low = price;
    }
    this.#close = price;
    this.#volume += amount;
  }

  /** Closes every candle that ends at or before `time`, ms UTC; true when there was one. */
  closeUntil(time: number): boolean {
    const before = this.grid.end;
    while (time >= this.end) {
      const last = this.#close;
      if (Number.isNaN(this.#open)) this.#append(this.#start, last, last, last, last, 0);
      else this.#append(this.#start, this.#open, this.#high, this.#low, last, this.#volume);
      this.#begin(this.end);
    }
    return this.grid.end > before;
  }

  #begin(start: number): void {
    this.#start = start;
    this.end = this.#frame.closeOf(start);
    this.#open = Number.NaN;
    this.#volume = 0;
  }

  #append(time: number, open: number, high: number, low: number, close: number, volume: number): void {
    const at = this.grid.grow();
    const c = this.#columns;
    c.time.values[at] = time;
    c.open.values[at] = open;
    c.high.values[at] = high;
    c.low.values[at] = low;
    c.close.values[at] = close;
    c.volume.values[at] = volume;
    this.grid.available.values[at] = this.#frame.closeOf(time);
  }
}
