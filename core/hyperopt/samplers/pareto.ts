import type { SeenTrial, TrialOutcome } from '../trial.ts';

/**
 * True where `a` is better than `b` under constraints (Deb et al. 2002): a completed trial beats any other, a feasible one an infeasible one,
 * less violation beats more, and between feasible ones no loss is worse and one is better.
 */
export function dominates(a: TrialOutcome, b: TrialOutcome): boolean {
  const isDoneA = a.state === 'complete';
  const isDoneB = b.state === 'complete';
  if (isDoneA !== isDoneB) return isDoneA;
  if (!isDoneA) return a.state === 'pruned' && b.state === 'failed';
  if (a.violation > 0 || b.violation > 0) return a.violation < b.violation;
  return dominatesLosses(a.losses, b.losses);
}

/** Pareto dominance of loss vectors of equal length. */
export function dominatesLosses(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  let isBetter = false;
  for (let i = 0; i < a.length; i++) {
    if (a[i]! > b[i]!) return false;
    if (a[i]! < b[i]!) isBetter = true;
  }
  return isBetter;
}

/** Trials by non-dominated front, best front first; stops once `enough` trials are placed. O(n^2) per objective. */
export function fronts<T extends TrialOutcome>(trials: readonly T[], enough = trials.length): T[][] {
  const result: T[][] = [];
  let left = [...trials];
  for (let placed = 0; left.length > 0 && placed < enough; ) {
    const front: T[] = [];
    const rest: T[] = [];
    // A trial can only be dominated by one that sorts before it lexicographically, so comparing with the front so far is enough.
    for (const trial of left.sort(lexicographic)) (front.some((f) => dominates(f, trial)) ? rest : front).push(trial);
    result.push(front);
    placed += front.length;
    left = rest;
  }
  return result;
}

function lexicographic(a: TrialOutcome, b: TrialOutcome): number {
  const stateOrder = (t: TrialOutcome) => (t.state === 'complete' ? 0 : t.state === 'pruned' ? 1 : 2);
  const byClass = stateOrder(a) - stateOrder(b) || a.violation - b.violation;
  if (byClass !== 0) return byClass;
  for (let i = 0; i < a.losses.length; i++) if (a.losses[i] !== b.losses[i]) return a.losses[i]! - b.losses[i]!;
  return 0;
}

/** The feasible, completed trials that no other one dominates, in order of number. */
export function paretoFront<T extends SeenTrial>(trials: readonly T[]): T[] {
  const done = trials.filter((t) => t.state === 'complete' && t.violation <= 0);
  return (fronts(done, 1)[0] ?? []).sort((a, b) => a.number - b.number);
}
