import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seeded } from '../../core/foundation/rng.ts';
import { trainBoosting } from '../../core/ml/trees/boost.ts';
import { trainForest } from '../../core/ml/trees/forest.ts';
import { readLightgbm } from '../../core/ml/trees/lightgbm-read.ts';
import { writeLightgbm } from '../../core/ml/trees/lightgbm-write.ts';
import { predictInto, predictRawInto } from '../../core/ml/trees/predict.ts';
import { treeExplainer } from '../../core/ml/trees/shap.ts';
import type { TreeModel } from '../../core/ml/trees/tree-model.ts';
import { readXgboost } from '../../core/ml/trees/xgboost-read.ts';

const python = process.env.TIDEGATE_PYTHON;
if (!python)
  process.stdout.write('lightgbm parity skipped: set TIDEGATE_PYTHON to a Python with lightgbm and xgboost\n');

const ROWS = 2000;
const FEATURES = 6;
const folder = mkdtempSync(join(tmpdir(), 'tidegate-parity-'));
afterAll(() => rmSync(folder, { recursive: true }));

const rng = seeded('parity');
/** f4 is a category, f5 has missing values and zeros. */
const columns = Array.from({ length: FEATURES }, (_, f) =>
  Float64Array.from({ length: ROWS }, () => {
    if (f === 4) return rng.int(12);
    if (f === 5 && rng.next() < 0.3) return rng.next() < 0.5 ? Number.NaN : 0;
    return rng.normal();
  }),
);
const score = columns[0]!.map(
  (x, i) => x + columns[1]![i]! * columns[2]![i]! + (columns[4]![i]! % 3 === 0 ? 1 : -0.5) + 0.3 * rng.normal(),
);
const up = score.map((s) => (s > 0 ? 1 : 0));
const three = score.map((s) => (s > 1 ? 2 : s > -0.5 ? 1 : 0));

const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const doubles = (name: string) => {
  const bytes = readFileSync(join(folder, name));
  return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
};

function runPython(script: string): void {
  const { status, stderr, error } = spawnSync(python!, ['-c', script], { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${error?.message ?? ''}${stderr}`);
}

const LOAD = `
import numpy as np
X = np.fromfile('x.bin').reshape(${FEATURES}, ${ROWS}).T.copy()
score, up, three = np.fromfile('y.bin').reshape(3, ${ROWS})
odd = X.copy()
odd[:200, 0] = np.nan; odd[200:400, 4] = np.nan; odd[400:600, 4] = -1; odd[600:700, 4] = 999; odd[700:800, 5] = 1e-36
odd[800:900, 1] = np.inf; odd[900:1000, 1] = -np.inf; odd[1000:1100, 4] += 0.7
odd.T.copy().tofile('odd.bin')
`;

const LIGHTGBM = `${LOAD}
import lightgbm as lgb
groups = [20] * ${ROWS / 20}
cases = {
  'binary': (up, dict(objective='binary', scale_pos_weight=2.0)),
  'classes': (three, dict(objective='multiclass', num_class=3)),
  'ova': (three, dict(objective='multiclassova', num_class=3)),
  'regression': (score, dict(objective='regression', lambda_l1=1.0)),
  'sqrt': (score, dict(objective='regression', reg_sqrt=True)),
  'median': (score, dict(objective='regression_l1')),
  'quantile': (score, dict(objective='quantile', alpha=0.8)),
  'poisson': (np.abs(score), dict(objective='poisson')),
  'entropy': (up * 0.8 + 0.1, dict(objective='cross_entropy')),
  'entropy_lambda': (up * 0.8 + 0.1, dict(objective='cross_entropy_lambda')),
  'rank': (three, dict(objective='lambdarank')),
  'forest': (up, dict(objective='binary', boosting='rf', bagging_freq=1, bagging_fraction=0.7, feature_fraction=0.7)),
  'dart': (score, dict(objective='regression', boosting='dart')),
  'zeros': (score, dict(objective='regression', zero_as_missing=True)),
  'plain': (score, dict(objective='regression', use_missing=False)),
  'extra': (score, dict(objective='regression', extra_trees=True)),
  'constant': (score, dict(objective='regression', min_data_in_leaf=5000)),
}
for name, (y, params) in cases.items():
  data = lgb.Dataset(X, y, categorical_feature=[4], group=groups if name == 'rank' else None)
  m = lgb.train(dict(num_leaves=15, num_threads=1, verbosity=-1, seed=1, cat_smooth=1, min_data_per_group=20, **params), data, 12)
  m.save_model(name + '.txt')
  np.asarray(m.predict(odd, raw_score=True)).tofile(name + '.raw')
  np.asarray(m.predict(odd)).tofile(name + '.predict')
  np.asarray(m.predict(odd[::40], pred_contrib=True)).tofile(name + '.shap')
`;

const XGBOOST = `${LOAD}
import xgboost as xgb
cases = {
  'logistic': (up, dict(objective='binary:logistic')),
  'squares': (score, dict(objective='reg:squarederror', grow_policy='lossguide', max_leaves=20)),
  'softprob': (three, dict(objective='multi:softprob', num_class=3)),
  'counts': (np.round(np.abs(score) * 2), dict(objective='count:poisson')),
  'darts': (score, dict(objective='reg:squarederror', booster='dart', rate_drop=0.3)),
  'parallel': (up, dict(objective='binary:logistic', num_parallel_tree=3, subsample=0.5)),
}
types = ['q', 'q', 'q', 'q', 'c', 'q']
seen = odd.copy(); seen[:, 4] = np.where(seen[:, 4] > 11, 3, np.where(seen[:, 4] < 0, 2, np.floor(seen[:, 4])))
seen[np.isinf(seen)] = np.nan
seen.T.copy().tofile('seen.bin')
for name, (y, params) in cases.items():
  train = xgb.DMatrix(X, y, feature_types=types, enable_categorical=True)
  m = xgb.train(dict(tree_method='hist', max_depth=5, nthread=1, seed=1, max_cat_to_onehot=2, **params), train, 12)
  m.save_model(name + '.json')
  test = xgb.DMatrix(seen, feature_types=types, enable_categorical=True)
  m.predict(test, output_margin=True).astype(np.float64).tofile(name + '.raw')
  m.predict(test).astype(np.float64).tofile(name + '.predict')
`;

const OURS = (names: readonly string[]) => `${LOAD}
import lightgbm as lgb
for name in ${JSON.stringify(names)}:
  m = lgb.Booster(model_file=name + '.ours')
  np.asarray(m.predict(odd, raw_score=True, num_threads=1)).tofile(name + '.raw')
  np.asarray(m.predict(odd, num_threads=1)).tofile(name + '.predict')
  np.asarray(m.predict(odd[::40], pred_contrib=True, num_threads=1)).tofile(name + '.shap')
`;

function table(name: string): Float64Array[] {
  const all = doubles(name);
  return Array.from({ length: FEATURES }, (_, f) => all.slice(f * ROWS, (f + 1) * ROWS));
}

/** Largest |a - b| / (1 + |b|). */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!) / (1 + Math.abs(b[i]!)));
  return most;
}

function outputs(model: TreeModel, data: readonly Float64Array[]) {
  const raw = new Float64Array(ROWS * model.outputs);
  const predict = new Float64Array(ROWS * model.outputs);
  predictRawInto(model, data as Float64Array[], raw, 0, ROWS);
  predictInto(model, data as Float64Array[], predict, 0, ROWS);
  return { raw, predict };
}

function shapOf(model: TreeModel, data: readonly Float64Array[]): Float64Array {
  const few = data.map((column) => column.filter((_, i) => i % 40 === 0));
  const out = new Float64Array((ROWS / 40) * model.outputs * (FEATURES + 1));
  treeExplainer(model).explainInto(few, out, 0, ROWS / 40);
  return out;
}

const LIGHTGBM_CASES =
  'binary classes ova regression sqrt median quantile poisson entropy entropy_lambda rank forest dart zeros plain extra constant'.split(
    ' ',
  );
const XGBOOST_CASES = ['logistic', 'squares', 'softprob', 'counts', 'darts', 'parallel'];
const settings = { categorical: [4], trees: 12, leaves: 15, catSmooth: 1, minDataPerGroup: 20, seed: 3 } as const;
const groups = new Array<number>(ROWS / 20).fill(20);
const OUR_MODELS: Record<string, () => TreeModel> = {
  ours_binary: () => trainBoosting({ columns, labels: up }, { ...settings, objective: { kind: 'binary' } }).model,
  ours_classes: () =>
    trainBoosting({ columns, labels: three }, { ...settings, objective: { kind: 'multiclass', classes: 3 } }).model,
  ours_regression: () =>
    trainBoosting(
      { columns, labels: score },
      { ...settings, objective: { kind: 'regression' }, growth: 'depth', l1: 1 },
    ).model,
  ours_quantile: () =>
    trainBoosting({ columns, labels: score }, { ...settings, objective: { kind: 'quantile', alpha: 0.2 } }).model,
  ours_poisson: () =>
    trainBoosting({ columns, labels: score.map(Math.abs) }, { ...settings, objective: { kind: 'poisson' } }).model,
  ours_rank: () =>
    trainBoosting({ columns, labels: three }, { ...settings, objective: { kind: 'lambdarank', groups } }).model,
  ours_forest: () =>
    trainForest({ columns, labels: up }, { ...settings, leaves: 300, target: { kind: 'classification', classes: 2 } }),
  ours_constant: () =>
    trainBoosting({ columns, labels: up }, { ...settings, objective: { kind: 'binary' }, minGain: 1e9 }).model,
};

describe.skipIf(!python)('beside the Python packages', () => {
  beforeAll(() => {
    writeFileSync(join(folder, 'x.bin'), Buffer.concat(columns.map((c) => Buffer.from(c.buffer))));
    writeFileSync(join(folder, 'y.bin'), Buffer.concat([score, up, three].map((c) => Buffer.from(c.buffer))));
    runPython(LIGHTGBM);
    runPython(XGBOOST);
  });

  it.each(LIGHTGBM_CASES)('LightGBM model "%s" predicts and explains the same here', (name) => {
    const model = readLightgbm(read(`${name}.txt`), name);
    const { raw, predict } = outputs(model, table('odd.bin'));
    expect(distance(raw, doubles(`${name}.raw`))).toBeLessThan(1e-12);
    expect(distance(predict, doubles(`${name}.predict`))).toBeLessThan(1e-12);
    expect(distance(shapOf(model, table('odd.bin')), doubles(`${name}.shap`))).toBeLessThan(1e-9);
  });

  it.each(XGBOOST_CASES)('XGBoost model "%s" gives the same raw scores to the bit here', (name) => {
    const { raw, predict } = outputs(readXgboost(read(`${name}.json`), name), table('seen.bin'));
    expect(distance(raw, doubles(`${name}.raw`))).toBe(0);
    expect(distance(predict, doubles(`${name}.predict`))).toBeLessThan(3e-7);
  });

  it('LightGBM loads our models and predicts and explains the same', () => {
    const models = Object.entries(OUR_MODELS).map(([name, make]) => [name, make()] as const);
    for (const [name, model] of models) writeFileSync(join(folder, `${name}.ours`), writeLightgbm(model));
    runPython(OURS(models.map(([name]) => name)));
    for (const [name, model] of models) {
      const { raw, predict } = outputs(model, table('odd.bin'));
      expect([name, distance(raw, doubles(`${name}.raw`)) < 1e-12]).toEqual([name, true]);
      expect([name, distance(predict, doubles(`${name}.predict`)) < 1e-12]).toEqual([name, true]);
      expect([name, distance(shapOf(model, table('odd.bin')), doubles(`${name}.shap`)) < 1e-9]).toEqual([name, true]);
    }
  });
});
