import { messageOf } from '../../foundation/message-of.ts';
import {
  type MonteCarlo,
  monteCarloPaths,
  monteCarloTrades,
  type Params,
  type RealityCheck,
  realityCheck,
  stepsAround,
} from '../../hyperopt/index.ts';
import { overfitting } from '../../metrics/overfitting.ts';
import { probabilisticSharpe } from '../../metrics/probabilistic-sharpe.ts';
import { backtest } from '../backtest.ts';
import { type MarketChanges, type TrialReport, trialOptions } from './evaluator.ts';
import type { Period } from './period-of.ts';
import { evaluateOn, type LoadedSearch } from './search.ts';
import type { TrialCrew } from './thread-pool.ts';
import { returnsOfTrial, type TrialMetrics } from './trial-report.ts';

/** One thing changed. `error`: it could not be run, and why. */
export interface RobustnessRow {
  readonly group: 'as it is' | 'fees' | 'slippage' | 'spread' | 'latency' | 'start' | 'period' | 'pair' | 'neighbour';
  readonly change: string;
  readonly metrics?: TrialMetrics;
  readonly error?: string;
}

export interface RobustnessReport {
  readonly strategy: string;
  readonly params: Params;
  readonly period: Period;
  readonly rows: readonly RobustnessRow[];
  /** Resampled trades, and resampled stretches of daily returns; undefined with too few of them. */
  readonly trades: MonteCarlo | undefined;
  readonly paths: MonteCarlo | undefined;
  /** Probability that the true Sharpe ratio is above zero. */
  readonly probabilistic: number;
  /** The strategy and its neighbours in parameter space, against doing nothing. */
  readonly reality: RealityCheck | undefined;
  /** Probability of overfitting, choosing among the strategy and its neighbours. */
  readonly pbo: number;
  /** Share of neighbours, of single pairs, of periods and of start dates that earned money. */
  readonly winning: Readonly<Record<'neighbour' | 'pair' | 'period' | 'start', number>>;
  /** More slippage per side (bps) at which the profit is gone, between those tried; NaN where there is none to lose. */
  readonly breakEvenBps: number;
  readonly words: readonly string[];
}

export interface RobustnessOptions {
  /** Pairs that the strategy was not made for. */
  readonly otherPairs?: readonly string[];
  readonly resamples?: number;
  readonly onRun?: (done: number, total: number) => void;
}

const FEES = [0, 0.5, 1.5, 2, 3];
const SLIPPAGE = [1, 2, 5, 10, 20];
const SPREADS = [0, 5, 10];
const LATENCIES = [0, 1000, 5000, 60_000];
const STARTS = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3];
const PERIODS = 4;
const PBO_BLOCKS = 10;

/** Runs a strategy as it is under other costs, starts, periods, pairs and parameters, and resamples what it did. */
export async function robustness(
  search: LoadedSearch,
  crew: TrialCrew,
  { otherPairs = [], resamples = 2000, onRun }: RobustnessOptions = {},
): Promise<RobustnessReport> {
  const { space, period, options } = search;
  const params = space.asItIs;
  const jobs = [...variants(search, otherPairs)];
  let done = 0;
  const run = async (job: Variant): Promise<RobustnessRow & { readonly report?: TrialReport }> => {
    const { group, change } = job;
    try {
      const report = await evaluateOn(crew, job.params ?? params, job.period ?? period, job.changes);
      return { group, change, metrics: report.metrics, report };
    } catch (error) {
      return { group, change, error: messageOf(error) };
    } finally {
      onRun?.(++done, jobs.length);
    }
  };
  const rows = await Promise.all(jobs.map(run));
  const own = rows[0]!;
  // Nothing can be said of a strategy that does not run: what it threw is the answer.
  if (!own.report) await backtest(trialOptions(options, { params, ...period }));
  const { result } = await backtest(trialOptions(options, { params, ...period }));
  const ratios = tradeRatios(result.trades, options.startingBalance);
  const returns = returnsOfTrial({ ...own.metrics! }) ?? new Float32Array(0);
  const seed = search.plan.seed;
  const series = rows
    .filter((r) => r.group === 'as it is' || r.group === 'neighbour')
    .flatMap((r) => (r.metrics ? [returnsOfTrial({ ...r.metrics })!] : []))
    .filter((s) => s?.length === returns.length && s.some((x) => x !== 0));
  const share = (group: RobustnessRow['group']) => {
    const ran = rows.filter((r) => r.group === group && r.metrics && r.metrics.trades > 0);
    return ran.filter((r) => r.metrics!.profit > 0).length / ran.length;
  };
  const report = {
    strategy: options.strategies[0]!.name,
    params,
    period,
    rows: rows.map(({ report: _, ...row }) => row),
    trades: ratios.length >= 10 ? monteCarloTrades(ratios, { resamples, seed }) : undefined,
    paths: returns.length >= 20 ? monteCarloPaths(returns, { resamples, seed }) : undefined,
    probabilistic: probabilisticSharpe(returns),
    reality: series.length > 0 && returns.length >= 10 ? realityCheck(series, { resamples, seed }) : undefined,
    pbo: series.length > 1 && returns.length >= 2 * PBO_BLOCKS ? overfitting(series, PBO_BLOCKS).pbo : Number.NaN,
    winning: {
      neighbour: share('neighbour'),
      pair: share('pair'),
      period: share('period'),
      start: share('start'),
    },
    breakEvenBps: breakEven(rows),
  };
  return { ...report, words: words(report) };
}

interface Variant {
  readonly group: RobustnessRow['group'];
  readonly change: string;
  readonly changes?: MarketChanges;
  readonly period?: Period;
  readonly params?: Params;
}

function* variants({ space, period, options }: LoadedSearch, otherPairs: readonly string[]): Generator<Variant> {
  const length = period.to - period.from;
  yield { group: 'as it is', change: '' };
  for (const feeFactor of FEES) yield { group: 'fees', change: `× ${feeFactor}`, changes: { feeFactor } };
  for (const bps of SLIPPAGE) yield { group: 'slippage', change: `+ ${bps} bps`, changes: { moreSlippageBps: bps } };
  for (const spreadBps of SPREADS) yield { group: 'spread', change: `${spreadBps} bps`, changes: { spreadBps } };
  for (const latencyMs of LATENCIES)
    yield { group: 'latency', change: `${latencyMs / 1000} s`, changes: { latencyMs } };
  for (const share of STARTS)
    yield {
      group: 'start',
      change: `${Math.round(share * 100)} % later`,
      period: { from: period.from + share * length, to: period.to },
    };
  for (let k = 0; k < PERIODS; k++)
    yield {
      group: 'period',
      change: `part ${k + 1} of ${PERIODS}`,
      period: { from: period.from + (k * length) / PERIODS, to: period.from + ((k + 1) * length) / PERIODS },
    };
  const pairs = [...(options.pairs.length > 1 ? options.pairs : []), ...otherPairs];
  for (const pair of pairs)
    yield {
      group: 'pair',
      change: options.pairs.includes(pair) ? `${pair} alone` : `${pair} (new)`,
      changes: { pairs: [pair] },
    };
  const unit = space.space.encode(space.start);
  for (const point of stepsAround(space.space, unit, 0.08)) {
    const neighbour = { ...space.space.fixed, ...space.space.decode(point) };
    yield { group: 'neighbour', change: difference(space.start, neighbour), params: neighbour };
  }
}

function difference(own: Params, other: Params): string {
  return Object.entries(other)
    .filter(([name, value]) => own[name] !== value)
    .map(([name, value]) => `${name}=${typeof value === 'number' ? Number(value.toPrecision(4)) : value}`)
    .join(' ');
}

/** Each trade's profit as a fraction of the account before it. */
function tradeRatios(trades: readonly { readonly profitAbs: number }[], balance: number): number[] {
  let equity = balance;
  return trades.map(({ profitAbs }) => {
    const ratio = profitAbs / equity;
    equity += profitAbs;
    return ratio;
  });
}

function breakEven(rows: readonly RobustnessRow[]): number {
  const points = [
    { bps: 0, profit: rows[0]!.metrics?.profit ?? Number.NaN },
    ...SLIPPAGE.map((bps) => ({
      bps,
      profit: rows.find((r) => r.group === 'slippage' && r.change === `+ ${bps} bps`)?.metrics?.profit ?? Number.NaN,
    })),
  ];
  if (!(points[0]!.profit > 0)) return Number.NaN;
  for (let k = 1; k < points.length; k++) {
    const [a, b] = [points[k - 1]!, points[k]!];
    if (b.profit <= 0) return a.bps + ((b.bps - a.bps) * a.profit) / (a.profit - b.profit);
  }
  return Number.POSITIVE_INFINITY;
}

function words(report: Omit<RobustnessReport, 'words'>): string[] {
  const { rows, probabilistic, breakEvenBps, winning, paths, reality, pbo } = report;
  const out: string[] = [];
  const say = (isTrue: boolean, text: string) => isTrue && out.push(text);
  if (rows[0]!.metrics?.trades === 0) return ['It does not trade on this period as it is: there is nothing to judge.'];
  if (!((rows[0]!.metrics?.profit ?? 0) > 0)) return ['It loses money on this period as it is.'];
  say(!(probabilistic >= 0.95), 'Its Sharpe ratio cannot be told from zero on this period.');
  say(breakEvenBps < 3, 'A little more slippage takes all of its profit.');
  say(winning.neighbour < 0.6, 'Near parameters mostly lose: the point is a spike.');
  say(winning.period < 0.6, 'It earns in a part of the time only.');
  say(winning.pair < 0.6, 'It earns on a part of the pairs only.');
  say((paths?.lossProbability ?? 0) > 0.2, 'The same days in another order would often have lost money.');
  say((reality?.spa.consistent ?? 0) > 0.1, 'Among its neighbours, luck explains it as well (SPA).');
  say(pbo >= 0.5, 'Choosing among its neighbours by the past does not help the future (PBO).');
  if (out.length === 0) out.push('Nothing that was tried broke it.');
  return out;
}
