import type { WasmMemory } from '../wasm/web-assembly.ts';
import { type BinMap, categoryBins, checkRange, mapCategories, numericBins, sampleColumn } from './bins.ts';
import { sendMemory, treeKernels } from './kernels.ts';
import type { GrowPlan, TreeData } from './train-options.ts';
import { type SharedLayout, scratchBytes, UPPER_BYTES } from './train-space.ts';
import type { TreeWorker } from './tree-worker.ts';

/** A feature, by its index. */
export interface NamedColumn {
  readonly feature: number;
  readonly name: string;
  readonly values: Float64Array;
}

/** Finds the bins of a column and writes each row's bin into the memory. @throws TREES_INFINITE, TREES_CATEGORY */
export function binColumn(
  memory: WasmMemory,
  shared: SharedLayout,
  plan: GrowPlan,
  thread: number,
  { feature, name, values }: NamedColumn,
): BinMap {
  const kernels = treeKernels(memory, plan.isPlain);
  const f64 = new Float64Array(memory.buffer);
  const upper = shared.upper + thread * UPPER_BYTES;
  const scratch = shared.scratch + thread * scratchBytes(shared.rows);
  const sampleAt = scratch + 8 * shared.rows;
  const out = shared.bins + feature * shared.rows;
  if (plan.categorical.includes(feature)) {
    const map = categoryBins(values, name);
    mapCategories(values, map, new Uint8Array(memory.buffer, out, shared.rows));
    return map;
  }
  f64.set(values, scratch >>> 3);
  kernels.range(scratch, shared.rows, upper);
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
  kernels.mapColumn(scratch, shared.rows, upper, Math.max(0, map.missing), out);
  return map;
}

/** Bins all columns, shared out over the calling thread and `workers`. */
export function binAll(
  memory: WasmMemory,
  shared: SharedLayout,
  plan: GrowPlan,
  data: TreeData,
  names: readonly string[],
  workers: readonly TreeWorker[],
): BinMap[] {
  const threads = workers.length + 1;
  const named = data.columns.map((values, feature) => ({ feature, name: names[feature]!, values }));
  const maps: BinMap[] = [];
  const sent = sendMemory(memory);
  // One after the other, so that no thread waits until the columns of all have been copied.
  for (let first = 0; first < named.length; first += threads) {
    for (const [w, worker] of workers.entries()) {
      const column = named[first + w + 1];
      if (!column) break;
      const values = inSharedMemory(column.values);
      worker.post({ kind: 'bin', sent, shared, plan, thread: w + 1, column: { ...column, values } });
    }
    maps[first] = binColumn(memory, shared, plan, 0, named[first]!);
  }
  for (const { feature } of named)
    if (feature % threads > 0) maps[feature] = workers[(feature % threads) - 1]!.result() as BinMap;
  return maps;
}

function inSharedMemory(values: Float64Array): Float64Array {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const copy = new Float64Array(new SharedArrayBuffer(values.length * 8));
  copy.set(values);
  return copy;
}
