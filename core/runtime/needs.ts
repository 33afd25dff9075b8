import { timeframe } from '../domain/timeframe.ts';
import { type Grid, gridKey, type Series } from '../indicators/series.ts';

/** What a set of series needs: which grids must be loaded, and how much history before the first candle that is traded. */
export interface Needs {
  /** Source grids as declared, resampled ones included. */
  readonly grids: ReadonlyMap<string, Grid>;
  /** Leading base rows in which some series is not yet defined. */
  readonly warmup: number;
  /** Base rows after which no series feels the start of history any more (1e-9), where that is finite. */
  readonly settle: number;
}

/** Walks the series' graphs. `baseTimeframe` is the run's. */
export function needsOf(series: Iterable<Series>, baseTimeframe: string): Needs {
  const grids = new Map<string, Grid>();
  const known = new Map<string, { warmup: number; settle: number }>();
  const base = timeframe(baseTimeframe);
  // How many bars of another kind an hour holds is not known: counted as one.
  const baseMs = base.bars ? Number.POSITIVE_INFINITY : base.ms;
  let warmup = 0;
  let settle = 0;
  const walk = (s: Series): { warmup: number; settle: number } => {
    const { node } = s;
    const found = known.get(s.key);
    if (found) return found;
    let own = { warmup: 0, settle: 0 };
    if (node.kind === 'source') grids.set(gridKey(node.grid), node.grid);
    else if (node.kind === 'join') {
      const from = walk(node.from);
      const name = node.from.grid.timeframe;
      const ratio = name === '' ? 0 : Math.max(1, timeframe(name).ms / baseMs);
      // One more long candle, since the first may be seen from its middle.
      const rows = (n: number) => (ratio <= 1 ? n : Math.ceil((n + 2) * ratio));
      own = { warmup: rows(from.warmup), settle: rows(from.settle) };
    } else {
      const inputs = node.inputs.map(walk);
      const options = node.options as never;
      const before = (k: 'warmup' | 'settle') => inputs.reduce((most, i) => Math.max(most, i[k]), 0);
      const forget = node.definition.settle(options);
      own = {
        warmup: before('warmup') + node.definition.warmup(options, s.output),
        settle: before('settle') + (Number.isFinite(forget) ? forget : 0),
      };
    }
    known.set(s.key, own);
    return own;
  };
  for (const s of series) {
    const own = walk(s);
    warmup = Math.max(warmup, own.warmup);
    settle = Math.max(settle, own.warmup, own.settle);
  }
  return { grids, warmup, settle };
}
