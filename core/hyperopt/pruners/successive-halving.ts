import type { SeenTrial } from '../trial.ts';
import { lossAt, type PrunePlan, type Pruner } from './pruner.ts';

export interface HalvingOptions {
  /** Step of the first rung. */
  readonly minStep?: number;
  /** One in `factor` goes on from each rung. */
  readonly factor?: number;
  /** The first rung is at minStep * factor^skip. */
  readonly skip?: number;
}

/**
 * Asynchronous successive halving (Li et al., "A System for Massively Parallel Hyperparameter Tuning", 2020): at rungs minStep,
 * minStep * factor, ... a trial goes on when it is among the best 1 / factor of all that reached the rung.
 */
export function successiveHalvingPruner(options: HalvingOptions = {}): Pruner {
  const { minStep = 1, factor = 4, skip = 0 } = options;
  return {
    name: 'successive-halving',
    options: { minStep, factor, skip },
    plan: (_, seen) => halvingPlan(seen, minStep * factor ** skip, factor),
  };
}

export interface HyperbandOptions {
  readonly minStep?: number;
  /** The last step of a full trial. */
  readonly maxStep: number;
  readonly factor?: number;
}

/**
 * Hyperband (Li et al. 2018): several successive-halving brackets that start pruning at different rungs, so that slow starters get a
 * chance. Trials take brackets in turn, in proportion to the brackets' shares of the budget, and compete within their own.
 */
export function hyperbandPruner(options: HyperbandOptions): Pruner {
  const { minStep = 1, maxStep, factor = 3 } = options;
  const brackets = Math.max(1, Math.floor(Math.log(maxStep / minStep) / Math.log(factor) + 1e-9) + 1);
  const shares = Array.from({ length: brackets }, (_, s) => {
    const rungs = brackets - 1 - s;
    return Math.ceil((brackets * factor ** rungs) / (rungs + 1));
  });
  const total = shares.reduce((a, b) => a + b, 0);
  // Trials are dealt out like cards: the bracket furthest behind its share comes next.
  const deal: number[] = [];
  const dealt = shares.map(() => 0);
  for (let k = 0; k < total; k++) {
    let next = 0;
    for (let s = 1; s < brackets; s++) if ((dealt[s]! + 1) / shares[s]! < (dealt[next]! + 1) / shares[next]!) next = s;
    dealt[next]!++;
    deal.push(next);
  }
  const bracketOf = (number: number) => deal[number % total]!;
  return {
    name: 'hyperband',
    options: { minStep, maxStep, factor },
    plan(number, seen) {
      const bracket = bracketOf(number);
      const rivals = seen.filter((t) => bracketOf(t.number) === bracket);
      return halvingPlan(rivals, minStep * factor ** bracket, factor, maxStep);
    },
  };
}

function halvingPlan(
  seen: readonly SeenTrial[],
  first: number,
  factor: number,
  last = Number.POSITIVE_INFINITY,
): PrunePlan {
  const bounds: (readonly [number, number])[] = [];
  for (let rung = first; rung < last; rung *= factor) {
    const losses = seen.flatMap((t) => lossAt(t, rung) ?? []).sort((a, b) => a - b);
    if (losses.length === 0) break;
    // Of the rivals and this trial, this many go on; with fewer than `factor` it is the best one.
    const places = Math.max(1, Math.floor((losses.length + 1) / factor));
    bounds.push([rung, losses.length >= places ? losses[places - 1]! : Number.POSITIVE_INFINITY]);
  }
  return { bounds, isOnce: true };
}
