import { lowerBound } from '../domain/candles.ts';
import type { RunResult } from '../domain/run-result.ts';
import type { ClosedTrade } from '../domain/trade.ts';
import type { RunSummary } from '../metrics/run-summary.ts';

const DAY_MS = 86_400_000;

/** The JSON document of a run, as `--json` prints it and results are kept. Times ms UTC; NaN is null. */
export interface ResultDocument {
  readonly hash: string;
  readonly inputHash: string;
  readonly inputs: RunResult['inputs'];
  readonly summary: RunSummary;
  readonly notes: readonly string[];
  readonly rejected: RunResult['rejected'];
  readonly counts: RunResult['counts'];
  readonly finalBalance: number;
  readonly trades: readonly ClosedTrade[];
  readonly equity: readonly (readonly [time: number, equity: number])[];
}

/** Points up to which a document holds the whole equity curve; of longer ones every k-th, and those that the figures hang on. */
const EQUITY_POINTS = 20_000;

/** A run as one plain document. */
export function resultDocument(result: RunResult, summary: RunSummary, notes: readonly string[]): ResultDocument {
  return {
    hash: result.hash,
    inputHash: result.inputHash,
    inputs: result.inputs,
    summary,
    notes,
    rejected: result.rejected,
    counts: result.counts,
    finalBalance: result.finalBalance,
    trades: result.trades,
    equity: points(result.equity, summary),
  };
}

/** Thinned out where it is long: each day's last point and the drawdowns' stay, so that ratios and drawdowns can be computed from what is left. */
function points({ time, equity }: RunResult['equity'], { account }: RunSummary): [number, number][] {
  const n = time.length;
  const step = Math.max(1, Math.ceil(n / EQUITY_POINTS));
  const kept = new Uint8Array(n);
  for (let i = 0; i < n; i += step) kept[i] = 1;
  if (step > 1) {
    const keep = (when: number) => {
      kept[Math.max(0, lowerBound(time, when + 0.5) - 1)] = 1;
    };
    for (let day = Math.ceil(time[0]! / DAY_MS) * DAY_MS; day < time[n - 1]!; day += DAY_MS) keep(day);
    for (const { from, bottom, to } of account.drawdowns) for (const when of [from, bottom, to]) keep(when);
    kept[n - 1] = 1;
  }
  const out: [number, number][] = [];
  for (let i = kept.indexOf(1); i >= 0; i = kept.indexOf(1, i + 1)) out.push([time[i]!, equity[i]!]);
  return out;
}
