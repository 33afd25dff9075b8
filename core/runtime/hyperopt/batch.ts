import type { Config } from '../../config/schema.ts';
import { TidegateError } from '../../foundation/errors.ts';
import { messageOf } from '../../foundation/message-of.ts';
import { assembleBacktest, type Places } from '../assemble.ts';
import type { BacktestOptions } from '../backtest-options.ts';
import { prepare } from '../prepare.ts';
import { evaluatorsOf, type TrialSetting } from './evaluator.ts';
import { type Period, periodOf } from './period-of.ts';
import { probeNeeds } from './probe-needs.ts';
import { SharedMarket } from './shared-market.ts';
import type { TrialCrew } from './thread-pool.ts';
import { type CrewNeeds, strategyHash, trialCrew } from './trial-crew.ts';
import type { TrialMetrics } from './trial-report.ts';

/** Which backtests: every strategy on every pair (or on all pairs at once) in every part of the time. */
export interface BatchPlan {
  readonly config: Config;
  readonly places: Places;
  /** All pairs in one account instead of each by itself. */
  readonly isTogether: boolean;
  /** Equal parts of the period. */
  readonly parts: number;
}

/** One backtest of a batch. `error`: it could not be run, and why. */
export interface BatchRow extends Period {
  readonly strategy: string;
  readonly pairs: readonly string[];
  readonly metrics?: TrialMetrics;
  readonly error?: string;
}

/** A batch with its market loaded. */
export interface LoadedBatch {
  readonly needs: CrewNeeds;
  readonly rows: readonly Omit<BatchRow, 'metrics' | 'error'>[];
}

/**
 * Loads what all backtests of a batch need, once.
 * @throws TidegateError as a backtest of each strategy would before it starts; HPO_WINDOWS where the parts are too short
 */
export async function loadBatch({ config, places, isTogether, parts }: BatchPlan): Promise<LoadedBatch> {
  const opened = await assembleBacktest(config, places);
  const names = [config.strategy ?? []].flat();
  const alone = opened.strategies.map((source): BacktestOptions => ({ ...opened, strategies: [source] }));
  const periods = await Promise.all(alone.map(async (options) => periodOf(options, await probeNeeds(options))));
  const from = Math.max(...periods.map((p) => p.period.from));
  const to = Math.min(...periods.map((p) => p.period.to));
  if (!(to > from))
    throw new TidegateError('HPO_WINDOWS', 'the strategies have no period in common', {
      remedy: 'Give a --timerange that all timeframes and pairs cover.',
    });
  const range = { from: Math.min(...periods.map((p) => p.range.from)), to };
  const market = new SharedMarket(opened.data, () => Promise.resolve(opened.data), range);
  for (const options of alone) await prepare({ ...options, data: market, from, to });
  await market.list();
  const setting: TrialSetting = {
    config,
    places,
    objectives: ['profit'],
    minTrades: 0,
    maxDrawdown: null,
    keepsReturns: false,
    pruneParts: 0,
    shelfBytes: 256 * 1024 * 1024,
  };
  const groups = isTogether ? [opened.pairs] : opened.pairs.map((pair) => [pair]);
  const edge = (k: number) => Math.round(from + ((to - from) * k) / parts);
  const rows = names.flatMap((strategy) =>
    groups.flatMap((pairs) =>
      Array.from({ length: parts }, (_, k) => ({ strategy, pairs, from: edge(k), to: edge(k + 1) })),
    ),
  );
  const strategyHashes = Object.fromEntries(names.map((name, k) => [name, strategyHash(opened.strategies[k]!)]));
  const moduleHashes = opened.usedCode?.() ?? {};
  return { needs: { setting, market, strategyHashes, moduleHashes, run: evaluatorsOf(setting, market).run }, rows };
}

/** Runs a batch on threads, or on workers through Redis; rows come in their own order and are the same either way. */
export async function runBatch(
  { needs, rows }: LoadedBatch,
  { jobs, redis, onRun }: { readonly jobs: number; readonly redis?: string; readonly onRun?: (done: number) => void },
): Promise<readonly BatchRow[]> {
  const crew: TrialCrew = await trialCrew(needs, jobs, redis);
  let done = 0;
  try {
    return await Promise.all(
      rows.map(async (row): Promise<BatchRow> => {
        const { strategy, pairs, from, to } = row;
        const job = { strategy, from, to, params: {}, plan: { bounds: [], isOnce: false }, changes: { pairs } };
        try {
          return { ...row, metrics: (await crew.run(job)).metrics };
        } catch (error) {
          crew.failure?.throwIfAborted();
          return { ...row, error: messageOf(error) };
        } finally {
          onRun?.(++done);
        }
      }),
    );
  } finally {
    await crew.end();
  }
}
