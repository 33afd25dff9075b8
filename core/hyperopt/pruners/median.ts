import { lossAt, type Pruner } from './pruner.ts';

export interface MedianOptions {
  /** Completed trials before anything is pruned. */
  readonly startTrials?: number;
  /** Steps at which nothing is pruned yet. */
  readonly warmupSteps?: number;
  /** Share of completed trials that a trial must not be worse than: 0.5 = the median. */
  readonly share?: number;
}

/** Prunes a trial whose loss at a step is worse than the median of the completed trials at that step. */
export function medianPruner(options: MedianOptions = {}): Pruner {
  const { startTrials = 5, warmupSteps = 0, share = 0.5 } = options;
  return {
    name: 'median',
    options: { startTrials, warmupSteps, share },
    plan(_, seen) {
      const complete = seen.filter((t) => t.state === 'complete');
      if (complete.length < startTrials) return { bounds: [], isOnce: false };
      const steps = [...new Set(complete.flatMap((t) => t.steps.map(([s]) => s)))].sort((a, b) => a - b);
      const bounds = steps
        .filter((step) => step >= warmupSteps)
        .map((step): readonly [number, number] => {
          const losses = complete.flatMap((t) => lossAt(t, step) ?? []).sort((a, b) => a - b);
          const at = share * (losses.length - 1);
          const low = losses[Math.floor(at)]!;
          const high = losses[Math.ceil(at)]!;
          return [step, low === high ? low : low + (at - Math.floor(at)) * (high - low)];
        });
      return { bounds, isOnce: false };
    },
  };
}
