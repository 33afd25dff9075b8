import type { RunResult } from '../../domain/run-result.ts';
import { didYouMean, TidegateError } from '../../foundation/errors.ts';
import { messageOf } from '../../foundation/message-of.ts';
import { userPlace } from '../../foundation/user-place.ts';
import type { Objective } from '../../hyperopt/index.ts';
import { drawdownOf, NO_TRADES_LOSS, type ObjectiveFunction } from '../../hyperopt/objectives/objective-input.ts';
import { OBJECTIVES } from '../../hyperopt/objectives/objectives.ts';
import type { ObjectiveModule } from '../../ports/learning-modules.ts';
import type { Registry } from '../../registry/registry.ts';

/** Short names of built-in objectives, all maximised, beside Freqtrade's own names, which are minimised as there. */
const SHORT: Readonly<Record<string, ObjectiveFunction>> = {
  sharpe: OBJECTIVES.SharpeHyperOptLoss!,
  sortino: OBJECTIVES.SortinoHyperOptLoss!,
  calmar: OBJECTIVES.CalmarHyperOptLoss!,
  profit: OBJECTIVES.OnlyProfitHyperOptLoss!,
  'profit-drawdown': OBJECTIVES.ProfitDrawDownHyperOptLoss!,
  'return-over-drawdown': OBJECTIVES.MaxDrawDownRelativeHyperOptLoss!,
  'multi-metric': OBJECTIVES.MultiMetricHyperOptLoss!,
  'low-drawdown': (run) => (run.trades.length === 0 ? NO_TRADES_LOSS : drawdownOf(run).fraction),
};

/** How one value of a trial is found. */
export type SearchObjective = Objective &
  (
    | { readonly kind: 'loss'; readonly loss: ObjectiveFunction }
    | { readonly kind: 'module'; readonly module: ObjectiveModule }
  );

/**
 * What a module says of a run: higher is better, NaN where the trial failed.
 * @throws TidegateError PLUGIN_FAILED with what it threw and where, PLUGIN_ANSWER for what is no number
 */
export function scoreOf(
  { name, module }: { readonly name: string; readonly module: ObjectiveModule },
  result: RunResult,
): number {
  try {
    return module.score(result);
  } catch (cause) {
    if (cause instanceof TidegateError) throw cause;
    const place = userPlace(cause);
    throw new TidegateError('PLUGIN_FAILED', `objective "${name}" threw in score: ${messageOf(cause)}`, {
      ...(place && { where: place }),
      remedy: 'Mend it there; NaN says that a trial failed.',
      cause,
    });
  }
}

/**
 * Objectives by name: short names, Freqtrade's, or a module of kind `objective` (a user's takes precedence).
 * @throws TidegateError OBJECTIVE_UNKNOWN, PLUGIN_OPTION
 */
export async function searchObjectives(names: readonly string[], registry: Registry): Promise<SearchObjective[]> {
  const modules = registry.list('objective');
  return Promise.all(
    names.map(async (name): Promise<SearchObjective> => {
      const entry = modules.find((m) => m.name === name);
      if (entry && (entry.origin !== 'built-in' || !(name in SHORT)))
        return { name, direction: 'maximize', kind: 'module', module: await registry.create('objective', name) };
      if (SHORT[name]) return { name, direction: 'maximize', kind: 'loss', loss: SHORT[name] };
      if (OBJECTIVES[name]) return { name, direction: 'minimize', kind: 'loss', loss: OBJECTIVES[name] };
      const known = [...new Set([...Object.keys(SHORT), ...modules.map((m) => m.name), ...Object.keys(OBJECTIVES)])];
      throw new TidegateError('OBJECTIVE_UNKNOWN', `there is no objective "${name}"`, {
        where: '--objective',
        remedy: `${didYouMean(name, known)} Objectives: ${known.join(', ')}.`.trim(),
      });
    }),
  );
}
