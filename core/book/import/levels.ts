import { type BookEvents, EVENT, EventBuilder, type LotGrid, SEE, toUnits } from '../book-events.ts';
import { type Csv, msOf, numberIn, ticksIn, timeSince } from './csv.ts';

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
  readonly grid: LotGrid;
  readonly originMs: number | undefined;
  readonly where: string;
}

/** Best levels as rows show them, as changes against the row before: a level that is no longer shown is gone. Empty fields show nothing. */
export function importLevels({ csv, levels, time, received, grid, originMs, where }: LevelsOptions): BookEvents {
  const known = new Map<number, Map<number, number>>([
    [1, new Map()],
    [-1, new Map()],
  ]);
  let builder: EventBuilder | undefined;
  csv.forEach((fields, line) => {
    builder ??= new EventBuilder(originMs ?? msOf(fields[time]!) - 1000);
    const { originMs: origin } = builder;
    const now = timeSince(fields[time]!, origin);
    const local = 'column' in received ? timeSince(fields[received.column]!, origin) : now + received.latencyNs;
    for (const side of [1, -1] as const) {
      const shown = new Map<number, number>();
      for (const level of levels) {
        if (level.side !== side || fields[level.price] === '') continue;
        const ticks = ticksIn(fields, level.price, line, where, grid.tickSize);
        shown.set(ticks, toUnits(numberIn(fields, level.size, line, where), grid.lotSize));
      }
      const before = known.get(side)!;
      for (const ticks of before.keys())
        if (!shown.has(ticks)) builder.push(SEE.both, EVENT.depth, side, now, local, ticks, 0);
      for (const [ticks, lots] of shown)
        if (before.get(ticks) !== lots) builder.push(SEE.both, EVENT.depth, side, now, local, ticks, lots);
      known.set(side, shown);
    }
  });
  return (builder ?? new EventBuilder(originMs ?? 0)).events();
}
