import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { seeded } from '../../core/foundation/rng.ts';
import { automaticBlock, realityCheck } from '../../core/hyperopt/index.ts';

const python = process.env.TIDEGATE_PYTHON;
const hasArch = python !== undefined && spawnSync(python, ['-c', 'import arch']).status === 0;
if (!hasArch) process.stdout.write('reality check parity skipped: set TIDEGATE_PYTHON to a Python with arch\n');

const DAYS = 400;
const RESAMPLES = 1500;
/** Two estimates of one p-value, each by as many resamples, differ by less than this in all but one of ten thousand cases. */
const room = (p: number) => 4 * Math.sqrt((2 * Math.max(p * (1 - p), 0.004)) / RESAMPLES) + 0.012;

/** Daily returns of strategies that share a market; `edge` is the best one's mean in standard deviations of a day, others fall off. */
function strategies(seed: number, count: number, edge: number): Float64Array[] {
  const rng = seeded(seed);
  const market = Float64Array.from({ length: DAYS }, () => rng.normal());
  return Array.from({ length: count }, (_, k) => {
    let last = 0;
    return market.map((m) => {
      last = 0.2 * last + rng.normal();
      return 0.01 * (0.4 * m + last + edge - 0.03 * k);
    });
  });
}

const SCRIPT = `
import sys, json, warnings
warnings.simplefilter("ignore")
import numpy as np
from arch.bootstrap import SPA, optimal_block_length
out = []
for case in json.load(sys.stdin):
    gains = np.array(case["returns"]).T
    # Losses: SPA asks whether any model loses less than the benchmark, which here loses nothing.
    row = {"block": float(optimal_block_length(gains[:, int(np.argmax(gains.mean(0)))])["stationary"].iloc[0])}
    for name, studentize in (("spa", True), ("white", False)):
        test = SPA(np.zeros(len(gains)), -gains, block_size=case["block"], reps=${RESAMPLES}, bootstrap="stationary", studentize=studentize, seed=7)
        test.compute()
        row[name] = {k: float(v) for k, v in test.pvalues.items()}
    out.append(row)
print(json.dumps(out))
`;

describe.skipIf(!hasArch)('against arch.bootstrap.SPA', () => {
  const cases = [
    { name: 'noise', returns: strategies(1, 12, 0) },
    { name: 'a weak edge', returns: strategies(2, 12, 0.09) },
    { name: 'a clear edge', returns: strategies(3, 20, 0.2) },
    { name: 'one alone', returns: strategies(5, 1, 0.06) },
  ];
  const BLOCK = 8;

  it('p-values of the reality check and of SPA agree, and block lengths do', { timeout: 300_000 }, () => {
    const input = JSON.stringify(cases.map(({ returns }) => ({ block: BLOCK, returns: returns.map((r) => [...r]) })));
    const { stdout, stderr } = spawnSync(python!, ['-c', SCRIPT], { input, encoding: 'utf8', maxBuffer: 2 ** 28 });
    expect(stdout, stderr).not.toBe('');
    const theirs = JSON.parse(stdout) as readonly {
      readonly block: number;
      readonly spa: Readonly<Record<'lower' | 'consistent' | 'upper', number>>;
      readonly white: Readonly<Record<'lower' | 'consistent' | 'upper', number>>;
    }[];
    for (const [k, { name, returns }] of cases.entries()) {
      const ours = realityCheck(returns, { resamples: RESAMPLES, meanBlock: BLOCK, seed: 3 });
      const want = theirs[k]!;
      for (const kind of ['lower', 'consistent', 'upper'] as const)
        expect(
          Math.abs(ours.spa[kind] - want.spa[kind]),
          `${name}: SPA ${kind} ${ours.spa[kind]} against ${want.spa[kind]}`,
        ).toBeLessThan(room(want.spa[kind]));
      // White's test keeps every variant and does not studentise: arch's upper p-value without studentising.
      expect(
        Math.abs(ours.whiteP - want.white.upper),
        `${name}: White ${ours.whiteP} against ${want.white.upper}`,
      ).toBeLessThan(room(want.white.upper));
      const best = returns[ours.best]!;
      // arch begins counting one lag later than Politis and White (2004) write, which lengthens some blocks a little.
      const ratio = automaticBlock(best) / Math.max(1, want.block);
      expect(ratio, `${name}: block`).toBeGreaterThan(0.7);
      expect(ratio, `${name}: block`).toBeLessThan(1.3);
    }
  });
});
