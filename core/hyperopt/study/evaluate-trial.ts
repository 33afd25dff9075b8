import { messageOf } from '../../foundation/message-of.ts';
import { hash32 } from '../../foundation/rng.ts';
import { type PrunePlan, pruneJudge } from '../pruners/pruner.ts';
import type { Trial } from '../trial.ts';
import type { Ending } from './store.ts';
import type { Evaluate, Objective } from './study-options.ts';

/** Thrown by an evaluation that was told to stop; ends the trial as pruned. */
class Pruned extends Error {}

/** What a trial is evaluated with. */
export interface EvaluationSetting {
  readonly evaluate: Evaluate;
  readonly objectives: readonly Objective[];
  readonly seed: string | number;
  readonly plan: PrunePlan;
  readonly signal: AbortSignal;
}

/**
 * Evaluates one trial and turns whatever happens into an ending: values, pruned, or failed with the reason.
 * @returns undefined when the study was stopped while the trial ran, so that it must be run again
 */
export async function evaluateTrial(trial: Trial, setting: EvaluationSetting): Promise<Ending | undefined> {
  const { objectives, plan, signal } = setting;
  const sign = objectives[0]!.direction === 'maximize' ? -1 : 1;
  const judge = pruneJudge(plan);
  const steps: (readonly [number, number])[] = [];
  let isPruned = false;
  const end = (state: Ending['state'], more: Partial<Ending> = {}): Ending => ({
    state,
    values: [],
    constraints: [],
    steps,
    attrs: {},
    error: null,
    ...more,
  });
  try {
    const result = await setting.evaluate(trial.params, {
      number: trial.number,
      seed: hash32(setting.seed, 'evaluate', trial.number),
      prunePlan: plan,
      signal,
      pruned: () => new Pruned('pruned'),
      report(step, value) {
        steps.push([step, value]);
        isPruned ||= judge(step, sign * value);
        return isPruned;
      },
    });
    // Told to stop and returned: what it returned is a partial result.
    if (isPruned) return end('pruned');
    const values = typeof result.values === 'number' ? [result.values] : result.values;
    const { constraints = [], attrs = {} } = result;
    const problem = valuesProblem(values, constraints, objectives);
    return problem
      ? end('failed', { error: problem, attrs })
      : end('complete', { values: [...values], constraints, attrs });
  } catch (error) {
    if (error instanceof Pruned) return end('pruned');
    if (signal.aborted) return undefined;
    return end('failed', { error: messageOf(error) });
  }
}

function valuesProblem(
  values: readonly number[],
  constraints: readonly number[],
  objectives: readonly Objective[],
): string | undefined {
  if (values.length !== objectives.length)
    return `the evaluation returned ${values.length} values for ${objectives.length} objectives`;
  const bad = values.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) return `the objective "${objectives[bad]!.name}" is ${values[bad]}, not a finite number`;
  if (constraints.some((c) => Number.isNaN(c))) return 'a constraint is NaN';
  return undefined;
}
