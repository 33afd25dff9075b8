import type { SavedModel } from '../../ports/learning-modules.ts';
import type { Transform } from '../preparation/transform.ts';
import type { PredictionScores } from '../scores/prediction-scores.ts';

/** A module by name with its options. */
export interface ModuleRecord {
  readonly name: string;
  readonly version: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Where a model comes from: enough to train it again and get the same bytes. */
export interface Lineage {
  readonly exchange: string;
  readonly pairs: readonly string[];
  readonly timeframe: string;
  /** Opening times asked for, ms UTC; null: open. */
  readonly from: number | null;
  readonly to: number | null;
  readonly dataKind: 'real' | 'synthetic';
  /** Of the candles of each pair. */
  readonly dataHash: Readonly<Record<string, string>>;
  /** Of features and label as learned from. */
  readonly datasetHash: string;
  readonly features: readonly unknown[];
  readonly label: ModuleRecord;
  readonly model: ModuleRecord;
  readonly seed: number | null;
  /** Version of Tidegate. */
  readonly codeVersion: string;
  /** Last moment that a training label was read from, ms UTC: what predicts only later rows has seen no answer. */
  readonly trainedUntil: number;
}

/** A search for a model's options: its trials count when one asks how likely its success is luck. */
export interface ModelTuning {
  /** What was minimised on the validation rows. */
  readonly objective: string;
  readonly trials: number;
  readonly failed: number;
  /** In order of trials; null for one that failed. */
  readonly losses: readonly (number | null)[];
  /** The best options found. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** A trained model with everything that is known of it: what the model store keeps. */
export interface ModelDocument {
  readonly name: string;
  /** Within the name, from 1; 0 before it is kept. */
  readonly version: number;
  /** ms UTC */
  readonly createdAt: number;
  readonly featureNames: readonly string[];
  /** Of names and declarations of the features: what tells a model from features that it does not fit. */
  readonly featureHash: string;
  readonly lineage: Lineage;
  readonly rows: Readonly<Record<'train' | 'validation' | 'test' | 'purged', number>>;
  readonly scores: Readonly<Record<'train' | 'validation' | 'test', PredictionScores>>;
  /** Share of each feature, where the model says so. */
  readonly importance: readonly number[] | null;
  /** What prepares rows for the model, in order, as learned on the training rows. */
  readonly steps: readonly Pick<Transform, 'name' | 'state'>[];
  /** Absent: the options were given. */
  readonly tuning?: ModelTuning;
  readonly saved: SavedModel;
}

/**
 * The file that a model was brought in by, from its options: it was learned elsewhere, and what it has seen, and until when, is not known.
 * Null for models that are learned here.
 */
export function broughtFrom({ file }: Readonly<Record<string, unknown>>): string | null {
  return typeof file === 'string' ? file : null;
}
