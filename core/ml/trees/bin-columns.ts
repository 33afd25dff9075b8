import type { WasmMemory } from '../wasm/web-assembly.ts';
import { type BinMap, categoryBins, checkRange, mapCategories, numericBins, sampleColumn } from './bins.ts';
import { sendMemory, treeKernels } from './kernels.ts';
import type { GrowPlan, TreeData } from './train-options.ts';
import { columnBytes, type SharedLayout, scratchBytes, UPPER_BYTES } from './train-space.ts';
import type { TreeWorker } from './tree-worker.ts';

/** A column in the memory. */
export interface PlacedColumn {
  readonly feature: number;
  readonly name: string;
  /** Address of its values. */
  readonly at: number;
}

/** Finds the bins of a column and writes each row's bin into the memory. @throws TREES_INFINITE, TREES_CATEGORY */
export function binColumn(
  memory: WasmMemory,
  shared: SharedLayout,
  plan: GrowPlan,
  thread: number,
  { feature, name, at }: PlacedColumn,
): BinMap {
  const kernels = treeKernels(memory, plan.isPlain);
  const f64 = new Float64Array(memory.buffer);
  const values = f64.subarray(at >>> 3, (at >>> 3) + shared.rows);
  const upper = shared.upper + thread * UPPER_BYTES;
  const sampleAt = shared.scratch + thread * scratchBytes(shared.rows) + 8 * shared.rows;
  const out = shared.bins + feature * shared.rows;
  if (plan.categorical.includes(feature)) {
    const map = categoryBins(values, name);
    mapCategories(values, map, new Uint8Array(memory.buffer, out, shared.rows));
    return map;
  }
  kernels.range(at, shared.rows, upper);
  const [min, max, missing] = f64.subarray(upper >>> 3) as unknown as [number, number, number];
  const range = { min, max, missing };
  checkRange(values, name, range);
  const options = {
    maxBins: plan.maxBins,
    sampleRows: plan.sampleRows,
    minDataInBin: Math.min(3, plan.minDataInLeaf),
  };
  const sample = f64.subarray(sampleAt >>> 3, (sampleAt >>> 3) + Math.min(plan.sampleRows, shared.rows) + 2);
  const count = sampleColumn(values, range, options, sample);
  kernels.sort(sampleAt, count, sampleAt + 8 * sample.length, upper + 2048);
  const map = numericBins(sample.subarray(0, count), range, options);
  f64.set(map.upper, upper >>> 3);
  kernels.mapColumn(at, shared.rows, upper, Math.max(0, map.missing), out);
  return map;
}

/** Bins all columns: the calling thread hands them to the workers as they have room, and takes the next itself where none has. */
export function binAll(
  memory: WasmMemory,
  shared: SharedLayout,
  plan: GrowPlan,
  data: TreeData,
  names: readonly string[],
  workers: readonly TreeWorker[],
): BinMap[] {
  const f64 = new Float64Array(memory.buffer);
  const sent = sendMemory(memory);
  const maps: BinMap[] = [];
  const asked: number[][] = workers.map(() => []);
  const placed = (feature: number, at: number): PlacedColumn => {
    f64.set(data.columns[feature]!, at >>> 3);
    return { feature, name: names[feature]!, at };
  };
  for (let next = 0; next < data.columns.length; ) {
    for (const [w, worker] of workers.entries())
      while (worker.pending < 2 && next < data.columns.length) {
        const at = shared.columns + (2 * w + (asked[w]!.length % 2)) * columnBytes(shared.rows);
        worker.post({ kind: 'bin', sent, shared, plan, thread: w + 1, column: placed(next, at) });
        asked[w]!.push(next++);
      }
    if (next === data.columns.length) break;
    maps[next] = binColumn(memory, shared, plan, 0, placed(next, shared.scratch));
    next++;
  }
  for (const [w, worker] of workers.entries())
    for (const feature of asked[w]!) maps[feature] = worker.result() as BinMap;
  return maps;
}
