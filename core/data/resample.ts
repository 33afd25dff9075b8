import type { CandleTable } from '../domain/candles.ts';
import { timeframe } from '../domain/timeframe.ts';
import { TidegateError } from '../foundation/errors.ts';
import { type ColumnSet, candleColumns, candlesOf } from './store/column-set.ts';

export interface ResampleOptions {
  /** Keep the first and last candle even where the source does not cover them whole. */
  readonly keepPartial?: boolean;
}

/**
 * Candles of a longer timeframe: first open, highest high, lowest low, last close, summed volume; more columns by their ending
 * (bidHigh is a high), else their last value. Calendar timeframes (1w from Monday, 1M) work like the others. Gaps stay gaps.
 * The first candle is dropped when the source begins inside it, the last when the source ends inside it.
 * @throws TidegateError DATA_RESAMPLE when the target is not made of whole source candles
 */
export function resampleCandles(
  table: CandleTable,
  source: string,
  target: string,
  options: ResampleOptions = {},
): CandleTable {
  if (source === target) return table;
  const run = createResampler(source, target, options);
  run.push(table);
  return run.finish();
}

/** Resampling in pieces: any way of cutting the source gives the same candles. */
export interface Resampler {
  push(table: CandleTable): void;
  finish(): CandleTable;
}

type Fold = 'first' | 'max' | 'min' | 'last' | 'sum';

export function createResampler(source: string, target: string, options: ResampleOptions = {}): Resampler {
  const from = timeframe(source);
  const to = timeframe(target);
  if (!isMadeOf(target, source))
    throw new TidegateError('DATA_RESAMPLE', `${target} candles cannot be made of ${source} candles`, {
      remedy: 'The longer timeframe must be a whole number of the shorter ones.',
    });
  let out: Record<string, Float64Array> = {};
  let folds: Fold[] = [];
  let names: string[] = [];
  let rows = 0;
  let opens = Number.NaN;
  let closes = Number.NEGATIVE_INFINITY;
  let isFirstWhole = true;
  let lastTime = Number.NaN;
  let volumeKind: CandleTable['volumeKind'];

  const begin = (set: ColumnSet) => {
    names = Object.keys(set.columns);
    folds = names.map(foldOf);
    out = Object.fromEntries(names.map((name) => [name, new Float64Array(256)]));
    isFirstWhole = set.columns.time![0] === to.openOf(set.columns.time![0]!);
  };
  const grow = () => {
    for (const name of names) {
      const larger = new Float64Array(out[name]!.length * 2);
      larger.set(out[name]!);
      out[name] = larger;
    }
  };

  return {
    push(table) {
      if (table.length === 0) return;
      const set = candleColumns(table);
      if (names.length === 0) begin(set);
      volumeKind ??= table.volumeKind;
      const { time } = table;
      for (let i = 0; i < table.length; ) {
        const t = time[i]!;
        const isNew = t >= closes;
        if (isNew) {
          opens = to.openOf(t);
          closes = to.closeOf(opens);
          if (rows === out.time!.length) grow();
          out.time![rows++] = opens;
        }
        let end = i + 1;
        while (end < table.length && time[end]! < closes) end++;
        for (let c = 0; c < names.length; c++) {
          const name = names[c]!;
          if (name !== 'time') fold(folds[c]!, set.columns[name]!, i, end, out[name]!, rows - 1, isNew);
        }
        i = end;
      }
      lastTime = time[table.length - 1]!;
    },
    finish() {
      const isLastWhole = from.closeOf(lastTime) >= closes;
      const first = options.keepPartial || isFirstWhole ? 0 : 1;
      const end = options.keepPartial || isLastWhole ? rows : rows - 1;
      const columns = Object.fromEntries(names.map((name) => [name, out[name]!.slice(first, Math.max(first, end))]));
      const whole = names.length > 0 ? columns : EMPTY;
      return candlesOf({ length: whole.time!.length, columns: whole, ...(volumeKind && { volumeKind }) });
    },
  };
}

const EMPTY = Object.fromEntries(
  ['time', 'open', 'high', 'low', 'close', 'volume'].map((name) => [name, new Float64Array(0)]),
);

/** Whether candles of one timeframe are whole numbers of those of a shorter one. */
export function isMadeOf(target: string, source: string): boolean {
  const [from, to] = [timeframe(source), timeframe(target)];
  if (!from.isFixed || from.bars || to.bars || from.ms > to.ms) return false;
  // A month is made of days or less; a week of any divisor of it.
  const isPartOfDay = 86_400_000 % from.ms === 0;
  if (!to.isFixed) return isPartOfDay;
  return to.ms % from.ms === 0 && (isPartOfDay || source.endsWith('w') === target.endsWith('w'));
}

function foldOf(name: string): Fold {
  if (name === 'volume') return 'sum';
  if (/open$/i.test(name)) return 'first';
  if (/high$/i.test(name)) return 'max';
  if (/low$/i.test(name)) return 'min';
  return 'last';
}

function fold(
  kind: Fold,
  xs: Float64Array,
  from: number,
  to: number,
  out: Float64Array,
  row: number,
  isNew: boolean,
): void {
  if (kind === 'first') {
    if (isNew) out[row] = xs[from]!;
    return;
  }
  if (kind === 'last') {
    out[row] = xs[to - 1]!;
    return;
  }
  let value = isNew ? xs[from]! : out[row]!;
  const start = isNew ? from + 1 : from;
  if (kind === 'sum') for (let i = start; i < to; i++) value += xs[i]!;
  else if (kind === 'max') for (let i = start; i < to; i++) value = Math.max(value, xs[i]!);
  else for (let i = start; i < to; i++) value = Math.min(value, xs[i]!);
  out[row] = value;
}
