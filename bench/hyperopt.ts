import { spawnSync } from 'node:child_process';
import { compileSpace, runStudy, samplerByName } from '../core/hyperopt/index.ts';
import { int, real } from '../core/strategy/parameters.ts';
import { type Figure, figure } from './figure.ts';

const TRIALS = 1000;
const REPEATS = 5;

/** A sampler's own cost per trial: 1,000 trials with 4 real and 2 whole parameters and a trivial objective; median milliseconds. */
export async function samplerOverhead(name: string, options: Readonly<Record<string, unknown>> = {}): Promise<number> {
  const reals = Object.fromEntries([0, 1, 2, 3].map((i) => [`x${i}`, real(-5, 5)]));
  const space = compileSpace({ ...reals, k0: int(1, 50), k1: int(1, 50) });
  const times: number[] = [];
  for (let seed = 0; seed < REPEATS; seed++) {
    const start = process.cpuUsage();
    await runStudy({
      space,
      sampler: samplerByName(name, options),
      seed,
      lag: 0,
      trials: TRIALS,
      evaluate: (p) => {
        let loss = Math.abs(Number(p.k0) - 25) + Math.abs(Number(p.k1) - 10);
        for (let i = 0; i < 4; i++) loss += Number(p[`x${i}`]) ** 2;
        return { values: loss };
      },
    });
    const { user, system } = process.cpuUsage(start);
    times.push((user + system) / 1000 / TRIALS);
  }
  return times.sort((a, b) => a - b)[Math.floor(REPEATS / 2)]!;
}

const PEER = `
import json, time, warnings, optuna
warnings.filterwarnings('ignore'); optuna.logging.set_verbosity(optuna.logging.ERROR)
def loss(t):
  v = abs(t.suggest_int('k0', 1, 50) - 25) + abs(t.suggest_int('k1', 1, 50) - 10)
  return v + sum(t.suggest_float(f'x{i}', -5, 5) ** 2 for i in range(4))
def cost(sampler):
  s = optuna.create_study(sampler=sampler); t = time.process_time(); s.optimize(loss, n_trials=${TRIALS})
  return (time.process_time() - t) / ${TRIALS} * 1000
S = optuna.samplers
print(json.dumps(dict(tpe=cost(S.TPESampler(seed=0, multivariate=True)), independent=cost(S.TPESampler(seed=0)), cmaes=cost(S.CmaEsSampler(seed=0)),
  nsga2=cost(S.NSGAIISampler(seed=0)), sobol=cost(S.QMCSampler(seed=0)), random=cost(S.RandomSampler(seed=0)))))
`;

/** Optuna's CPU milliseconds per trial on the same six parameters, in memory, where TIDEGATE_PYTHON names a Python that has it. */
function optuna(): Readonly<Record<string, number>> {
  const python = process.env.TIDEGATE_PYTHON;
  if (!python) return {};
  const { stdout, status, stderr } = spawnSync(python, ['-c', PEER], { encoding: 'utf8' });
  if (/ModuleNotFoundError/.test(stderr)) return {};
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Record<string, number>;
}

/** Own cost per trial of each sampler over 1,000 trials of six parameters, beside Optuna's of the same family. */
export async function benches(): Promise<readonly Figure[]> {
  const peer = optuna();
  const figures: Figure[] = [];
  for (const name of ['tpe', 'cmaes', 'nsga2', 'sobol', 'halton', 'random'])
    figures.push(figure(`hyperopt ${name} per trial`, await samplerOverhead(name), 'ms', peer[name]));
  const independent = await samplerOverhead('tpe', { isMultivariate: false });
  return [...figures, figure('hyperopt tpe per parameter, per trial', independent, 'ms', peer.independent)];
}
