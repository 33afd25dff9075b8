import type { AloneSummary } from '../metrics/run-summary.ts';
import { summarize } from '../metrics/summarize.ts';
import type { BacktestRun } from '../runtime/backtest.ts';
import type { BacktestOptions } from '../runtime/backtest-options.ts';

/**
 * Each of several strategies by itself in the same account: the run that `backtest` makes when it is given that one only.
 * @param run makes it, under a name to show
 */
export async function eachAlone(
  options: BacktestOptions,
  run: (options: BacktestOptions, name: string) => Promise<BacktestRun>,
): Promise<AloneSummary[]> {
  const { attributes } = options.settings ?? {};
  const out: AloneSummary[] = [];
  for (const [k, source] of options.strategies.entries()) {
    const own = Array.isArray(attributes) ? { attributes: [attributes[k]] } : {};
    const settings = { ...options.settings, ...own };
    const { result } = await run({ ...options, strategies: [source], settings }, `${source.name} alone`);
    const { account, trades } = summarize(result);
    out.push({ strategy: source.name, hash: result.hash, trades: trades.trades, account });
  }
  return out;
}
