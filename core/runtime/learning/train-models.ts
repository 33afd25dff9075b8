import type { CandleTable } from '../../domain/candles.ts';
import { timeframe } from '../../domain/timeframe.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { FeaturePlan } from '../../indicators/plan.ts';
import { preparationSteps } from '../../ml/preparation/preparation-steps.ts';
import { withinTimes } from '../../ml/scores/within-times.ts';
import type { WindowRecipe } from '../../ml/walk/fit-window.ts';
import { trainPoints } from '../../ml/walk/train-points.ts';
import type { LabelModule } from '../../ports/learning-modules.ts';
import type { ModelRef } from '../../strategy/train-block.ts';
import { blockDataset } from './block-dataset.ts';
import { checkSearch } from './check-search.ts';
import { type LearnedNode, type LearnedRun, scheduleMs, spanMs } from './learned-run.ts';
import { modelMaker, withSeed } from './make-model.ts';
import type { Trainer } from './trainer.ts';
import type { Served, Training } from './training-log.ts';
import { type InCharge, type Walk, walkTrainings } from './walk-trainings.ts';

/** What trainings run on: whole columns, and from when on their answers are needed (ms UTC). */
export interface TrainingGround {
  readonly run: LearnedRun;
  readonly plan: FeaturePlan;
  readonly candles: (pair: string) => CandleTable;
  readonly needed?: number;
  readonly trainer: Trainer;
  /** Of a run that goes on: what is in charge of a node. */
  readonly inCharge?: (node: LearnedNode) => InCharge | undefined;
  /** Told how what was in charge has done. */
  readonly served?: (row: Served) => void;
  /** Told what a block's training threw, where the others are to go on; absent: it is thrown. */
  readonly failed?: (block: string, error: unknown) => void;
}

/**
 * Trains a block's models at every moment of its schedule, on what was known then, and puts them on the timelines of its pairs.
 * @param nodes one for each pair that shares the models
 * @throws TidegateError TRAIN_HISTORY when no training fits in, what trainings throw where none succeeds
 */
export async function trainModels(ground: TrainingGround, nodes: readonly LearnedNode[]): Promise<Training[]> {
  const { run, trainer, needed } = ground;
  const { registry } = run.services;
  const [{ ref: blockRef, market }] = nodes as readonly [LearnedNode];
  const ref = blockRef as ModelRef;
  const label = run.labels.get(ref)!;
  const dataset = blockDataset(ground.plan, ground.candles, nodes, label, ref.settings.sample);
  const spans = scheduleMs(ref.settings, market.timeframe);
  const first = dataset.availableAt[0]!;
  // Of all rows, not of those whose label is known: a training falls due when its moment has come, whatever comes after.
  const last = Math.max(
    ...nodes.map((node) => ground.plan.add(node.inputs[0]!).values[ground.candles(node.market.symbol).length - 1]!),
  );
  const points = trainPoints({
    first,
    last,
    ...spans,
    ...(needed !== undefined && !run.isLearnedFrom(nodes) && { needed }),
  });
  const before = run.isLearnedFrom(nodes) ? undefined : ground.inCharge?.(nodes[0]!);
  if (points.length === 0) throw tooShort(ref, first, last);
  const model = await withSeed(registry, ref.settings.model, ref.settings.seed);
  await checkSearch(registry, ref, model);
  const make = await modelMaker(registry, model);
  const recipe = recipeOf(ref, label, market.timeframe);
  if (recipe.featureWeights && !make({}).weighsFeatures) throw weighsNothing(ref, make({}).name);
  const id = trainer.share(dataset);
  const after = (at: number) => (ref.settings.anchored ? Number.NEGATIVE_INFINITY : at - spans.window);
  const { learned, log, served } = await walkTrainings({
    block: ref.name,
    pairs: nodes.map((node) => node.market.symbol),
    dataset: make({}).ranks ? withinTimes(dataset) : dataset,
    classes: label.classes,
    points: before ? points.filter((at) => at > before.decided) : points,
    handoverDelay: spans.handoverDelay,
    ...(before && { before }),
    after,
    fit: (at, start) =>
      trainer.fit({ dataset: id, model, recipe, job: { after: after(at), at, ...(start && { start }) } }),
    make,
    isChain: recipe.trials > 0,
    ...careOf(ref, market.timeframe, label),
  });
  for (const { timeline } of nodes) timeline.learned.push(...learned);
  if (served) ground.served?.(served);
  return [...log];
}

function careOf(
  { name, settings }: ModelRef,
  frame: string,
  label: LabelModule,
): Pick<Walk, 'drift' | 'shadow' | 'rollback'> {
  const { retrain, every } = settings;
  const judged = (what: 'shadow' | 'rollback'): number | undefined => {
    const span = settings[what];
    if (span === undefined) return undefined;
    const ms = spanMs(span, frame);
    const where = `train.${name}.${what}`;
    if (ms >= spanMs(every, frame))
      throw new TidegateError('TRAIN_SCHEDULE', `a ${what} of ${span} outlasts the schedule of ${every}`, {
        where,
        remedy: `Set a shorter ${what}: the next training comes before it is over.`,
      });
    if (label.classes > 0) return ms;
    throw new TidegateError('TRAIN_BLOCK', `a ${what} needs a label of directions, "${label.name}" is real-valued`, {
      where,
      remedy: `Leave ${what} out, or use the label "direction".`,
    });
  };
  const shadow = judged('shadow');
  const rollback = judged('rollback');
  return {
    ...(retrain && { drift: { ...retrain, pauseMs: spanMs(retrain.pause, frame) } }),
    ...(shadow !== undefined && { shadow }),
    ...(rollback !== undefined && { rollback }),
  };
}

function recipeOf({ settings }: ModelRef, label: LabelModule, frame: string): WindowRecipe {
  const { prepare, weights, calibration, featureWeights, holdout, trials, search, seed } = settings;
  const { halfLife, uniqueness, returns } = weights;
  if (calibration !== 'none' && label.classes === 0)
    throw new TidegateError(
      'TRAIN_BLOCK',
      `calibration "${calibration}" needs a label of directions, "${label.name}" is real-valued`,
      {
        remedy: 'Leave calibration out, or use the label "direction".',
      },
    );
  const steps = preparationSteps(prepare);
  if (featureWeights !== 'none' && steps.some((step) => step.name === 'pca'))
    throw new TidegateError('TRAIN_BLOCK', 'featureWeights are of features, pca leaves components', {
      remedy: 'Leave one of the two out.',
    });
  return {
    steps,
    uniqueness,
    returns,
    featureWeights: featureWeights === 'permutation',
    ...(halfLife !== undefined && { halfLife: spanMs(halfLife, frame) / timeframe(frame).ms }),
    calibration,
    holdout,
    trials,
    search,
    seed,
    classes: label.classes,
  };
}

function weighsNothing({ name }: ModelRef, model: string): TidegateError {
  return new TidegateError('TRAIN_BLOCK', `the model "${model}" takes all features alike`, {
    where: `train.${name}.featureWeights`,
    remedy: 'Leave featureWeights out, or take trees, a linear model or nearest neighbours.',
  });
}

function tooShort({ name, settings }: ModelRef, first: number, last: number): TidegateError {
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  return new TidegateError(
    'TRAIN_HISTORY',
    `the train block "${name}" sees ${settings.window} of history and trains every ${settings.every}; labelled rows reach from ${day(first)} to ${day(last)} only`,
    { where: `train.${name}`, remedy: 'Load more history, or set a shorter window.' },
  );
}
