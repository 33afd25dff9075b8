import { TidegateError } from '../../foundation/errors.ts';
import { type Rng, seeded } from '../../foundation/rng.ts';
import type { WasmMemory } from '../wasm/web-assembly.ts';
import { binAll } from './bin-columns.ts';
import type { BinMap } from './bins.ts';
import { type Crew, soloCrew, threadCrew } from './crew.ts';
import { type GrownTree, growTree } from './grow-tree.ts';
import { sendMemory, withMemory } from './kernels.ts';
import { makeObjective, type Objective, type ObjectiveSpec, percentileOf } from './objectives.ts';
import { chooseUnits, largestPair } from './quantise.ts';
import { gradientInput, OP, station } from './stations.ts';
import {
  checkClasses,
  checkData,
  checkNumber,
  type GrowOptions,
  type GrowPlan,
  growPlan,
  type TreeData,
} from './train-options.ts';
import {
  ARG,
  arena,
  clearRegion,
  leafRows,
  OWN,
  ownNumbers,
  regionLayout,
  sharedLayout,
  type TrainSpace,
  trainSpace,
} from './train-space.ts';
import { draftTree } from './tree-draft.ts';
import { packTrees, type TreeDraft, type TreeModel } from './tree-model.ts';
import { type TreeWorker, withWorkers } from './tree-worker.ts';
import { type ValidationOptions, type Validator, validator } from './validation.ts';

/** How boosting runs. Defaults are LightGBM's: 100 trees, rate 0.1, 31 leaves. */
export interface BoostOptions extends GrowOptions {
  readonly objective: ObjectiveSpec;
  /** Boosting rounds (default 100); a round has one tree per class. */
  readonly trees?: number;
  readonly learningRate?: number;
  /** Share of rows in the bag (default 1), drawn anew every `baggingEvery` rounds. */
  readonly baggingFraction?: number;
  readonly baggingEvery?: number;
  /** Share of features that each tree may use (default 1). */
  readonly featureFraction?: number;
  /** Rows held out, to stop early; the model then ends with the best round. */
  readonly validation?: ValidationOptions;
}

export interface BoostResult {
  readonly model: TreeModel;
  /** Rounds in the model. */
  readonly rounds: number;
  /** Loss on the validation rows after each round (empty without them). */
  readonly losses: readonly number[];
}

interface Run {
  readonly plan: GrowPlan;
  readonly options: Required<
    Pick<BoostOptions, 'trees' | 'learningRate' | 'baggingFraction' | 'baggingEvery' | 'featureFraction'>
  >;
  readonly objective: Objective;
  readonly space: TrainSpace;
  readonly crew: Crew;
  readonly usable: Int32Array;
  readonly start: readonly number[];
}

/**
 * Gradient boosting of histogram trees (Friedman 2001; histograms and leaf-wise growth after Ke et al., LightGBM, 2017).
 * The same data, options and seed give the same model bytes for any number of threads, in WebAssembly or plain loops.
 * @throws TREES_OPTION, TREES_ROWS, TREES_LABEL, TREES_ONE_CLASS, TREES_CONSTANT, TREES_INFINITE, TREES_GRADIENT, TREES_DATA_TOO_LARGE
 */
export function trainBoosting(data: TreeData, options: BoostOptions): BoostResult {
  const plan = growPlan(options, data.columns.length);
  checkData(data, 2 * plan.minDataInLeaf);
  const objective = makeObjective(options.objective);
  checkTarget(options.objective, data.labels);
  const settings = {
    trees: options.trees ?? 100,
    learningRate: options.learningRate ?? 0.1,
    baggingFraction: options.baggingFraction ?? 1,
    baggingEvery: options.baggingEvery ?? 1,
    featureFraction: options.featureFraction ?? 1,
  };
  checkNumber('trees', settings.trees, 1, 1e6, true);
  checkNumber('learningRate', settings.learningRate, 1e-9, 1e3, false);
  checkNumber('baggingFraction', settings.baggingFraction, 1e-9, 1, false);
  checkNumber('baggingEvery', settings.baggingEvery, 1, 1e6, true);
  checkNumber('featureFraction', settings.featureFraction, 1e-9, 1, false);
  const names = data.featureNames ?? data.columns.map((_, f) => `f${f}`);
  const rows = data.labels.length;
  const features = data.columns.length;
  const { take, size } = arena();
  const isWeighted = data.weights !== undefined;
  const shared = sharedLayout(take, {
    rows,
    features,
    outputs: objective.outputs,
    isWeighted,
    isScored: true,
    threads: plan.threads,
  });
  const leaves = Math.min(plan.leaves, Math.max(2, Math.floor(rows / plan.minDataInLeaf) + 1));
  const isRetaining = leaves * Math.ceil(features / 4) * 16384 <= 2 ** 29;
  const region = regionLayout(take, {
    rows,
    slots: features,
    leaves,
    isRetaining,
    isRouting: true,
    threads: plan.threads,
  });
  const bounded = { ...plan, leaves };
  const train = (memory: WasmMemory, workers: readonly TreeWorker[]): BoostResult => {
    clearRegion(memory, region);
    const maps = binAll(memory, shared, bounded, data, names, workers);
    const space = trainSpace(memory, shared, region, bounded, maps);
    space.f64.set(data.labels, shared.labels >>> 3);
    if (data.weights) space.f64.set(data.weights, shared.weights >>> 3);
    const spec = objective.isRowWise ? options.objective : undefined;
    workers.forEach((worker, w) => {
      const thread = { thread: w + 1, threads: plan.threads };
      worker.post({ kind: 'serve', sent: sendMemory(memory), shared, region, plan: bounded, maps, spec, ...thread });
    });
    const work = station(space, options.objective);
    const crew = workers.length > 0 ? threadCrew(work, region, space.i32, workers) : soloCrew(work);
    try {
      const start = objective.start(data.labels, data.weights);
      const usable = usableFeatures(maps);
      const watch = options.validation && validator(options.validation, objective, names);
      const run: Run = { plan: bounded, options: settings, objective, space, crew, usable, start };
      const { drafts, losses, rounds } = boostRounds(run, watch);
      const trees = drafts.slice(0, rounds * objective.outputs);
      return { model: boostedModel(run, names, maps, trees), rounds, losses };
    } finally {
      crew.end();
    }
  };
  return withMemory(size(), (memory) => withWorkers(plan.threads - 1, (workers) => train(memory, workers)));
}

function boostRounds(
  run: Run,
  watch: Validator | undefined,
): { drafts: TreeDraft[]; losses: number[]; rounds: number } {
  const { plan, options, objective, space, crew, start } = run;
  const { f64, i32, shared, region } = space;
  const { rows } = shared;
  const args = region.args >>> 2;
  const bagRng = seeded(plan.seed).fork('bag');
  const featureRng = seeded(plan.seed).fork('features');
  const nodeRng = seeded(plan.seed).fork('nodes');
  for (let k = 0; k < objective.outputs; k++)
    f64.fill(start[k]!, (shared.scores >>> 3) + k * rows, (shared.scores >>> 3) + (k + 1) * rows);
  const drafts: TreeDraft[] = [];
  const losses: number[] = [];
  watch?.begin(start);
  for (let round = 0; round < options.trees; round++) {
    if (round % options.baggingEvery === 0) fillBag(space, options.baggingFraction, bagRng);
    const before = drafts.length;
    let hasSplit = false;
    const scoresBefore =
      objective.outputs > 1
        ? f64.slice(shared.scores >>> 3, (shared.scores >>> 3) + objective.outputs * rows)
        : undefined;
    for (let k = 0; k < objective.outputs; k++) {
      if (round % options.baggingEvery !== 0 || k > 0) restoreBag(space);
      i32[args + ARG.output] = k;
      i32[args + ARG.treeSeed] = Math.imul(plan.seed + 1, 0x9e3779b1) + drafts.length;
      computeGradients(run, scoresBefore);
      const slots = drawFeatures(run, featureRng);
      const tree = renewLeaves(run, growTree(space, crew, slots, nodeRng));
      hasSplit ||= tree.nodes.length > 0;
      writeTree(space, tree, options.learningRate);
      // Threads add it to the scores as they come to the next gradients, where those are theirs to make and no bag is drawn before.
      if (objective.isRowWise && objective.outputs === 1 && i32[args + ARG.isBagged] === 0)
        i32[args + ARG.isScoreDue] = 1;
      else crew.run(OP.score);
      drafts.push(draftTree(tree, space.maps, options.learningRate, round === 0 ? start[k]! : 0));
    }
    if (!hasSplit && round > 0) {
      drafts.length = before;
      break;
    }
    if (watch) {
      losses.push(watch.after(drafts.slice(before), round === 0));
      if (watch.isDone()) break;
    }
    if (!hasSplit) break;
  }
  return { drafts, losses, rounds: watch ? watch.bestRound() : drafts.length / objective.outputs };
}

/** Row ids of the bag, ascending, then the others; without a bag (share 1) the root numbers all rows. */
function fillBag({ i32, u32, region, shared }: TrainSpace, share: number, rng: Rng): void {
  const { rows } = shared;
  const ids = region.rowIds >>> 2;
  const bag = Math.max(1, Math.round(share * rows));
  let inside = 0;
  for (let i = 0; bag < rows && i < rows; i++) {
    const isIn = rng.next() * (rows - i) < bag - inside;
    u32[ids + (isIn ? inside : bag + i - inside)] = i;
    if (isIn) inside++;
  }
  i32[(region.args >>> 2) + ARG.bagCount] = bag;
  i32[(region.args >>> 2) + ARG.isBagged] = bag < rows ? 1 : 0;
}

/** Growing a tree has reordered the bag: ascending again. */
function restoreBag({ i32, u32, region }: TrainSpace): void {
  const args = region.args >>> 2;
  const ids = region.rowIds >>> 2;
  if (i32[args + ARG.isBagged] === 1) u32.subarray(ids, ids + i32[args + ARG.bagCount]!).sort();
}

/** Gradients of one output and the units that they are rounded to. @throws TREES_GRADIENT when one is not a finite number */
function computeGradients(run: Run, scoresBefore: Float64Array | undefined): void {
  const { space, crew, objective } = run;
  const { f64, i32, region, shared } = space;
  const args = region.args >>> 2;
  const output = i32[args + ARG.output]!;
  let gradient = 0;
  let hessian = 0;
  if (objective.isRowWise && scoresBefore === undefined) {
    crew.run(OP.gradient);
    i32[args + ARG.isScoreDue] = 0;
    for (let t = 0; t < crew.threads; t++) {
      const own = ownNumbers(region, t);
      gradient = Math.max(gradient, f64[own + OWN.gradient]!);
      hessian = Math.max(hessian, f64[own + OWN.hessian]!);
    }
  } else {
    const input = gradientInput(space);
    objective.gradients(scoresBefore ? { ...input, scores: scoresBefore } : input, output, 0, shared.rows);
    [gradient, hessian] = largestPair(input.gh, 0, shared.rows);
  }
  if (!Number.isFinite(gradient) || !Number.isFinite(hessian))
    throw new TidegateError('TREES_GRADIENT', 'the objective gave a gradient or hessian that is not a finite number', {
      remedy: 'Lower the learning rate, or check the custom objective.',
    });
  chooseUnits(space, gradient, hessian);
}

/** Writes the features that this tree may use, ascending, and returns how many. */
function drawFeatures(run: Run, rng: Rng): number {
  const { i32, region } = run.space;
  const all = run.usable.slice();
  const count = Math.min(all.length, Math.max(1, Math.round(run.options.featureFraction * all.length)));
  if (count < all.length)
    for (let i = 0; i < count; i++) {
      const j = i + rng.int(all.length - i);
      [all[i], all[j]] = [all[j]!, all[i]!];
    }
  i32.set(all.subarray(0, count).sort(), region.slotFeatures >>> 2);
  return count;
}

/** Sets leaf values to a percentile of the residuals where the objective asks for it. */
function renewLeaves(run: Run, tree: GrownTree): GrownTree {
  const { percentile } = run.objective;
  if (percentile === undefined) return tree;
  const { scores, labels, weights } = gradientInput(run.space);
  const leaves = tree.leaves.map((leaf) => {
    const members = leafRows(run.space, run.crew.threads, leaf.key);
    const residuals = Float64Array.from(members, (i) => labels[i]! - scores[i]!);
    const value = percentileOf(residuals, weights && Float64Array.from(members, (i) => weights[i]!), percentile);
    return { ...leaf, value };
  });
  return { nodes: tree.nodes, leaves };
}

/** Puts the tree where threads read it to update scores. */
function writeTree({ f64, i32, region }: TrainSpace, tree: GrownTree, rate: number): void {
  const args = region.args >>> 2;
  tree.nodes.forEach((node, i) => {
    i32.set([node.split.feature, region.tables + 256 * i, node.left, node.right], (region.nodes >>> 2) + 4 * i);
  });
  tree.leaves.forEach((leaf, l) => {
    i32[(region.leafKey >>> 2) + l] = leaf.key;
    f64[(region.leafValue >>> 3) + l] = leaf.value * rate;
  });
  i32[args + ARG.leafCount] = tree.leaves.length;
  i32[args + ARG.nodeCount] = tree.nodes.length;
}

/** Features with more than one bin in use. @throws TREES_CONSTANT when there is none */
export function usableFeatures(maps: readonly BinMap[]): Int32Array {
  const usable = Int32Array.from(maps.keys()).filter((f) => maps[f]!.bins + (maps[f]!.missing > 0 ? 1 : 0) > 1);
  if (usable.length === 0)
    throw new TidegateError('TREES_CONSTANT', `all ${maps.length} features are constant`, {
      remedy:
        'Check that the features are computed over this window: a warm-up longer than it leaves nothing to learn from.',
    });
  return usable;
}

function checkTarget(spec: ObjectiveSpec, labels: Float64Array): void {
  if (spec.kind === 'binary') checkClasses(labels, 2);
  if (spec.kind === 'multiclass') {
    checkNumber('classes', spec.classes, 2, 1000, true);
    checkClasses(labels, spec.classes);
  }
  if (spec.kind === 'quantile') checkNumber('alpha', spec.alpha, 1e-9, 1 - 1e-9, false);
  if (spec.kind === 'huber') checkNumber('alpha', spec.alpha, 1e-300, Number.MAX_VALUE, false);
  const sum = spec.kind === 'lambdarank' ? spec.groups.reduce((total, count) => total + count, 0) : labels.length;
  if (sum !== labels.length)
    throw new TidegateError('TREES_GROUPS', `query groups cover ${sum} rows, there are ${labels.length}`, {
      remedy: 'Give the sizes of groups so that they add up to the rows.',
    });
  const isCounting = spec.kind === 'poisson' || spec.kind === 'lambdarank';
  const bad = isCounting ? labels.findIndex((y) => y < 0) : -1;
  if (bad >= 0)
    throw new TidegateError('TREES_LABEL', `label of row ${bad} is ${labels[bad]}, ${spec.kind} needs >= 0`, {
      remedy: 'Give counts or grades, or another objective.',
    });
  if (spec.kind === 'poisson' && labels.every((y) => y === 0))
    throw new TidegateError('TREES_LABEL', 'all labels are 0, poisson needs some above', {
      remedy: 'Give a longer window, or another label.',
    });
}

function boostedModel(
  run: Run,
  names: readonly string[],
  maps: readonly BinMap[],
  drafts: readonly TreeDraft[],
): TreeModel {
  const { outputs, text } = run.objective;
  return {
    featureNames: names,
    featureInfos: maps.map((map) => map.info),
    outputs,
    objective: text,
    averaged: false,
    base: new Array<number>(outputs).fill(0),
    singlePrecision: false,
    treeOutput: Int32Array.from(drafts, (_, t) => t % outputs),
    trees: packTrees(drafts, names.length),
  };
}
