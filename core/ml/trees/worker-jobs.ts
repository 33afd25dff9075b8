import { binColumn, type PlacedColumn } from './bin-columns.ts';
import type { BinMap } from './bins.ts';
import { serve } from './crew.ts';
import { type ForestTask, growForestPart } from './forest-part.ts';
import { receiveMemory, type SentMemory } from './kernels.ts';
import type { ObjectiveSpec } from './objectives.ts';
import { station } from './stations.ts';
import type { GrowPlan } from './train-options.ts';
import { type RegionLayout, type SharedLayout, trainSpace } from './train-space.ts';

/** What a worker can be asked to do. Plain data, but for the shared memory. */
export type TreeJob =
  | {
      readonly kind: 'bin';
      readonly sent: SentMemory;
      readonly shared: SharedLayout;
      readonly plan: GrowPlan;
      readonly thread: number;
      readonly column: PlacedColumn;
    }
  | {
      readonly kind: 'serve';
      readonly sent: SentMemory;
      readonly shared: SharedLayout;
      readonly region: RegionLayout;
      readonly plan: GrowPlan;
      readonly maps: readonly BinMap[];
      readonly spec: ObjectiveSpec | undefined;
      readonly thread: number;
      readonly threads: number;
    }
  | { readonly kind: 'forest'; readonly sent: SentMemory; readonly task: ForestTask };

/** Does one job. */
export function doJob(job: TreeJob): unknown {
  switch (job.kind) {
    case 'bin':
      return binColumn(receiveMemory(job.sent), job.shared, job.plan, job.thread, job.column);
    case 'serve': {
      const space = trainSpace(receiveMemory(job.sent), job.shared, job.region, job.plan, job.maps);
      return serve(station(space, job.spec), job.region, space.i32, job.thread, job.threads);
    }
    case 'forest':
      return growForestPart(receiveMemory(job.sent), job.task);
  }
}
