import { TidegateError } from '../../foundation/errors.ts';
import type { MarketData } from '../../ports/market-data.ts';
import { assembleBacktest } from '../assemble.ts';
import type { BacktestOptions } from '../backtest-options.ts';
import { loadRegistry } from '../load-registry.ts';
import { assembleTicks } from '../ticks/assemble-ticks.ts';
import { runTicks } from '../ticks/tick-run.ts';
import { withOptions } from '../tuned-options.ts';
import { type Evaluator, judgeTrial, type TrialJob, type TrialSetting, withParams } from './evaluator.ts';
import { joinedRun } from './joined-run.ts';
import { searchObjectives } from './search-objective.ts';
import { trialParameters } from './strategy-space.ts';

/**
 * Evaluates trials over stored trades and books. Ticks are read anew for each trial, day by day, so memory is bounded by the days at hand whatever
 * the number of trials.
 * @throws TidegateError HPO_OPTION, and those of assembling a run on ticks
 */
export async function tickEvaluator(setting: TrialSetting, market: MarketData): Promise<Evaluator> {
  const { config, places } = setting;
  const registry = await loadRegistry({ userdir: places.userdir, packages: config.plugins });
  const options = await assembleBacktest(config, places, market);
  if (options.strategies.length !== 1)
    throw new TidegateError('HPO_OPTION', `a search tunes one strategy, not ${options.strategies.length}`, {
      where: '--strategy',
      remedy: 'Give one name.',
    });
  const objectives = await searchObjectives(setting.objectives, registry);
  const source = options.strategies[0]!;
  const declared = source.create({});
  const runOn = async ({ params }: TrialJob, from: number, to: number) => {
    const tuned = { ...source.tuned?.options, ...trialParameters(params, declared).options };
    const run = await assembleTicks(withOptions(config, tuned), places, { from, to });
    const { result } = await runTicks({ ...run, strategies: [withParams(run.strategies[0]!, params)] });
    const { trades, equity, finalBalance, rejected, counts, notes } = result;
    const trial: BacktestOptions = { ...options, pairs: run.markets.map(({ pair }) => pair), from, to };
    const outcome = {
      trades,
      equity: { time: equity.time, value: equity.equity },
      finalBalance,
      rejected,
      counts,
      notes,
    };
    return { trial, outcome, timeframe: 'ticks', release: () => {} };
  };
  return {
    options: { ...options, usedCode: () => ({ ...options.usedCode?.(), ...registry.usedCode }) },
    objectives,
    async run(job) {
      if (job.changes)
        throw new TidegateError('HPO_OPTION', 'runs on ticks are not repeated under other costs or pairs', {
          remedy: 'Change fees and latency in the configuration, and run them by themselves.',
        });
      const { trial, outcome, timeframe } = job.spans
        ? await joinedRun(job.spans, ({ from, to }) => runOn(job, from, to), options.startingBalance)
        : await runOn(job, job.from, job.to);
      return { ...judgeTrial(setting, objectives, outcome, timeframe, trial), steps: [] };
    },
  };
}
