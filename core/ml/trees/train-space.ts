import type { WasmMemory } from '../wasm/web-assembly.ts';
import type { BinMap } from './bins.ts';
import { HISTOGRAM_BYTES, type TreeKernels, treeKernels } from './kernels.ts';
import type { GrowPlan } from './train-options.ts';

/** Bytes of one split candidate: 8 f64 (score, bin, default left, left G, left V, feature, kind, extra l2), 8 u32 of category bins. */
export const CANDIDATE_BYTES = 128;
export const MAX_THREADS = 64;

/** Places in a region's integer arguments. */
export const ARG = {
  sequence: 0,
  done: 1,
  op: 2,
  output: 3,
  bagCount: 4,
  isBagged: 5,
  start: 6,
  count: 7,
  feature: 8,
  table: 9,
  smallStart: 10,
  smallCount: 11,
  smallHistogram: 12,
  parentHistogram: 13,
  slots: 14,
  isActiveSmall: 15,
  isActiveLarge: 16,
  isDense: 17,
  leafCount: 18,
  nodeCount: 19,
  node: 20,
  treeSeed: 22,
  failed: 23,
  /** First slot that no thread has taken yet. */
  next: 24,
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
}

/** Addresses of what one growing tree needs. Boosting has one region for all threads, a forest one per thread. Plain data. */
export interface RegionLayout {
  readonly args: number;
  readonly numbers: number;
  readonly counts: number;
  readonly params: number;
  readonly gh: number;
  readonly ordered: number;
  readonly rowIds: number;
  readonly tempLeft: number;
  readonly tempRight: number;
  readonly histograms: number;
  /** For the scan of few rows; kept clear. */
  readonly few: number;
  readonly tables: number;
  readonly candidates: number;
  readonly slotFeatures: number;
  readonly allowed: number;
  readonly leafStart: number;
  readonly leafValue: number;
  readonly nodes: number;
  readonly maxSlots: number;
  readonly isRetaining: boolean;
}

const ARGS_BYTES = 256;
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
  };
}

/** A region for trees of at most `leaves` leaves; it retains a histogram per leaf where those fit in half a gigabyte. */
export function regionLayout(
  take: (bytes: number) => number,
  of: { rows: number; slots: number; leaves: number; isRetaining: boolean; isRouting: boolean },
): RegionLayout {
  const { rows, leaves, isRetaining } = of;
  const maxSlots = Math.ceil(of.slots / 4) * 4;
  return {
    args: take(ARGS_BYTES),
    numbers: take(8 * (16 + 8 * MAX_THREADS)),
    counts: take(4 * MAX_THREADS),
    params: take(256),
    gh: take(rows * 16),
    ordered: take(rows * 16),
    rowIds: take(rows * 4),
    tempLeft: take(rows * 4 + 8),
    tempRight: take(rows * 4 + 8),
    histograms: take((isRetaining ? leaves : 1) * maxSlots * HISTOGRAM_BYTES),
    few: take(FEW_BYTES),
    tables: take(256 * (of.isRouting ? leaves : 1)),
    candidates: take(3 * MAX_THREADS * CANDIDATE_BYTES),
    slotFeatures: take(4 * maxSlots),
    allowed: take(2 * maxSlots),
    leafStart: take(4 * (leaves + 1)),
    leafValue: take(8 * leaves),
    nodes: take(16 * leaves),
    maxSlots,
    isRetaining,
  };
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
export const NUMBER = { gradientUnit: 0, hessianUnit: 1, size: 2, inverse: 3, bounds: 4, perThread: 16 } as const;
