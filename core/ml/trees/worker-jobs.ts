import type { WasmMemory } from '../wasm/web-assembly.ts';
import { binColumns } from './bin-columns.ts';
import type { BinMap } from './bins.ts';
import { serve } from './crew.ts';
import { type ForestTask, growForestPart } from './forest-part.ts';
import type { ObjectiveSpec } from './objectives.ts';
import { station } from './stations.ts';
import type { GrowPlan } from './train-options.ts';
import { type RegionLayout, type SharedLayout, trainSpace } from './train-space.ts';

/** What a worker can be asked to do. Plain data, but for the shared memory. */
export type TreeJob =
  | {
      readonly kind: 'bin';
      readonly memory: WasmMemory;
      readonly shared: SharedLayout;
      readonly plan: GrowPlan;
      readonly thread: number;
      /** Feature index, name and values of each column. */
      readonly columns: readonly { readonly feature: number; readonly name: string; readonly values: Float64Array }[];
    }
  | {
      readonly kind: 'serve';
      readonly memory: WasmMemory;
      readonly shared: SharedLayout;
      readonly region: RegionLayout;
      readonly plan: GrowPlan;
      readonly maps: readonly BinMap[];
      readonly spec: ObjectiveSpec | undefined;
      readonly thread: number;
      readonly threads: number;
    }
  | ({ readonly kind: 'forest' } & ForestTask);

/** Does one job. */
export function doJob(job: TreeJob): unknown {
  switch (job.kind) {
    case 'bin':
      return binColumns(job.memory, job.shared, job.plan, job.thread, job.columns);
    case 'serve': {
      const space = trainSpace(job.memory, job.shared, job.region, job.plan, job.maps);
      return serve(station(space, job.spec), job.region, space.i32, job.thread, job.threads);
    }
    case 'forest':
      return growForestPart(job);
  }
}
