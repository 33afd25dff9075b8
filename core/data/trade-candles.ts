import type { CandleTable, TradeTable } from '../domain/candles.ts';
import { timeframe } from '../domain/timeframe.ts';
import { TidegateError } from '../foundation/errors.ts';
import type { SeriesInfo } from '../ports/market-data.ts';
import type { Catalogue } from './catalogue/catalogue.ts';
import { addReports, NOTHING_WRITTEN } from './catalogue/merge.ts';
import { type Partition, partitionsOf } from './catalogue/partitions.ts';
import type { ResampledSeries } from './resample-stored.ts';
import { candlesOf, REQUIRED_COLUMNS } from './store/column-set.ts';

const DAY = 86_400_000;

/**
 * Stores candles of timeframe `to` (a day at most) for every accepted series of trades. Days of trades that follow each other belong together; of
 * each such run the first and the last candle are left out: its trades may be of a part of their time. Without a trade there is no candle.
 * Stored candles stay, unless `overwrite` is set.
 * @throws TidegateError DATA_RESAMPLE for a longer timeframe, or one that is no length of time
 */
export async function* resampleTrades(
  catalogue: Catalogue,
  to: string,
  accepts: (info: SeriesInfo) => boolean,
  overwrite = false,
): AsyncGenerator<ResampledSeries> {
  const frame = timeframe(to);
  if (!frame.isFixed || frame.bars || DAY % frame.ms !== 0)
    throw new TidegateError('DATA_RESAMPLE', `${to} candles cannot be made of trades`, {
      remedy: 'Make candles of a day or less, and longer ones of these.',
    });
  const series = (await catalogue.list()).filter((info) => info.type === 'trades' && accepts(info));
  for (const [i, { exchange, pair }] of series.entries()) {
    const key = { exchange, pair, type: 'trades', timeframe: null } as const;
    let rows = 0;
    let report = NOTHING_WRITTEN;
    for (const run of runsOf(partitionsOf(catalogue.root, key) ?? [])) {
      const candles = new TradeCandles(to);
      for (const { from, to: end } of run) candles.push(await catalogue.trades(exchange, pair, { from, to: end }));
      const table = candles.whole();
      rows += table.length;
      if (table.length > 0)
        report = addReports(report, await catalogue.writeCandles(exchange, pair, to, table, { overwrite }));
    }
    const { added, replaced, ignored } = report;
    yield { pair, type: 'candles', source: 'trades', rows, added, replaced, ignored, done: (i + 1) / series.length };
  }
}

/** Days in runs without a missing one. */
function runsOf(days: readonly Partition[]): readonly (readonly Partition[])[] {
  const runs: Partition[][] = [];
  for (const day of days) {
    const run = runs.at(-1);
    if (run?.at(-1)?.to === day.from) run.push(day);
    else runs.push([day]);
  }
  return runs;
}

/** Candles of trades that come in order, table by table. */
class TradeCandles {
  readonly #openOf: (time: number) => number;
  readonly #ms: number;
  readonly #rows: number[][] = [];

  constructor(name: string) {
    const frame = timeframe(name);
    this.#openOf = frame.openOf;
    this.#ms = frame.ms;
  }

  push({ length, time, price, amount }: TradeTable): void {
    let row = this.#rows.at(-1);
    for (let i = 0; i < length; i++) {
      const [x, size] = [price[i]!, amount[i]!];
      if (!row || time[i]! >= row[0]! + this.#ms) {
        row = [this.#openOf(time[i]!), x, x, x, x, 0];
        this.#rows.push(row);
      }
      if (x > row[2]!) row[2] = x;
      if (x < row[3]!) row[3] = x;
      row[4] = x;
      row[5]! += size;
    }
  }

  /** All candles but the first and the last. */
  whole(): CandleTable {
    const rows = this.#rows.slice(1, -1);
    const columns = REQUIRED_COLUMNS.candles.map((name, c) => [name, Float64Array.from(rows, (row) => row[c]!)]);
    return candlesOf({ length: rows.length, columns: Object.fromEntries(columns) });
  }
}
