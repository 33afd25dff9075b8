import { describe, expect, it } from 'vitest';
import { seeded } from '../../foundation/rng.ts';
import type { Dataset } from '../../ports/learning-modules.ts';
import { SELECTION_METHODS, type SelectionRequest, selectFeatures } from './select-features.ts';

const rows = 700;
const rng = seeded('select');
const normals = () => Float64Array.from({ length: rows }, () => rng.normal());
const [a, b, noise, other] = [normals(), normals(), normals(), normals()];
const copy = a.map((x) => x + 0.1 * rng.normal());
const time = Float64Array.from({ length: rows }, (_, i) => i * 60_000);
const value = a.map((x, i) => x - 0.8 * b[i]! + 0.5 * rng.normal());
const dataset = (target: Float64Array): Dataset => ({
  names: ['a', 'noise', 'b', 'other', 'copy'],
  columns: [a, noise, b.map((x, i) => (i % 50 === 0 ? Number.NaN : x)), other, copy],
  rows,
  target,
  availableAt: time,
  labelAt: time.map((t) => t + 5 * 60_000),
});
const request: Omit<SelectionRequest, 'method'> = {
  folds: 3,
  embargo: 0.01,
  keep: 3,
  share: 1,
  rows: 100_000,
  trees: 30,
  correlation: 0.8,
  seed: 1,
};
const selected = (method: SelectionRequest['method'], target: Float64Array) =>
  selectFeatures(dataset(target), { ...request, method })
    .features.filter((f) => f.isSelected)
    .map((f) => f.name)
    .sort();

describe('features that the label is made of are selected, noise is not', () => {
  const direction = value.map((v) => (v > 0.4 ? 1 : v < -0.4 ? -1 : 0));
  it.each(SELECTION_METHODS.filter((m) => m !== 'sequential'))('by %s', (method) => {
    expect(selected(method, value)).toEqual(expect.arrayContaining(['a', 'b']));
    if (method !== 'permutation') expect(selected(method, direction)).toEqual(['a', 'b', 'copy']);
  });

  it('by sequential, which wants no copy of what it has', () => {
    const found = selectFeatures(dataset(value), { ...request, method: 'sequential', keep: 2 });
    expect(found.features.slice(0, 2).map((f) => f.name)).toContain('b');
    expect(found.features.filter((f) => f.frequency > 0).every((f) => ['a', 'b', 'copy'].includes(f.name))).toBe(true);
  });
});

it('names clusters, their representatives, and how much the folds agree', () => {
  const {
    features,
    stability,
    rows: seen,
  } = selectFeatures(dataset(value), {
    ...request,
    method: 'mutual-information',
    share: 0.7,
  });
  const of = (name: string) => features.find((f) => f.name === name)!;
  expect(of('a').cluster).toBe(of('copy').cluster);
  expect(of('b').cluster).not.toBe(of('a').cluster);
  expect(features.filter((f) => f.cluster === of('a').cluster && f.isRepresentative)).toHaveLength(1);
  expect(stability.stability).toBe(1);
  expect(seen).toBe(489);
});

it('nothing beyond the share is read', () => {
  const spoilt = value.map((v, i) => (i >= 490 ? -v : v));
  const asked = { ...request, method: 'shap', share: 0.7 } as const;
  expect(selectFeatures(dataset(spoilt), asked)).toEqual(selectFeatures(dataset(value), asked));
});

it.each(SELECTION_METHODS)(
  '%s leaves out what does not vary in the training rows of a fold, and names it',
  (method) => {
    const { names, columns, ...rest } = dataset(value);
    // Within the first fold's test rows alone: without them nothing is to be learned from it.
    const early = value.map((_, i) => (i === 5 ? 1 : 0));
    const sparse = value.map((_, i) => (i % 3 === 0 ? 2 : Number.NaN));
    const widened = {
      ...rest,
      names: ['zero', ...names, 'early', 'sparse'],
      columns: [new Float64Array(rows), ...columns, early, sparse],
    };
    const found = selectFeatures(widened, { ...request, method });
    expect(found.constant).toEqual(['zero', 'early', 'sparse']);
    expect(found.features).toEqual(selectFeatures(dataset(value), { ...request, method }).features);
    expect(() =>
      selectFeatures({ ...rest, names: ['zero'], columns: [new Float64Array(rows)] }, { ...request, method }),
    ).toThrow(/SELECTION_DATA: none of 1 features varies/);
  },
);

it('says when there are too few rows', () => {
  expect(() => selectFeatures(dataset(value), { ...request, method: 'rfe', rows: 100 })).toThrow(
    'SELECTION_ROWS: there are 100 rows with a label for 3 folds',
  );
});
