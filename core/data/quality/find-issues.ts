import { timeframe } from '../../domain/timeframe.ts';
import type { SeriesKey } from '../../ports/market-data.ts';
import { isUniqueByTime } from '../catalogue/merge.ts';
import type { ColumnSet } from '../store/column-set.ts';
import { candleGaps } from './candle-gaps.ts';
import { instant } from './check-rows.ts';
import { findCandleIssues } from './find-candle-issues.ts';
import type { Issue } from './issue.ts';

export interface FindOptions {
  /** Candle returns beyond this many robust deviations are outliers. */
  readonly outlierDeviations?: number;
}

const REPAIR = '`--repair` writes a corrected copy.';

/** All that is wrong with a series, in order of rows: time first, then values. Reads the rows as they are stored, in any state. */
export function findIssues(key: SeriesKey, set: ColumnSet, options: FindOptions = {}): readonly Issue[] {
  const issues = [...findTimeIssues(key, set.columns.time!), ...findGaps(key, set.columns.time!)];
  if (key.type === 'candles' || key.type === 'mark')
    issues.push(...findCandleIssues(key, set, options.outlierDeviations ?? 40));
  else issues.push(...findValueIssues(key, set));
  return issues.sort((a, b) => a.row - b.row);
}

function findTimeIssues(key: SeriesKey, time: Float64Array): Issue[] {
  const issues: Issue[] = [];
  const frame = key.timeframe === null ? null : timeframe(key.timeframe);
  const add = (kind: Issue['kind'], row: number, what: string) =>
    issues.push({ kind, severity: 'error', time: time[row]!, row, count: 1, what, remedy: REPAIR });
  for (let i = 0; i < time.length; i++) {
    const t = time[i]!;
    if (!Number.isFinite(t)) add('not-a-number', i, `the time of row ${i + 1} is no number`);
    else if (i > 0 && t < time[i - 1]!)
      add('disorder', i, `row ${i + 1} (${instant(t)}) is earlier than the row before it`);
    else if (i > 0 && t === time[i - 1] && isUniqueByTime(key.type))
      add('duplicate', i, `${instant(t)} is there twice`);
    else if (frame && frame.openOf(t) !== t)
      add('misaligned', i, `${instant(t)} is not the opening time of a ${key.timeframe} candle`);
  }
  return issues;
}

/** Missing candles and payments, one issue per hole. Rows out of order are no holes: they are looked for in the order of time. */
function findGaps(key: SeriesKey, times: Float64Array): Issue[] {
  const isOrdered = times.every((t, i) => i === 0 || t >= times[i - 1]!);
  const sorted = isOrdered ? times : times.filter(Number.isFinite).sort();
  if (key.type === 'funding') return fundingGaps(key, sorted);
  return candleGaps(key, sorted).map(({ row, time, count }) => ({
    kind: 'gap',
    severity: 'warning',
    time,
    row,
    count,
    what: `${count} ${key.timeframe} candle${count > 1 ? 's are' : ' is'} missing from ${instant(time)}`,
    remedy: `Run \`tidegate download --pairs ${key.pair} --timeframe ${key.timeframe}\`: it fills gaps; exchanges leave some of their own.`,
  }));
}

/** Payments further apart than those before and after: exchanges change the interval, but not for one payment. */
function fundingGaps(key: SeriesKey, time: Float64Array): Issue[] {
  const issues: Issue[] = [];
  for (let row = 2; row < time.length - 1; row++) {
    const step = time[row]! - time[row - 1]!;
    const usual = Math.max(time[row - 1]! - time[row - 2]!, time[row + 1]! - time[row]!);
    const count = Math.round(step / usual) - 1;
    if (!(count > 0)) continue;
    const from = time[row - 1]! + usual;
    const what = `${count} payment${count > 1 ? 's are' : ' is'} missing from ${instant(from)}`;
    const remedy = `Run \`tidegate download --pairs ${key.pair} --type funding\` into another folder and compare.`;
    issues.push({ kind: 'gap', severity: 'warning', time: from, row, count, what, remedy });
  }
  return issues;
}

function findValueIssues(key: SeriesKey, set: ColumnSet): Issue[] {
  const issues: Issue[] = [];
  for (const [name, column] of Object.entries(set.columns)) {
    if (name === 'time') continue;
    const mustBePositive = name === 'price' || (name === 'amount' && key.type !== 'book' && key.type !== 'oi');
    const mayBeNegative = name === 'rate' || name === 'side';
    for (let i = 0; i < set.length; i++) {
      const x = column[i]!;
      const kind = !Number.isFinite(x)
        ? 'not-a-number'
        : mustBePositive && x <= 0
          ? 'not-positive'
          : x < 0 && !mayBeNegative
            ? 'negative'
            : null;
      if (kind === null) continue;
      const what = `${name} of row ${i + 1} (${instant(set.columns.time![i]!)}) is ${x}`;
      issues.push({ kind, severity: 'error', time: set.columns.time![i]!, row: i, count: 1, what, remedy: REPAIR });
    }
  }
  return issues;
}
