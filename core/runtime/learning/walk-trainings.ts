import { TidegateError } from '../../foundation/errors.ts';
import { type Drift, type DriftRules, firstDrift, lossOver } from '../../ml/walk/drift-watch.ts';
import { type FittedWindow, type MakeModel, windowRows } from '../../ml/walk/fit-window.ts';
import { fittedHash } from '../../ml/walk/fitted-bytes.ts';
import { modelAnswer } from '../../ml/walk/model-answer.ts';
import type { Learned } from '../../ml/walk/timeline.ts';
import type { Dataset } from '../../ports/learning-modules.ts';
import type { Training } from './training-log.ts';

/** A block's trainings, one after the other in market time. Spans in ms. */
export interface Walk {
  readonly block: string;
  readonly pairs: readonly string[];
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
}

/** What came of a walk: who answers when, and what was trained. */
export interface Walked {
  readonly learned: readonly Learned[];
  readonly log: readonly Training[];
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
  const { points, dataset, classes, drift } = walk;
  const ahead = walk.isChain ? [] : points.map((at) => settled(walk.fit(at, undefined)));
  // Each is awaited in its turn; one that fails meanwhile must not end the process.
  for (const fitting of ahead) fitting.catch(() => undefined);
  const learned: Fitted[] = [];
  const log: Training[] = [];
  let start: FittedWindow['tuned'] | undefined;
  let failure: TidegateError | undefined;
  const train = async (at: number, fitting: Promise<FittedWindow | TidegateError>, why?: Drift): Promise<void> => {
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
      return;
    }
    start = outcome.tuned;
    const { rows, labelsUntil, trials, tuned, importance } = outcome;
    const made = { ...one, hash: fittedHash(outcome), rows, labelsUntil, trials, tuned, importance };
    const next = fittedModel(walk, outcome, made);
    const worse = walk.shadow === undefined ? null : shadowed(walk, next, learned.at(-1), walk.shadow);
    if (worse?.isWorse) log.push({ ...made, failure: worse.said });
    else {
      const from = worse ? worse.from : next.from;
      learned.push({ ...next, from });
      log.push({ ...made, from });
    }
  };
  for (const [k, at] of points.entries()) {
    await train(at, ahead[k] ?? settled(walk.fit(at, start)));
    const until = points[k + 1] ?? Number.POSITIVE_INFINITY;
    for (let last = Number.NaN; drift; ) {
      const model = learned.at(-1);
      // A training on drift that taught nothing, or did worse, leaves the model that drifted: the schedule goes on.
      if (!model || model.trainedAt === last) break;
      last = model.trainedAt;
      const rows = windowRows(dataset, { after: walk.after(model.trainedAt), at: model.trainedAt });
      const found = firstDrift(
        dataset,
        classes,
        { ...model, learned: rows, direction: model.direction() },
        until,
        drift,
      );
      if (!found) break;
      await train(found.at, settled(walk.fit(found.at, start)), found);
    }
  }
  if (failure && learned.length === 0) throw failure;
  return { learned, log };
}

function fittedModel(
  walk: Walk,
  outcome: FittedWindow,
  { at, from, hash }: { readonly at: number; readonly from: number; readonly hash: string },
): Fitted {
  const module = walk.make(outcome.tuned);
  module.load(outcome.saved);
  const answer = modelAnswer(module, outcome);
  let direction: Float64Array | undefined;
  return {
    trainedAt: at,
    from,
    hash,
    answer,
    direction() {
      if (direction) return direction;
      const { rows, availableAt, columns } = walk.dataset;
      const out = [0, 1, 2].map(() => new Float64Array(rows).fill(Number.NaN));
      const first = availableAt.findIndex((t) => t >= from);
      if (first >= 0) answer([availableAt, ...columns], out, first, rows);
      direction = out[0]!;
      return direction;
    },
  };
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
