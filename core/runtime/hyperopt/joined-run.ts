import type { BacktestOptions } from '../backtest-options.ts';
import type { RunOutcome } from '../run-outcome.ts';

/** One run on one stretch, and what hands its memory back. */
interface SpanRun {
  readonly trial: BacktestOptions;
  readonly outcome: RunOutcome;
  readonly timeframe: string;
  readonly release: () => void;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

const DAY_MS = 86_400_000;

/**
 * Runs each stretch apart, from a flat account of the starting balance, and joins them as if they followed each other: equity and profits of a
 * stretch continue from where the one before ended, and whole days between them are taken out.
 */
export async function joinedRun(
  spans: readonly Span[],
  run: (span: Span) => Promise<SpanRun>,
  startingBalance: number,
): Promise<SpanRun> {
  const times: number[] = [];
  const values: number[] = [];
  const trades: RunOutcome['trades'][number][] = [];
  let level = startingBalance;
  let shift = 0;
  let last: SpanRun | undefined;
  for (const [k, span] of spans.entries()) {
    if (k > 0) shift += Math.floor((span.from - spans[k - 1]!.to) / DAY_MS) * DAY_MS;
    last = await run(span);
    const { equity, trades: own } = last.outcome;
    const scale = level / startingBalance;
    for (let i = 0; i < equity.time.length; i++) {
      times.push(equity.time[i]! - shift);
      values.push(equity.value[i]! * scale);
    }
    for (const trade of own)
      trades.push({
        ...trade,
        openTime: trade.openTime - shift,
        closeTime: trade.closeTime - shift,
        profitAbs: trade.profitAbs * scale,
      });
    level = values.at(-1) ?? level;
    last.release();
  }
  const { trial, outcome, timeframe } = last!;
  const { rejected, counts, notes } = outcome;
  const equity = { time: Float64Array.from(times), value: Float64Array.from(values) };
  return {
    trial,
    timeframe,
    outcome: { trades, equity, finalBalance: level, rejected, counts, notes },
    release: () => {},
  };
}
