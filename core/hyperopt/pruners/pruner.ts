import type { SeenTrial } from '../trial.ts';

/**
 * Everything a running trial needs to decide for itself whether to go on; plain data, so that it can travel to a worker.
 * A trial is pruned when its reported loss is above the bound of the last listed step that it has reached.
 */
export interface PrunePlan {
  /** (step, highest loss that may go on) in increasing order of step. */
  readonly bounds: readonly (readonly [step: number, bound: number])[];
  /** True: each listed step judges only the first report that reaches it. False: it judges every report until the next one. */
  readonly isOnce: boolean;
}

/** Stops trials early by what earlier ones reported; sees the outcomes of trials before k - lag only, as samplers do. */
export interface Pruner {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Bounds for trial `number`. @param seen outcomes of all trials before number - lag, in order */
  plan(number: number, seen: readonly SeenTrial[]): PrunePlan;
}

/** Judges the reports of one trial in order; true = prune. A loss that is not a number counts as infinitely bad. */
export function pruneJudge(plan: PrunePlan): (step: number, loss: number) => boolean {
  let reached = -1;
  return (step, loss) => {
    let last = -1;
    for (let i = 0; i < plan.bounds.length && plan.bounds[i]![0] <= step; i++) last = i;
    const isNew = last > reached;
    reached = Math.max(reached, last);
    if (last < 0 || (plan.isOnce && !isNew)) return false;
    return (Number.isNaN(loss) ? Number.POSITIVE_INFINITY : loss) > plan.bounds[last]![1];
  };
}

/** The loss of the first report at or after `step`, or undefined where the trial did not get there. */
export function lossAt(trial: SeenTrial, step: number): number | undefined {
  const found = trial.steps.find(([s]) => s >= step)?.[1];
  return found !== undefined && Number.isNaN(found) ? Number.POSITIVE_INFINITY : found;
}
