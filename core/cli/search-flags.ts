import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import { TidegateError } from '../foundation/errors.ts';
import type { LoadedSearch, SearchPlan } from '../runtime/hyperopt/search.ts';
import { addRunOptions, configOf, dataFolder, type RunFlags } from './run-options.ts';

/** Options of every command that searches. */
export interface SearchFlags extends RunFlags {
  readonly epochs: string;
  readonly spaces?: readonly string[];
  readonly sampler?: string;
  readonly objective?: string;
  readonly ticks?: boolean;
  readonly jobs?: string;
  readonly workers?: string;
  readonly seed: string;
  readonly lag: string;
  readonly pruner?: 'median' | 'halving' | 'hyperband';
  readonly patience?: string;
  readonly minTrades: string;
  readonly maxDrawdown?: string;
  readonly holdOut: string;
}

/** Adds those options. */
export function addSearchOptions(command: Command, epochs: number): Command {
  return addRunOptions(command)
    .option('-e, --epochs <n>', 'trials in all, those of a resumed study included', String(epochs))
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
    .option('-j, --jobs <n>', 'threads; by default one per core')
    .option('--workers <url>', 'run trials on other machines through Redis: redis://host:6379 (see "tidegate worker")')
    .option('--seed <seed>', 'the same seed gives the same trials, whatever the threads', '1')
    .option('--lag <n>', 'a trial learns from those before it but the last n', '8')
    .addOption(
      new Option('--pruner <name>', 'give trials up early that do badly on the first part').choices([
        'median',
        'halving',
        'hyperband',
      ]),
    )
    .option('--patience <n>', 'stop when this many trials in a row brought nothing better')
    .option('--min-trades <n>', 'fewer trades make a trial infeasible', '10')
    .option('--max-drawdown <share>', 'a deeper drawdown makes a trial infeasible, such as 0.3')
    .option('--hold-out <share>', 'end of the period that no trial sees; 0 for none', '0.25');
}

/** `--ticks`, for searches that know what to do with it. */
export const ON_TICKS = ['--ticks', 'run trials on stored trades and books instead of candles'] as const;

/** The search that flags and configuration ask for. @throws TidegateError CONFIG_VALUE, HPO_OPTIONS */
export async function searchPlan(flags: SearchFlags): Promise<SearchPlan> {
  if (flags.ticks && flags.workers !== undefined)
    throw new TidegateError('HPO_OPTIONS', 'trials on ticks run on this machine only', {
      where: '--workers',
      remedy: 'Use --jobs.',
    });
  const config = await configOf(flags);
  const objectives = (flags.objective ?? (flags.ticks ? 'profit' : 'sharpe')).split(',').map((name) => name.trim());
  const sampler = samplerOf(flags.sampler ?? (objectives.length > 1 ? 'nsga2' : 'tpe'));
  const spaces = flags.spaces?.flatMap((text) => text.split(',')).filter(Boolean);
  return {
    config,
    places: {
      userdir: flags.userdir,
      dataFolder: dataFolder(flags, config),
      isDefaultFolder: !(flags.data ?? process.env.TIDEGATE_DATA ?? config.data),
    },
    ...(spaces && { spaces }),
    epochs: count(flags.epochs, 'epochs', 1),
    ...sampler,
    objectives,
    seed: /^\d+$/.test(flags.seed) ? Number(flags.seed) : flags.seed,
    lag: count(flags.lag, 'lag', 0),
    jobs: flags.jobs === undefined ? availableParallelism() : count(flags.jobs, 'jobs', 1),
    ...(flags.pruner && { pruner: flags.pruner }),
    ...(flags.patience !== undefined && { patience: count(flags.patience, 'patience', 1) }),
    minTrades: count(flags.minTrades, 'min-trades', 0),
    ...(flags.maxDrawdown !== undefined && { maxDrawdown: share(flags.maxDrawdown, 'max-drawdown') }),
    holdOut: share(flags.holdOut, 'hold-out'),
  };
}

/** The search with its data found: candles, or ticks where the flags ask for them. */
export async function searchOf(flags: Pick<SearchFlags, 'ticks'>, plan: SearchPlan): Promise<LoadedSearch> {
  if (flags.ticks) return (await import('../runtime/hyperopt/tick-search.ts')).loadTickSearch(plan);
  return (await import('../runtime/hyperopt/search.ts')).loadSearch(plan);
}

/** @throws TidegateError CONFIG_VALUE */
export function count(text: string, name: string, least: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && text.trim() !== '') return value;
  throw new TidegateError('CONFIG_VALUE', `--${name} cannot be "${text}"`, {
    remedy: `Give a whole number of at least ${least}.`,
  });
}

function share(text: string, name: string): number {
  const value = Number(text);
  if (value >= 0 && value < 1 && text.trim() !== '') return value;
  throw new TidegateError('CONFIG_VALUE', `--${name} cannot be "${text}"`, {
    remedy: 'Give a share from 0 to below 1.',
  });
}

/** A sampler as the command line names it: `tpe`, or `tpe:{"startTrials":20}` with options. @throws TidegateError HPO_OPTIONS */
function samplerOf(text: string): Pick<SearchPlan, 'sampler' | 'samplerOptions'> {
  const at = text.indexOf(':');
  if (at < 0) return { sampler: text };
  try {
    return { sampler: text.slice(0, at), samplerOptions: JSON.parse(text.slice(at + 1)) as Record<string, unknown> };
  } catch (cause) {
    throw new TidegateError('HPO_OPTIONS', `the options in "${text}" are not JSON`, {
      where: '--sampler',
      remedy: `Write ${text.slice(0, at)}:{"startTrials":20}, in quotes that your shell keeps.`,
      cause,
    });
  }
}
