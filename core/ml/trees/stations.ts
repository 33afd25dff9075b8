import { HISTOGRAM_BYTES } from './kernels.ts';
import { makeObjective, type Objective, type ObjectiveSpec } from './objectives.ts';
import { largestPair, quantise } from './quantise.ts';
import { isPlainSearch, searchFeature, searchFew } from './split-search.ts';
import { ARG, CANDIDATE_BYTES, NUMBER, part, type TrainSpace } from './train-space.ts';

/** The steps of training that threads share; each does its own part of the data, chosen by its number. */
export const OP = { stop: 0, gradient: 1, quantise: 2, root: 3, split: 4, place: 5, search: 6, score: 7 } as const;

/** Does this thread's part of an operation. Arguments are in the region, so that a number is all that threads exchange. */
export type Station = (op: number, thread: number, threads: number) => void;

export function station(space: TrainSpace, spec: ObjectiveSpec | undefined): Station {
  const objective = spec ? makeObjective(spec) : undefined;
  return (op, thread, threads) => {
    switch (op) {
      case OP.gradient:
        return gradient(space, objective!, thread, threads);
      case OP.quantise:
        return quantise(space, thread, threads);
      case OP.root:
        return root(space, thread, threads);
      case OP.split:
        return split(space, thread, threads);
      case OP.place:
        return place(space, thread, threads);
      case OP.search:
        return search(space, thread, threads);
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
  f64.set(largestPair(input.gh, from, to), (region.numbers >>> 3) + NUMBER.perThread + 8 * thread);
}

/** Gathers the root's gradients in the order of the bag (without one, numbers the rows), and sums them. */
function root(space: TrainSpace, thread: number, threads: number): void {
  const { f64, i32, u32, region, kernels } = space;
  const args = region.args >>> 2;
  const [from, to] = part(i32[args + ARG.bagCount]!, thread, threads);
  let source = region.gh;
  if (i32[args + ARG.isBagged]) {
    kernels.gather(region.gh, region.rowIds + 4 * from, to - from, region.ordered + 16 * from);
    source = region.ordered;
  } else {
    const ids = region.rowIds >>> 2;
    for (let i = from; i < to; i++) u32[ids + i] = i;
  }
  let G = 0;
  let V = 0;
  for (let k = (source >>> 3) + 2 * from, end = (source >>> 3) + 2 * to; k < end; k += 2) {
    G += f64[k]!;
    V += f64[k + 1]!;
  }
  f64.set([G, V], (region.numbers >>> 3) + NUMBER.perThread + 8 * thread + 2);
}

function split(space: TrainSpace, thread: number, threads: number): void {
  const { i32, region, shared, kernels } = space;
  const args = region.args >>> 2;
  const start = i32[args + ARG.start]!;
  const [from, to] = part(i32[args + ARG.count]!, thread, threads);
  const at = 4 * (start + from);
  const column = shared.bins + i32[args + ARG.feature]! * shared.rows;
  const table = i32[args + ARG.table]!;
  i32[(region.counts >>> 2) + thread] = kernels.partition(
    column,
    region.rowIds + at,
    to - from,
    table,
    region.tempLeft + at,
    region.tempRight + at,
  );
}

/** Copies this thread's part of both children to their places, in row order, and gathers the smaller child's gradients. */
function place(space: TrainSpace, thread: number, threads: number): void {
  const { i32, region, kernels } = space;
  const args = region.args >>> 2;
  const counts = region.counts >>> 2;
  const start = i32[args + ARG.start]!;
  const count = i32[args + ARG.count]!;
  let total = 0;
  let before = 0;
  for (let t = 0; t < threads; t++) {
    if (t < thread) before += i32[counts + t]!;
    total += i32[counts + t]!;
  }
  const [from, to] = part(count, thread, threads);
  const left = i32[counts + thread]!;
  const leftAt = start + before;
  const rightAt = start + total + (from - before);
  kernels.copy(region.rowIds + 4 * leftAt, region.tempLeft + 4 * (start + from), 4 * left);
  kernels.copy(region.rowIds + 4 * rightAt, region.tempRight + 4 * (start + from), 4 * (to - from - left));
  const smallStart = i32[args + ARG.smallStart]!;
  if (smallStart < 0) return;
  const isLeft = smallStart === start && i32[args + ARG.smallCount]! === total;
  const mine = isLeft ? leftAt : rightAt;
  kernels.gather(
    region.gh,
    region.rowIds + 4 * mine,
    isLeft ? left : to - from - left,
    region.ordered + 16 * (mine - smallStart),
  );
}

/** Rows up to which a node's features are searched by the bins in use. */
const FEW = 128;

/** Histograms of some features for the smaller child, the larger by difference, and the best split of each so far. */
function search(space: TrainSpace, thread: number, threads: number): void {
  const { f64, i32, u8, region, shared, kernels } = space;
  const args = region.args >>> 2;
  const slots = i32[args + ARG.slots]!;
  const rows = region.rowIds + 4 * i32[args + ARG.smallStart]!;
  const count = i32[args + ARG.smallCount]!;
  const isDense = i32[args + ARG.isDense] === 1;
  const source = isDense ? region.gh : region.ordered;
  const bytes = region.maxSlots * HISTOGRAM_BYTES;
  const small = region.histograms + bytes * i32[args + ARG.smallHistogram]!;
  const parent = i32[args + ARG.parentHistogram]!;
  const large = region.histograms + bytes * parent;
  const candidate = region.candidates + 2 * thread * CANDIDATE_BYTES;
  const spare = region.candidates + (2 * threads + thread) * CANDIDATE_BYTES;
  f64[candidate >>> 3] = -1;
  f64[(candidate + CANDIDATE_BYTES) >>> 3] = -1;
  const features = region.slotFeatures >>> 2;
  if (parent < 0 && !region.isRetaining && count <= FEW && isPlainSearch(space.plan)) {
    const few = { rows, count, gh: source, h: region.few };
    if (thread === 0)
      for (let slot = 0; slot < slots; slot++) searchFew(space, few, i32[features + slot]!, candidate, spare);
    return;
  }
  const column = (slot: number) => shared.bins + i32[features + slot]! * shared.rows;
  const listed = isDense ? 0 : rows;
  // Whoever is free takes the next: a thread that has lost its core for a while does not hold up the other.
  for (let s = nextSlot(i32, args, slots, threads); s < slots; s = nextSlot(i32, args, slots, threads)) {
    const width = widthAt(s, slots, threads);
    const h = small + s * HISTOGRAM_BYTES;
    kernels.clear(h, width * HISTOGRAM_BYTES);
    if (width === 1) kernels.histogram1(column(s), listed, count, source, h);
    else if (width === 2) kernels.histogram2(column(s), column(s + 1), listed, count, source, h);
    else if (isDense) kernels.histogram4Dense(column(s), column(s + 1), column(s + 2), column(s + 3), count, source, h);
    else kernels.histogram4(column(s), column(s + 1), column(s + 2), column(s + 3), rows, count, source, h);
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

/** How many features are taken together from slot `s` on: four, towards the end fewer, so that threads end at about the same time. */
function widthAt(s: number, slots: number, threads: number): number {
  const left = slots - s;
  if (threads === 1) return left >= 4 ? 4 : left >= 2 ? 2 : 1;
  return left >= 4 * threads ? 4 : left > 2 * threads ? 2 : 1;
}

/** Takes the next features that no thread has taken yet; `slots` or more when there are none. */
function nextSlot(i32: Int32Array, args: number, slots: number, threads: number): number {
  for (let s = Atomics.load(i32, args + ARG.next); s < slots; ) {
    const found = Atomics.compareExchange(i32, args + ARG.next, s, s + widthAt(s, slots, threads));
    if (found === s) return s;
    s = found;
  }
  return slots;
}

/** Adds leaf values to the scores: by the leaves' row ranges for rows in the bag, by walking the splits for the others. */
function score(space: TrainSpace, thread: number, threads: number): void {
  const { f64, i32, u32, region, shared } = space;
  const args = region.args >>> 2;
  const scores = (shared.scores >>> 3) + i32[args + ARG.output]! * shared.rows;
  const bag = i32[args + ARG.bagCount]!;
  const [from, to] = part(bag, thread, threads);
  const ids = region.rowIds >>> 2;
  for (let leaf = 0, leaves = i32[args + ARG.leafCount]!; leaf < leaves; leaf++) {
    const value = f64[(region.leafValue >>> 3) + leaf]!;
    const end = Math.min(to, i32[(region.leafStart >>> 2) + leaf + 1]!);
    for (let i = Math.max(from, i32[(region.leafStart >>> 2) + leaf]!); i < end; i++)
      f64[scores + u32[ids + i]!]! += value;
  }
  if (bag === shared.rows) return;
  const [outFrom, outTo] = part(shared.rows - bag, thread, threads);
  for (let i = bag + outFrom; i < bag + outTo; i++) {
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
