import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { seeded } from '../core/foundation/rng.ts';
import { fitHmm } from '../core/ml/regimes/fit-hmm.ts';
import { decodeHmm, filterHmm } from '../core/ml/regimes/hmm.ts';
import { fitGarch } from '../core/ml/volatility/fit-garch.ts';
import type { GarchSpec } from '../core/ml/volatility/garch-spec.ts';
import { sampleReturns } from '../core/ml/volatility/sample-returns.ts';
import { type Figure, figure, medianCpu } from './figure.ts';

const ROWS = 100_000;
const RETURNS = 10_000;

type Peer = Partial<Record<'full' | 'diag' | 'viterbi' | 'posterior' | 'garch' | 'egarch' | 'garch1000', number>>;

const PEER = `
import json, statistics, time, warnings
import numpy as np
warnings.filterwarnings('ignore')
from hmmlearn.hmm import GaussianHMM
from arch import arch_model
X = np.fromfile('x.bin').reshape(2, ${ROWS}).T.copy(); r = np.fromfile('r.bin')
def timed(f, n=3):
  f(); out = []
  for _ in range(n):
    t = time.process_time(); f(); out.append(time.process_time() - t)
  return statistics.median(out)
def hmm(cov): return GaussianHMM(3, covariance_type=cov, n_iter=20, tol=0, random_state=3).fit(X)
m = hmm('full')
def garch(x, vol, o): return arch_model(x, vol=vol, p=1, o=o, q=1).fit(disp='off')
print(json.dumps(dict(full=timed(lambda: hmm('full')), diag=timed(lambda: hmm('diag')),
  viterbi=timed(lambda: m.predict(X)) / ${ROWS} * 1e9, posterior=timed(lambda: m.predict_proba(X)) / ${ROWS} * 1e9,
  garch=timed(lambda: garch(r, 'GARCH', 0), 7), egarch=timed(lambda: garch(r, 'EGARCH', 1), 7), garch1000=timed(lambda: garch(r[:1000], 'GARCH', 0), 7))))
`;

/** Returns in three regimes, and the log of their size: 100,000 rows of two columns. */
function regimeColumns(): Float64Array[] {
  const rng = seeded('regimes');
  const levels = [
    [0.1, 0.8],
    [0, 0.5],
    [-0.1, 2],
  ] as const;
  const r = new Float64Array(ROWS);
  let state = 0;
  for (let t = 0; t < ROWS; t++) {
    if (rng.next() < 0.02) state = rng.int(3);
    const [mean, deviation] = levels[state]!;
    r[t] = mean + deviation * rng.normal();
  }
  return [r, r.map((x) => Math.log(Math.abs(x) + 1e-3))];
}

/** hmmlearn and arch on the same data, where TIDEGATE_PYTHON names a Python that has them. */
function peerFigures(columns: readonly Float64Array[], returns: Float64Array): Peer {
  const python = process.env.TIDEGATE_PYTHON;
  if (!python) return {};
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-bench-'));
  writeFileSync(join(folder, 'x.bin'), Buffer.concat(columns.map((c) => Buffer.from(c.buffer))));
  writeFileSync(join(folder, 'r.bin'), Buffer.from(returns.buffer));
  const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
  const { stdout, status, stderr } = spawnSync(python, ['-c', PEER], { cwd: folder, encoding: 'utf8', env });
  rmSync(folder, { recursive: true });
  // A Python without these two packages leaves the figures without a reference.
  if (status !== 0 && /ModuleNotFoundError/.test(stderr)) return {};
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Peer;
}

/** Hidden Markov and GARCH fits beside hmmlearn and arch, CPU seconds. */
export async function benches(): Promise<readonly Figure[]> {
  const columns = regimeColumns();
  const returns = sampleReturns(RETURNS, 8);
  const peer = peerFigures(columns, returns);
  const hmm = (covarianceKind: 'full' | 'diagonal') =>
    fitHmm(columns, { states: 3, covarianceKind, restarts: 1, maxRounds: 20, tolerance: 0 });
  const { model } = hmm('full');
  const spec = (kind: GarchSpec['kind']): GarchSpec => ({ kind, errors: 'normal', mean: { kind: 'constant' } });
  const perRow = 1e9 / ROWS;
  const short = returns.slice(0, 1000);
  return [
    figure('learning.hmm-full-20-rounds', await medianCpu(() => hmm('full')), 's CPU', peer.full),
    figure('learning.hmm-diagonal-20-rounds', await medianCpu(() => hmm('diagonal')), 's CPU', peer.diag),
    figure('learning.hmm-viterbi', (await medianCpu(() => decodeHmm(model, columns))) * perRow, 'ns/row', peer.viterbi),
    figure(
      'learning.hmm-filter',
      (await medianCpu(() => filterHmm(model, columns))) * perRow,
      'ns/row',
      peer.posterior,
    ),
    figure('learning.garch-10000', await medianCpu(() => fitGarch(spec('garch'), returns), 25), 's CPU', peer.garch),
    figure('learning.egarch-10000', await medianCpu(() => fitGarch(spec('egarch'), returns), 25), 's CPU', peer.egarch),
    figure('learning.garch-1000', await medianCpu(() => fitGarch(spec('garch'), short), 25), 's CPU', peer.garch1000),
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const one of await benches()) console.log(JSON.stringify(one));
