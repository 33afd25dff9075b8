import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { seeded } from '../core/foundation/rng.ts';
import { trainBoosting } from '../core/ml/trees/boost.ts';
import { trainForest } from '../core/ml/trees/forest.ts';
import { predictInto } from '../core/ml/trees/predict.ts';
import { treeExplainer } from '../core/ml/trees/shap.ts';
import { answerRounds, machineCeiling, SIDE_BY_SIDE } from './side-by-side.ts';

/** One measured figure, lower is better; `ratio` is value / reference, so below 1 is faster than the peer. */
export interface TreeFigure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly reference?: number;
  readonly ratio?: number;
}

const ROWS = 100_000;
const TEST_ROWS = 20_000;
/** Rows predicted one by one, as a bot does. */
const SINGLE_ROWS = 5000;
const FEATURES = 50;
const REPEATS = 3;
/** Trees of a forest, and of scikit-learn's beside it: a tenth, times ten, since all of them take over a minute. */
const FOREST = 100;
const PEER_FOREST = 10;

/** The peers' task: standard normals, a logistic label with an interaction, a wave and a square. */
function market(seed: string, rows: number) {
  const rng = seeded(seed);
  const columns = Array.from({ length: FEATURES }, () => new Float64Array(rows));
  const labels = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    for (const column of columns) column[i] = rng.normal();
    const x = (f: number) => columns[f]![i]!;
    const z = x(0) + 0.5 * x(1) * x(2) + Math.sin(2 * x(3)) + 0.3 * x(4) ** 2 - 0.3;
    labels[i] = rng.next() < 1 / (1 + Math.exp(-z)) ? 1 : 0;
  }
  return { columns, labels };
}

/** Median wall and CPU seconds of `task` after one call to warm up, and its last result. */
function timed<T>(task: () => T): { wall: number; cpu: number; result: T } {
  const walls: number[] = [];
  const cpus: number[] = [];
  let result = task();
  for (let r = 0; r < REPEATS; r++) {
    const cpu = process.cpuUsage();
    const start = process.hrtime.bigint();
    result = task();
    walls.push(Number(process.hrtime.bigint() - start) / 1e9);
    const used = process.cpuUsage(cpu);
    cpus.push((used.user + used.system) / 1e6);
  }
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;
  return { wall: median(walls), cpu: median(cpus), result };
}

type PeerFigures = Partial<Record<'boost1' | 'boost2' | 'one' | 'batch' | 'shap' | 'forest', number>>;

const PEER = `
import json, time, statistics, numpy as np, lightgbm as lgb
X = np.fromfile('x.bin').reshape(${FEATURES}, ${ROWS}).T.copy(); y = np.fromfile('y.bin')
T = np.fromfile('t.bin').reshape(${FEATURES}, ${TEST_ROWS}).T.copy()
def timed(f, clock):
  f(); out = []
  for _ in range(${REPEATS}):
    t = clock(); r = f(); out.append(clock() - t)
  return statistics.median(out), r
def fit(n): return lambda: lgb.train(dict(objective='binary', num_leaves=31, num_threads=n, verbosity=-1), lgb.Dataset(X, y), 100)
one, m = timed(fit(1), time.process_time)
two, _ = timed(fit(2), time.perf_counter)
row = T[:1].copy()
forest = {}
try:
  from sklearn.ensemble import RandomForestClassifier
  clock = time.process_time()
  RandomForestClassifier(${PEER_FOREST}, min_samples_leaf=20, max_features='sqrt', n_jobs=1, random_state=0).fit(X, y)
  forest = dict(forest=(time.process_time() - clock) * ${FOREST / PEER_FOREST})
except ImportError: pass
print(json.dumps(dict(forest, boost1=one, boost2=two,
  one=timed(lambda: [m.predict(row, num_threads=1) for _ in range(300)], time.process_time)[0] / 300 * 1e6,
  batch=timed(lambda: m.predict(T, num_threads=1), time.process_time)[0] / ${TEST_ROWS} * 1e6,
  shap=timed(lambda: m.predict(T[:2000], pred_contrib=True, num_threads=1), time.process_time)[0] / 2000 * 1e6)))
`;

/** LightGBM and scikit-learn on the same data, where TIDEGATE_PYTHON names a Python that has them. */
function peerFigures(train: ReturnType<typeof market>, test: ReturnType<typeof market>): PeerFigures {
  const python = process.env.TIDEGATE_PYTHON;
  if (!python) return {};
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-bench-'));
  const write = (name: string, columns: readonly Float64Array[]) =>
    writeFileSync(join(folder, name), Buffer.concat(columns.map((c) => Buffer.from(c.buffer))));
  write('x.bin', train.columns);
  write('y.bin', [train.labels]);
  write('t.bin', test.columns);
  const { stdout, status, stderr } = spawnSync(python, ['-c', PEER], { cwd: folder, encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  // A Python without LightGBM leaves the figures without a reference.
  if (status !== 0 && /ModuleNotFoundError/.test(stderr)) return {};
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as PeerFigures;
}

const boosted = (train: ReturnType<typeof market>, threads: number) =>
  trainBoosting(train, { objective: { kind: 'binary' }, threads }).model;

/**
 * Boosting of 100 trees with 31 leaves on 100,000 x 50, a forest of 100 trees, prediction and TreeSHAP, beside LightGBM and scikit-learn; what
 * two threads gain, beside what two processes that share nothing gain on this machine.
 */
export async function benches(): Promise<TreeFigure[]> {
  const ceiling = await machineCeiling(fileURLToPath(import.meta.url));
  const train = market('train', ROWS);
  const test = market('test', TEST_ROWS);
  const peer = peerFigures(train, test);
  const figure = (name: string, value: number, unit: string, reference?: number): TreeFigure =>
    reference === undefined ? { name, value, unit } : { name, value, unit, reference, ratio: value / reference };
  const one = timed(() => boosted(train, 1));
  const two = timed(() => boosted(train, 2));
  const forest = timed(() =>
    trainForest(train, { target: { kind: 'classification', classes: 2 }, trees: FOREST, minDataInLeaf: 20 }),
  );
  const model = one.result;
  const out = new Float64Array(TEST_ROWS);
  const batch = timed(() => predictInto(model, test.columns, out, 0, TEST_ROWS));
  const single = timed(() => {
    for (let i = 0; i < SINGLE_ROWS; i++) predictInto(model, test.columns, out, i, i + 1);
  });
  if (!out.every(Number.isFinite)) throw new Error('predictions are not numbers');
  const explainer = treeExplainer(model);
  const shap = new Float64Array(2000 * (FEATURES + 1));
  const explained = timed(() => explainer.explainInto(test.columns, shap, 0, 2000));
  return [
    figure('trees.boosting-one-thread', one.cpu, 's CPU', peer.boost1),
    figure('trees.boosting-two-threads', two.wall, 's wall', peer.boost2),
    figure('trees.boosting-two-threads-speedup', two.wall / one.wall, 'of one thread', ceiling),
    figure('trees.forest-one-thread', forest.cpu, 's CPU', peer.forest),
    figure('trees.predict-one-row', (single.cpu / SINGLE_ROWS) * 1e6, 'us/row', peer.one),
    figure('trees.predict-batch', (batch.cpu / TEST_ROWS) * 1e6, 'us/row', peer.batch),
    figure('trees.treeshap', (explained.cpu / 2000) * 1e6, 'us/row', peer.shap),
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv[2] === SIDE_BY_SIDE) {
    const train = market('train', ROWS);
    await answerRounds(() => boosted(train, 1));
  } else
    for (const { name, value, unit, reference, ratio } of await benches()) {
      const beside = reference === undefined ? '' : `  (peer ${reference.toPrecision(4)}, ratio ${ratio?.toFixed(2)})`;
      process.stdout.write(`${name.padEnd(36)} ${value.toPrecision(4)} ${unit}${beside}\n`);
    }
}
