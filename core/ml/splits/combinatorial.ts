import { embargoRows, evenGroups } from './purged-k-fold.ts';
import { checkCount, checkLabelEnds, purge, type Split, span } from './split.ts';

/** A split of CPCV and the groups that it tests. */
export interface GroupSplit extends Split {
  readonly testGroups: readonly number[];
}

export interface CombinatorialSplits {
  /** [first, last] rows of each group. */
  readonly groups: readonly (readonly [number, number])[];
  /** In lexicographic order of their test groups. */
  readonly splits: readonly GroupSplit[];
  /** paths[p][g]: the split whose predictions path p takes for group g. Each path is one whole out-of-sample history. */
  readonly paths: readonly (readonly number[])[];
}

/**
 * Combinatorial purged cross-validation (López de Prado 2018, chapter 12): every choice of `testGroups` of `groups` groups is tested once,
 * purged and embargoed about each; the predictions recombine into C(groups-1, testGroups-1) paths, which gives a distribution of results
 * instead of one. @throws TidegateError SPLIT_OPTION, SPLIT_DATA
 */
export function combinatorialPurged(
  labelEnd: ArrayLike<number>,
  {
    groups,
    testGroups,
    embargo = 0,
  }: { readonly groups: number; readonly testGroups: number; readonly embargo?: number },
): CombinatorialSplits {
  const rows = labelEnd.length;
  checkCount('groups', groups, 2, Math.min(rows, 30));
  checkCount('testGroups', testGroups, 1, groups - 1);
  checkLabelEnds(labelEnd);
  const lag = embargoRows(embargo, rows);
  const blocks = evenGroups(rows, groups);
  const splits = choices(groups, testGroups).map((chosen): GroupSplit => {
    const train = chosen.reduce<Int32Array>((left, g) => purge(left, blocks[g]!, labelEnd, lag), span(0, rows));
    const test = Int32Array.from(chosen.flatMap((g) => Array.from(span(blocks[g]![0], blocks[g]![1] + 1))));
    return { testGroups: chosen, train, test };
  });
  const byGroup = blocks.map((_, g) => splits.flatMap((split, k) => (split.testGroups.includes(g) ? [k] : [])));
  const paths = byGroup[0]!.map((_, p) => byGroup.map((list) => list[p]!));
  return { groups: blocks, splits, paths };
}

function choices(count: number, take: number, from = 0): number[][] {
  if (take === 0) return [[]];
  const out: number[][] = [];
  for (let g = from; g <= count - take; g++) for (const rest of choices(count, take - 1, g + 1)) out.push([g, ...rest]);
  return out;
}
