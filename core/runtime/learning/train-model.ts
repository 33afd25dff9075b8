import type { LearningSettings } from '../../config/learning-settings.ts';
import { TidegateError } from '../../foundation/errors.ts';
import { pickRows, splitDataset } from '../../ml/dataset/split-dataset.ts';
import { applySteps, learnSteps, preparationSteps } from '../../ml/preparation/preparation-steps.ts';
import { attributedShares, preparedDataset } from '../../ml/preparation/prepared-dataset.ts';
import type { Transform } from '../../ml/preparation/transform.ts';
import { icAcross } from '../../ml/scores/ic-across.ts';
import { judgedLoss } from '../../ml/scores/judged-loss.ts';
import { type PredictionScores, predictionScores } from '../../ml/scores/prediction-scores.ts';
import type { ModelDocument } from '../../ml/store/model-document.ts';
import type { Dataset, ModelModule, Predictions } from '../../ports/learning-modules.ts';
import { dataKindOf } from '../../ports/market-data.ts';
import type { ModuleChoice } from '../../registry/registry.ts';
import { packageVersion } from '../package-root.ts';
import { settled } from '../tuned-options.ts';
import { type BuiltDataset, buildDataset, type DatasetRequest, recordOf } from './build-dataset.ts';
import { tuneModel } from './tune-model.ts';

export interface TrainRequest extends Omit<DatasetRequest, 'onProgress'> {
  readonly model: ModuleChoice;
  /** Steps that prepare rows, learned on the training rows alone; absent: none. */
  readonly prepare?: LearningSettings['prepare'];
  readonly shares: { readonly train: number; readonly validation: number };
  /** Trials that search the model's options on the validation rows; absent or 0: the options as given. */
  readonly tune?: number;
  /** Replaces the seed option of models that have one. */
  readonly seed?: number;
  /** Of the stored model. */
  readonly name: string;
  /** ms UTC, for the record. */
  readonly now: number;
  /** Called with what is being done and the share done of it. */
  readonly onProgress?: (stage: string, done: number) => void;
}

/** A trained model, not yet kept, and the dataset it was trained on. */
export interface Training {
  readonly document: ModelDocument;
  readonly built: BuiltDataset;
  /** The three parts and what the model says of each. */
  readonly said: Readonly<
    Record<'train' | 'validation' | 'test', { readonly rows: Dataset; readonly said: Predictions }>
  >;
  /**
   * Trains the same model on the latest share of the training rows and scores it on these and on the validation rows: a point of its learning
   * curve. Null when those are too few for the model.
   */
  readonly learnedFrom: (share: number) => Promise<{
    readonly rows: number;
    readonly train: PredictionScores;
    readonly validation: PredictionScores;
  } | null>;
}

/**
 * Builds the dataset, splits it by time (purged), learns preparation and model on the training rows alone, and scores all three parts.
 * @throws TidegateError those of buildDataset, splitDataset and the model
 */
export async function trainModel(request: TrainRequest): Promise<Training> {
  const { registry, onProgress } = request;
  const wanted = preparationSteps(request.prepare ?? []);
  const given = await seededChoice(request);
  const { ranks = false } = await registry.create('model', settled(given, 'model'), 'model');
  const built = await buildDataset({ ...request, onProgress: (done) => onProgress?.('features', done) });
  const parts = splitDataset(built.dataset, request.shares);
  const steps = learnSteps(wanted, parts.train.columns);
  const { classes } = built.labelModule;
  const fitted = async (choice: ModuleChoice, rows: Dataset): Promise<ModelModule> => {
    const model = await registry.create('model', choice, 'model');
    model.fit(preparedDataset(rows, steps));
    return model;
  };
  const scoresOf = (model: ModelModule, part: Dataset): PredictionScores => {
    const said = predictRows(model, steps, part);
    const scores = predictionScores(said, part.target, classes);
    return request.pairs.length > 1
      ? { ...scores, icAcross: icAcross(said.direction, part.target, part.availableAt) }
      : scores;
  };
  const judged = judgedLoss(classes, ranks);
  const tuned = request.tune
    ? await tuneModel({
        registry,
        model: given,
        trials: request.tune,
        seed: request.seed ?? 0,
        objective: judged.name,
        loss: async (choice) =>
          judged.of(predictRows(await fitted(choice, parts.train), steps, parts.validation), parts.validation),
        onTrial: (ended) => onProgress?.('tuning', ended / request.tune!),
      })
    : null;
  const choice = tuned?.choice ?? settled(given, 'model');
  onProgress?.('training', 0);
  const model = await fitted(choice, parts.train);
  onProgress?.('training', 1);
  const shares = attributedShares(model.importance?.() ?? null, steps, built.dataset.names.length);
  const record = await recordOf(registry, 'model', choice);
  const document: ModelDocument = {
    name: request.name,
    version: 0,
    createdAt: request.now,
    featureNames: built.dataset.names,
    featureHash: built.featureHash,
    lineage: {
      exchange: request.exchange,
      pairs: request.pairs,
      timeframe: request.timeframe,
      from: request.from ?? null,
      to: request.to ?? null,
      dataKind: dataKindOf(request.data, request.exchange),
      dataHash: built.dataHash,
      datasetHash: built.hash,
      features: built.features,
      label: built.label,
      model: record,
      seed: typeof record.options.seed === 'number' ? record.options.seed : null,
      codeVersion: packageVersion(),
      trainedUntil: parts.train.labelAt.reduce((a, b) => Math.max(a, b), 0),
    },
    rows: {
      train: parts.train.rows,
      validation: parts.validation.rows,
      test: parts.test.rows,
      purged: parts.purged,
    },
    scores: {
      train: scoresOf(model, parts.train),
      validation: scoresOf(model, parts.validation),
      test: scoresOf(model, parts.test),
    },
    importance: shares && Array.from(shares),
    steps: steps.map(({ name, state }) => ({ name, state })),
    ...(tuned && { tuning: tuned.tuning }),
    saved: model.save(),
  };
  const answers = (rows: Dataset) => ({ rows, said: predictRows(model, steps, rows) });
  return {
    document,
    built,
    said: { train: answers(parts.train), validation: answers(parts.validation), test: answers(parts.test) },
    async learnedFrom(share) {
      const rows = latestRows(parts.train, Math.round(share * parts.train.rows));
      try {
        const small = await fitted(choice, rows);
        return { rows: rows.rows, train: scoresOf(small, rows), validation: scoresOf(small, parts.validation) };
      } catch (cause) {
        if (cause instanceof TidegateError && cause.code === 'MODEL_DATA') return null;
        throw cause;
      }
    },
  };
}

/** What a model says of every row of a dataset, prepared as it was learned. */
export function predictRows(model: ModelModule, steps: readonly Transform[], { columns, rows }: Dataset): Predictions {
  const out: Predictions = {
    direction: new Float64Array(rows),
    confidence: new Float64Array(rows),
    volatility: new Float64Array(rows),
  };
  model.predictInto(applySteps(steps, columns), out, 0, rows);
  return out;
}

/** The rows next to those that a model is judged on. */
function latestRows(dataset: Dataset, rows: number): Dataset {
  return pickRows(
    dataset,
    Array.from({ length: rows }, (_, i) => dataset.rows - rows + i),
  );
}

async function seededChoice({ registry, model, seed }: TrainRequest): Promise<ModuleChoice> {
  if (seed === undefined) return model;
  const { name, ...given } = typeof model === 'string' ? { name: model } : model;
  const { plugin } = await registry.find('model', name, 'model');
  if ('seed' in plugin.options.shape) return { ...given, name, seed };
  throw new TidegateError('CONFIG_VALUE', `the model "${name}" draws nothing at random and takes no seed`, {
    remedy: 'Leave --seed out.',
  });
}
