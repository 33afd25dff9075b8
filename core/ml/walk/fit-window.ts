import { TidegateError } from '../../foundation/errors.ts';
import type { Dataset, ModelModule, Predictions, SavedModel } from '../../ports/learning-modules.ts';
import { fitIsotonic } from '../calibration/isotonic.ts';
import { fitPlatt } from '../calibration/platt.ts';
import { pickRows } from '../dataset/split-dataset.ts';
import { combineWeights, recencyWeights } from '../labels/sample-weights.ts';
import { applySteps, learnSteps, type PreparationStep } from '../preparation/preparation-steps.ts';
import { attributedShares, preparedDataset } from '../preparation/prepared-dataset.ts';
import type { Transform } from '../preparation/transform.ts';
import { judgedLoss } from '../scores/judged-loss.ts';
import { drawOptions } from './draw-options.ts';
import { permutationWeights } from './feature-weights.ts';
import { spanUniqueness } from './span-uniqueness.ts';

/** How a window is learned from. */
export interface WindowRecipe {
  readonly steps: readonly PreparationStep[];
  readonly uniqueness: boolean;
  /** Rows weigh by the size of the move that their label spans. */
  readonly returns: boolean;
  /** Rows, counted from the latest, after which a row weighs half; absent: all weigh the same. */
  readonly halfLife?: number;
  readonly calibration: 'none' | 'platt' | 'isotonic';
  /** Features weigh by permutation importance on the latest rows, for models that heed it. */
  readonly featureWeights: boolean;
  /** Latest share of the rows that calibration, trials and feature weights are judged on. */
  readonly holdout: number;
  readonly trials: number;
  readonly search: Readonly<Record<string, readonly [number, number]>>;
  readonly seed: number;
  /** Of the label: 0 real-valued, 2 or 3. */
  readonly classes: number;
}

/** One training: rows [from, to] by when they became known, labels known by then too. */
export interface WindowJob {
  /** Rows known after this, ms UTC; -Infinity: all. */
  readonly after: number;
  /** The moment of training, ms UTC. */
  readonly at: number;
  /** Model options that an earlier window found best. */
  readonly start?: Readonly<Record<string, number>>;
}

/** What a training left: plain data, so that it travels between threads and to disk. */
export interface FittedWindow {
  readonly saved: SavedModel;
  readonly steps: readonly Pick<Transform, 'name' | 'state'>[];
  /** P(up) -> P(up): Platt's a and b, or the curve's points. */
  readonly calibration: {
    readonly kind: 'platt' | 'isotonic';
    readonly x: Float64Array;
    readonly y: Float64Array;
  } | null;
  readonly rows: number;
  /** Latest moment that a training label was read from, ms UTC: at most the moment of training. */
  readonly labelsUntil: number;
  /** Of the features, where the model says so and they were not made components of. */
  readonly importance: Float64Array | null;
  /** That they were learned with; null: all the same. */
  readonly featureWeights: Float64Array | null;
  /** Options that trials found, and how many were tried. */
  readonly tuned: Readonly<Record<string, number>>;
  readonly trials: number;
}

/** Makes the model afresh, with options replaced. */
export type MakeModel = (options: Readonly<Record<string, number>>) => ModelModule;

/** Rows of a dataset that a training may see: known in the window, and their labels known by its end. */
export function windowRows({ rows, availableAt, labelAt, target }: Dataset, { after, at }: WindowJob): Int32Array {
  const kept: number[] = [];
  for (let i = 0; i < rows; i++)
    if (availableAt[i]! > after && availableAt[i]! <= at && labelAt[i]! <= at && !Number.isNaN(target[i]!))
      kept.push(i);
  return Int32Array.from(kept);
}

/**
 * Trains on one window. Preparation, weights, trials and calibration see its rows only; trials and calibration are judged on its latest rows,
 * before which rows are purged, and the model then learns all of them.
 * @throws TidegateError MODEL_DATA where nothing can be learned from the window, and those of preparation and calibration
 */
export function fitWindow(dataset: Dataset, job: WindowJob, recipe: WindowRecipe, make: MakeModel): FittedWindow {
  const rows = windowRows(dataset, job);
  if (rows.length < 2)
    throw new TidegateError('MODEL_DATA', `${rows.length} rows of the window have a known label`, {
      remedy: 'Use a longer window or a shorter label.',
    });
  const data = weighted(pickRows(dataset, rows), recipe);
  const isJudged = recipe.trials > 0 || recipe.calibration !== 'none' || recipe.featureWeights;
  const parts = isJudged ? latestPart(data, recipe.holdout) : null;
  const { tuned, trials } = parts ? bestOptions(parts, job, recipe, make) : { tuned: job.start ?? {}, trials: 0 };
  const featureWeights =
    parts && recipe.featureWeights ? weightsOf(parts, recipe, make(tuned), `${recipe.seed} ${job.at}`) : null;
  const heeding = (part: Dataset) => (featureWeights ? { ...part, featureWeights } : part);
  const calibration =
    parts && recipe.calibration !== 'none'
      ? calibrated({ ...parts, early: heeding(parts.early) }, recipe, make(tuned))
      : null;
  const { model, steps } = learned(heeding(data), recipe, make(tuned));
  return {
    saved: model.save(),
    steps: steps.map(({ name, state }) => ({ name, state })),
    calibration,
    rows: data.rows,
    labelsUntil: data.labelAt.reduce((most, t) => Math.max(most, t), 0),
    importance: attributedShares(model.importance?.() ?? null, steps, data.names.length),
    featureWeights,
    tuned,
    trials,
  };
}

function learned(data: Dataset, recipe: WindowRecipe, model: ModelModule): { model: ModelModule; steps: Transform[] } {
  const steps = learnSteps(recipe.steps, data.columns);
  model.fit(preparedDataset(data, steps));
  return { model, steps };
}

function weighted(data: Dataset, { uniqueness, returns, halfLife }: WindowRecipe): Dataset {
  const parts = [
    ...(uniqueness ? [spanUniqueness(data)] : []),
    ...(returns ? [data.moves!.map(Math.abs)] : []),
    ...(halfLife === undefined ? [] : [recencyWeights(data.rows, halfLife)]),
  ];
  return parts.length === 0 ? data : { ...data, weights: combineWeights(...parts) };
}

interface Parts {
  readonly early: Dataset;
  readonly late: Dataset;
}

/** The latest rows, and those before whose labels had ended by then. Null where either part would be too small to mean anything. */
function latestPart(data: Dataset, share: number): Parts | null {
  const cut = data.availableAt[Math.floor(data.rows * (1 - share))]!;
  const late: number[] = [];
  const early: number[] = [];
  for (let i = 0; i < data.rows; i++)
    if (data.availableAt[i]! >= cut) late.push(i);
    else if (data.labelAt[i]! <= cut) early.push(i);
  return late.length < 20 || early.length < 20 ? null : { early: pickRows(data, early), late: pickRows(data, late) };
}

function saidOf({ early, late }: Parts, recipe: WindowRecipe, model: ModelModule): Predictions {
  const { steps } = learned(early, recipe, model);
  return answersOf(model, steps, late.columns, late.rows);
}

function answersOf(
  model: ModelModule,
  steps: readonly Transform[],
  columns: readonly Float64Array[],
  rows: number,
): Predictions {
  const out = {
    direction: new Float64Array(rows),
    confidence: new Float64Array(rows),
    volatility: new Float64Array(rows),
  };
  model.predictInto(applySteps(steps, columns), out, 0, rows);
  return out;
}

const lossOf = (said: Predictions, rows: Dataset, { classes }: WindowRecipe, { ranks }: ModelModule): number =>
  judgedLoss(classes, ranks ?? false).of(said, rows);

/** By what a model that learned the early rows loses on the latest when it is misled about a feature. */
function weightsOf({ early, late }: Parts, recipe: WindowRecipe, model: ModelModule, seed: string): Float64Array {
  const { steps } = learned(early, recipe, model);
  const loss = (columns: readonly Float64Array[]) =>
    lossOf(answersOf(model, steps, columns, late.rows), late, recipe, model);
  return permutationWeights(late.columns, loss, seed);
}

function bestOptions(parts: Parts, job: WindowJob, recipe: WindowRecipe, make: MakeModel) {
  let tuned = job.start ?? {};
  let best = Number.POSITIVE_INFINITY;
  for (let k = 0; k < recipe.trials; k++) {
    const options = drawOptions(recipe.search, tuned, k, `${recipe.seed} ${job.at}`);
    const model = make(options);
    const loss = lossOf(saidOf(parts, recipe, model), parts.late, recipe, model);
    if (!(loss < best)) continue;
    best = loss;
    tuned = options;
  }
  return { tuned, trials: recipe.trials };
}

/** Learns P(up) -> how often it went up, where the latest rows hold both. */
function calibrated(parts: Parts, recipe: WindowRecipe, model: ModelModule): FittedWindow['calibration'] {
  const said = saidOf(parts, recipe, model);
  const top = parts.late.target.reduce((most, y) => Math.max(most, y), Number.NEGATIVE_INFINITY);
  const score: number[] = [];
  const label: number[] = [];
  parts.late.target.forEach((y, i) => {
    const isAsked = recipe.classes === 2 || y !== 0;
    if (!isAsked || Number.isNaN(said.direction[i]!)) return;
    score.push((1 + said.direction[i]!) / 2);
    label.push(recipe.classes === 2 ? Number(y === top) : Number(y > 0));
  });
  const ups = label.reduce((sum, y) => sum + y, 0);
  if (ups < 5 || label.length - ups < 5) return null;
  if (recipe.calibration === 'platt') {
    const { a, b } = fitPlatt(score, label);
    return { kind: 'platt', x: Float64Array.of(a), y: Float64Array.of(b) };
  }
  return { kind: 'isotonic', ...fitIsotonic(score, label) };
}
