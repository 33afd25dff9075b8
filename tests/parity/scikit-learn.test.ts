import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seeded } from '../../core/foundation/rng.ts';
import { elasticNet } from '../../core/ml/classic/elastic-net.ts';
import { linearSvm } from '../../core/ml/classic/linear-svm.ts';
import { multinomial, softmax } from '../../core/ml/classic/multinomial.ts';
import { trainNaiveBayes } from '../../core/ml/classic/naive-bayes.ts';
import { trainNeighbours } from '../../core/ml/classic/nearest-neighbours.ts';
import type { VectorLearner, VectorRows } from '../../core/ml/classic/vector-module.ts';
import { scaledRows } from '../../core/ml/linear/standardise.ts';

const python = process.env.TIDEGATE_PYTHON;
if (!python) process.stdout.write('scikit-learn parity skipped: set TIDEGATE_PYTHON to a Python with scikit-learn\n');

const [ROWS, WIDTH] = [600, 5];
const folder = mkdtempSync(join(tmpdir(), 'tidegate-sklearn-'));
afterAll(() => rmSync(folder, { recursive: true }));
const rng = seeded('sklearn');
const columns = Array.from({ length: WIDTH }, (_, c) =>
  Float64Array.from({ length: ROWS }, () => 3 ** c * rng.normal() + c),
);
const score = columns[0]!.map((x, i) => x - columns[1]![i]! / 3 + 0.1 * columns[2]![i]! + 0.7 * rng.normal());
const three = score.map((s) => (s > 0.6 ? 2 : s > -0.4 ? 1 : 0));
const rowsFor = (target: Float64Array, classes: number): VectorRows => {
  const data = scaledRows('parity', {
    names: columns.map((_, c) => `f${c}`),
    columns,
    rows: ROWS,
    target,
    availableAt: target,
    labelAt: target,
  });
  return { ...data, classes, deviation: 1 };
};
const said = (learner: VectorLearner, data: VectorRows, outputs: number) => {
  const all = new Float64Array(ROWS * outputs);
  for (let r = 0; r < ROWS; r++)
    learner.score(data.values.subarray(r * WIDTH, (r + 1) * WIDTH), all.subarray(r * outputs, (r + 1) * outputs));
  return all;
};
const theirs = (name: string) => {
  const bytes = readFileSync(join(folder, name));
  return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
};
const gap = (a: Float64Array, b: Float64Array) => a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]!)), 0);

describe.skipIf(!python)('beside scikit-learn', () => {
  beforeAll(() => {
    writeFileSync(join(folder, 'x.bin'), rowsFor(score, 0).values);
    writeFileSync(join(folder, 'y.bin'), Float64Array.from([...score, ...three]));
    const script = `
import numpy as np
from sklearn.linear_model import ElasticNet, LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.svm import LinearSVC
X = np.fromfile('x.bin').reshape(${ROWS}, ${WIDTH})
score, three = np.fromfile('y.bin').reshape(2, ${ROWS})
def out(name, a): np.ascontiguousarray(a, dtype=np.float64).tofile(name)
for name, ratio in (('lasso', 1.0), ('net', 0.3)):
    m = ElasticNet(alpha=0.05, l1_ratio=ratio, tol=1e-12, max_iter=100000).fit(X, score)
    out(name, np.r_[m.intercept_, m.coef_])
out('multinomial', LogisticRegression(C=1 / 0.5, tol=1e-12, max_iter=100000).fit(X, three).predict_proba(X))
out('bayes', GaussianNB().fit(X, three).predict_proba(X))
out('knn', KNeighborsClassifier(7, weights='distance').fit(X[:300], three[:300]).predict_proba(X[300:]))
out('knr', KNeighborsRegressor(7).fit(X[:300], score[:300]).predict(X[300:]))
m = LinearSVC(C=0.7, loss='squared_hinge', dual=True, tol=1e-10, max_iter=1000000).fit(X, three == 2)
out('svm', np.r_[m.intercept_, m.coef_[0]])
`;
    const { status, stderr } = spawnSync(python!, ['-c', script], { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  });

  // Both minimise the same convex function: what is left is where each stops.
  it('elastic net and lasso have the same coefficients to 1e-8', () => {
    const data = rowsFor(score, 0);
    expect(gap(elasticNet(data, { alpha: 0.05, l1Ratio: 1 }), theirs('lasso'))).toBeLessThan(1e-8);
    expect(gap(elasticNet(data, { alpha: 0.05, l1Ratio: 0.3 }), theirs('net'))).toBeLessThan(1e-8);
  });

  it('softmax regression has the same probabilities to 1e-5', () => {
    const data = rowsFor(three, 3);
    const b = multinomial(data, 3, 0.5);
    const ours = new Float64Array(ROWS * 3);
    for (let r = 0; r < ROWS; r++) {
      const p = ours.subarray(3 * r, 3 * r + 3);
      for (let k = 0; k < 3; k++) {
        p[k] = b[k * (WIDTH + 1)]!;
        for (let c = 0; c < WIDTH; c++) p[k]! += b[k * (WIDTH + 1) + c + 1]! * data.values[r * WIDTH + c]!;
      }
      softmax(p);
    }
    expect(gap(ours, theirs('multinomial'))).toBeLessThan(1e-5);
  });

  it('naive Bayes has the same probabilities to 1e-9', () => {
    const data = rowsFor(three, 3);
    expect(gap(said(trainNaiveBayes(data, 1e-9), data, 3), theirs('bayes'))).toBeLessThan(1e-9);
  });

  it('nearest neighbours answer the same to 1e-9', () => {
    const first = (data: VectorRows): VectorRows => ({
      ...data,
      rows: 300,
      values: data.values.slice(0, 300 * WIDTH),
      target: data.target.slice(0, 300),
      weights: data.weights.slice(0, 300),
    });
    const classes = rowsFor(three, 3);
    const options = { neighbours: 7, weighting: 'distance', rows: 1000 } as const;
    const byClass = said(trainNeighbours(first(classes), options), classes, 3).subarray(900);
    expect(gap(byClass, theirs('knn'))).toBeLessThan(1e-9);
    const real = rowsFor(score, 0);
    const byMean = said(trainNeighbours(first(real), { ...options, weighting: 'uniform' }), real, 1).subarray(300);
    expect(gap(byMean, theirs('knr'))).toBeLessThan(1e-9);
  });

  it('the linear support vector machine has the same coefficients to 1e-5', () => {
    const data = rowsFor(three, 3);
    const signs = three.map((y) => (y === 2 ? 1 : -1));
    const ours = linearSvm(data, signs, { c: 0.7, seed: 0, tolerance: 1e-10, passes: 100_000 });
    expect(gap(ours, theirs('svm'))).toBeLessThan(1e-5);
  });
});
