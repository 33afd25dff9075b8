import type { Rng } from '../../foundation/rng.ts';
import type { Crew } from './crew.ts';
import { frontier } from './frontier.ts';
import { type SearchNode, writeParams } from './split-search.ts';
import { OP } from './stations.ts';
import { ARG, CANDIDATE_BYTES, NUMBER, OWN, ownNumbers, part, type TrainSpace } from './train-space.ts';

/** A leaf while its tree grows: a range of row ids, its sums, its best split. */
interface GrowingLeaf extends SearchNode {
  readonly start: number;
  readonly count: number;
  readonly depth: number;
  /** Extra L2 of the category split that made it. */
  readonly extra: number;
  readonly parent: number;
  readonly isLeft: boolean;
  histogram: number;
  split: Split | undefined;
}

interface Split {
  readonly score: number;
  /** Improvement of the objective, in real units. */
  readonly gain: number;
  readonly feature: number;
  readonly bin: number;
  readonly defaultLeft: boolean;
  readonly isCategory: boolean;
  readonly leftG: number;
  readonly leftV: number;
  readonly extra: number;
  readonly members: Uint32Array;
}

/** A grown tree in terms of bins. Children: node, or complement of a leaf. Leaves are in the order of their row ranges. */
export interface GrownTree {
  readonly nodes: {
    readonly split: Split;
    readonly value: number;
    readonly weight: number;
    readonly count: number;
    left: number;
    right: number;
  }[];
  readonly leaves: {
    readonly value: number;
    readonly weight: number;
    readonly count: number;
    /** By which its rows are found until the next tree grows. */
    readonly key: number;
  }[];
}

const NO_MEMBERS = new Uint32Array(8);

/**
 * Grows one tree on the region's bag: `rowIds[0 .. bagCount)` and quantised gradients. The best open leaf (or the next of its level) is
 * split until there are `leaves` of them or none can improve. Histograms of a smaller child are built, of a larger one derived.
 * Each thread parts its own rows; all search together.
 * @param slots how many features the tree may use: the region's `slotFeatures`, ascending
 * @param rng draws the features of each node, in the order in which nodes are searched
 */
export function growTree(space: TrainSpace, crew: Crew, slots: number, rng: Rng): GrownTree {
  const { f64, i32, u8, u32, region, plan, maps } = space;
  const args = region.args >>> 2;
  const numbers = region.numbers >>> 3;
  const ug = f64[numbers + NUMBER.gradientUnit]!;
  const uh = f64[numbers + NUMBER.hessianUnit]!;
  const size = f64[numbers + NUMBER.size]!;
  const inverse = f64[numbers + NUMBER.inverse]!;
  const bag = i32[args + ARG.bagCount]!;
  const isBagged = i32[args + ARG.isBagged] === 1;
  const nodes: GrownTree['nodes'] = [];
  const open = frontier<GrowingLeaf>(isBefore(plan.growth));
  const closed: GrowingLeaf[] = [];
  const freeHistograms: number[] = [];
  let histograms = 0;
  let keys = 0;

  const countOf = (V: number) => V - Math.floor(V * inverse) * size;
  const weightOf = (V: number) => Math.floor(V * inverse) * uh;
  const outputOf = (G: number, V: number, extra: number, lower: number, upper: number): number => {
    const g = G * ug;
    const shrunk = Math.sign(g) * Math.max(Math.abs(g) - plan.l1, 0);
    const h = weightOf(V) + plan.l2 + extra;
    return Math.min(upper, Math.max(lower, h > 0 ? -shrunk / h : 0));
  };
  const scoreOf = (G: number, V: number): number => {
    const shrunk = Math.max(Math.abs(G) - plan.l1 / ug, 0);
    const h = Math.floor(V * inverse) + plan.l2 / uh;
    return h > 0 ? (shrunk * shrunk) / h : 0;
  };
  const canSplit = (leaf: GrowingLeaf) =>
    leaf.count >= 2 * plan.minDataInLeaf && (plan.maxDepth === 0 || leaf.depth < plan.maxDepth);

  /** Reads the threads' best split of the smaller (0) or larger (1) child; equal scores go to the lower feature. */
  const bestSplit = (leaf: GrowingLeaf, which: number): Split | undefined => {
    let best = -1;
    let score = -1;
    for (let t = 0; t < crew.threads; t++) {
      const at = (region.candidates + (2 * t + which) * CANDIDATE_BYTES) >>> 3;
      if (f64[at]! > score || (best >= 0 && f64[at] === score && f64[at + 5]! < f64[best + 5]!)) {
        score = f64[at]!;
        best = at;
      }
    }
    if (best < 0) return undefined;
    const base = isClipped(leaf) ? clippedScore(leaf) : scoreOf(leaf.G, leaf.V);
    const gain = ((score - base) * ug * ug) / uh;
    if (!(gain > plan.minGain)) return undefined;
    return {
      score,
      gain,
      feature: f64[best + 5]!,
      bin: f64[best + 1]!,
      defaultLeft: f64[best + 2] === 1,
      isCategory: f64[best + 6] === 1,
      leftG: f64[best + 3]!,
      leftV: f64[best + 4]!,
      extra: f64[best + 7]!,
      members: f64[best + 6] === 1 ? u32.slice(2 * best + 16, 2 * best + 24) : NO_MEMBERS,
    };
  };
  const isClipped = (leaf: GrowingLeaf) =>
    leaf.lower > Number.NEGATIVE_INFINITY || leaf.upper < Number.POSITIVE_INFINITY;
  const clippedScore = (leaf: GrowingLeaf): number => {
    const w = (outputOf(leaf.G, leaf.V, 0, leaf.lower, leaf.upper) * uh) / ug;
    const shrunk = Math.sign(leaf.G) * Math.max(Math.abs(leaf.G) - plan.l1 / ug, 0);
    return -(2 * shrunk * w + (Math.floor(leaf.V * inverse) + plan.l2 / uh) * w * w);
  };

  const allSlots = Int32Array.from(i32.subarray(region.slotFeatures >>> 2, (region.slotFeatures >>> 2) + slots));
  const order = Int32Array.from(allSlots.keys());
  const perNode = Math.max(1, Math.round(plan.featureFractionByNode * slots));
  /** The first `perNode` of a partial shuffle (Fisher and Yates), ascending. */
  const drawSlots = (): Int32Array => {
    for (let i = 0; i < perNode; i++) {
      const j = i + rng.int(slots - i);
      const keep = order[i]!;
      order[i] = order[j]!;
      order[j] = keep;
    }
    return order.slice(0, perNode).sort();
  };
  u8.fill(1, region.allowed, region.allowed + 2 * region.maxSlots);
  const allow = (which: number): void => {
    if (perNode === slots) return;
    const at = region.allowed + which * region.maxSlots;
    u8.fill(0, at, at + slots);
    for (const slot of drawSlots()) u8[at + slot] = 1;
  };

  const startFeatures = (count: number): void => {
    for (let t = 0; t < crew.threads; t++)
      i32[2 * (ownNumbers(region, t) + OWN.next)] = part(count, t, crew.threads)[0];
  };

  /**
   * Asks for the best splits of two siblings that share a retained histogram of their parent, or of one leaf alone (`large` undefined).
   * @returns what reads them once they are found; undefined where neither can be split
   */
  const pairSearch = (small: GrowingLeaf, large: GrowingLeaf | undefined, parentHistogram: number) => {
    const isSmall = canSplit(small);
    const isLarge = large !== undefined && canSplit(large);
    if (!isLarge && parentHistogram >= 0) freeHistograms.push(parentHistogram);
    if (!isSmall && !isLarge) return undefined;
    small.histogram = freeHistograms.pop() ?? histograms++;
    i32[args + ARG.small] = small.key;
    i32[args + ARG.isDense] = !isBagged && small.count === bag ? 1 : 0;
    i32[args + ARG.slots] = slots;
    i32[args + ARG.isActiveSmall] = isSmall ? 1 : 0;
    i32[args + ARG.isActiveLarge] = isLarge ? 1 : 0;
    i32[args + ARG.parentHistogram] = isLarge ? parentHistogram : -1;
    i32[args + ARG.smallHistogram] = small.histogram;
    if (isSmall) writeParams(space, 0, small);
    if (isSmall) allow(0);
    if (isLarge) writeParams(space, 1, large);
    if (isLarge) allow(1);
    startFeatures(slots);
    return () => {
      if (isLarge) {
        large.histogram = parentHistogram;
        large.split = bestSplit(large, 1);
        if (!large.split) freeHistograms.push(parentHistogram);
      }
      if (isSmall) small.split = bestSplit(small, 0);
      if (!small.split) freeHistograms.push(small.histogram);
    };
  };

  /** Searches one leaf on features drawn for it, with a histogram of its own that nobody keeps. */
  const searchAlone = (leaf: GrowingLeaf): void => {
    if (!canSplit(leaf)) return;
    const drawn = perNode === slots ? order : drawSlots();
    for (let s = 0; s < drawn.length; s++) i32[(region.slotFeatures >>> 2) + s] = allSlots[drawn[s]!]!;
    i32[args + ARG.small] = leaf.key;
    i32[args + ARG.isDense] = !isBagged && leaf.count === bag ? 1 : 0;
    i32[args + ARG.slots] = drawn.length;
    i32[args + ARG.isActiveSmall] = 1;
    i32[args + ARG.isActiveLarge] = 0;
    i32[args + ARG.smallHistogram] = 0;
    i32[args + ARG.parentHistogram] = -1;
    writeParams(space, 0, leaf);
    startFeatures(drawn.length);
    crew.run(OP.search);
    leaf.split = bestSplit(leaf, 0);
  };

  const enter = (leaf: GrowingLeaf): void => {
    if (leaf.split) open.push(leaf);
    else closed.push(leaf);
  };

  /** Writes which bins go left. */
  const writeTable = (table: number, split: Split): void => {
    const map = maps[split.feature]!;
    if (split.isCategory) {
      for (let b = 0; b < 256; b++) u8[table + b] = (split.members[b >>> 5]! >>> (b & 31)) & 1;
      return;
    }
    u8.fill(1, table, table + split.bin + 1);
    u8.fill(0, table + split.bin + 1, table + 256);
    if (map.missing >= 0) u8[table + map.missing] = split.defaultLeft ? 1 : 0;
  };

  const divide = (leaf: GrowingLeaf): void => {
    const split = leaf.split!;
    const node = nodes.length;
    const table = region.tables + (region.isRetaining ? 256 * node : 0);
    writeTable(table, split);
    const leftCount = countOf(split.leftV);
    const rightG = leaf.G - split.leftG;
    const rightV = leaf.V - split.leftV;
    nodes.push({
      split,
      value: outputOf(leaf.G, leaf.V, leaf.extra, leaf.lower, leaf.upper),
      weight: weightOf(leaf.V),
      count: leaf.count,
      left: 0,
      right: 0,
    });
    if (leaf.parent >= 0) nodes[leaf.parent]![leaf.isLeft ? 'left' : 'right'] = node;
    const bounds = childBounds(leaf, split, rightG, rightV);
    const child = (isLeft: boolean): GrowingLeaf => ({
      G: isLeft ? split.leftG : rightG,
      V: isLeft ? split.leftV : rightV,
      start: isLeft ? leaf.start : leaf.start + leftCount,
      count: isLeft ? leftCount : leaf.count - leftCount,
      depth: leaf.depth + 1,
      extra: split.extra,
      parent: node,
      isLeft,
      key: keys++,
      ...(isLeft ? bounds.left : bounds.right),
      histogram: -1,
      split: undefined,
    });
    const left = child(true);
    const right = child(false);
    i32[args + ARG.leaf] = leaf.key;
    i32[args + ARG.left] = left.key;
    i32[args + ARG.right] = right.key;
    i32[args + ARG.feature] = split.feature;
    i32[args + ARG.table] = table;
    i32[args + ARG.small] = -1;
    const isLast = nodes.length + 1 >= plan.leaves;
    const isLeftSmall = 2 * leftCount <= leaf.count;
    const found =
      isLast || !region.isRetaining
        ? undefined
        : pairSearch(isLeftSmall ? left : right, isLeftSmall ? right : left, leaf.histogram);
    crew.run(OP.divide);
    found?.();
    if (!isLast && !region.isRetaining) {
      searchAlone(left);
      searchAlone(right);
    }
    enter(left);
    enter(right);
  };

  /** Output bounds of children: a monotone split puts the midpoint of their outputs between them (LightGBM's "basic" method). */
  const childBounds = (leaf: GrowingLeaf, split: Split, rightG: number, rightV: number) => {
    const same = { lower: leaf.lower, upper: leaf.upper };
    const direction = plan.monotone[split.feature] ?? 0;
    if (direction === 0) return { left: same, right: same };
    const a = outputOf(split.leftG, split.leftV, split.extra, leaf.lower, leaf.upper);
    const b = outputOf(rightG, rightV, split.extra, leaf.lower, leaf.upper);
    const middle = (a + b) / 2;
    const low = { lower: leaf.lower, upper: middle };
    const high = { lower: middle, upper: leaf.upper };
    return direction > 0 ? { left: low, right: high } : { left: high, right: low };
  };

  writeSegments(space, crew.threads);
  crew.run(OP.root);
  let G = 0;
  let V = 0;
  for (let t = 0; t < crew.threads; t++) {
    G += f64[ownNumbers(region, t) + OWN.G]!;
    V += f64[ownNumbers(region, t) + OWN.V]!;
  }
  const root: GrowingLeaf = {
    G,
    V,
    start: 0,
    count: bag,
    depth: 0,
    extra: 0,
    parent: -1,
    isLeft: true,
    key: keys++,
    lower: Number.NEGATIVE_INFINITY,
    upper: Number.POSITIVE_INFINITY,
    histogram: -1,
    split: undefined,
  };
  if (region.isRetaining) {
    const found = pairSearch(root, undefined, -1);
    if (found) crew.run(OP.search);
    found?.();
  } else searchAlone(root);
  enter(root);
  while (nodes.length + 1 < plan.leaves) {
    const leaf = open.pop();
    if (!leaf) break;
    divide(leaf);
  }
  const all = [...closed, ...open.rest()].sort((a, b) => a.start - b.start || a.key - b.key);
  all.forEach((leaf, l) => {
    if (leaf.parent >= 0) nodes[leaf.parent]![leaf.isLeft ? 'left' : 'right'] = ~l;
  });
  return {
    nodes,
    leaves: all.map((leaf) => ({
      value: outputOf(leaf.G, leaf.V, leaf.extra, leaf.lower, leaf.upper),
      weight: weightOf(leaf.V),
      count: leaf.count,
      key: leaf.key,
    })),
  };
}

/** Gives each thread the bag's rows among its part of all rows. */
function writeSegments({ i32, u32, region, shared }: TrainSpace, threads: number): void {
  const args = region.args >>> 2;
  const bag = i32[args + ARG.bagCount]!;
  const ids = region.rowIds >>> 2;
  for (let t = 0; t <= threads; t++) {
    const row = t === threads ? shared.rows : part(shared.rows, t, threads)[0];
    i32[(region.segments >>> 2) + t] = i32[args + ARG.isBagged] === 1 ? countBelow(u32, ids, bag, row) : row;
  }
}

/** How many of `count` ascending numbers from place `at` on are less than `limit`. */
function countBelow(u32: Uint32Array, at: number, count: number, limit: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (u32[at + middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Which of two open leaves is split first; equal ones in the order in which they were made. */
function isBefore(growth: 'leaf' | 'depth'): (a: GrowingLeaf, b: GrowingLeaf) => boolean {
  const byGain = (a: GrowingLeaf, b: GrowingLeaf) =>
    a.split!.gain > b.split!.gain || (a.split!.gain === b.split!.gain && a.key < b.key);
  return growth === 'leaf' ? byGain : (a, b) => a.depth < b.depth || (a.depth === b.depth && byGain(a, b));
}
