import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { seeded } from '../../core/foundation/rng.ts';
import { overfitting } from '../../core/metrics/overfitting.ts';
import { deflatedSharpe, expectedMaxSharpe, probabilisticSharpe } from '../../core/metrics/probabilistic-sharpe.ts';

const python = process.env.TIDEGATE_PYTHON;
const hasHoldout = python !== undefined && spawnSync(python, ['-c', 'import holdout']).status === 0;
if (!hasHoldout)
  process.stdout.write('overfitting parity skipped: set TIDEGATE_PYTHON to a Python with holdout-backtest\n');

/** Skewed daily returns of strategies of which the first has an edge. */
function strategies(seed: number, count: number, days: number, edge: number): number[][] {
  const rng = seeded(seed);
  return Array.from({ length: count }, (_, k) =>
    Array.from({ length: days }, () => 0.01 * ((k === 0 ? edge : 0) + Math.exp(0.4 * rng.normal()) - Math.exp(0.08))),
  );
}

const SCRIPT = `
import sys, json
import numpy as np
import holdout
out = []
for case in json.load(sys.stdin):
    x = np.array(case["returns"]).T
    r = holdout.probability_of_backtest_overfitting(x, n_blocks=case["blocks"])
    best = x[:, 0]
    n = len(best)
    sharpe = float(best.mean() / best.std(ddof=1))
    d = best - best.mean()
    m2 = float((d ** 2).mean())
    shape = dict(skewness=float((d ** 3).mean()) / m2 ** 1.5, kurtosis=float((d ** 4).mean()) / m2 ** 2)
    out.append(dict(
        pbo=r.pbo, loss=r.probability_of_loss, logits=r.logits.tolist(), selected=r.selected.tolist(), slope=r.degradation[0],
        psr=holdout.probabilistic_sharpe_ratio(sharpe, n, benchmark=0.01, **shape),
        most=holdout.expected_maximum_sharpe(case["trials"], case["variance"]),
        dsr=holdout.deflated_sharpe_ratio(sharpe, n, n_trials=case["trials"], trials_variance=case["variance"], **shape)))
print(json.dumps(out))
`;

interface Theirs {
  readonly pbo: number;
  readonly loss: number;
  readonly logits: readonly number[];
  readonly selected: readonly number[];
  readonly slope: number;
  readonly psr: number;
  readonly most: number;
  readonly dsr: number;
}

it('finds the published example of the deflated Sharpe ratio', () => {
  // Bailey and López de Prado (2014): 100 trials, variance 1/2 a year of 250 days; then 46 trials that would have been significant.
  expect(expectedMaxSharpe(100, 0.5 / 250)).toBeCloseTo(0.1132, 4);
  expect(expectedMaxSharpe(46, 0.5 / 250)).toBeLessThan(0.1132);
});

describe.skipIf(!hasHoldout)('against holdout-backtest', () => {
  const cases = [
    { returns: strategies(1, 8, 240, 0), blocks: 8, trials: 8, variance: 0.002 },
    { returns: strategies(2, 20, 501, 0.15), blocks: 10, trials: 300, variance: 0.0011 },
    { returns: strategies(3, 5, 167, 0.05), blocks: 16, trials: 45, variance: 0.004 },
  ];

  it('the probability of overfitting agrees split by split, and the Sharpe ratios of luck do', {
    timeout: 120_000,
  }, () => {
    const { stdout, stderr } = spawnSync(python!, ['-c', SCRIPT], {
      input: JSON.stringify(cases),
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    expect(stdout, stderr).not.toBe('');
    for (const [k, theirs] of (JSON.parse(stdout) as readonly Theirs[]).entries()) {
      const { returns, blocks, trials, variance } = cases[k]!;
      const ours = overfitting(returns, blocks);
      expect(ours.pbo).toBe(theirs.pbo);
      expect(ours.probabilityOfLoss).toBe(theirs.loss);
      expect([...ours.bestInSample]).toEqual(theirs.selected);
      for (const [s, logit] of theirs.logits.entries()) expect(ours.logits[s]).toBeCloseTo(logit, 12);
      expect(ours.degradationSlope).toBeCloseTo(theirs.slope, 9);
      expect(probabilisticSharpe(returns[0]!, 0.01)).toBeCloseTo(theirs.psr, 12);
      expect(expectedMaxSharpe(trials, variance)).toBeCloseTo(theirs.most, 12);
      expect(deflatedSharpe(returns[0]!, trials, variance)).toBeCloseTo(theirs.dsr, 12);
    }
  });
});
