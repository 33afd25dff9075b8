import type { EquityCurve } from '../domain/run-result.ts';
import type { AloneSummary } from '../metrics/run-summary.ts';
import { summarize } from '../metrics/summarize.ts';
import type { BacktestRun } from '../runtime/backtest.ts';
import type { BacktestOptions } from '../runtime/backtest-options.ts';

/** One of several strategies by itself: what is said of it, and its curve for the page. */
export interface AloneRun {
  readonly summary: AloneSummary;
  readonly equity: EquityCurve;
}

/**
 * Each of several strategies by itself in the same account: the run that `backtest` makes when it is given that one only.
 * @param run makes it, under a name to show
 */
export async function eachAlone(
  options: BacktestOptions,
  run: (options: BacktestOptions, name: string) => Promise<BacktestRun>,
): Promise<AloneRun[]> {
  const { attributes } = options.settings ?? {};
  const out: AloneRun[] = [];
  for (const [k, source] of options.strategies.entries()) {
    const own = Array.isArray(attributes) ? { attributes: [attributes[k]] } : {};
    const settings = { ...options.settings, ...own };
    const { result } = await run({ ...options, strategies: [source], settings }, `${source.name} alone`);
    const { account, trades } = summarize(result);
    const summary = { strategy: source.name, hash: result.hash, trades: trades.trades, account };
    out.push({ summary, equity: result.equity });
  }
  return out;
}
