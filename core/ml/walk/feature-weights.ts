import { clusteredImportance } from '../selection/clustered-importance.ts';

/** What a feature whose shuffling costs nothing still counts: it may matter again. */
const LEAST = 0.1;

/**
 * How much each feature shall count in a training: by how much the loss on rows that a model has not seen rises when the feature is shuffled there
 * (permutation importance, Breiman 2001), the most telling at 1, the idle at 0.1. All 1 where none tells anything.
 * @param loss of the model on such rows
 */
export function permutationWeights(
  columns: readonly Float64Array[],
  loss: (columns: readonly Float64Array[]) => number,
  seed: string,
): Float64Array {
  const apart = columns.map((_, f) => f + 1);
  const { mean } = clusteredImportance(columns, apart, { loss, repeats: 3, seed });
  const most = Math.max(...mean);
  return Float64Array.from(mean, (rise) => (most > 0 ? LEAST + (1 - LEAST) * Math.max(0, rise / most) : 1));
}
