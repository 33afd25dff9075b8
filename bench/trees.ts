import { seeded } from '../core/foundation/rng.ts';
import { trainBoosting } from '../core/ml/trees/boost.ts';
import { trainForest } from '../core/ml/trees/forest.ts';
import { predictInto, rowPredictor } from '../core/ml/trees/predict.ts';
import { treeExplainer } from '../core/ml/trees/shap.ts';

/**
 * Tree learning on 100,000 rows of 50 standard normals (the peers' task): wall and CPU seconds of boosting (100 trees of 31 leaves) on one
 * and two threads and of a forest of 100 trees, microseconds per row of prediction and TreeSHAP. Usage: node bench/trees.ts [repeats]
 */
const ROWS = 100_000;
const TEST_ROWS = 20_000;
const FEATURES = 50;
const repeats = Number(process.argv[2] ?? 3);

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

/** Median wall and CPU seconds of `task`, and its last result. */
function timed<T>(task: () => T): { wall: number; cpu: number; result: T } {
  const walls: number[] = [];
  const cpus: number[] = [];
  let result = task();
  for (let r = 0; r < repeats; r++) {
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

const report = (name: string, values: Record<string, number>) =>
  process.stdout.write(
    `${name.padEnd(24)} ${Object.entries(values)
      .map(([key, v]) => `${key} ${v.toPrecision(4)}`)
      .join('  ')}\n`,
  );

const train = market('train', ROWS);
const test = market('test', TEST_ROWS);
const boost = (threads: number) => timed(() => trainBoosting(train, { objective: { kind: 'binary' }, threads }).model);
const one = boost(1);
report('boosting, 1 thread', { wall_s: one.wall, cpu_s: one.cpu });
const two = boost(2);
report('boosting, 2 threads', { wall_s: two.wall, cpu_s: two.cpu });
const forest = timed(() => trainForest(train, { target: { kind: 'classification', classes: 2 }, minDataInLeaf: 20 }));
report('forest, 1 thread', { wall_s: forest.wall, cpu_s: forest.cpu });

const model = one.result;
const out = new Float64Array(TEST_ROWS);
const batch = timed(() => predictInto(model, test.columns, out, 0, TEST_ROWS));
report('predict batch', { us_per_row: (batch.wall / TEST_ROWS) * 1e6 });
const predictRow = rowPredictor(model);
const rows = Array.from({ length: 1000 }, (_, i) => Float64Array.from(test.columns, (column) => column[i]!));
let sink = 0;
const single = timed(() => {
  for (let k = 0; k < 10; k++) for (const row of rows) sink += predictRow(row)[0]!;
});
report('predict one row', { us: (single.wall / 10_000) * 1e6 });
const explainer = treeExplainer(model);
const shap = new Float64Array(2000 * (FEATURES + 1));
const explained = timed(() => explainer.explainInto(test.columns, shap, 0, 2000));
report('TreeSHAP', { us_per_row: (explained.wall / 2000) * 1e6, sink: Math.sign(sink) });
