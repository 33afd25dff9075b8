import type { SeriesKey } from '../../ports/market-data.ts';
import type { ColumnSet } from '../store/column-set.ts';
import { instant, isCandle } from './check-rows.ts';
import type { Issue } from './issue.ts';
import { median, robustDeviation } from './robust.ts';

/** Fewer returns than this say nothing about what is usual. */
const MIN_RETURNS = 50;

/** Candles with impossible values (errors) and closes that jump by more than `deviations` robust deviations (warnings). */
export function findCandleIssues(key: SeriesKey, set: ColumnSet, deviations: number): Issue[] {
  const issues: Issue[] = [];
  for (let i = 0; i < set.length; i++) {
    const problem = candleProblem(set, i);
    if (problem) issues.push({ ...problem, severity: 'error', time: set.columns.time![i]!, row: i, count: 1 });
  }
  return [...issues, ...findCrossed(set), ...findOutliers(key, set, deviations)];
}

/** Quotes whose bid lies above their ask: a buy and a sell at once would earn. */
function findCrossed({ length, columns }: ColumnSet): Issue[] {
  const { bidClose: bid, askClose: ask, time } = columns;
  if (!bid || !ask) return [];
  const issues: Issue[] = [];
  for (let row = 0; row < length; row++)
    if (bid[row]! > ask[row]!)
      issues.push({
        kind: 'inconsistent',
        severity: 'warning',
        time: time![row]!,
        row,
        count: 1,
        what: `the candle of ${instant(time![row]!)} closes with a bid of ${bid[row]} above its ask of ${ask[row]}`,
        remedy: 'Trades at them would earn the spread: compare it with another source, or swap the columns.',
      });
  return issues;
}

function candleProblem(set: ColumnSet, i: number): Pick<Issue, 'kind' | 'what' | 'remedy'> | null {
  const { open, high, low, close, volume, time } = set.columns;
  const [o, h, l, c, v] = [open![i]!, high![i]!, low![i]!, close![i]!, volume![i]!];
  if (isCandle(o, h, l, c, v)) return null;
  const at = `the candle of ${instant(time![i]!)}`;
  const values = `open ${o}, high ${h}, low ${l}, close ${c}, volume ${v}`;
  if (![o, h, l, c, v].every(Number.isFinite))
    return { kind: 'not-a-number', what: `${at} has a value that is no number: ${values}`, remedy: DROPPED };
  if (Math.min(o, h, l, c) <= 0)
    return { kind: 'not-positive', what: `${at} has a price that is not positive: ${values}`, remedy: DROPPED };
  if (v < 0) return { kind: 'negative', what: `${at} has a negative volume: ${values}`, remedy: DROPPED };
  return {
    kind: 'inconsistent',
    what: `${at} has an open or close outside of its high and low: ${values}`,
    remedy: '`--repair` widens high and low to hold open and close.',
  };
}

const DROPPED = '`--repair` leaves it out; `tidegate download` fetches it again.';

function findOutliers(key: SeriesKey, set: ColumnSet, deviations: number): Issue[] {
  const { close, time } = set.columns;
  const returns = new Float64Array(Math.max(0, set.length - 1));
  // Minutes without a trade are many in thin markets: deviation among the moves that happened.
  let moves = new Float64Array(returns.length);
  let count = 0;
  for (let i = 1; i < set.length; i++) {
    const r = Math.log(close![i]! / close![i - 1]!);
    returns[i - 1] = r;
    if (r !== 0 && Number.isFinite(r)) moves[count++] = r;
  }
  moves = moves.subarray(0, count);
  if (moves.length < MIN_RETURNS) return [];
  const center = median(moves);
  const limit = deviations * robustDeviation(moves, center);
  if (!(limit > 0)) return [];
  const issues: Issue[] = [];
  for (let i = 0; i < returns.length; i++) {
    const r = returns[i]!;
    if (!(Math.abs(r - center) > limit)) continue;
    const next = returns[i + 1] ?? 0;
    const isSpike = Math.abs(next + r) < Math.abs(r) / 4;
    issues.push({
      kind: 'outlier',
      severity: 'warning',
      time: time![i + 1]!,
      row: i + 1,
      count: 1,
      what: `close of ${instant(time![i + 1]!)} is ${((Math.exp(r) - 1) * 100).toFixed(1)} % from the one before (${Math.round((Math.abs(r - center) / limit) * deviations)} robust deviations)${isSpike ? ' and comes back at once' : ''}`,
      remedy: `Compare it with another source of ${key.pair}; \`--repair --drop-outliers\` leaves out those that come back at once.`,
    });
    if (isSpike) i++;
  }
  return issues;
}
