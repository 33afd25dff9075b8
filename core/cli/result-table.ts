import type { Difference } from '../persistence/differences.ts';
import type { ResultEntry } from '../persistence/result-index.ts';
import type { ResultComparison } from '../persistence/result-store.ts';
import { clip, date, dateTime, money, number, percent, signedMoney, signedPercent } from '../report/format.ts';
import { textTable } from '../report/text-table.ts';

/** Kept results, one line each. */
export function resultTable(entries: readonly ResultEntry[]): string {
  const table = textTable(
    ['id', 'kept', 'strategies', 'pairs', 'period', 'fills', 'trades', 'return', 'drawdown', 'Sharpe'],
    6,
  );
  for (const e of entries)
    table.push([
      e.id,
      dateTime(Math.floor(e.keptAt / 60_000) * 60_000),
      clip(e.strategies.join(', '), 30),
      clip(e.pairs.join(', '), 30),
      `${date(e.from)} to ${date(e.to)}, ${e.timeframe}${e.dataKind === 'synthetic' ? ', synthetic' : ''}`,
      e.fills,
      number(e.trades, 0),
      signedPercent(e.totalReturn ?? Number.NaN),
      percent(e.maxDrawdown ?? Number.NaN),
      number(e.sharpe ?? Number.NaN),
    ]);
  return table.toString();
}

/** Figures of a comparison by name: as they are called, and how they are written. */
const FIGURES: Readonly<Record<string, readonly [label: string, show: (value: number) => string]>> = {
  finalBalance: ['final balance', money],
  totalReturn: ['return', (v) => signedPercent(v)],
  cagr: ['CAGR', (v) => signedPercent(v)],
  maxDrawdown: ['drawdown', (v) => percent(v)],
  sharpe: ['Sharpe', (v) => number(v)],
  sortino: ['Sortino', (v) => number(v)],
  trades: ['trades', (v) => number(v, 0)],
  winRate: ['won', (v) => percent(v, 1)],
  profitFactor: ['profit factor', (v) => number(v)],
  expectancy: ['a trade', signedMoney],
  fees: ['fees', money],
  timeInMarket: ['in the market', (v) => percent(v, 1)],
};

/** Two results beside each other: figures, then what differs in their inputs. */
export function comparisonText({ a, b, isSameResult, isSameInput, inputs, figures }: ResultComparison): string {
  const table = textTable(['', a.id, b.id]);
  for (const { name, a: one, b: other } of figures) {
    const [label, show] = FIGURES[name]!;
    table.push([label, show(one ?? Number.NaN), show(other ?? Number.NaN)]);
  }
  const verdict = isSameResult
    ? `The results are the same${isSameInput ? ', and so are the inputs' : ', from inputs that differ'}.`
    : isSameInput
      ? 'The results differ though the inputs are the same.'
      : 'The results differ, and so do the inputs:';
  return [table.toString(), verdict, ...(isSameInput ? [] : differenceLines(inputs, a.id, b.id))].join('\n');
}

/** Differences as lines: path, then one value and the other. */
export function differenceLines(found: readonly Difference[], a: string, b: string): string[] {
  return found.map(
    ({ path, a: one, b: other }) => `  ${path}: ${shown(path, one)} (${a}), ${shown(path, other)} (${b})`,
  );
}

/** A summary as it was before JSON made its undefined numbers null. */
export function undefinedAsNaN<T>(value: T): T {
  if (value === null) return Number.NaN as T;
  if (Array.isArray(value)) return value.map(undefinedAsNaN) as T;
  if (typeof value !== 'object') return value;
  return Object.fromEntries(
    // The only text in a summary that may be null.
    Object.entries(value).map(([key, inner]) => [key, key === 'detailTimeframe' ? inner : undefinedAsNaN(inner)]),
  ) as T;
}

function shown(path: string, value: unknown): string {
  if (value === undefined) return 'absent';
  const isTime = (path === 'from' || path === 'to') && typeof value === 'number';
  return isTime ? dateTime(value) : clip(JSON.stringify(value), 60);
}
