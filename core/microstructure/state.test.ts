import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seeded } from '../foundation/rng.ts';
import type { BookTop } from './book-top.ts';
import { Cvd } from './cvd.ts';
import { FundingArbitrage } from './funding-arbitrage.ts';
import { HawkesIntensity } from './hawkes.ts';
import { RollingHurst } from './hurst.ts';
import { Liquidity } from './liquidity.ts';
import { LobFeatures } from './lob-features.ts';
import { MicroRegime } from './micro-regime.ts';
import { OrderFlowImbalance } from './ofi.ts';
import { IcebergDetector, SweepDetector } from './order-detection.ts';
import { OuSignal } from './ou-signal.ts';
import { ParkinsonBlend } from './parkinson-blend.ts';
import { Amihud, KyleLambda } from './price-impact.ts';
import { CorwinSchultz, RollSpread } from './spread-estimators.ts';
import type { Savable } from './state.ts';
import { TradeClassifier } from './trade-classifier.ts';
import { TradeSpreads } from './trade-spreads.ts';
import { Vpin } from './vpin.ts';
import { SlidingNormaliser } from './welford.ts';

interface Event {
  readonly time: number;
  readonly price: number;
  readonly size: number;
  readonly side: 1 | -1;
  readonly top: BookTop;
}

function market(seed: number, length: number): Event[] {
  const rng = seeded(seed);
  let ticks = 10_000;
  let time = 1_700_000_000_000;
  return Array.from({ length }, () => {
    time += rng.int(400);
    ticks += rng.int(3) - 1;
    const price = ticks / 10;
    const sizes = () => Array.from({ length: 5 }, () => 0.1 + rng.int(50) / 10);
    const top: BookTop = {
      time,
      bids: 5,
      asks: 5,
      bidPrice: [1, 2, 3, 4, 5].map((k) => (ticks - k) / 10),
      bidSize: sizes(),
      askPrice: [1, 2, 3, 4, 5].map((k) => (ticks + k) / 10),
      askSize: sizes(),
    };
    return { time, price, size: 0.1 + rng.int(30) / 10, side: rng.int(2) ? 1 : -1, top };
  });
}

/** Each feature with the way to feed it an event and to read everything it says. */
interface Subject {
  readonly make: () => Savable;
  readonly feed: (feature: never, event: Event) => void;
  readonly read: (feature: never) => unknown;
}

function subject<F extends Savable>(
  make: () => F,
  feed: (feature: F, event: Event) => unknown,
  read: (feature: F) => unknown,
): Subject {
  return { make, feed, read };
}

const subjects: Readonly<Record<string, Subject>> = {
  vpin: subject(
    () => new Vpin({ bucketVolume: 7, buckets: 5 }),
    (f, e) => f.add(e.size, e.side > 0),
    (f) => [f.value, f.completed, f.openBuy, f.openSell],
  ),
  ofi: subject(
    () => new OrderFlowImbalance({ levels: 3, window: 20 }),
    (f, e) => f.update(e.top),
    (f) => [f.raw, f.z, ...f.perLevel],
  ),
  classifier: subject(
    () => new TradeClassifier({ mode: 'leeReady', window: 60 }),
    (f, e) => {
      f.quote(e.top.bidPrice[0]!, e.top.askPrice[0]!);
      f.classify(e.price);
    },
    (f) => [f.lastMethod, f.fallbackShare, f.isUnreliable, { ...f.counts }],
  ),
  hurst: subject(
    () => new RollingHurst({ window: 64 }),
    (f, e) => f.add(Math.sin(e.price) / 100),
    (f) => f.value,
  ),
  ouSignal: subject(
    () => new OuSignal({ window: 40 }),
    (f, e) => f.update(e.price, 0.3),
    (f) => [f.z, f.signal, f.isActive],
  ),
  parkinson: subject(
    () => new ParkinsonBlend({ window: 15 }),
    (f, e) => f.add(e.price + 1, e.price - 1, e.price, e.time),
    (f) => [f.value, f.parkinson, f.realizedRms],
  ),
  cvd: subject(
    () => new Cvd({ buckets: 6 }),
    (f, e) => f.add(e.time, e.price, e.size, e.side),
    (f) => [f.value, f.windowDelta, f.divergence],
  ),
  lob: subject(
    () => new LobFeatures({ window: 30 }),
    (f, e) => f.update(e.top),
    (f) => [...f.raw, ...f.z],
  ),
  regime: subject(
    () => new MicroRegime(),
    (f, e) => f.update(e.top),
    (f) => [f.spreadBps, f.depthNotional, f.updatesPerSecond, f.multiplier],
  ),
  funding: subject(
    () => new FundingArbitrage({ window: 20 }),
    (f, e) => f.add(e.size / 10_000),
    (f) => [f.z, f.opportunity],
  ),
  liquidity: subject(
    () => new Liquidity(),
    (f, e) => f.update(e.top),
    (f) => [f.averageDepth, f.resilience, f.isDepthShock, f.weightedAskDepth],
  ),
  normaliser: subject(
    () => new SlidingNormaliser({ window: 25 }),
    (f, e) => f.update(e.price),
    (f) => [f.z, f.mean, f.std],
  ),
  kyle: subject(
    () => new KyleLambda({ window: 40, minSamples: 5 }),
    (f, e) => {
      f.addTrade(e.size, e.side);
      f.closeInterval(e.price);
    },
    (f) => [f.value, f.rSquared],
  ),
  amihud: subject(
    () => new Amihud(10),
    (f, e) => f.add(e.price, e.size * e.price),
    (f) => f.value,
  ),
  roll: subject(
    () => new RollSpread(30),
    (f, e) => f.add(e.price),
    (f) => f.value,
  ),
  corwinSchultz: subject(
    () => new CorwinSchultz(10),
    (f, e) => f.add(e.price + e.size, e.price - e.size),
    (f) => f.value,
  ),
  tradeSpreads: subject(
    () => new TradeSpreads({ window: 20, horizonMs: 900 }),
    (f, e) => {
      f.onMid(e.time, e.price);
      f.onTrade(e.time, e.price + 0.1 * e.side, e.side);
    },
    (f) => [f.effectiveSpreadTrade, f.realisedSpread, f.priceImpact],
  ),
  hawkes: subject(
    () => new HawkesIntensity({ mu: 1, alpha: 2, beta: 5 }),
    (f, e) => f.add(e.time),
    (f) => f.at(1_800_000_000_000),
  ),
  sweep: subject(
    () => new SweepDetector({ maxGapMs: 500 }),
    (f, e) => f.add(e.time, e.price, e.size, e.side),
    (f) => [f.levels, f.size, f.side],
  ),
  iceberg: subject(
    () => new IcebergDetector(2),
    (f, e) => {
      f.onTrade(e.price, e.size);
      f.onBest(Math.round(e.price), e.size);
    },
    (f) => [f.refills, f.hiddenSize, f.price],
  ),
};

for (const [name, { make, feed, read }] of Object.entries(subjects)) {
  it(`${name} continues to the same bits after a save and a load anywhere`, () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 0, max: 149 }), (seed, cut) => {
        const events = market(seed, 150);
        const whole = make();
        let resumed = make();
        events.forEach((event, i) => {
          if (i === cut) {
            const fresh = make();
            fresh.load(Float64Array.from(resumed.save()));
            resumed = fresh;
          }
          feed(whole as never, event);
          feed(resumed as never, event);
          expect(read(resumed as never)).toEqual(read(whole as never));
        });
      }),
      { numRuns: 10 },
    );
  });
}

it('refuses a state saved with other options or cut short', () => {
  const saved = new Vpin({ bucketVolume: 7 }).save();
  expect(() => new Vpin({ bucketVolume: 8 }).load(saved)).toThrow(/MICRO_STATE_MISMATCH.*bucketVolume is 7/);
  expect(() => new Vpin({ bucketVolume: 7 }).load(saved.slice(0, 3))).toThrow('MICRO_STATE_MISMATCH');
});
