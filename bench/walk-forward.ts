import { seeded } from '../core/foundation/rng.ts';
import type { WindowRecipe } from '../core/ml/walk/fit-window.ts';
import type { Dataset } from '../core/ports/learning-modules.ts';
import { threadTrainer } from '../core/runtime/learning/thread-trainer.ts';
import { type Figure, figure } from './figure.ts';

const ROWS = 30_000;
const FEATURES = 30;
const RETRAINS = 50;
const WINDOW = 10_000;

/** Rows an hour apart, labelled by the next. */
function rows(): Dataset {
  const rng = seeded('walk');
  const columns = Array.from({ length: FEATURES }, () => Float64Array.from({ length: ROWS }, () => rng.normal()));
  const availableAt = Float64Array.from({ length: ROWS }, (_, i) => i * 3_600_000);
  return {
    names: columns.map((_, f) => `f${f}`),
    columns,
    rows: ROWS,
    target: columns[0]!.map((x) => (x + 3 * rng.normal() > 0 ? 1 : 0)),
    availableAt,
    labelAt: availableAt.map((t) => t + 3_600_000),
  };
}

const RECIPE: WindowRecipe = {
  ...{ steps: [], uniqueness: false, returns: false, featureWeights: false, calibration: 'none' },
  ...{ holdout: 0.2, trials: 0, search: {}, seed: 0, classes: 2 },
};

/** Wall seconds of 50 retrains of boosted trees on windows of 10,000 rows, once the threads have started. */
async function walk(data: Dataset, threads: number): Promise<number> {
  const trainer = threadTrainer({}, threads);
  const dataset = trainer.share(data);
  const model = { name: 'gradient-boosting', trees: 50, leaves: 31, seed: 0 };
  const train = (k: number) => {
    const at = data.availableAt[WINDOW + Math.floor((k * (ROWS - WINDOW - 1)) / RETRAINS)]!;
    return trainer.fit({ dataset, model, recipe: RECIPE, job: { after: at - WINDOW * 3_600_000, at } });
  };
  await Promise.all(Array.from({ length: threads }, (_, k) => train(k)));
  const start = performance.now();
  await Promise.all(Array.from({ length: RETRAINS }, (_, k) => train(k)));
  const seconds = (performance.now() - start) / 1000;
  await trainer.end();
  return seconds;
}

/** A walk-forward of 50 retrains in one thread and in two, by turns; the ratio is two over one, at best 0.5. */
export async function benches(): Promise<readonly Figure[]> {
  const data = rows();
  const one: number[] = [];
  const two: number[] = [];
  for (let k = 0; k < 3; k++) {
    one.push(await walk(data, 1));
    two.push(await walk(data, 2));
  }
  const median = (times: number[]) => times.sort((a, b) => a - b)[times.length >> 1]!;
  return [figure('walk-forward.50-retrains-two-threads', median(two), 's wall', median(one))];
}
