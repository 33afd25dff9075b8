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
/** Rows that a strategy may look back into, whatever its features need. */
const LEAST_KEPT = 1_000;

/**
 * Candles of a live session as sliding columns, and the feature plan over them: one row per closed candle, old rows leave. Memory is bounded
 * whatever the session's length.
 */
export class LiveGrids {
  readonly plan: FeaturePlan;
  /** All pairs whose candles are needed: the traded ones first, then those that features read. */
  readonly pairs: readonly string[];
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
    const other = [...needs.grids.values()].map((grid) => candlesOnly(grid).pair);
    this.pairs = [...new Set([...traded, ...other])];
    for (const pair of this.pairs) {
      const key = gridKey({ pair, timeframe: frameName, type: 'candles' });
      this.#grids.set(key, GridData.growing(key, FIELDS, 2 * keep, keep));
    }
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
    const grid = this.grid(pair);
    return grid.end === 0 ? Number.NEGATIVE_INFINITY : grid.fields.get('time')!.values[this.row(pair)]!;
  }

  /** Buffer row of a pair's last candle. */
  row(pair: string): number {
    const { end, available } = this.grid(pair);
    return end - 1 - available.base;
  }

  /** Appends a closed candle; features follow with `advance`. */
  append(pair: string, row: CandleRow): void {
    // What has slid out of the columns can't be computed any more.
    if (++this.#fed >= this.#slack) this.advance();
    const grid = this.grid(pair);
    const at = grid.grow();
    for (const [k, field] of FIELDS.entries()) grid.fields.get(field)!.values[at] = row[k]!;
    grid.available.values[at] = this.#frame.closeOf(row[0]);
  }

  /** Brings features up to the last candles. */
  advance(): void {
    this.plan.advance();
    this.#fed = 0;
  }

  /** Feeds history, all pairs together in order of time, so that pairs which read each other see what they would have seen. */
  feed(history: ReadonlyMap<string, readonly CandleRow[]>): void {
    const rows = [...history].flatMap(([pair, candles]) => candles.map((row) => ({ pair, row })));
    rows.sort((a, b) => a.row[0] - b.row[0]);
    for (const { pair, row } of rows) this.append(pair, row);
    this.advance();
  }
}

function candlesOnly(grid: Grid): Grid {
  if (grid.type === 'candles') return grid;
  throw new TidegateError('TRADE_DATA', `a feature reads ${grid.type} of ${grid.pair}, which no live stream feeds`, {
    remedy: 'Use a strategy that reads candles, or replace this feature.',
  });
}
