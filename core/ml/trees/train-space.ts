import type { WasmMemory } from '../wasm/web-assembly.ts';
import type { BinMap } from './bins.ts';
import { HISTOGRAM_BYTES, type TreeKernels, treeKernels } from './kernels.ts';
import type { GrowPlan } from './train-options.ts';

/** Bytes of one split candidate: 8 f64 (score, bin, default left, left G, left V, feature, kind, extra l2), 8 u32 of category bins. */
export const CANDIDATE_BYTES = 128;
export const MAX_THREADS = 64;

/** Places in a region's integer arguments. What threads wait for has lines of the cache to itself: the others are written meanwhile. */
export const ARG = {
  op: 0,
  output: 1,
  bagCount: 2,
  isBagged: 3,
  /** The leaf to divide, and its children. */
  leaf: 4,
  left: 5,
  right: 6,
  feature: 7,
  table: 8,
  /** The leaf whose histogram is built: the smaller child, or one alone. */
  small: 9,
  smallHistogram: 10,
  parentHistogram: 11,
  slots: 12,
  isActiveSmall: 13,
  isActiveLarge: 14,
  isDense: 15,
  leafCount: 16,
  nodeCount: 17,
  treeSeed: 18,
  /** The tree of the round before is still to be added to the scores. */
  isScoreDue: 19,
  sequence: 32,
  done: 48,
  failed: 64,
  arrived: 80,
  met: 96,
} as const;

/** Addresses of what all threads share. Plain data. */
export interface SharedLayout {
  readonly rows: number;
  readonly features: number;
  readonly outputs: number;
  readonly bins: number;
  readonly labels: number;
  readonly weights: number;
  readonly scores: number;
  readonly upper: number;
  readonly scratch: number;
  /** Room for two columns on their way to each thread but the first. */
  readonly columns: number;
}

/** Addresses of what one growing tree needs. Boosting has one region for all threads, a forest one per thread. Plain data. */
export interface RegionLayout {
  readonly args: number;
  readonly numbers: number;
  readonly params: number;
  readonly gh: number;
  readonly ordered: number;
  readonly rowIds: number;
  readonly temp: number;
  /** Where each thread's rows of the bag begin in `rowIds`, and where the last one's end. */
  readonly segments: number;
  /** Per thread and leaf: where its rows of the leaf begin in `rowIds`, and how many there are. */
  readonly owned: number;
  readonly histograms: number;
  /** For the scan of few rows; kept clear. */
  readonly few: number;
  readonly tables: number;
  readonly candidates: number;
  readonly slotFeatures: number;
  readonly allowed: number;
  readonly leafKey: number;
  readonly leafValue: number;
  readonly nodes: number;
  readonly maxSlots: number;
  readonly maxLeaves: number;
  readonly isRetaining: boolean;
}

const ARGS_BYTES = 512;
const FEW_BYTES = 3 * HISTOGRAM_BYTES;

/** Hands out addresses, 64-byte aligned. */
export function arena(): { take(bytes: number): number; size(): number } {
  let top = 64;
  return {
    take(bytes) {
      const at = top;
      top = Math.ceil((top + bytes) / 64) * 64;
      return at;
    },
    size: () => top,
  };
}

/** Bytes per thread for 256 bounds and the sort's 2048 counters. */
export const UPPER_BYTES = 2048 + 8192;

/** Bytes per thread for a column, its sample and the sort's second copy. */
export function scratchBytes(rows: number): number {
  return 8 * (3 * rows + 8);
}

/** Bytes of a column on its way to a thread. */
export function columnBytes(rows: number): number {
  return 8 * (rows + 1);
}

export function sharedLayout(
  take: (bytes: number) => number,
  of: { rows: number; features: number; outputs: number; isWeighted: boolean; isScored: boolean; threads: number },
): SharedLayout {
  const { rows, features, outputs, threads } = of;
  return {
    rows,
    features,
    outputs,
    bins: take(rows * features),
    labels: take(rows * 8),
    weights: of.isWeighted ? take(rows * 8) : 0,
    scores: of.isScored ? take(rows * outputs * 8) : 0,
    upper: take(threads * UPPER_BYTES),
    scratch: take(threads * scratchBytes(rows)),
    columns: take((threads - 1) * 2 * columnBytes(rows)),
  };
}

/** A region for trees of at most `leaves` leaves; it retains a histogram per leaf where those fit in half a gigabyte. */
export function regionLayout(
  take: (bytes: number) => number,
  of: { rows: number; slots: number; leaves: number; isRetaining: boolean; isRouting: boolean; threads: number },
): RegionLayout {
  const { rows, leaves, isRetaining, threads } = of;
  const maxSlots = Math.ceil(of.slots / 4) * 4;
  return {
    args: take(ARGS_BYTES),
    numbers: take(8 * (16 + 8 * MAX_THREADS)),
    params: take(256),
    gh: take(rows * 16),
    ordered: take(rows * 16),
    rowIds: take(rows * 4),
    temp: take(rows * 4 + 8),
    segments: take(4 * (threads + 1)),
    owned: take(threads * ownedBytes(leaves)),
    histograms: take((isRetaining ? leaves : 1) * maxSlots * HISTOGRAM_BYTES),
    few: take(FEW_BYTES),
    tables: take(256 * (of.isRouting ? leaves : 1)),
    candidates: take(3 * MAX_THREADS * CANDIDATE_BYTES),
    slotFeatures: take(4 * maxSlots),
    allowed: take(2 * maxSlots),
    leafKey: take(4 * leaves),
    leafValue: take(8 * leaves),
    nodes: take(16 * leaves),
    maxSlots,
    maxLeaves: leaves,
    isRetaining,
  };
}

/** Bytes of one thread's rows of each of a tree's leaves, divided ones included. */
const ownedBytes = (leaves: number) => Math.ceil((16 * leaves) / 64) * 64;

/** Where a thread's rows of a leaf stand: a place of 4 bytes, followed by that of their count. */
export function ownedAt({ owned, maxLeaves }: RegionLayout, thread: number, leaf: number): number {
  return ((owned + thread * ownedBytes(maxLeaves)) >>> 2) + 2 * leaf;
}

/** A leaf's rows, ascending. */
export function leafRows({ i32, u32, region }: TrainSpace, threads: number, leaf: number): Uint32Array {
  const parts = Array.from({ length: threads }, (_, t) => {
    const at = ownedAt(region, t, leaf);
    const from = (region.rowIds >>> 2) + i32[at]!;
    return u32.subarray(from, from + i32[at + 1]!);
  });
  const rows = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    rows.set(part, at);
    at += part.length;
  }
  return rows;
}

/** Clears what a region's threads expect to find clear, before they begin. */
export function clearRegion({ buffer }: WasmMemory, region: RegionLayout): void {
  new Uint8Array(buffer, region.args, ARGS_BYTES).fill(0);
  new Uint8Array(buffer, region.few, FEW_BYTES).fill(0);
}

/** One thread's view of the memory: typed arrays, kernels, layouts and the plan. */
export interface TrainSpace {
  readonly f64: Float64Array;
  readonly i32: Int32Array;
  readonly u32: Uint32Array;
  readonly u8: Uint8Array;
  readonly kernels: TreeKernels;
  readonly shared: SharedLayout;
  readonly region: RegionLayout;
  readonly plan: GrowPlan;
  readonly maps: readonly BinMap[];
}

export function trainSpace(
  memory: WasmMemory,
  shared: SharedLayout,
  region: RegionLayout,
  plan: GrowPlan,
  maps: readonly BinMap[],
): TrainSpace {
  const { buffer } = memory;
  return {
    f64: new Float64Array(buffer),
    i32: new Int32Array(buffer),
    u32: new Uint32Array(buffer),
    u8: new Uint8Array(buffer),
    kernels: treeKernels(memory, plan.isPlain),
    shared,
    region,
    plan,
    maps,
  };
}

/** Part `thread` of [0, count) in `threads` nearly equal parts. */
export function part(count: number, thread: number, threads: number): [from: number, to: number] {
  return [Math.floor((count * thread) / threads), Math.floor((count * (thread + 1)) / threads)];
}

/** The packing of a region's sums: units of gradient and hessian, 2^C and 2^-C of the count in the hessian's low bits. */
export const NUMBER = { gradientUnit: 0, hessianUnit: 1, size: 2, inverse: 3, perThread: 16 } as const;
/** Places of a thread's own numbers (a line of the cache each): largest gradient and hessian, sums over the bag, next feature to take. */
export const OWN = { gradient: 0, hessian: 1, G: 2, V: 3, next: 4, size: 8 } as const;

/** Place (of 8 bytes) of a thread's own numbers. */
export function ownNumbers({ numbers }: RegionLayout, thread: number): number {
  return (numbers >>> 3) + NUMBER.perThread + OWN.size * thread;
}
