import { fileURLToPath } from 'node:url';
import { seeded } from '../core/foundation/rng.ts';
import type { WindowRecipe } from '../core/ml/walk/fit-window.ts';
import type { Dataset } from '../core/ports/learning-modules.ts';
import { threadTrainer } from '../core/runtime/learning/thread-trainer.ts';
import { type Figure, figure } from './figure.ts';
import { answerRounds, machineCeiling, SIDE_BY_SIDE } from './side-by-side.ts';

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

/** Trains boosted trees on windows of 10,000 rows, spread over the data, in `threads` threads; `end` ends those. */
function retrainer(data: Dataset, threads: number) {
  const trainer = threadTrainer({}, threads);
  const dataset = trainer.share(data);
  const model = { name: 'gradient-boosting', trees: 50, leaves: 31, seed: 0 };
  const train = (k: number) => {
    const at = data.availableAt[WINDOW + Math.floor((k * (ROWS - WINDOW - 1)) / RETRAINS)]!;
    return trainer.fit({ dataset, model, recipe: RECIPE, job: { after: at - WINDOW * 3_600_000, at } });
  };
  const retrain = (count: number) => Promise.all(Array.from({ length: count }, (_, k) => train(k)));
  return { retrain, end: () => trainer.end() };
}

/** Wall seconds of 50 retrains, once the threads have started. */
async function walk(data: Dataset, threads: number): Promise<number> {
  const { retrain, end } = retrainer(data, threads);
  await retrain(threads);
  const start = performance.now();
  await retrain(RETRAINS);
  const seconds = (performance.now() - start) / 1000;
  await end();
  return seconds;
}

/**
 * A walk-forward of 50 retrains in one thread and in two, by turns; the ratio is two over one, at best 0.5, and stands beside what two
 * processes of a thread each make of it on this machine.
 */
export async function benches(): Promise<readonly Figure[]> {
  const ceiling = await machineCeiling(fileURLToPath(import.meta.url));
  const data = rows();
  const one: number[] = [];
  const two: number[] = [];
  for (let k = 0; k < 3; k++) {
    one.push(await walk(data, 1));
    two.push(await walk(data, 2));
  }
  const median = (times: number[]) => times.sort((a, b) => a - b)[times.length >> 1]!;
  return [
    figure('walk-forward.50-retrains-two-threads', median(two), 's wall', median(one)),
    figure('walk-forward.two-threads-speedup', median(two) / median(one), 'of one thread', ceiling),
  ];
}

if (process.argv[2] === SIDE_BY_SIDE) {
  const { retrain } = retrainer(rows(), 1);
  await answerRounds(() => retrain(RETRAINS / 2));
}
