import { type Rng, seeded } from '../../foundation/rng.ts';
import type { WasmMemory } from '../wasm/web-assembly.ts';
import type { BinMap } from './bins.ts';
import { soloCrew } from './crew.ts';
import { growTree } from './grow-tree.ts';
import { chooseUnits, largestPair } from './quantise.ts';
import { station } from './stations.ts';
import type { GrowPlan } from './train-options.ts';
import { ARG, type RegionLayout, type SharedLayout, type TrainSpace, trainSpace } from './train-space.ts';
import { draftTree } from './tree-draft.ts';
import type { TreeDraft } from './tree-model.ts';

/** A thread's share of a forest. Plain data. */
export interface ForestTask {
  readonly shared: SharedLayout;
  readonly region: RegionLayout;
  readonly plan: GrowPlan;
  readonly maps: readonly BinMap[];
  readonly usable: Int32Array;
  /** Which trees (iterations) to grow; each has one tree per output. */
  readonly from: number;
  readonly step: number;
  readonly trees: number;
  readonly isBootstrapped: boolean;
  /** Classes that trees vote for, one output each; undefined: the label itself is averaged. */
  readonly targets: readonly number[] | undefined;
  /** Mean target of each output: trees learn the difference, which keeps sums small. */
  readonly centre: readonly number[];
}

/** Grows this share of the trees: for each iteration, its trees. */
export function growForestPart(memory: WasmMemory, task: ForestTask): TreeDraft[][] {
  const space = trainSpace(memory, task.shared, task.region, task.plan, task.maps);
  const crew = soloCrew(station(space, undefined));
  const counts = new Uint16Array(task.shared.rows);
  const grown: TreeDraft[][] = [];
  for (let t = task.from; t < task.trees; t += task.step) {
    const rng = seeded(task.plan.seed).fork(`tree-${t}`);
    drawBag(counts, task.isBootstrapped, rng);
    const trees: TreeDraft[] = [];
    for (let k = 0; k < task.centre.length; k++) {
      fillGradients(space, task, counts, k);
      space.i32[(task.region.args >>> 2) + ARG.treeSeed] =
        Math.imul(task.plan.seed + 1, 0x9e3779b1) + t * task.centre.length + k;
      space.i32.set(task.usable, task.region.slotFeatures >>> 2);
      const tree = growTree(space, crew, task.usable.length, rng);
      trees.push(draftTree(tree, task.maps, 1, task.centre[k]!));
    }
    grown.push(trees);
  }
  return grown;
}

/** How often each row is in the bag: drawn with replacement, or once each. */
function drawBag(counts: Uint16Array, isBootstrapped: boolean, rng: Rng): void {
  counts.fill(isBootstrapped ? 0 : 1);
  if (isBootstrapped) for (let i = 0; i < counts.length; i++) counts[rng.int(counts.length)]!++;
}

/** Squared-error gradients at the centre: -(target - centre), weighted by the row's count; and the units that they are rounded to. */
function fillGradients(space: TrainSpace, task: ForestTask, counts: Uint16Array, k: number): void {
  const { f64, i32, u32, region, shared } = space;
  const { rows } = shared;
  const labels = shared.labels >>> 3;
  const weights = shared.weights >>> 3;
  const gh = f64.subarray(region.gh >>> 3, (region.gh >>> 3) + 2 * rows);
  const target = task.targets?.[k];
  const centre = task.centre[k]!;
  let bag = 0;
  for (let i = 0; i < rows; i++) {
    const w = counts[i]! * (weights > 0 ? f64[weights + i]! : 1);
    const y = target === undefined ? f64[labels + i]! : f64[labels + i] === target ? 1 : 0;
    gh[2 * i] = -(y - centre) * w;
    gh[2 * i + 1] = w;
    if (counts[i]! > 0) u32[(region.rowIds >>> 2) + bag++] = i;
  }
  i32[(region.args >>> 2) + ARG.bagCount] = bag;
  i32[(region.args >>> 2) + ARG.isBagged] = bag < rows ? 1 : 0;
  chooseUnits(space, ...largestPair(gh, 0, rows));
}
