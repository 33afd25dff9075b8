import type { Trial } from '../../hyperopt/index.ts';
import type { TrialMetrics } from './trial-report.ts';

/** What the deflated Sharpe ratio needs to know of a search: completed trials, and the sample variance of their Sharpe ratios per day. */
export function judgeSpread(trials: readonly Trial[]): { readonly count: number; readonly sharpeVariance: number } {
  const done = trials.filter((t) => t.state === 'complete');
  const sharpes = done.flatMap((t) => {
    const { sharpePerDay } = t.attrs as unknown as TrialMetrics;
    return sharpePerDay === null || sharpePerDay === undefined ? [] : [sharpePerDay];
  });
  const mean = sharpes.reduce((a, b) => a + b, 0) / sharpes.length;
  const squares = sharpes.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  return { count: Math.max(1, done.length), sharpeVariance: sharpes.length < 2 ? 0 : squares / (sharpes.length - 1) };
}
