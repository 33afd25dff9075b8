import type { SeenTrial, Trial, TrialStart } from '../trial.ts';
import type { Objective } from './study-options.ts';

/** A stored trial's start as samplers see it. */
export function startOf(trial: Trial): TrialStart {
  return {
    number: trial.number,
    unit: Float64Array.from(trial.unit, (u) => u ?? Number.NaN),
    memo: trial.memo,
  };
}

/** A stored trial that has ended as samplers see it: losses instead of values. */
export function seenOf(trial: Trial, objectives: readonly Objective[]): SeenTrial {
  const sign = (i: number) => (objectives[i]!.direction === 'maximize' ? -1 : 1);
  return {
    ...startOf(trial),
    state: trial.state === 'running' ? 'failed' : trial.state,
    losses: trial.values.map((v, i) => sign(i) * v),
    violation: trial.constraints.reduce((sum, c) => sum + Math.max(0, c), 0),
    steps: trial.steps.map(([step, value]) => [step, sign(0) * value] as const),
  };
}
