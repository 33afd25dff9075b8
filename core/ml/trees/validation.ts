import { TidegateError } from '../../foundation/errors.ts';
import type { Objective } from './objectives.ts';
import { type FeatureColumns, fillBlock } from './predict.ts';
import { packTrees, type TreeDraft, type TreeModel } from './tree-model.ts';
import { leafOf, walkPlan } from './walk.ts';

/** Rows that training never sees; boosting stops when their loss has not improved for `patience` rounds. */
export interface ValidationOptions {
  readonly columns: FeatureColumns;
  readonly labels: Float64Array;
  readonly weights?: Float64Array;
  /** Rounds without improvement before stopping. */
  readonly patience: number;
  /** Loss of raw scores (output k of row i at k * rows + i), lower is better; the objective's own by default. */
  readonly loss?: (raw: Float64Array, labels: Float64Array) => number;
}

/** Follows the loss on validation rows while trees are added. */
export interface Validator {
  begin(start: readonly number[]): void;
  /** Adds one round's trees (the first round's hold the start values) and returns the loss. */
  after(trees: readonly TreeDraft[], isFirst: boolean): number;
  isDone(): boolean;
  /** Rounds up to the lowest loss. */
  bestRound(): number;
}

/**
 * Follows the loss of a model with the features `names`.
 * @throws TidegateError TREES_FEATURE_COUNT, TREES_OPTION for a ranking without a loss
 */
export function validator(options: ValidationOptions, objective: Objective, names: readonly string[]): Validator {
  const { columns, labels, weights, patience } = options;
  const rows = labels.length;
  const width = names.length;
  if (columns.length !== width || columns.some((column) => column.length !== rows) || rows === 0)
    throw new TidegateError('TREES_FEATURE_COUNT', `validation data has ${columns.length} columns and ${rows} labels`, {
      remedy: `Pass the ${width} training features with one value per validation label.`,
    });
  if (objective.text === 'lambdarank' && !options.loss)
    throw new TidegateError('TREES_OPTION', 'ranking needs validation.loss', {
      remedy: 'Pass 1 - meanNdcg(...) over its queries.',
    });
  const table = new Float64Array(rows * width);
  fillBlock(columns, 0, rows, table);
  const scores = new Float64Array(rows * objective.outputs);
  let best = Number.POSITIVE_INFINITY;
  let bestRound = 1;
  let rounds = 0;
  return {
    begin: () => void scores.fill(0),
    after(trees) {
      const plan = walkPlan({ trees: packTrees(trees, width) } as TreeModel);
      for (let k = 0; k < trees.length; k++)
        for (let i = 0; i < rows; i++) scores[k * rows + i]! += plan.leafValue[leafOf(plan, k, table, i * width)]!;
      rounds++;
      const loss = options.loss ? options.loss(scores, labels) : objective.loss(scores, labels, weights);
      if (loss < best) {
        best = loss;
        bestRound = rounds;
      }
      return loss;
    },
    isDone: () => rounds - bestRound >= patience,
    bestRound: () => bestRound,
  };
}
