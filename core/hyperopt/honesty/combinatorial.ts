import { TidegateError } from '../../foundation/errors.ts';
import type { Span } from './walk-forward.ts';

const DAY_MS = 86_400_000;

/** One combinatorial split: `test` groups out of sample, the rest, purged and embargoed, to train on. */
export interface CombinatorialSplit {
  readonly testGroups: readonly number[];
  readonly test: readonly Span[];
  readonly train: readonly Span[];
}

export interface CombinatorialOptions {
  readonly from: number;
  readonly to: number;
  readonly groups: number;
  readonly testGroups: number;
  /** Cut from training before each test: trades and labels that end inside it. */
  readonly purgeMs?: number;
  /** Cut from training after each test, for memory that reaches out of it. */
  readonly embargoMs?: number;
}

/**
 * Combinatorial purged splits of a period (Lopez de Prado, Advances in Financial Machine Learning, 2018, chapter 12): all ways of holding
 * out `testGroups` of `groups` equal stretches, in lexicographic order.
 * @throws TidegateError HPO_WINDOWS for impossible numbers of groups
 */
export function combinatorialSplits(options: CombinatorialOptions): CombinatorialSplit[] {
  const { from, to, groups, testGroups, purgeMs = 0, embargoMs = 0 } = options;
  if (!(groups >= 2 && testGroups >= 1 && testGroups < groups && to > from))
    throw new TidegateError('HPO_WINDOWS', `cannot hold out ${testGroups} of ${groups} groups`, {
      remedy: 'Use at least 2 groups and fewer test groups than groups.',
    });
  const edges = groupSpans(options);
  return combinations(groups, testGroups).map((chosen) => {
    const test = merge(chosen.map((g) => edges[g]!));
    let train: Span[] = [{ from, to }];
    for (const t of test) train = train.flatMap((s) => without(s, { from: t.from - purgeMs, to: t.to + embargoMs }));
    return { testGroups: chosen, test, train };
  });
}

/** The groups of a period, equally long; inner edges lie on midnights (UTC) where groups are longer than three days. */
export function groupSpans({ from, to, groups }: Pick<CombinatorialOptions, 'from' | 'to' | 'groups'>): Span[] {
  const unit = to - from > 3 * DAY_MS * groups ? DAY_MS : 1;
  const edge = (i: number) =>
    i === 0 ? from : i === groups ? to : Math.round((from + ((to - from) * i) / groups) / unit) * unit;
  return Array.from({ length: groups }, (_, g) => ({ from: edge(g), to: edge(g + 1) }));
}

/**
 * The whole ways through the period that the splits' tests make: path p takes group g from the p-th split that holds g out. Each test of each
 * group is used once, so there are (groups - 1 choose testGroups - 1) paths.
 * @returns per path, by group, the index of the split
 */
export function backtestPaths(splits: readonly CombinatorialSplit[], groups: number): number[][] {
  const holding = Array.from({ length: groups }, (_, g) =>
    splits.flatMap((split, index) => (split.testGroups.includes(g) ? [index] : [])),
  );
  return holding[0]!.map((_, p) => holding.map((indices) => indices[p]!));
}

function combinations(n: number, k: number, first = 0): number[][] {
  if (k === 0) return [[]];
  const all: number[][] = [];
  for (let i = first; i <= n - k; i++) for (const rest of combinations(n, k - 1, i + 1)) all.push([i, ...rest]);
  return all;
}

function merge(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans) {
    const last = merged.at(-1);
    if (last && last.to === span.from) merged[merged.length - 1] = { from: last.from, to: span.to };
    else merged.push(span);
  }
  return merged;
}

function without(span: Span, hole: Span): Span[] {
  const left = { from: span.from, to: Math.min(span.to, hole.from) };
  const right = { from: Math.max(span.from, hole.to), to: span.to };
  return [left, right].filter((s) => s.to > s.from);
}
