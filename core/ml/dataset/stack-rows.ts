import { TidegateError } from '../../foundation/errors.ts';
import type { Dataset } from '../../ports/learning-modules.ts';

/** Rows of one pair, in order of time. Times ms UTC. */
export interface PairRows {
  readonly pair: string;
  readonly columns: readonly Float64Array[];
  readonly availableAt: Float64Array;
  readonly labelAt: Float64Array;
  readonly target: Float64Array;
  /** Of all parts, or of none. */
  readonly moves?: Float64Array;
}

/** A dataset over several pairs, in order of availability, and the pair of each row as an index. */
export interface StackedRows {
  readonly dataset: Dataset;
  readonly pairs: readonly string[];
  readonly pairOf: Float64Array;
}

/**
 * Puts the rows of all pairs in one order: by the time they became known, pairs in the order given where times are equal. Rows without a label
 * are left out. @throws TidegateError DATASET_ROWS when none is left
 */
export function stackRows(names: readonly string[], parts: readonly PairRows[]): StackedRows {
  const order: { readonly p: number; readonly i: number }[] = [];
  parts.forEach(({ target }, p) => {
    for (let i = 0; i < target.length; i++) if (!Number.isNaN(target[i]!)) order.push({ p, i });
  });
  order.sort((a, b) => parts[a.p]!.availableAt[a.i]! - parts[b.p]!.availableAt[b.i]! || a.p - b.p || a.i - b.i);
  if (order.length === 0)
    throw new TidegateError('DATASET_ROWS', 'no row has a label', {
      remedy: 'Use a longer time range or a shorter label horizon.',
    });
  const gather = (pick: (part: PairRows) => Float64Array) =>
    Float64Array.from(order, ({ p, i }) => pick(parts[p]!)[i]!);
  return {
    dataset: {
      names,
      columns: names.map((_, c) => gather((part) => part.columns[c]!)),
      rows: order.length,
      target: gather((part) => part.target),
      availableAt: gather((part) => part.availableAt),
      labelAt: gather((part) => part.labelAt),
      ...(parts[0]!.moves && { moves: gather((part) => part.moves!) }),
    },
    pairs: parts.map((part) => part.pair),
    pairOf: Float64Array.from(order, ({ p }) => p),
  };
}
