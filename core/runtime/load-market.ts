import { GridData } from '../columns/grid-data.ts';
import { type CandleTable, type EventTable, lowerBound, nextAtLeast } from '../domain/candles.ts';
import { timeframe } from '../domain/timeframe.ts';
import { TidegateError } from '../foundation/errors.ts';
import type { GridProvider } from '../indicators/plan.ts';
import { type Grid, gridKey } from '../indicators/series.ts';
import type { MarketData } from '../ports/market-data.ts';

/** Grids that have been loaded, for the plan. */
export class LoadedGrids {
  readonly #grids = new Map<string, GridData>();
  readonly provider: GridProvider = (grid) => this.#grids.get(gridKey(grid));

  set(grid: Grid, data: GridData): void {
    this.#grids.set(gridKey(grid), data);
  }

  has(grid: Grid): boolean {
    return this.#grids.has(gridKey(grid));
  }
}

/** Where series are loaded from: the market, its base candles and the range, ms UTC (without ends: all that is stored). */
export interface GridSource {
  readonly data: MarketData;
  readonly exchange: string;
  readonly baseTimeframe: string;
  readonly range: { readonly from?: number; readonly to?: number };
}

/** Rates and open interest that were known when a range begins were published by then: at most so long before. */
export const KNOWN_BEFORE_MS = 86_400_000;

/** The grid that is loaded for a declared one: longer timeframes are made from base candles, by the plan. */
export const loadedGrid = (grid: Grid, baseTimeframe: string): Grid =>
  grid.type === 'candles' ? { ...grid, timeframe: baseTimeframe } : grid;

/**
 * Loads what declared series read besides the traded pairs' own candles: other pairs, mark prices, funding, open interest. Of what is published
 * seldom, what was known when the range begins is loaded, too.
 */
export async function loadGrids(grids: Iterable<Grid>, loaded: LoadedGrids, source: GridSource): Promise<void> {
  const { data, exchange, baseTimeframe, range } = source;
  for (const grid of grids) {
    if (loaded.has(grid)) continue;
    if (grid.type === 'candles') {
      const base = loadedGrid(grid, baseTimeframe);
      if (!loaded.has(base)) {
        const table = await data.candles(exchange, grid.pair, baseTimeframe, range);
        loaded.set(
          base,
          GridData.candles(gridKey(base), checkCandles(table, grid.pair, baseTimeframe), timeframe(baseTimeframe)),
        );
      }
    } else if (grid.type === 'mark') {
      const { table, frame } = await markCandles(data, exchange, grid.pair, range, 2);
      loaded.set(grid, GridData.candles(gridKey(grid), table, timeframe(frame)));
    } else {
      // What happens at the very end is known when the last candle closes.
      const known = {
        ...(range.from !== undefined && { from: range.from - KNOWN_BEFORE_MS }),
        ...(range.to !== undefined && { to: range.to + 1 }),
      };
      const events = await data.events(exchange, grid.pair, grid.type as 'funding' | 'oi' | 'liquidations', known);
      loaded.set(grid, GridData.whole(gridKey(grid), { time: events.time, ...events.values }, events.time));
    }
  }
}

/** Mark-price candles of the shortest stored timeframe, with `before` that open before the range. @throws TidegateError DATA_MISSING */
export async function markCandles(
  data: MarketData,
  exchange: string,
  pair: string,
  range: { readonly from?: number; readonly to?: number },
  before = 0,
): Promise<{ table: CandleTable; frame: string }> {
  const stored = (await data.list()).filter(
    (s) => s.exchange === exchange && s.pair === pair && s.type === 'mark' && s.timeframe !== null,
  );
  const frame = stored.map((s) => s.timeframe!).sort((a, b) => timeframe(a).ms - timeframe(b).ms)[0];
  if (!frame)
    throw new TidegateError('DATA_MISSING', `no mark prices of ${pair} on ${exchange}`, {
      where: data.root,
      remedy: `Run "tidegate download --type mark --pairs ${pair}", or backtest with --assume-funding.`,
    });
  const from = range.from !== undefined && { from: range.from - before * timeframe(frame).ms };
  return { table: await data.candles(exchange, pair, frame, { ...range, ...from, type: 'mark' }), frame };
}

/** Rows that are checked in one call: a function that is called often is compiled well, one that runs a million rows at once is replaced in mid-loop. */
const BLOCK = 512;

/** Shared columns whose candles have been found sound, as a whole: a search cuts its trials' tables from them. */
const sound = new WeakSet<ArrayBufferLike>();

/**
 * Refuses candles that no market can have made.
 * @throws TidegateError DATA_BAD_CANDLE with the first bad row and its time
 */
export function checkCandles(table: CandleTable, pair: string, frame: string): CandleTable {
  if (sound.has(table.time.buffer)) return table;
  let previous = Number.NEGATIVE_INFINITY;
  for (let from = 0; from < table.length; from += BLOCK) {
    const to = Math.min(table.length, from + BLOCK);
    const bad = firstBad(table, previous, from, to);
    if (bad >= 0) throw badCandle(table, bad, pair, frame);
    previous = table.time[to - 1]!;
  }
  const { buffer } = table.time;
  if (buffer instanceof SharedArrayBuffer && buffer.byteLength === table.time.byteLength) sound.add(buffer);
  return table;
}

/** The first unsound row of a block, or -1. `previous` is the time before it. */
function firstBad(table: CandleTable, previous: number, from: number, to: number): number {
  const { time, open, high, low, close, volume } = table;
  let before = previous;
  for (let i = from; i < to; i++) {
    const t = time[i]!;
    const o = open[i]!;
    const h = high[i]!;
    const l = low[i]!;
    const c = close[i]!;
    const v = volume[i]!;
    const isWhole = l > 0 && h < Number.POSITIVE_INFINITY && v >= 0;
    if (!(isWhole && t > before && o <= h && o >= l && c <= h && c >= l)) return i;
    before = t;
  }
  return -1;
}

function badCandle(table: CandleTable, row: number, pair: string, frame: string): TidegateError {
  const { time, open, high, low, close, volume } = table;
  const t = time[row]!;
  const inOrder = t > (row === 0 ? Number.NEGATIVE_INFINITY : time[row - 1]!);
  const what = inOrder
    ? `has open ${open[row]}, high ${high[row]}, low ${low[row]}, close ${close[row]}, volume ${volume[row]}`
    : 'is out of order';
  return new TidegateError('DATA_BAD_CANDLE', `${pair} ${frame}: the candle of ${new Date(t).toISOString()} ${what}`, {
    remedy: 'Look with "tidegate data validate", mend with "tidegate data validate --repair".',
    details: { pair, timeframe: frame, row, time: t },
  });
}

/**
 * Funding settlements with the mark price at each: the open of the mark candle that begins there, else, where that one is still going on, the close
 * of the one that ends there. `missing` counts settlements without either; the last price stands in.
 */
export function fundingWithMarks(
  funding: EventTable,
  mark: { readonly table: CandleTable; readonly frame: string } | undefined,
  candles: CandleTable,
): { time: Float64Array; rate: Float64Array; mark: Float64Array; missing: number } {
  const rate = funding.values.rate!;
  const marks = new Float64Array(funding.length);
  let missing = 0;
  let near = 0;
  for (let k = 0; k < funding.length; k++) {
    const time = funding.time[k]!;
    const price = mark && markAt(mark.table, timeframe(mark.frame).ms, time);
    if (price !== undefined) marks[k] = price;
    else {
      near = nextAtLeast(candles.time, time, near);
      const row = Math.min(candles.length - 1, near);
      marks[k] = row >= 0 ? candles.open[row]! : Number.NaN;
      missing++;
    }
  }
  return { time: funding.time, rate, mark: marks, missing };
}

function markAt(mark: CandleTable, length: number, time: number): number | undefined {
  const at = lowerBound(mark.time, time);
  if (at < mark.length && mark.time[at] === time) return mark.open[at];
  return at > 0 && mark.time[at - 1]! + length === time ? mark.close[at - 1] : undefined;
}
