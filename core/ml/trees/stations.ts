import { HISTOGRAM_BYTES } from './kernels.ts';
import { makeObjective, type Objective, type ObjectiveSpec } from './objectives.ts';
import { largestPair, quantise } from './quantise.ts';
import { isPlainSearch, searchFeature, searchFew } from './split-search.ts';
import { ARG, CANDIDATE_BYTES, OWN, ownedAt, ownNumbers, part, type TrainSpace } from './train-space.ts';

/** The steps of training that threads share; each does its own part of the data, chosen by its number. */
export const OP = { stop: 0, gradient: 1, root: 2, divide: 3, search: 4, score: 5 } as const;

/**
 * Does this thread's part of an operation. Arguments are in the region, so that a number is all that threads exchange; `meet` returns when all
 * have come to it. Rows belong to threads: scores, gradients and row ids are touched by one thread alone, since a line of memory that another
 * core has written costs more to fetch than all that is done with it.
 */
export type Station = (op: number, thread: number, threads: number, meet: () => void) => void;

export function station(space: TrainSpace, spec: ObjectiveSpec | undefined): Station {
  const objective = spec ? makeObjective(spec) : undefined;
  return (op, thread, threads, meet) => {
    switch (op) {
      case OP.gradient:
        if (space.i32[(space.region.args >>> 2) + ARG.isScoreDue] === 1) score(space, thread, threads);
        return gradient(space, objective!, thread, threads);
      case OP.root:
        return root(space, thread, threads);
      case OP.divide:
        return divide(space, thread, threads, meet);
      case OP.search:
        return searchLeaf(space, thread, threads, meet);
      case OP.score:
        return score(space, thread, threads);
      default:
        throw new Error(`no operation ${op}`);
    }
  };
}

/** The address-free view of labels, scores and gradients that objectives work on. */
export function gradientInput(space: TrainSpace): Parameters<Objective['gradients']>[0] {
  const { f64, shared, region } = space;
  const { rows, outputs } = shared;
  const view = (at: number, count: number) => f64.subarray(at >>> 3, (at >>> 3) + count);
  return {
    rows,
    scores: view(shared.scores, rows * outputs),
    labels: view(shared.labels, rows),
    weights: shared.weights > 0 ? view(shared.weights, rows) : undefined,
    gh: view(region.gh, 2 * rows),
  };
}

function gradient(space: TrainSpace, objective: Objective, thread: number, threads: number): void {
  const { f64, i32, region, shared, kernels } = space;
  const [from, to] = part(shared.rows, thread, threads);
  const input = gradientInput(space);
  if (objective.logisticWeight !== undefined) {
    const weights = shared.weights > 0 ? shared.weights + 8 * from : 0;
    const gh = region.gh + 16 * from;
    kernels.logistic(
      shared.scores + 8 * from,
      shared.labels + 8 * from,
      weights,
      objective.logisticWeight,
      to - from,
      gh,
    );
  } else objective.gradients(input, i32[(region.args >>> 2) + ARG.output]!, from, to);
  f64.set(largestPair(input.gh, from, to), ownNumbers(region, thread) + OWN.gradient);
}

/** Rounds gradients, puts the bag's in its order (without one, numbers the rows), sums them, and takes hold of the root's rows. */
function root(space: TrainSpace, thread: number, threads: number): void {
  const { f64, i32, u32, region } = space;
  quantise(space, thread, threads);
  const from = i32[(region.segments >>> 2) + thread]!;
  const count = i32[(region.segments >>> 2) + thread + 1]! - from;
  const at = ownedAt(region, thread, 0);
  i32[at] = from;
  i32[at + 1] = count;
  let source = region.gh + 16 * from;
  if (i32[(region.args >>> 2) + ARG.isBagged]) source = gatherOwn(space, thread, 0);
  else for (let i = from, ids = region.rowIds >>> 2; i < from + count; i++) u32[ids + i] = i;
  let G = 0;
  let V = 0;
  for (let k = source >>> 3, end = (source >>> 3) + 2 * count; k < end; k += 2) {
    G += f64[k]!;
    V += f64[k + 1]!;
  }
  const own = ownNumbers(region, thread);
  f64[own + OWN.G] = G;
  f64[own + OWN.V] = V;
}

/** Where a thread keeps the gradients of its rows of the leaf that is being looked at: always the same lines of memory. */
function orderedAt({ i32, region }: TrainSpace, thread: number): number {
  return region.ordered + 16 * i32[(region.segments >>> 2) + thread]!;
}

/** Puts the gradients of this thread's rows of a leaf in their order. */
function gatherOwn(space: TrainSpace, thread: number, leaf: number): number {
  const { i32, region, kernels } = space;
  const at = ownedAt(region, thread, leaf);
  const out = orderedAt(space, thread);
  kernels.gather(region.gh, region.rowIds + 4 * i32[at]!, i32[at + 1]!, out);
  return out;
}

/** Parts this thread's rows of a leaf, each side in its order; where the children are to be searched, goes on with that. */
function divide(space: TrainSpace, thread: number, threads: number, meet: () => void): void {
  const { i32, region, shared, kernels } = space;
  const args = region.args >>> 2;
  const leaf = ownedAt(region, thread, i32[args + ARG.leaf]!);
  const start = i32[leaf]!;
  const count = i32[leaf + 1]!;
  const rows = region.rowIds + 4 * start;
  const right = region.temp + 4 * start;
  const column = shared.bins + i32[args + ARG.feature]! * shared.rows;
  const lefts = kernels.partition(column, rows, count, i32[args + ARG.table]!, rows, right);
  kernels.copy(rows + 4 * lefts, right, 4 * (count - lefts));
  const leftAt = ownedAt(region, thread, i32[args + ARG.left]!);
  i32[leftAt] = start;
  i32[leftAt + 1] = lefts;
  const rightAt = ownedAt(region, thread, i32[args + ARG.right]!);
  i32[rightAt] = start + lefts;
  i32[rightAt + 1] = count - lefts;
  if (i32[args + ARG.small]! >= 0) searchLeaf(space, thread, threads, meet);
}

function searchLeaf(space: TrainSpace, thread: number, threads: number, meet: () => void): void {
  const { i32, region } = space;
  const args = region.args >>> 2;
  if (i32[args + ARG.isDense] === 0 && i32[args + ARG.small]! > 0) gatherOwn(space, thread, i32[args + ARG.small]!);
  meet();
  search(space, thread, threads);
}

/** Rows up to which a node's features are searched by the bins in use. */
const FEW = 128;

/** Histograms of some features for the smaller child, the larger by difference, and the best split of each so far. */
function search(space: TrainSpace, thread: number, threads: number): void {
  const { f64, i32, u8, region, kernels } = space;
  const args = region.args >>> 2;
  const slots = i32[args + ARG.slots]!;
  const bytes = region.maxSlots * HISTOGRAM_BYTES;
  const small = region.histograms + bytes * i32[args + ARG.smallHistogram]!;
  const parent = i32[args + ARG.parentHistogram]!;
  const large = region.histograms + bytes * parent;
  const candidate = region.candidates + 2 * thread * CANDIDATE_BYTES;
  const spare = region.candidates + (2 * threads + thread) * CANDIDATE_BYTES;
  f64[candidate >>> 3] = -1;
  f64[(candidate + CANDIDATE_BYTES) >>> 3] = -1;
  const features = region.slotFeatures >>> 2;
  if (threads === 1 && parent < 0 && !region.isRetaining && isPlainSearch(space.plan)) {
    const at = ownedAt(region, 0, i32[args + ARG.small]!);
    const count = i32[at + 1]!;
    if (count <= FEW) {
      const source = i32[args + ARG.isDense] === 1 ? region.gh : orderedAt(space, 0);
      const few = { rows: region.rowIds + 4 * i32[at]!, count, gh: source, h: region.few };
      for (let slot = 0; slot < slots; slot++) searchFew(space, few, i32[features + slot]!, candidate, spare);
      return;
    }
  }
  // A thread takes its own features, whose parents' histograms it has written itself. Whoever is done takes from the others: a thread that
  // has lost its core for a while does not hold them up.
  for (let v = 0; v < threads; v++) {
    const whose = (thread + v) % threads;
    const [, end] = part(slots, whose, threads);
    const next = 2 * (ownNumbers(region, whose) + OWN.next);
    for (let s = take(i32, next, end); s < end; s = take(i32, next, end)) {
      const width = widthAt(s, end);
      const h = small + s * HISTOGRAM_BYTES;
      kernels.clear(h, width * HISTOGRAM_BYTES);
      addRows(space, threads, s, width, h);
      if (parent >= 0) kernels.subtract(large + s * HISTOGRAM_BYTES, h, 256 * width);
      for (let slot = s; slot < s + width; slot++)
        for (let which = 0; which < 2; which++) {
          if (i32[args + ARG.isActiveSmall + which] === 0) continue;
          if (u8[region.allowed + which * region.maxSlots + slot] === 0) continue;
          const at = (which === 0 ? small : large) + slot * HISTOGRAM_BYTES;
          searchFeature(space, at, i32[features + slot]!, which, candidate + which * CANDIDATE_BYTES, spare);
        }
    }
  }
}

/** How many features are taken together from slot `s` on. */
function widthAt(s: number, end: number): number {
  return end - s >= 4 ? 4 : end - s >= 2 ? 2 : 1;
}

/** Takes the next features that no thread has taken yet; `end` when there are none. */
function take(i32: Int32Array, next: number, end: number): number {
  for (let s = Atomics.load(i32, next); s < end; ) {
    const found = Atomics.compareExchange(i32, next, s, s + widthAt(s, end));
    if (found === s) return s;
    s = found;
  }
  return end;
}

/** Adds all threads' rows of the leaf to the histograms of `width` features. */
function addRows(space: TrainSpace, threads: number, s: number, width: number, h: number): void {
  const { i32, region, shared, kernels } = space;
  const args = region.args >>> 2;
  const slot = (region.slotFeatures >>> 2) + s;
  const a = shared.bins + i32[slot]! * shared.rows;
  const b = width > 1 ? shared.bins + i32[slot + 1]! * shared.rows : 0;
  const c = width > 2 ? shared.bins + i32[slot + 2]! * shared.rows : 0;
  const d = width > 2 ? shared.bins + i32[slot + 3]! * shared.rows : 0;
  if (i32[args + ARG.isDense] === 1) {
    if (width === 1) kernels.histogram1(a, 0, shared.rows, region.gh, h);
    else if (width === 2) kernels.histogram2(a, b, 0, shared.rows, region.gh, h);
    else kernels.histogram4Dense(a, b, c, d, shared.rows, region.gh, h);
    return;
  }
  for (let t = 0; t < threads; t++) {
    const at = ownedAt(region, t, i32[args + ARG.small]!);
    const rows = region.rowIds + 4 * i32[at]!;
    const count = i32[at + 1]!;
    const source = orderedAt(space, t);
    if (width === 1) kernels.histogram1(a, rows, count, source, h);
    else if (width === 2) kernels.histogram2(a, b, rows, count, source, h);
    else kernels.histogram4(a, b, c, d, rows, count, source, h);
  }
}

/** Adds leaf values to the scores: by the leaves' rows for those in the bag, by walking the splits for the others. */
function score(space: TrainSpace, thread: number, threads: number): void {
  const { f64, i32, u32, region, shared } = space;
  const args = region.args >>> 2;
  const scores = (shared.scores >>> 3) + i32[args + ARG.output]! * shared.rows;
  const ids = region.rowIds >>> 2;
  for (let leaf = 0, leaves = i32[args + ARG.leafCount]!; leaf < leaves; leaf++) {
    const value = f64[(region.leafValue >>> 3) + leaf]!;
    const at = ownedAt(region, thread, i32[(region.leafKey >>> 2) + leaf]!);
    for (let i = ids + i32[at]!, end = i + i32[at + 1]!; i < end; i++) f64[scores + u32[i]!]! += value;
  }
  const bag = i32[args + ARG.bagCount]!;
  if (bag === shared.rows) return;
  const [from, to] = part(shared.rows, thread, threads);
  const segments = (region.segments >>> 2) + thread;
  const outTo = bag + to - i32[segments + 1]!;
  for (let i = bag + from - i32[segments]!; i < outTo; i++) {
    const row = u32[ids + i]!;
    f64[scores + row]! += leafValueOf(space, row);
  }
}

/** Walks one row through the region's tree by its bins. A node is (feature, table, left, right); a child below 0 is a leaf. */
function leafValueOf(space: TrainSpace, row: number): number {
  const { f64, i32, u8, region, shared } = space;
  const nodes = region.nodes >>> 2;
  let node = i32[(region.args >>> 2) + ARG.nodeCount]! > 0 ? 0 : -1;
  while (node >= 0) {
    const at = nodes + 4 * node;
    const bin = u8[shared.bins + i32[at]! * shared.rows + row]!;
    node = u8[i32[at + 1]! + bin] === 1 ? i32[at + 2]! : i32[at + 3]!;
  }
  return f64[(region.leafValue >>> 3) + ~node]!;
}
