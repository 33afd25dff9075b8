/** How much the selections of several folds agree. */
export interface SelectionStability {
  /** Share of folds that selected each feature. */
  readonly frequency: Float64Array;
  /**
   * Nogueira, Sechidis and Brown (2018): 1 when all folds agree, about 0 when they agree no more than by chance, NaN when all or none of the
   * features were selected. Above 0.75 is excellent, below 0.4 poor.
   */
  readonly stability: number;
  /** Mean over pairs of folds of the share of common among all selected. */
  readonly jaccard: number;
}

/** Stability of feature selection over folds. `selections[k]` lists the features that fold k selected. */
export function selectionStability(selections: readonly (readonly number[])[], features: number): SelectionStability {
  const folds = selections.length;
  const frequency = new Float64Array(features);
  for (const selection of selections) for (const f of selection) frequency[f]! += 1 / folds;
  const spread = frequency.reduce((sum, p) => sum + (folds / (folds - 1)) * p * (1 - p), 0) / features;
  const share = selections.reduce((sum, selection) => sum + selection.length, 0) / folds / features;
  let pairs = 0;
  let jaccard = 0;
  for (let a = 0; a < folds; a++)
    for (let b = a + 1; b < folds; b++) {
      const common = selections[a]!.filter((f) => selections[b]!.includes(f)).length;
      const either = selections[a]!.length + selections[b]!.length - common;
      jaccard += either > 0 ? common / either : 1;
      pairs++;
    }
  const chance = share * (1 - share);
  return { frequency, stability: chance > 0 && folds > 1 ? 1 - spread / chance : Number.NaN, jaccard: jaccard / pairs };
}
