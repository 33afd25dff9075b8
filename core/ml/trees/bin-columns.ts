import type { WasmMemory } from '../wasm/web-assembly.ts';
import { type BinMap, categoryBins, checkRange, mapCategories, numericBins, sampleColumn } from './bins.ts';
import { treeKernels } from './kernels.ts';
import type { GrowPlan, TreeData } from './train-options.ts';
import { type SharedLayout, scratchBytes, UPPER_BYTES } from './train-space.ts';
import type { TreeWorker } from './tree-worker.ts';

interface NamedColumn {
  readonly feature: number;
  readonly name: string;
  readonly values: Float64Array;
}

/** Finds the bins of some columns and writes each row's bin into the memory. @throws TREES_INFINITE, TREES_CATEGORY */
export function binColumns(
  memory: WasmMemory,
  shared: SharedLayout,
  plan: GrowPlan,
  thread: number,
  columns: readonly NamedColumn[],
): BinMap[] {
  const kernels = treeKernels(memory, plan.isPlain);
  const f64 = new Float64Array(memory.buffer);
  const upper = shared.upper + thread * UPPER_BYTES;
  const scratch = shared.scratch + thread * scratchBytes(shared.rows);
  const sampleAt = scratch + 8 * shared.rows;
  return columns.map(({ feature, name, values }) => {
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
  });
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
  const share = (t: number) => named.filter((_, f) => f % threads === t);
  workers.forEach((worker, w) => {
    const columns = share(w + 1).map((column) => ({ ...column, values: inSharedMemory(column.values) }));
    worker.post({ kind: 'bin', memory, shared, plan, thread: w + 1, columns });
  });
  const maps: BinMap[] = [];
  const put = (t: number, found: readonly BinMap[]) => {
    share(t).forEach(({ feature }, i) => {
      maps[feature] = found[i]!;
    });
  };
  put(0, binColumns(memory, shared, plan, 0, share(0)));
  workers.forEach((worker, w) => {
    put(w + 1, worker.result() as BinMap[]);
  });
  return maps;
}

function inSharedMemory(values: Float64Array): Float64Array {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const copy = new Float64Array(new SharedArrayBuffer(values.length * 8));
  copy.set(values);
  return copy;
}
