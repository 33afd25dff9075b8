import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seeded } from '../../foundation/rng.ts';
import { uncorrelatedColumns, variedColumns } from './column-filters.ts';
import { dissimilarityIndex } from './dissimilarity-index.ts';
import { isolationForest } from './isolation-forest.ts';
import { applySteps, learnSteps, preparationSteps, restoredStep } from './preparation-steps.ts';
import { attributedShares, preparedDataset } from './prepared-dataset.ts';
import { principalComponents } from './principal-components.ts';
import { imputer, minMaxScaler, quantileScaler, robustScaler, standardScaler, winsoriser } from './scalers.ts';

const of = (...values: number[]) => Float64Array.from(values);
const NaNs = Number.NaN;

it('scales by what the training rows show, missing values aside', () => {
  const training = [of(1, 2, 3, NaNs, 6)];
  expect(minMaxScaler(training).apply([of(1, 6, 11, NaNs)])).toEqual([of(0, 1, 2, NaNs)]);
  expect(robustScaler(training).apply([of(2.5, 3.5)])[0]![0]).toBe(0);
  const standard = standardScaler(training);
  expect(standard.state.shift![0]).toBe(3);
  expect(standard.state.scale![0]).toBeCloseTo(Math.sqrt(14 / 4), 12);
  expect(standardScaler([of(5, 5, 5)]).apply([of(5, 6)])).toEqual([of(0, 1)]);
  expect(winsoriser(training, { low: 0, high: 0.5 }).apply([of(-9, 2, 9)])).toEqual([of(1, 2, 2.5)]);
});

it('gives training rows mean 0 and deviation 1 whatever they are', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 50 }),
      (values) => {
        const column = Float64Array.from(values);
        fc.pre(Math.max(...values) - Math.min(...values) > 1e-3);
        const [scaled] = standardScaler([column]).apply([column]);
        expect(scaled!.reduce((sum, v) => sum + v, 0) / values.length).toBeCloseTo(0, 6);
        expect(scaled!.reduce((sum, v) => sum + v * v, 0) / values.length).toBeCloseTo(1, 6);
      },
    ),
    { seed: 1, numRuns: 60 },
  );
});

it('maps to quantiles, ties to their middle, outsiders to the ends', () => {
  const uniform = quantileScaler([of(0, 1, 2, 3, 4)]);
  expect(uniform.apply([of(-1, 0, 1, 1.5, 4, 9, NaNs)])).toEqual([of(0, 0, 0.25, 0.375, 1, 1, NaNs)]);
  expect(quantileScaler([of(0, 1, 1, 1, 2)]).apply([of(1)])).toEqual([of(0.5)]);
  const rng = seeded(1);
  const skewed = Float64Array.from({ length: 2000 }, () => Math.exp(2 * rng.normal()));
  const [normal] = quantileScaler([skewed], { isNormal: true }).apply([skewed]);
  expect(Math.abs(normal!.reduce((sum, v) => sum + v, 0) / 2000)).toBeLessThan(0.01);
  expect(normal!.reduce((sum, v) => sum + v * v, 0) / 2000).toBeCloseTo(1, 1);
});

it('fills gaps with what the training rows had', () => {
  const training = [of(1, 1, 4, NaNs, 10)];
  const filled = (rule: Parameters<typeof imputer>[1]) => imputer(training, rule).apply([of(NaNs, 7)])[0]![0];
  expect([filled('median'), filled('mean'), filled('most-frequent'), filled(-1)]).toEqual([2.5, 4, 1, -1]);
  expect(() => imputer([of(NaNs)])).toThrow('PREPARE_DATA: column 0 has no values');
});

it('turns columns to the directions of their variance', () => {
  const rng = seeded(2);
  const a = Float64Array.from({ length: 500 }, () => rng.normal());
  const columns = [a, a.map((v) => 2 * v + 0.01 * rng.normal()), a.map(() => 0.1 * rng.normal())];
  const found = principalComponents(columns, 0.99);
  expect(found.explained.length).toBe(1);
  expect(found.state.direction![1]! / found.state.direction![0]!).toBeCloseTo(2, 2);
  const all = principalComponents(columns, 3);
  const turned = all.apply(columns);
  // Turning keeps the whole variance, and the components do not correlate.
  expect(all.explained.reduce((sum, v) => sum + v, 0)).toBeCloseTo(1, 10);
  expect(turned[0]!.reduce((sum, v, i) => sum + v * turned[2]![i]!, 0) / 500).toBeCloseTo(0, 10);
});

it('drops columns that do not vary or repeat an earlier one', () => {
  const columns = [of(1, 2, 3, 4), of(0.1, 0.1, 0.1, 0.1), of(2, 4, 6, 8.1), of(1, -1, 1, -1)];
  expect(variedColumns(columns)).toEqual([0, 2, 3]);
  expect(variedColumns(columns, 1.1)).toEqual([0, 2]);
  expect(uncorrelatedColumns([columns[0]!, columns[2]!, columns[3]!])).toEqual([0, 2]);
});

it('filters as steps: names, weights and shares follow the columns that are left', () => {
  const columns = [
    of(1, 2, 3, 4, NaNs),
    of(0.1, 0.1, 0.1, 0.1, 0.1),
    of(NaNs, NaNs, NaNs, NaNs, NaNs),
    of(2, 4, 6, 8.1, 9),
    of(1, -1, 1, -1, 1),
  ];
  const steps = learnSteps(preparationSteps(['variance', { name: 'correlation', most: 0.9 }, 'standard']), columns);
  const data = {
    names: ['a', 'flat', 'none', 'twin', 'b'],
    columns,
    rows: 5,
    target: of(0, 1, 0, 1, 0),
    availableAt: of(1, 2, 3, 4, 5),
    labelAt: of(2, 3, 4, 5, 6),
    featureWeights: of(0.1, 0.2, 0.3, 0.4, 0.5),
  };
  const prepared = preparedDataset(data, steps);
  expect([prepared.names, prepared.featureWeights, prepared.columns.length]).toEqual([['a', 'b'], of(0.1, 0.5), 2]);
  expect(attributedShares(of(0.25, 0.75), steps, 5)).toEqual(of(0.25, 0, 0, 0, 0.75));
  // As they are saved, and on other rows.
  const restored = steps.map(({ name, state }) => restoredStep({ name, state }));
  expect(applySteps(restored, columns)).toEqual(prepared.columns);
  const components = learnSteps(preparationSteps([{ name: 'pca', keep: 1 }]), [columns[3]!, columns[4]!]);
  const two = { ...data, names: ['twin', 'b'], columns: [columns[3]!, columns[4]!] };
  expect(preparedDataset(two, components).names).toEqual(['component-1']);
  expect(preparedDataset(two, components)).not.toHaveProperty('featureWeights');
  expect(attributedShares(of(1), components, 2)).toBeNull();
  expect(() => learnSteps(preparationSteps(['variance']), [columns[1]!])).toThrow(
    /PREPARE_DATA.*leaves none of 1 columns/,
  );
  expect(() => learnSteps(preparationSteps(['correlation']), columns)).toThrow(
    /PREPARE_DATA: 0 of 5 rows.*"impute" before/,
  );
});

it('tells rows that are unlike the training rows', () => {
  const rng = seeded(3);
  const draw = () => Float64Array.from({ length: 600 }, () => rng.normal());
  const training = [draw(), draw(), draw()];
  const strange = [of(0, 8, NaNs), of(0, -8, 0), of(0, 8, 0)];
  const near = dissimilarityIndex(training);
  const [usual, odd, missing] = near.score(strange);
  expect(usual).toBeLessThan(0.3);
  expect(odd).toBeGreaterThan(near.limit);
  expect(missing).toBeNaN();
  const forest = isolationForest(training, { seed: 1 });
  const scores = forest.score(strange);
  expect(scores[0]).toBeLessThan(0.5);
  expect(scores[1]).toBeGreaterThan(forest.limit);
  expect(scores[2]).toBeNaN();
  const flagged = forest.score(training).filter((s) => s > forest.limit).length;
  expect(flagged).toBeGreaterThanOrEqual(4);
  expect(flagged).toBeLessThanOrEqual(6);
  expect(isolationForest(training, { seed: 1 }).limit).toBe(forest.limit);
  // By hand: rows 0, 1, 3 are on average 2 apart; 5 is 2 from its nearest.
  expect(dissimilarityIndex([of(0, 1, 3)]).score([of(5)])[0]).toBeCloseTo(1, 12);
});

it('refuses infinities, other widths and bad options', () => {
  expect(() => standardScaler([of(1, Number.POSITIVE_INFINITY)])).toThrow(
    /PREPARE_DATA: row 1 of column 0 is Infinity/,
  );
  expect(() => standardScaler([of(1, 2)]).apply([of(1), of(2)])).toThrow(/2 columns given, 1 were fitted/);
  expect(() => principalComponents([of(1, NaNs)], 1)).toThrow(/Impute missing values first/);
  expect(() => principalComponents([of(1, 2)], 2)).toThrow('PREPARE_OPTION');
  expect(() => isolationForest([of(1, 2)], { share: 0.9 })).toThrow('PREPARE_OPTION');
});
