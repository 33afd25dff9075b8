import { type BookEvents, EVENT, EventBuilder, SEE } from '../book-events.ts';
import type { Csv } from './csv.ts';
import { msOf, numberIn, ticksIn, timeIn } from './fields.ts';
import { importError } from './import-error.ts';
import type { CsvImportOptions } from './import-options.ts';
import { LotReader } from './lot-reader.ts';

/** Columns of one level. */
export interface LevelColumns {
  readonly side: 1 | -1;
  readonly price: number;
  readonly size: number;
}

/** How the rows of a file that shows whole books are read. */
export interface LevelsOptions {
  readonly csv: Csv;
  readonly levels: readonly LevelColumns[];
  readonly time: number;
  /** Column of the receive time; else the exchange's plus this many ns. */
  readonly received: { readonly column: number } | { readonly latencyNs: number };
  readonly options: CsvImportOptions;
  readonly where: string;
}

/** Share of rows that may contradict themselves. */
const MOST_CROSSED = 0.05;

function isCrossed(bids: ReadonlyMap<number, number>, asks: ReadonlyMap<number, number>): boolean {
  const best = Math.max(...bids.keys());
  for (const ask of asks.keys()) if (ask <= best) return true;
  return false;
}

/**
 * Best levels as rows show them: a snapshot, then changes against the row before, where a level that is no longer shown is gone. Empty fields and a price
 * of 0 show nothing.
 */
export function importLevels({ csv, levels, time, received, options, where }: LevelsOptions): BookEvents {
  const { tickSize } = options.grid;
  const reader = new LotReader(options, where);
  const known = new Map<number, Map<number, number>>([
    [1, new Map()],
    [-1, new Map()],
  ]);
  let builder: EventBuilder | undefined;
  let [rows, crossed, firstCrossed] = [0, 0, 0];
  csv.forEach((fields, line) => {
    const isFirst = builder === undefined;
    builder ??= new EventBuilder(options.originMs ?? msOf(fields[time]!) - 1000);
    const { originMs } = builder;
    const now = timeIn(fields, time, line, where, originMs);
    const local =
      'column' in received ? timeIn(fields, received.column, line, where, originMs) : now + received.latencyNs;
    if (isFirst) builder.push(SEE.both, EVENT.clear, 0, now, local, 0, 0);
    for (const side of [1, -1] as const) {
      const shown = new Map<number, number>();
      for (const level of levels) {
        if (level.side !== side || Number(fields[level.price]) === 0) continue;
        const ticks = ticksIn(fields, level.price, line, where, tickSize);
        shown.set(ticks, reader.lots(numberIn(fields, level.size, line, where), line));
      }
      const before = known.get(side)!;
      for (const ticks of before.keys())
        if (!shown.has(ticks)) builder.push(SEE.both, EVENT.depth, side, now, local, ticks, 0);
      for (const [ticks, lots] of shown)
        if (before.get(ticks) !== lots) builder.push(SEE.both, EVENT.depth, side, now, local, ticks, lots);
      known.set(side, shown);
    }
    rows++;
    if (isCrossed(known.get(1)!, known.get(-1)!) && crossed++ === 0) firstCrossed = line;
  });
  reader.finish();
  if (crossed > 0) {
    const what = `${crossed} of ${rows} rows show a bid at or above the ask, the first in line ${firstCrossed}`;
    if (crossed > MOST_CROSSED * rows)
      throw importError(what, where, 'Are the columns in another order, or the sides swapped?');
    options.onNote?.(what);
  }
  return (builder ?? new EventBuilder(options.originMs ?? 0)).events();
}
