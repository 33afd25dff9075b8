import type { RunResult } from '../domain/run-result.ts';
import type { ClosedTrade } from '../domain/trade.ts';
import { seeded } from '../foundation/rng.ts';
import type { ObjectiveModule } from '../ports/learning-modules.ts';
import type { AnyPlugin } from '../registry/define-plugin.ts';
import { type ContractViolation, checkDeclaration, Findings, type ModuleContract, make } from './violation.ts';

/**
 * Runs an objective against its contract: never infinite; the same run scores the same and stays untouched; a run that is better in every way
 * (steadier, with more profit) scores higher than a worse one; a run without trades does not score higher than a good one.
 */
export function checkObjective(plugin: AnyPlugin, contract: ModuleContract = {}): ContractViolation[] {
  const found = new Findings();
  const options = checkDeclaration(plugin, contract, found);
  if (options === undefined) return found.list;
  const module = make<ObjectiveModule>(plugin, options);
  if (module.name !== plugin.name) found.add('name', `the module calls itself "${module.name}"`);
  const seed = contract.seed ?? 1;
  const good = testRun({ drift: 0.004, noise: 0.01, seed, trades: 40 });
  const bad = testRun({ drift: -0.004, noise: 0.02, seed, trades: 40 });
  const runs = [
    good,
    bad,
    testRun({ drift: 0, noise: 0, seed, trades: 0 }),
    testRun({ drift: 0.001, noise: 0, seed, trades: 5 }),
  ];
  for (const run of runs) {
    const before = JSON.stringify(run.trades) + run.equity.equity.join();
    const score = module.score(run);
    if (score === Number.POSITIVE_INFINITY || score === Number.NEGATIVE_INFINITY)
      found.add('finite or NaN', String(score));
    const again = make<ObjectiveModule>(plugin, options).score(run);
    if (!Object.is(again, score)) found.add('determinism', `${score}, then ${again}`);
    if (JSON.stringify(run.trades) + run.equity.equity.join() !== before)
      found.add('inputs untouched', 'the run was changed');
  }
  const [first, second, none] = [good, bad, runs[2]!].map((run) => module.score(run));
  if (!(first! > second!)) found.add('better is higher', `${first} for a steady winner, ${second} for a loser`);
  if (none! > first!) found.add('better is higher', `${none} for a run without trades, ${first} for a steady winner`);
  return found.list;
}

interface RunShape {
  /** Mean and deviation of daily returns. */
  readonly drift: number;
  readonly noise: number;
  readonly seed: number;
  readonly trades: number;
}

/** A made-up run of 120 days with hourly equity from 1,000. */
export function testRun({ drift, noise, seed, trades }: RunShape): RunResult {
  const rng = seeded(`run-${seed}`);
  const hours = 120 * 24;
  const start = Date.UTC(2024, 0, 1);
  const time = Float64Array.from({ length: hours }, (_, i) => start + (i + 1) * 3_600_000);
  let value = 1000;
  const equity = time.map(() => {
    value *= 1 + drift / 24 + (noise / Math.sqrt(24)) * rng.normal();
    return value;
  });
  const trade = (id: number): ClosedTrade => ({
    id,
    strategy: 'Test',
    pair: 'BTC/USDT',
    side: 'long',
    openTime: start + id * 3_600_000,
    closeTime: start + (id + 1) * 3_600_000,
    openRate: 100,
    closeRate: 100,
    amount: 1,
    stake: 100,
    leverage: 1,
    fees: 0,
    funding: 0,
    profitAbs: (value - 1000) / trades,
    profitRatio: (value - 1000) / trades / 100,
    exitReason: 'roi',
    entryTag: null,
    exitTag: null,
    initialStop: null,
    lastStop: null,
    liquidationPrice: null,
    minRate: 90,
    maxRate: 110,
    orders: [],
  });
  return {
    hash: 'test',
    inputHash: 'test',
    inputs: {
      strategies: ['Test'],
      pairs: ['BTC/USDT'],
      timeframe: '1h',
      detailTimeframe: null,
      from: start,
      to: time[hours - 1]!,
      fills: 'honest',
      stakeCurrency: 'USDT',
      startingBalance: 1000,
      settings: {},
      dataKind: 'synthetic',
    },
    trades: Array.from({ length: trades }, (_, id) => trade(id)),
    equity: { time, equity, buyAndHold: equity, exposure: equity.map(() => 0) },
    finalBalance: value,
    rejected: {},
    counts: {},
    trials: { count: 1, sharpeVariance: 0 },
    market: new Map(),
  };
}
