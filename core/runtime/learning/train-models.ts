import type { CandleTable } from '../../domain/candles.ts';
import { timeframe } from '../../domain/timeframe.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { FeaturePlan } from '../../indicators/plan.ts';
import { preparationSteps } from '../../ml/preparation/preparation-steps.ts';
import type { FittedWindow, WindowRecipe } from '../../ml/walk/fit-window.ts';
import { fittedHash } from '../../ml/walk/fitted-bytes.ts';
import { modelAnswer } from '../../ml/walk/model-answer.ts';
import { trainPoints } from '../../ml/walk/train-points.ts';
import type { LabelModule } from '../../ports/learning-modules.ts';
import type { ModelRef } from '../../strategy/train-block.ts';
import { blockDataset } from './block-dataset.ts';
import { type LearnedNode, type LearnedRun, scheduleMs, spanMs } from './learned-run.ts';
import { modelMaker, withSeed } from './make-model.ts';
import type { Trainer } from './trainer.ts';
import type { Training } from './training-log.ts';

/** What trainings run on: whole columns, and from when on their answers are needed (ms UTC). */
export interface TrainingGround {
  readonly run: LearnedRun;
  readonly plan: FeaturePlan;
  readonly candles: (pair: string) => CandleTable;
  readonly needed?: number;
  readonly trainer: Trainer;
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
  const dataset = blockDataset(ground.plan, ground.candles, nodes, label);
  const spans = scheduleMs(ref.settings, market.timeframe);
  const first = dataset.availableAt[0]!;
  const last = dataset.availableAt[dataset.rows - 1]!;
  const points = trainPoints({
    first,
    last,
    ...spans,
    ...(needed !== undefined && !run.isLearnedFrom(nodes) && { needed }),
  });
  if (points.length === 0) throw tooShort(ref, first, last);
  const model = await withSeed(registry, ref.settings.model, ref.settings.seed);
  const make = await modelMaker(registry, model);
  const recipe = recipeOf(ref, label, market.timeframe);
  const id = trainer.share(dataset);
  const trainAt = (at: number, start?: FittedWindow['tuned']) => {
    const after = ref.settings.anchored ? Number.NEGATIVE_INFINITY : at - spans.window;
    return settled(trainer.fit({ dataset: id, model, recipe, job: { after, at, ...(start && { start }) } }));
  };
  // Where a window's trials begin with what the last one found, they cannot be trained side by side.
  const ahead = recipe.trials > 0 ? [] : points.map((at) => trainAt(at));
  const pairs = nodes.map((node) => node.market.symbol);
  const log: Training[] = [];
  let start: FittedWindow['tuned'] | undefined;
  let failure: TidegateError | undefined;
  for (const [k, at] of points.entries()) {
    const from = at + spans.handoverDelay;
    const outcome = await (ahead[k] ?? trainAt(at, start));
    if (outcome instanceof TidegateError) {
      failure = outcome;
      log.push({ block: ref.name, pairs, at, from, failure: outcome.message });
      continue;
    }
    start = outcome.tuned;
    const module = make(outcome.tuned);
    module.load(outcome.saved);
    const hash = fittedHash(outcome);
    for (const { timeline } of nodes)
      timeline.learned.push({ trainedAt: at, from, hash, answer: modelAnswer(module, outcome) });
    const { rows, labelsUntil, trials, tuned, importance } = outcome;
    log.push({ block: ref.name, pairs, at, from, hash, rows, labelsUntil, trials, tuned, importance });
  }
  if (failure && log.every((one) => one.failure !== undefined)) throw failure;
  return log;
}

/** Codes of what can be wrong with a window's rows: what was learned before goes on answering. */
const BAD_ROWS: readonly string[] = ['MODEL_DATA', 'PREPARE_DATA', 'CALIBRATION_DATA'];

/** @throws anything but bad rows, which it returns */
async function settled(fitting: Promise<FittedWindow>): Promise<FittedWindow | TidegateError> {
  try {
    return await fitting;
  } catch (error) {
    if (error instanceof TidegateError && BAD_ROWS.includes(error.code)) return error;
    throw error;
  }
}

function recipeOf({ settings }: ModelRef, label: LabelModule, frame: string): WindowRecipe {
  const { prepare, weights, calibration, holdout, trials, search, seed } = settings;
  const { halfLife, uniqueness } = weights;
  if (calibration !== 'none' && label.classes === 0)
    throw new TidegateError(
      'TRAIN_BLOCK',
      `calibration "${calibration}" needs a label of directions, "${label.name}" is real-valued`,
      {
        remedy: 'Leave calibration out, or use the label "direction".',
      },
    );
  return {
    steps: preparationSteps(prepare),
    uniqueness,
    ...(halfLife !== undefined && { halfLife: spanMs(halfLife, frame) / timeframe(frame).ms }),
    calibration,
    holdout,
    trials,
    search,
    seed,
    classes: label.classes,
  };
}

function tooShort({ name, settings }: ModelRef, first: number, last: number): TidegateError {
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  return new TidegateError(
    'TRAIN_HISTORY',
    `the train block "${name}" sees ${settings.window} of history and trains every ${settings.every}; labelled rows reach from ${day(first)} to ${day(last)} only`,
    { where: `train.${name}`, remedy: 'Load more history, or set a shorter window.' },
  );
}
