import type { Dataset } from '../../ports/learning-modules.ts';
import { pickValues } from '../dataset/pick-values.ts';
import { Adwin, type DriftDetector } from '../drift/adwin.ts';
import { Kswin } from '../drift/kswin.ts';
import { PageHinkley } from '../drift/page-hinkley.ts';
import { referenceBins, stabilityIndex } from '../drift/stability-index.ts';

/** What counts as drift. */
export interface DriftRules {
  readonly detector?: 'adwin' | 'page-hinkley' | 'kswin' | undefined;
  /** Mean population stability index of the features above which they have moved. */
  readonly psi?: number | undefined;
  /** Least hit rate over the last `rows` known labels. */
  readonly hitRate?: number | undefined;
  readonly rows: number;
  /** Least time after a training, ms. */
  readonly pauseMs: number;
}

/** A model in service: which rows it learned from, and what it said of the rows since `from`. */
export interface InService {
  readonly trainedAt: number;
  /** ms UTC */
  readonly from: number;
  readonly learned: Int32Array;
  /** Its direction for each row of the dataset that it has answered. */
  readonly direction: Float64Array;
}

/** When it shows, and how. */
export interface Drift {
  /** ms UTC: what showed it was known by then. */
  readonly at: number;
  readonly cause: string;
}

const DETECTORS: Readonly<Record<NonNullable<DriftRules['detector']>, () => DriftDetector>> = {
  adwin: () => new Adwin(),
  // Of hits and misses, whose deviation is 0.5 where nothing was learned: a slack of a tenth of that keeps chance from adding up.
  'page-hinkley': () => new PageHinkley({ slack: 0.05, threshold: 20, way: 'up' }),
  kswin: () => new Kswin(),
};

/**
 * The first moment before `until` at which the rows since a model's training call for a new one, on market time alone: its errors as their labels
 * become known (1 a miss, 0 a hit; labels of 0 in three classes ask nothing), its hit rate, or the features themselves. Null where none does.
 */
export function firstDrift(
  dataset: Dataset,
  classes: number,
  { trainedAt, from, learned, direction }: InService,
  until: number,
  rules: DriftRules,
): Drift | null {
  const { rows, availableAt, labelAt, target } = dataset;
  const first = availableAt.findIndex((t) => t >= from);
  if (first < 0) return null;
  const earliest = trainedAt + rules.pauseMs;
  const found: Drift[] = [];
  const moved =
    rules.psi === undefined ? null : featureDrift(dataset, learned, first, until, earliest, rules.psi, rules.rows);
  if (moved) found.push(moved);
  const detector = rules.detector && DETECTORS[rules.detector]();
  const upper = target.reduce((most, y) => Math.max(most, y), Number.NEGATIVE_INFINITY);
  const hits: number[] = [];
  let sum = 0;
  for (let i = first; i < rows && labelAt[i]! < until; i++) {
    const d = direction[i]!;
    if (Number.isNaN(d) || (classes !== 2 && target[i] === 0)) continue;
    const isUp = classes === 2 ? target[i] === upper : target[i]! > 0;
    const hit = d > 0 === isUp ? 1 : 0;
    hits.push(hit);
    sum += hit - (hits.length > rules.rows ? hits[hits.length - 1 - rules.rows]! : 0);
    const hasChanged = detector?.step(1 - hit) ?? false;
    if (labelAt[i]! < earliest) continue;
    const rate = sum / rules.rows;
    if (hasChanged) found.push({ at: labelAt[i]!, cause: `${rules.detector} found a change in its errors` });
    else if (rules.hitRate !== undefined && hits.length >= rules.rows && rate < rules.hitRate)
      found.push({ at: labelAt[i]!, cause: `${(100 * rate).toFixed(1)} % hits over ${rules.rows} rows` });
    else continue;
    break;
  }
  return found.length === 0 ? null : found.reduce((a, b) => (b.at < a.at ? b : a));
}

function featureDrift(
  { columns, rows, availableAt }: Dataset,
  learned: Int32Array,
  first: number,
  until: number,
  earliest: number,
  most: number,
  count: number,
): Drift | null {
  const references = columns.map((column) => referenceBins(pickValues(column, learned)));
  const step = Math.max(1, Math.floor(count / 4));
  for (let end = first + count; end <= rows && availableAt[end - 1]! < until; end += step) {
    if (availableAt[end - 1]! < earliest) continue;
    const mean =
      columns.reduce((sum, column, c) => sum + stabilityIndex(references[c]!, column.subarray(end - count, end)), 0) /
      columns.length;
    if (mean > most)
      return { at: availableAt[end - 1]!, cause: `features have moved: stability index ${mean.toFixed(2)}` };
  }
  return null;
}

/** Mean log loss of P(up) = (1 + direction) / 2 over rows known from `from` on whose labels are known by `by`; NaN where there is none. */
export function lossOver(
  { rows, availableAt, labelAt, target }: Dataset,
  classes: number,
  direction: Float64Array,
  from: number,
  by: number,
): number {
  const upper = target.reduce((most, y) => Math.max(most, y), Number.NEGATIVE_INFINITY);
  let sum = 0;
  let count = 0;
  for (let i = 0; i < rows; i++) {
    if (availableAt[i]! < from || labelAt[i]! > by || Number.isNaN(direction[i]!)) continue;
    if (classes !== 2 && target[i] === 0) continue;
    const isUp = classes === 2 ? target[i] === upper : target[i]! > 0;
    const p = (1 + direction[i]!) / 2;
    sum -= Math.log(Math.max(1e-6, isUp ? p : 1 - p));
    count++;
  }
  return sum / count;
}

/** Directions asked for and met, of rows known from `from` on whose labels are known; labels of 0 in three classes ask nothing. */
export function hitsSince(
  { rows, availableAt, target }: Dataset,
  classes: number,
  direction: Float64Array,
  from: number,
): { readonly asked: number; readonly hits: number } {
  const upper = target.reduce((most, y) => Math.max(most, y), Number.NEGATIVE_INFINITY);
  let asked = 0;
  let hits = 0;
  for (let i = 0; i < rows; i++) {
    const d = direction[i]!;
    const y = target[i]!;
    if (availableAt[i]! < from || Number.isNaN(d) || Number.isNaN(y) || (classes !== 2 && y === 0)) continue;
    asked++;
    if (d > 0 === (classes === 2 ? y === upper : y > 0)) hits++;
  }
  return { asked, hits };
}
