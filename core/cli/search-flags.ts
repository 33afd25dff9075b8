import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import { UsageError } from '../foundation/errors.ts';
import type { LoadedSearch, SearchPlan } from '../runtime/hyperopt/search.ts';
import { listOf, namedOptions, numberOf, wholeOf } from './option-values.ts';
import { addRunOptions, configOf, placesOf, type RunFlags } from './run-options.ts';

/** Options of every command that searches. */
export interface SearchFlags extends RunFlags {
  readonly epochs: number;
  readonly spaces?: readonly string[];
  readonly sampler?: string;
  readonly objective?: string;
  readonly ticks?: boolean;
  readonly jobs?: number;
  readonly workers?: string;
  readonly seed: string;
  readonly lag: number;
  readonly pruner?: 'median' | 'halving' | 'hyperband';
  readonly patience?: number;
  readonly minTrades: number;
  readonly maxDrawdown?: number;
  readonly holdOut: number;
}

const share = (name: string) => numberOf(name, { from: 0, below: 1 });

/** Adds those options. */
export function addSearchOptions(command: Command, epochs: number): Command {
  return addRunOptions(command)
    .option('-e, --epochs <n>', 'trials in all, those of a resumed study included', wholeOf('--epochs', 1), epochs)
    .option(
      '--spaces <names...>',
      'groups to search: entry exit roi stoploss trailing model …, or all; by default those that the strategy declares',
    )
    .option(
      '--sampler <name>',
      'tpe (usual), cmaes, gp, nsga2 (usual for several objectives), nsga3, sobol, halton, random, grid, or your own; \'tpe:{"startTrials":20}\'',
    )
    .option(
      '--objective <names>',
      'what to maximise, or several with commas: sharpe, sortino, calmar, profit … (default: sharpe, on ticks profit)',
    )
    .option('-j, --jobs <n>', 'threads; by default one per core', wholeOf('--jobs', 1, 1024))
    .option('--workers <url>', 'run trials on other machines through Redis: redis://host:6379 (see "tidegate worker")')
    .option('--seed <seed>', 'the same seed gives the same trials, whatever the threads', '1')
    .option('--lag <n>', 'a trial learns from those before it but the last n', wholeOf('--lag', 0), 8)
    .addOption(
      new Option('--pruner <name>', 'give trials up early that do badly on the first part').choices([
        'median',
        'halving',
        'hyperband',
      ]),
    )
    .option('--patience <n>', 'stop when this many trials in a row brought nothing better', wholeOf('--patience', 1))
    .option('--min-trades <n>', 'fewer trades make a trial infeasible', wholeOf('--min-trades', 0), 10)
    .option(
      '--max-drawdown <share>',
      'a deeper drawdown makes a trial infeasible, such as 0.3',
      share('--max-drawdown'),
    )
    .option('--hold-out <share>', 'end of the period that no trial sees; 0 for none', share('--hold-out'), 0.25);
}

/** `--ticks`, for searches that know what to do with it. */
export const ON_TICKS = ['--ticks', 'run trials on stored trades and books instead of candles'] as const;

/** The search that flags and configuration ask for. @throws UsageError USAGE_CHOICE, USAGE_MODULE; those of the configuration */
export async function searchPlan(flags: SearchFlags): Promise<SearchPlan> {
  if (flags.ticks && flags.workers !== undefined)
    throw new UsageError('USAGE_CHOICE', 'trials on ticks run on this machine only', {
      where: '--workers',
      remedy: 'Use --jobs.',
    });
  const config = await configOf(flags);
  const objectives = listOf(flags.objective ?? (flags.ticks ? 'profit' : 'sharpe'));
  const sampler = namedOptions(flags.sampler ?? (objectives.length > 1 ? 'nsga2' : 'tpe'));
  const spaces = flags.spaces?.flatMap((text) => text.split(',')).filter(Boolean);
  return {
    config,
    places: placesOf(flags, config),
    ...(spaces && { spaces }),
    epochs: flags.epochs,
    sampler: sampler.name,
    ...(sampler.options && { samplerOptions: sampler.options }),
    objectives,
    seed: /^\d+$/.test(flags.seed) ? Number(flags.seed) : flags.seed,
    lag: flags.lag,
    jobs: flags.jobs ?? availableParallelism(),
    ...(flags.pruner && { pruner: flags.pruner }),
    ...(flags.patience !== undefined && { patience: flags.patience }),
    minTrades: flags.minTrades,
    ...(flags.maxDrawdown !== undefined && { maxDrawdown: flags.maxDrawdown }),
    holdOut: flags.holdOut,
  };
}

/** The search with its data found: candles, or ticks where the flags ask for them. */
export async function searchOf(flags: Pick<SearchFlags, 'ticks'>, plan: SearchPlan): Promise<LoadedSearch> {
  if (flags.ticks) return (await import('../runtime/hyperopt/tick-search.ts')).loadTickSearch(plan);
  return (await import('../runtime/hyperopt/search.ts')).loadSearch(plan);
}
