import { GridData } from '../../columns/grid-data.ts';
import { timeframe } from '../../domain/timeframe.ts';
import { TidegateError } from '../../foundation/errors.ts';
import { FeaturePlan } from '../../indicators/plan.ts';
import { type Grid, gridKey } from '../../indicators/series.ts';
import type { Needs } from '../needs.ts';

/** A candle as the live grids take it: opening time ms UTC, open, high, low, close, volume. */
export type CandleRow = readonly [
  openTime: number,
  open: number,
  high: number,
  low: number,
  close: number,
  volume: number,
];

const FIELDS = ['time', 'open', 'high', 'low', 'close', 'volume'] as const;
/** What is streamed beside candles, and its columns. Mark prices come as candles of the strategy's timeframe. */
export const STREAMED = {
  funding: ['time', 'rate'],
  oi: ['time', 'amount', 'value'],
  mark: FIELDS,
} as const;
export type StreamedType = keyof typeof STREAMED;

/** A series that is streamed beside candles. */
export interface StreamedSeries {
  readonly pair: string;
  readonly type: StreamedType;
}

/** A row of it, in the order of its columns, and when it became known, ms UTC. */
export interface StreamedRow extends StreamedSeries {
  readonly row: readonly number[];
  readonly available: number;
}

/** Rows that a strategy may look back into, whatever its features need. */
const LEAST_KEPT = 1_000;
/** Shortest time between streamed rows, ms. */
const STREAM_MS = 60_000;

/**
 * Candles of a live session as sliding columns, with what is streamed beside them, and the feature plan over them: one row per closed candle, old rows
 * leave. Memory is bounded whatever the session's length.
 */
export class LiveGrids {
  readonly plan: FeaturePlan;
  /** All pairs whose candles are needed: the traded ones first, then those that features read. */
  readonly pairs: readonly string[];
  /** What features read beside candles. */
  readonly streamed: readonly StreamedSeries[];
  readonly #grids = new Map<string, GridData>();
  readonly #frame: ReturnType<typeof timeframe>;
  readonly #slack: number;
  #fed = 0;

  /**
   * @param lookback rows that what is learned looks back on
   * @throws TidegateError TRADE_DATA for data that no live stream gives
   */
  constructor(traded: readonly string[], frameName: string, needs: Needs, lookback = 0) {
    this.#frame = timeframe(frameName);
    const keep = Math.max(LEAST_KEPT, needs.warmup, lookback) + 2;
    this.#slack = keep;
    const read = [...needs.grids.values()];
    this.streamed = read.filter((grid) => grid.type !== 'candles').map(streamedOf);
    const other = read.filter((grid) => grid.type === 'candles').map((grid) => grid.pair);
    this.pairs = [...new Set([...traded, ...other])];
    const grow = (grid: Grid, fields: readonly string[], rows: number) =>
      this.#grids.set(gridKey(grid), GridData.growing(gridKey(grid), fields, 2 * rows, rows));
    for (const pair of this.pairs) grow({ pair, timeframe: frameName, type: 'candles' }, FIELDS, keep);
    // Rows that come between two candles must still be there when features follow.
    const between = keep + 2 * Math.ceil(this.#frame.ms / STREAM_MS);
    for (const { pair, type } of this.streamed) grow({ pair, timeframe: '', type }, STREAMED[type], between);
    this.plan = new FeaturePlan((grid) => this.#grids.get(gridKey(grid)), frameName);
  }

  grid(pair: string): GridData {
    return this.#grids.get(gridKey({ pair, timeframe: this.#frame.name, type: 'candles' }))!;
  }

  /** When a candle that opens then is closed, ms UTC. */
  closeOf(openTime: number): number {
    return this.#frame.closeOf(openTime);
  }

  /** Opening time of a pair's last row; -Infinity before the first. */
  lastTime(pair: string): number {
    return lastOf(this.grid(pair));
  }

  /** Time of the last row of a streamed series; -Infinity before the first. */
  lastStreamed({ pair, type }: StreamedSeries): number {
    return lastOf(this.#grids.get(gridKey({ pair, timeframe: '', type }))!);
  }

  /** Buffer row of a pair's last candle. */
  row(pair: string): number {
    const { end, available } = this.grid(pair);
    return end - 1 - available.base;
  }

  /** Appends a closed candle; features follow with `advance`. */
  append(pair: string, row: CandleRow): void {
    this.#append(this.grid(pair), FIELDS, row, this.#frame.closeOf(row[0]));
  }

  /** Appends a row of a streamed series, in order of time. */
  appendStreamed({ pair, type, row, available }: StreamedRow): void {
    const grid = this.#grids.get(gridKey({ pair, timeframe: '', type }))!;
    const before = grid.end === 0 ? available : grid.available.values[grid.end - 1 - grid.available.base]!;
    this.#append(grid, STREAMED[type], row, Math.max(before, available));
  }

  /** Brings features up to the last candles. */
  advance(): void {
    this.plan.advance();
    this.#fed = 0;
  }

  /** Feeds history, all of it together in order of time, so that what reads each other sees what it would have seen. */
  feed(history: ReadonlyMap<string, readonly CandleRow[]>, streamed: readonly StreamedRow[] = []): void {
    const rows = [
      ...streamed.map((row) => ({ at: row.available, append: () => this.appendStreamed(row) })),
      ...[...history].flatMap(([pair, candles]) =>
        candles.map((row) => ({ at: this.#frame.closeOf(row[0]), append: () => this.append(pair, row) })),
      ),
    ];
    rows.sort((a, b) => a.at - b.at);
    for (const { append } of rows) append();
    this.advance();
  }

  #append(grid: GridData, fields: readonly string[], row: readonly number[], available: number): void {
    // What has slid out of the columns can't be computed any more.
    if (++this.#fed >= this.#slack) this.advance();
    const at = grid.grow();
    for (const [k, field] of fields.entries()) grid.fields.get(field)!.values[at] = row[k]!;
    grid.available.values[at] = available;
  }
}

function lastOf({ end, available, fields }: GridData): number {
  return end === 0 ? Number.NEGATIVE_INFINITY : fields.get('time')!.values[end - 1 - available.base]!;
}

function streamedOf({ pair, type }: Grid): StreamedSeries {
  if (type in STREAMED) return { pair, type: type as StreamedType };
  throw new TidegateError('TRADE_DATA', `a feature reads ${type} of ${pair}, which no live stream feeds`, {
    remedy: 'Use a strategy that reads candles, mark prices, funding or open interest, or replace this feature.',
  });
}
