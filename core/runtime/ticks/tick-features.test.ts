import { expect, it } from 'vitest';
import { randomMarket } from '../../book/random-market.ts';
import { defaultSpec } from '../../data/specs/default-spec.ts';
import { ema } from '../../indicators/index.ts';
import type { Bar } from '../../strategy/bar.ts';
import type { Market } from '../../strategy/market.ts';
import { type BookTop, Strategy, type StrategyContext, type TradeTick } from '../../strategy/strategy.ts';
import type { TickFeatureOutputs } from '../../strategy/tick-feature-outputs.ts';
import { BUILTIN_PLUGINS } from '../builtin-plugins.ts';
import { loadRegistry } from '../load-registry.ts';
import { runTicks } from './tick-run.ts';

const pair = 'BTC/USDT:USDT';
const grid = { tickSize: 0.1, lotSize: 0.001 };
const market = randomMarket({ seed: 3, length: 30_000 });

function run(Made: new (c: StrategyContext) => Strategy) {
  return runTicks({
    strategies: [{ name: Made.name, create: (context) => new Made(context), codeHash: '' }],
    exchange: 'binance',
    markets: [{ pair, spec: defaultSpec('binance', pair), grid, parts: [market] }],
    originMs: market.originMs,
    stakeCurrency: 'USDT',
    startingBalance: 100_000,
    stakeAmount: 1000,
  });
}

it('gives one class features of ticks by name, candles made of trades, and features of those candles', async () => {
  const bars: { time: number; open: number; close: number; volume: number; ema: number; vpin: number }[] = [];
  const trades: TradeTick[] = [];
  const seen: number[] = [];
  class Both extends Strategy {
    override timeframe = '5s';
    override features(m: Market) {
      return {
        fast: ema(m.candles.close, 3),
        vpin: m.ticks('vpin', { bucketVolume: 5 }),
        flow: m.ticks('ofi'),
        state: m.ticks('microstructure'),
      };
    }
    override onCandle({ f, candle }: Bar<this>) {
      const { time, open, close, volume } = candle;
      bars.push({ time, open, close, volume, ema: f.fast.now, vpin: f.vpin.value });
    }
    override onTrade(tick: TradeTick) {
      trades.push(tick);
    }
    override onBook(_book: BookTop) {
      if (!Number.isNaN(this.f.flow.z)) seen.push(this.f.flow.z, this.f.state.multiplier, this.f.fast.now);
    }
  }
  const { result } = await run(Both);
  expect(bars.length).toBeGreaterThan(5);
  const [bar] = bars;
  const inside = trades.filter((t) => t.time >= bar!.time && t.time < bar!.time + 5000);
  expect([bar!.open, bar!.close]).toEqual([inside[0]!.price, inside.at(-1)!.price]);
  expect(bar!.volume).toBeCloseTo(
    inside.reduce((sum, t) => sum + t.amount, 0),
    9,
  );
  expect(bars[2]!.ema).toBeGreaterThan(0);
  expect(bars.at(-1)!.vpin).toBeGreaterThan(0);
  expect(seen.length).toBeGreaterThan(100);
  expect(result.counts.onCandleCalls).toBe(bars.length);
});

it('names a feature that does not exist, one of candles, and one of ticks in a run on candles', async () => {
  const using = (name: string, options = {}) =>
    class extends Strategy {
      override features(m: Market) {
        return { x: m.ticks(name, options) };
      }
    };
  await expect(run(using('vpinn'))).rejects.toThrow('Did you mean "vpin"');
  await expect(run(using('trend'))).rejects.toThrow('FEATURE_NOT_OF_TICKS');
  await expect(run(using('ofi', { levels: 0 }))).rejects.toThrow('PLUGIN_OPTION');
  await expect(run(using('ofi', { level: 3 }))).rejects.toThrow('Did you mean "levels"');
});

it('lets a model that learns on ticks take any features of ticks by name, each as its options say', async () => {
  const told: number[][] = [];
  class Learner extends Strategy {
    override features(m: Market) {
      const learn = (features: readonly unknown[], options = {}) =>
        m.ticks('learned-direction', { minSamples: 20, everyMs: 20, horizonMs: 100, features, ...options });
      return {
        plain: learn([]),
        one: learn(['vpin.value', 'hawkes', { name: 'ofi', levels: 1, take: ['z'] }, 'microstructure.multiplier']),
        five: learn(['vpin.value', 'hawkes', { name: 'ofi', levels: 5, take: ['z'] }, 'microstructure.multiplier']),
        alone: learn([{ name: 'learned-direction', everyMs: 20, minSamples: 5 }], { fromBook: false }),
      };
    }
    override onBook() {
      const { plain, one, five, alone } = this.f;
      told.push([plain.direction, one.direction, five.direction, alone.direction]);
    }
  }
  await run(Learner);
  const last = told.at(-1)!;
  for (const direction of last) expect(Math.abs(direction)).toBeLessThanOrEqual(1);
  expect(new Set(last).size).toBe(4);
});

it('names what a model on ticks was given wrongly', async () => {
  const learning = (features: readonly unknown[]) =>
    class extends Strategy {
      override features(m: Market) {
        return { next: m.ticks('learned-direction', { features }) };
      }
    };
  await expect(run(learning(['vpinn']))).rejects.toThrow('Did you mean "vpin"');
  await expect(run(learning(['trend']))).rejects.toThrow('FEATURE_NOT_OF_TICKS');
  await expect(run(learning(['vpin.valu']))).rejects.toThrow('"vpin" says nothing called "valu". Did you mean "value"');
  await expect(run(learning([{ name: 'ofi', levels: 0 }]))).rejects.toThrow('PLUGIN_OPTION');
});

it('has every built-in feature say what its type says', async () => {
  const registry = await loadRegistry();
  const host = { pair, priceTick: 0.1, fallbackShare: () => 0 };
  const said: Record<string, unknown> = {};
  for (const { kind, name, doc } of BUILTIN_PLUGINS) {
    if (!doc.endsWith('(ticks)')) continue;
    const module = await registry.create(kind as 'feature', name);
    said[name] = Object.fromEntries(Object.keys(module.stream!(host).values).map((key) => [key, 1]));
  }
  // Exhaustive by its type: a name too few or too many does not compile.
  const typed: { readonly [N in keyof TickFeatureOutputs]: Readonly<Record<TickFeatureOutputs[N], 1>> } = {
    agreement: { direction: 1, confidence: 1, isAccepted: 1 },
    'book-direction': { direction: 1, isReady: 1 },
    'book-imbalance': { queue: 1, levels: 1, near: 1 },
    'book-shape': { bidSlope: 1, askSlope: 1, bidConvexity: 1, askConvexity: 1 },
    'book-vector': {
      bid0: 1,
      bid1: 1,
      bid2: 1,
      bid3: 1,
      bid4: 1,
      ask0: 1,
      ask1: 1,
      ask2: 1,
      ask3: 1,
      ask4: 1,
      imbalance0: 1,
      imbalance1: 1,
      imbalance2: 1,
      imbalance3: 1,
      imbalance4: 1,
      spread: 1,
      rsi: 1,
      ema12: 1,
      ema26: 1,
      atr: 1,
      bollingerWidth: 1,
      isReady: 1,
    },
    'book-vwap': { bid: 1, ask: 1, gapBps: 1 },
    'corwin-schultz': { value: 1 },
    cvd: { value: 1, window: 1, divergence: 1, isOverriding: 1 },
    'depth-shock': { isShock: 1, drop: 1, baseline: 1 },
    'fill-probability': { bid: 1, ask: 1 },
    flicker: { bid: 1, ask: 1 },
    footprint: { delta: 1, lastDelta: 1, stackedBuys: 1, stackedSells: 1 },
    'funding-arbitrage': { z: 1, direction: 1, expectedBps: 1, annualisedBps: 1 },
    hawkes: { buys: 1, sells: 1, imbalance: 1 },
    icebergs: { bid: 1, ask: 1 },
    'kyle-lambda': { value: 1, rSquared: 1 },
    'liquidation-cascade': { isActive: 1, side: 1, notional: 1 },
    'learned-direction': { direction: 1, hitRate: 1, samples: 1, isReady: 1 },
    liquidity: { spread: 1, depthImbalance: 1, weightedBid: 1, weightedAsk: 1, resilience: 1 },
    microprice: { value: 1, adjustment: 1 },
    'mid-hurst': { value: 1, isTrending: 1, isReverting: 1 },
    'mid-ou': { signal: 1, z: 1, hurst: 1 },
    ofi: { value: 1, z: 1, isReady: 1 },
    'parkinson-blend': { value: 1, parkinson: 1, realised: 1, isReady: 1 },
    'roll-spread': { value: 1 },
    sweeps: { isSweep: 1, side: 1, levels: 1 },
    'trade-classifier': { fallbackShare: 1, isReliable: 1, lastSide: 1 },
    'trade-spreads': { effectiveSpreadTrade: 1, realisedSpread: 1, priceImpact: 1 },
    'trade-stats': { meanSize: 1, sizeDeviation: 1, largeShare: 1, perSecond: 1, clustering: 1 },
    vpin: { value: 1, multiplier: 1, isReady: 1, isKillSwitchOn: 1, bucketVolume: 1 },
    'weighted-mid': { value: 1, mid: 1 },
    welford: { z: 1, mean: 1, deviation: 1 },
    microstructure: { state: 1, multiplier: 1, spreadBps: 1, depthNotional: 1, updatesPerSecond: 1 },
    'vpin-regime': { state: 1, multiplier: 1, value: 1 },
  };
  expect(said).toEqual(typed);
});
