import { expect, it } from 'vitest';
import { seeded } from '../foundation/rng.ts';
import { FundingArbitrage } from './funding-arbitrage.ts';
import { fitHawkes, HawkesIntensity, hawkesLogLikelihood } from './hawkes.ts';
import { IcebergDetector, SweepDetector } from './order-detection.ts';
import { Amihud, KyleLambda } from './price-impact.ts';
import { corwinSchultz, RollSpread } from './spread-estimators.ts';
import { TradeSpreads } from './trade-spreads.ts';
import { SlidingNormaliser } from './welford.ts';

it('recovers the price impact that made the moves', () => {
  const rng = seeded('kyle');
  const kyle = new KyleLambda({ window: 500 });
  let mid = 100;
  kyle.closeInterval(mid);
  for (let i = 0; i < 2000; i++) {
    const flow = rng.normal();
    kyle.addTrade(Math.abs(flow), flow > 0 ? 1 : -1);
    mid += 0.05 * flow;
    kyle.closeInterval(mid);
  }
  expect(kyle.value).toBeCloseTo(0.05, 9);
  expect(kyle.rSquared).toBeCloseTo(1, 9);
});

it('finds the bounce of Roll in prices that jump between bid and ask, and nothing in a trend', () => {
  const rng = seeded('roll');
  const roll = new RollSpread(20_000);
  for (let i = 0; i < 20_000; i++) roll.add(100 + (rng.int(2) ? 0.5 : -0.5));
  expect(Math.abs(roll.value - 1)).toBeLessThan(0.03);
  const trend = new RollSpread(10);
  for (const price of [1, 2, 4, 7, 11, 16]) trend.add(price);
  expect(trend.value).toBeNaN();
});

it('finds the spread of Corwin and Schultz where only the spread makes ranges', () => {
  expect(corwinSchultz(101, 100, 101, 100)).toBeCloseTo(((2 * (Math.sqrt(1.01) - 1)) / (Math.sqrt(1.01) + 1)) * 2, 4);
  expect(corwinSchultz(110, 100, 130, 120)).toBe(0);
});

it('averages Amihud over bars that traded', () => {
  const amihud = new Amihud();
  amihud.add(100, 1000);
  amihud.add(100 * Math.E, 1000);
  amihud.add(100 * Math.E, 0);
  expect(amihud.value).toBeCloseTo(0.001, 15);
});

it('splits the effective spread into realised spread and impact', () => {
  const spreads = new TradeSpreads({ horizonMs: 1000 });
  spreads.onTrade(0, 50, 1);
  spreads.onMid(0, 100);
  spreads.onTrade(10, 101, 1);
  spreads.onMid(500, 100.5);
  expect(spreads.realisedSpread).toBeNaN();
  spreads.onMid(1011, 90);
  expect(spreads.effectiveSpreadTrade).toBeCloseTo(200, 10);
  expect(spreads.realisedSpread).toBeCloseTo((1 / 100.5) * 10_000, 10);
  expect(spreads.priceImpact).toBeCloseTo(200 - 10_000 / 100.5, 10);
});

it('fits a Hawkes process back from its own events', () => {
  const truth = { mu: 2, alpha: 3, beta: 5 };
  const rng = seeded('hawkes');
  const times: number[] = [];
  const process = new HawkesIntensity(truth);
  let now = 0;
  // Ogata's thinning: between events the intensity only falls, so its present value bounds it.
  while (times.length < 20_000) {
    const bound = process.at(now);
    now += (-Math.log(1 - rng.next()) / bound) * 1000;
    if (rng.next() * bound > process.at(now)) continue;
    times.push(now);
    process.add(now);
  }
  const fit = fitHawkes(times);
  expect(Math.abs(fit.mu / truth.mu - 1)).toBeLessThan(0.1);
  expect(Math.abs(fit.branching / 0.6 - 1)).toBeLessThan(0.05);
  expect(Math.abs(fit.beta / truth.beta - 1)).toBeLessThan(0.1);
  expect(fit.logLikelihood).toBeGreaterThan(hawkesLogLikelihood(times, now, truth) - 0.01);
  expect(() => fitHawkes([1, 2, 3])).toThrow('HAWKES_TOO_FEW');
});

it('calls three ever worse prices within the gap a sweep', () => {
  const sweep = new SweepDetector({ minLevels: 3, maxGapMs: 10 });
  expect([sweep.add(0, 100, 1, 1), sweep.add(5, 101, 1, 1), sweep.add(9, 101, 1, 1)]).toEqual([false, false, false]);
  expect(sweep.add(12, 102, 2, 1)).toBe(true);
  expect(sweep.size).toBe(5);
  expect(sweep.add(30, 103, 1, 1)).toBe(false);
  expect(sweep.add(31, 102, 1, -1)).toBe(false);
});

it('calls a level that refills after each trade an iceberg, and a moved price a new start', () => {
  const iceberg = new IcebergDetector(2);
  iceberg.onBest(100, 5);
  iceberg.onTrade(100, 4);
  expect(iceberg.onBest(100, 5)).toBe(false);
  iceberg.onTrade(100, 5);
  expect(iceberg.onBest(100, 5)).toBe(true);
  expect(iceberg.hiddenSize).toBe(9);
  iceberg.onTrade(100, 5);
  iceberg.onBest(101, 5);
  expect([iceberg.refills, iceberg.isIceberg]).toEqual([0, false]);
});

it('shorts funding that is far too high, early enough and never at the payment', () => {
  const funding = new FundingArbitrage({ intervalHours: 4 });
  for (let i = 0; i < 40; i++) funding.add(i % 2 ? 0.0001 : 0.00012);
  expect(funding.opportunity).toBeNull();
  funding.add(0.002);
  const found = funding.opportunity!;
  expect(found.direction).toBe(-1);
  expect(found.annualisedBps).toBeCloseTo(found.expectedBps * 6 * 365.25, 9);
  expect([funding.isEntryTime(0, 5_400_000), funding.isEntryTime(-1, 5_400_000)]).toEqual([true, false]);
  expect(funding.isEntryTime(5_400_000, 5_400_000)).toBe(false);
});

it('normalises without drift after a million values far from zero', () => {
  const rng = seeded('drift');
  const normaliser = new SlidingNormaliser({ window: 100 });
  const last: number[] = [];
  for (let i = 0; i < 1_000_000; i++) {
    const value = 1e7 + rng.normal();
    normaliser.update(value);
    if (i >= 999_900) last.push(value);
  }
  const mean = last.reduce((sum, x) => sum + (x - 1e7), 0) / 100;
  const variance = last.reduce((sum, x) => sum + (x - 1e7 - mean) ** 2, 0) / 99;
  expect(normaliser.std).toBeCloseTo(Math.sqrt(variance), 7);
  expect(normaliser.update(Number.NaN)).toBeNaN();
});
