import { TidegateError } from '../../foundation/errors.ts';
import { type Drift, type DriftRules, firstDrift, hitsSince, lossOver } from '../../ml/walk/drift-watch.ts';
import { type FittedWindow, type MakeModel, windowRows } from '../../ml/walk/fit-window.ts';
import { encodeFitted, fittedHash } from '../../ml/walk/fitted-bytes.ts';
import { modelAnswer } from '../../ml/walk/model-answer.ts';
import type { Learned } from '../../ml/walk/timeline.ts';
import type { Dataset } from '../../ports/learning-modules.ts';
import type { Served, Training } from './training-log.ts';

/** A block's trainings, one after the other in market time. Spans in ms. */
export interface Walk {
  readonly block: string;
  readonly pairs: readonly string[];
  /** Rows that answers are judged on. */
  readonly dataset: Dataset;
  /** Of the label: 0 real-valued, 2 or 3. */
  readonly classes: number;
  /** Scheduled moments, ms UTC, ascending. */
  readonly points: readonly number[];
  readonly handoverDelay: number;
  /** Start of the window that a training at a moment sees, ms UTC. */
  readonly after: (at: number) => number;
  /** Trains at a moment, from what the last training found. */
  readonly fit: (at: number, start: FittedWindow['tuned'] | undefined) => Promise<FittedWindow>;
  readonly make: MakeModel;
  /** Trainings begin with what the one before found: they cannot be made side by side. */
  readonly isChain: boolean;
  readonly drift?: DriftRules;
  /** Time that a new model runs beside the old one before it may take over. */
  readonly shadow?: number;
  /** Time in charge after which the model before takes over again if it would have lost less. */
  readonly rollback?: number;
  /** Of a run that goes on: what was in charge before the walk begins. */
  readonly before?: InCharge;
}

/** What a block's walk goes on from, live. Times ms UTC. */
export interface InCharge {
  /** The model in charge and the one before it, oldest first. */
  readonly learned: readonly Learned[];
  /** Options that its trials found. */
  readonly tuned?: FittedWindow['tuned'];
  /** Trainings up to this moment have been decided on. */
  readonly decided: number;
  /** Nothing later is known: what would be judged by it stays open. */
  readonly now: number;
}

/** What came of a walk: who answers when, what was trained, and how the model that was in charge when it began has done since. */
export interface Walked {
  readonly learned: readonly Learned[];
  readonly log: readonly Training[];
  readonly served: Served | null;
}

/** Codes of what can be wrong with a window's rows: what was learned before goes on answering. */
const BAD_ROWS: readonly string[] = ['MODEL_DATA', 'PREPARE_DATA', 'CALIBRATION_DATA'];

/** One model, on its way. */
interface Fitted extends Learned {
  /** What it says of each row of the dataset. */
  readonly direction: () => Float64Array;
}

/**
 * Trains at every scheduled moment, and between them where drift calls for it. Whatever decides was known at the moment.
 * @throws what trainings throw where none succeeds, and anything but bad rows
 */
export async function walkTrainings(walk: Walk): Promise<Walked> {
  const { points, before } = walk;
  const ahead = walk.isChain ? [] : points.map((at) => settled(walk.fit(at, undefined)));
  // Each is awaited in its turn; one that fails meanwhile must not end the process.
  for (const fitting of ahead) fitting.catch(() => undefined);
  const learned = (before?.learned ?? []).map((one) => inService(walk, one));
  const begun = learned.length;
  const served = begun > 0 ? servedBy(walk, learned.at(-1)!) : null;
  const log: Training[] = [];
  let start = before?.tuned;
  let failure: TidegateError | undefined;
  /** False where it cannot be judged yet. */
  const train = async (at: number, fitting: Promise<FittedWindow | TidegateError>, why?: Drift): Promise<boolean> => {
    const outcome = await fitting;
    const one = {
      block: walk.block,
      pairs: walk.pairs,
      at,
      from: at + walk.handoverDelay,
      ...(why && { cause: why.cause }),
    };
    if (outcome instanceof TidegateError) {
      failure = outcome;
      log.push({ ...one, failure: outcome.message });
      return true;
    }
    const { rows, labelsUntil, trials, tuned } = outcome;
    const made = {
      ...one,
      hash: fittedHash(outcome),
      rows,
      labelsUntil,
      trials,
      tuned,
      ...toldOf(walk.dataset, outcome),
    };
    const next = fittedModel(walk, outcome, made);
    if (walk.shadow !== undefined && learned.length > 0 && before && at + walk.shadow > before.now) return false;
    start = tuned;
    const worse = walk.shadow === undefined ? null : shadowed(walk, next, learned.at(-1), walk.shadow);
    if (worse?.isWorse) log.push({ ...made, verdict: 'worse', failure: worse.said });
    else {
      const from = worse ? worse.from : next.from;
      learned.push({ ...next, from });
      log.push({ ...made, from });
    }
    return true;
  };
  /** Looks after the model in charge until the next scheduled training. */
  const watch = async (until: number): Promise<void> => {
    for (let last = Number.NaN; ; ) {
      const model = learned.at(-1);
      const old = learned.at(-2);
      // A training on drift that taught nothing, or did worse, leaves the model that drifted: the schedule goes on. So does a model that was put back.
      if (!model || model.trainedAt === last || (old && old.trainedAt > model.trainedAt)) return;
      last = model.trainedAt;
      const found = driftOf(walk, model, until);
      const back = old && putBack(walk, model, old, Math.min(until, found?.at ?? Number.POSITIVE_INFINITY));
      if (back) {
        learned.push(back.model);
        log.push(back.training);
        return;
      }
      if (!found || found.at <= (before?.decided ?? Number.NEGATIVE_INFINITY)) return;
      if (!(await train(found.at, settled(walk.fit(found.at, start)), found))) return;
    }
  };
  if (begun > 0) await watch(points[0] ?? Number.POSITIVE_INFINITY);
  for (const [k, at] of points.entries())
    if (await train(at, ahead[k] ?? settled(walk.fit(at, start))))
      await watch(points[k + 1] ?? Number.POSITIVE_INFINITY);
  if (failure && learned.length === 0) throw failure;
  return { learned: learned.slice(begun), log, served };
}

/** What a training says of the features; nothing where it was of components instead. */
function toldOf({ names }: Dataset, { importance, featureWeights }: FittedWindow) {
  const isOfFeatures = (importance ?? featureWeights)?.length === names.length;
  return isOfFeatures ? { features: names, importance, featureWeights } : {};
}

function driftOf({ drift, dataset, classes, after }: Walk, model: Fitted, until: number): Drift | null {
  if (!drift) return null;
  const rows = windowRows(dataset, { after: after(model.trainedAt), at: model.trainedAt });
  return firstDrift(dataset, classes, { ...model, learned: rows, direction: model.direction() }, until, drift);
}

/** The model before, to take over again where it would have lost less since the other one took over; judged once, before `until`. */
function putBack({ dataset, classes, rollback, ...walk }: Walk, model: Fitted, old: Fitted, until: number) {
  if (rollback === undefined) return null;
  const by = model.from + rollback;
  if (by >= until || by > (walk.before?.now ?? Number.POSITIVE_INFINITY)) return null;
  const [own, other] = [model, old].map((one) => lossOver(dataset, classes, one.direction(), model.from, by));
  if (!(own! > other!)) return null;
  const from = by + walk.handoverDelay;
  const cause = `the model before is put back: log loss ${own!.toFixed(4)} against ${other!.toFixed(4)}`;
  const training: Training = {
    ...{ block: walk.block, pairs: walk.pairs, at: by, from, hash: old.hash, cause },
    verdict: 'put-back',
  };
  return { model: { ...old, from }, training };
}

/** How a model has done since it took over, on labels that are known. */
function servedBy({ dataset, classes, block, pairs }: Walk, model: Fitted): Served {
  const { asked, hits } = hitsSince(dataset, classes, model.direction(), model.from);
  return { block, pairs, hash: model.hash, from: model.from, asked, hits };
}

/** What a model said of each row of the dataset since it took over. */
function inService(walk: Walk, learned: Learned): Fitted {
  let direction: Float64Array | undefined;
  return {
    ...learned,
    direction() {
      if (direction) return direction;
      const { rows, availableAt, columns } = walk.dataset;
      const out = [0, 1, 2].map(() => new Float64Array(rows).fill(Number.NaN));
      const first = availableAt.findIndex((t) => t >= learned.from);
      if (first >= 0) learned.answer([availableAt, ...columns], out, first, rows);
      direction = out[0]!;
      return direction;
    },
  };
}

function fittedModel(
  walk: Walk,
  outcome: FittedWindow,
  { at, from, hash }: { readonly at: number; readonly from: number; readonly hash: string },
): Fitted {
  const module = walk.make(outcome.tuned);
  module.load(outcome.saved);
  const answer = modelAnswer(module, outcome);
  return inService(walk, { trainedAt: at, from, hash, answer, bytes: () => encodeFitted(outcome) });
}

/** Runs a new model beside the old one: it takes over, later, only if it lost no more. */
function shadowed({ dataset, classes, handoverDelay }: Walk, next: Fitted, old: Fitted | undefined, shadow: number) {
  if (!old) return null;
  const by = next.trainedAt + shadow;
  const [own, before] = [next, old].map((model) => lossOver(dataset, classes, model.direction(), next.from, by));
  return {
    from: by + handoverDelay,
    isWorse: own! > before!,
    said: `it did worse beside the model before it: log loss ${own!.toFixed(4)} against ${before!.toFixed(4)}`,
  };
}

/** @throws anything but bad rows, which it returns */
async function settled(fitting: Promise<FittedWindow>): Promise<FittedWindow | TidegateError> {
  try {
    return await fitting;
  } catch (error) {
    if (error instanceof TidegateError && BAD_ROWS.includes(error.code)) return error;
    throw error;
  }
}
