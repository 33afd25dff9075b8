import { trainMemory, type WalkKernel, walkKernel } from './kernels.ts';
import type { TreeModel } from './tree-model.ts';
import { flatten, walkPlan } from './walk.ts';

const BLOCK = 32;
/** Where a model's trees begin in the memory. */
const BASE = 64;

/** A model's trees as the kernel walks them, to be put at `BASE`. */
interface PackedTrees {
  readonly bytes: Uint8Array;
  readonly count: number;
  readonly nodes: number;
  readonly values: number;
  readonly end: number;
  /** Features that are read, and those that are read with the other sign. */
  readonly plain: readonly number[];
  readonly mirrored: readonly number[];
}

interface Bench {
  readonly bytes: Uint8Array;
  readonly f64: Float64Array;
  readonly walk: WalkKernel;
  holds: PackedTrees | undefined;
}

const packed = new WeakMap<TreeModel, PackedTrees>();
let bench: Bench | undefined;

/** Splits up to which a model is laid out a second time for the kernel: some fifty megabytes. */
const MOST_SPLITS = 2 ** 20;

/** Whether all splits of a model are plain thresholds and its sums are in double precision: what the kernel walks. */
export function isWalkable(model: TreeModel): boolean {
  return !model.singlePrecision && !walkPlan(model).hasSpecial && model.trees.feature.length <= MOST_SPLITS;
}

/** Raw scores of rows [from, to) of a walkable model, to the bit those of the plain walk: blocks of rows, in WebAssembly. */
export function walkInto(
  model: TreeModel,
  columns: readonly Float64Array[],
  out: Float64Array,
  { from, to }: { readonly from: number; readonly to: number },
): void {
  const trees = packed.get(model) ?? packTreesOf(model);
  packed.set(model, trees);
  const { outputs, base } = model;
  const width = 2 * columns.length;
  const block = trees.end;
  const sums = block + 8 * BLOCK * width;
  const { f64, walk } = benchWith(trees, sums + 8 * BLOCK * outputs);
  const sumsAt = sums >>> 3;
  for (let start = from; start < to; start += BLOCK) {
    const rows = Math.min(BLOCK, to - start);
    fill(f64, block >>> 3, columns, trees, { start, rows });
    for (let i = 0; i < BLOCK * outputs; i++) f64[sumsAt + i] = base[i % outputs]!;
    const padded = Math.ceil(rows / 8) * 8;
    walk(BASE, trees.count, trees.nodes, trees.values, block, padded, 8 * width, sums, 8 * outputs);
    for (let i = 0, at = start * outputs; i < rows * outputs; i++) out[at + i] = f64[sumsAt + i]!;
  }
}

/** Writes rows one after the other: the values, then the values with the other sign. */
function fill(
  f64: Float64Array,
  block: number,
  columns: readonly Float64Array[],
  { plain, mirrored }: PackedTrees,
  { start, rows }: { readonly start: number; readonly rows: number },
): void {
  const width = 2 * columns.length;
  for (const f of plain) {
    const column = columns[f]!;
    for (let i = start, at = block + f; i < start + rows; i++, at += width) f64[at] = flatten(column[i]!);
  }
  for (const f of mirrored) {
    const column = columns[f]!;
    for (let i = start, at = block + columns.length + f; i < start + rows; i++, at += width)
      f64[at] = -flatten(column[i]!);
  }
}

/** This thread's memory with these trees in it. */
function benchWith(trees: PackedTrees, size: number): Bench {
  if (!bench || bench.bytes.length < size) {
    const memory = trainMemory(size);
    const { buffer } = memory;
    bench = {
      bytes: new Uint8Array(buffer),
      f64: new Float64Array(buffer),
      walk: walkKernel(memory),
      holds: undefined,
    };
  }
  if (bench.holds !== trees) bench.bytes.set(trees.bytes, BASE);
  bench.holds = trees;
  return bench;
}

/**
 * Lays out trees so that one comparison, `value >= bound`, leads to the second child. Where NaN goes left, the left child is first and the
 * bound the number after the threshold; where it goes right, the right child is first, and value and bound have the other sign.
 */
function packTreesOf(model: TreeModel): PackedTrees {
  const { root, feature, threshold, left, right, whenNaN, leafValue } = walkPlan(model);
  const count = root.length;
  const features = model.featureNames.length;
  const nodes = BASE + 16 * Math.ceil(count / 2);
  const places = feature.length + leafValue.length;
  const values = nodes + 16 * places;
  const bytes = new Uint8Array(values + 8 * places - BASE);
  const f64 = new Float64Array(bytes.buffer);
  const u32 = new Uint32Array(bytes.buffer);
  const plain = new Set<number>();
  const mirrored = new Set<number>();
  let free = nodes;
  const take = (nodeCount: number): number => {
    free += 16 * nodeCount;
    return free - 16 * nodeCount;
  };
  for (let t = 0; t < count; t++) {
    const stack: [node: number, at: number][] = [[root[t]!, take(1)]];
    u32[2 * t] = stack[0]![1];
    u32[2 * t + 1] = 8 * model.treeOutput[t]!;
    for (let item = stack.pop(); item; item = stack.pop()) {
      const [node, address] = item;
      const at = address - BASE;
      if (node < 0) {
        // Nothing is at least NaN.
        f64[at >>> 3] = Number.NaN;
        u32[(at >>> 2) + 3] = address;
        f64[(values - BASE + ((address - nodes) >>> 1)) >>> 3] = leafValue[~node]!;
        continue;
      }
      const isLeftFirst = whenNaN[node] === left[node];
      (isLeftFirst ? plain : mirrored).add(feature[node]!);
      const children = take(2);
      f64[at >>> 3] = isLeftFirst ? numberAfter(threshold[node]!) : -threshold[node]!;
      u32[(at >>> 2) + 2] = 8 * (feature[node]! + (isLeftFirst ? 0 : features));
      u32[(at >>> 2) + 3] = children;
      const [first, second] = isLeftFirst ? [left, right] : [right, left];
      stack.push([second[node]!, children + 16], [first[node]!, children]);
    }
  }
  return { bytes, count, nodes, values, end: values + 8 * places, plain: [...plain], mirrored: [...mirrored] };
}

const number = new Float64Array(1);
const bits = new BigInt64Array(number.buffer);

/** The least number above `x`; NaN above infinity. */
function numberAfter(x: number): number {
  if (x === Number.POSITIVE_INFINITY) return Number.NaN;
  if (x === 0) return Number.MIN_VALUE;
  number[0] = x;
  bits[0]! += x > 0 ? 1n : -1n;
  return number[0];
}
