import type { RunResult } from '../domain/run-result.ts';
import type { ClosedTrade } from '../domain/trade.ts';
import type { RunSummary } from '../metrics/run-summary.ts';

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

/** Points of the equity curve that a document holds at most: beyond that every k-th, the last always. */
const EQUITY_POINTS = 20_000;

/** A run as one plain document. */
export function resultDocument(result: RunResult, summary: RunSummary, notes: readonly string[]): ResultDocument {
  const { time, equity } = result.equity;
  const step = Math.max(1, Math.ceil(time.length / EQUITY_POINTS));
  const points: [number, number][] = [];
  for (let i = 0; i < time.length; i += step) points.push([time[i]!, equity[i]!]);
  const last = time.length - 1;
  if (last >= 0 && last % step !== 0) points.push([time[last]!, equity[last]!]);
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
    equity: points,
  };
}
