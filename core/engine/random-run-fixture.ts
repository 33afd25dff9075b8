import { type Rng, seeded } from '../foundation/rng.ts';
import type { Strategy } from '../strategy/strategy.ts';
import { type MarketOfTest, type Row, type RunOfTest, Scripted } from './fills/honest/run-fixture.ts';

export const CANDLES = 60;

/** A walk of candles and the one-minute candles that they are made of; volumes are small enough to matter, some candles are wild. */
function randomMarket(rng: Rng, isPerpetual: boolean, withDetail: boolean): MarketOfTest {
  const tenth = (x: number) => Math.max(0.5, Math.round(x * 10) / 10);
  const detail: Row[] = [];
  const rows: Row[] = [];
  let price = 50 + 100 * rng.next();
  for (let i = 0; i < CANDLES; i++) {
    const wild = rng.next() < 0.05 ? 0.06 : 0.006;
    const parts: Row[] = [];
    for (let k = 0; k < 5; k++) {
      if (rng.next() < 0.01) price *= rng.next() < 0.5 ? 0.7 : 1.4;
      const open = tenth(rng.next() < 0.05 ? price * (1 + wild * rng.normal()) : price);
      price = Math.max(5, open * (1 + wild * rng.normal()));
      const close = tenth(price);
      const high = tenth(Math.max(open, close) * (1 + 0.5 * wild * rng.next()));
      const low = tenth(Math.min(open, close) * (1 - 0.5 * wild * rng.next()));
      parts.push([
        open,
        Math.max(high, open, close),
        Math.min(low, open, close),
        close,
        rng.next() < 0.1 ? 0 : 200 * rng.next(),
      ]);
    }
    detail.push(...parts);
    rows.push([
      parts[0]![0],
      Math.max(...parts.map((p) => p[1])),
      Math.min(...parts.map((p) => p[2])),
      parts[4]![3],
      parts.reduce((sum, p) => sum + p[4]!, 0),
    ]);
  }
  const gaps = Array.from({ length: CANDLES }, (_, i) => i).filter(() => rng.next() < 0.03);
  const funding = [0, 60, 120, 180, 240].map((minute) => ({
    minute,
    rate: 0.002 * rng.normal(),
    mark: rows[Math.floor(minute / 5)]![0],
  }));
  return {
    rows,
    gaps,
    spec: { makerFee: 0.0002, takerFee: 0.001, minCost: 5 },
    ...(withDetail && { detail }),
    ...(isPerpetual && { funding }),
  };
}

/** A strategy whose every answer is drawn by chance, each callback being there or not. */
function randomStrategy(rng: Rng): Strategy {
  const chance = (share: number) => rng.next() < share;
  const attributes: Record<string, unknown> = {
    canShort: chance(0.7),
    stoploss: [-1, -0.02, -0.05, -0.3][rng.int(4)],
    minimalRoi: [{}, { 0: 0.02 }, { 0: 0.04, 30: 0.01, 90: -0.01 }][rng.int(3)],
    trailingStop: chance(0.4),
    trailingStopPositive: chance(0.5) ? 0.01 : null,
    trailingStopPositiveOffset: 0.015,
    trailingOnlyOffsetIsReached: chance(0.5),
    exitProfitOnly: chance(0.2),
    ignoreRoiIfEntrySignal: chance(0.3),
    maxEntryPositionAdjustment: rng.int(4) - 1,
    orderTypes: { entry: chance(0.3) ? 'limit' : 'market', exit: chance(0.3) ? 'limit' : 'market' },
    unfilledTimeout: { entry: 1 + rng.int(20), exit: 1 + rng.int(20) },
  };
  const near = (rate: number) => rate * (1 + 0.01 * rng.normal());
  const maybe = (share: number, name: string, callback: unknown) => {
    if (chance(share)) attributes[name] = callback;
  };
  maybe(0.5, 'leverage', () => 1 + rng.int(20));
  maybe(0.3, 'stake', ({ proposed }: { proposed: number }) => proposed * rng.next() * 2);
  maybe(0.4, 'entryPrice', ({ rate }: { rate: number }) => (chance(0.3) ? null : near(rate)));
  maybe(0.4, 'exitPrice', ({ rate }: { rate: number }) => (chance(0.3) ? null : near(rate)));
  maybe(0.2, 'confirmEntry', () => chance(0.8));
  maybe(0.2, 'confirmExit', () => chance(0.8));
  maybe(0.3, 'customStop', () => (chance(0.5) ? null : -0.1 * rng.next()));
  maybe(0.2, 'customRoi', () => (chance(0.5) ? null : 0.05 * rng.next()));
  maybe(0.2, 'customExit', () => (chance(0.05) ? 'whim' : null));
  maybe(0.5, 'adjustPosition', () => (chance(0.7) ? null : 600 * (rng.next() - 0.4)));
  maybe(0.4, 'adjustOrder', ({ rate }: { rate: number }) =>
    chance(0.4) ? 'keep' : chance(0.2) ? 'cancel' : near(rate),
  );
  return new Scripted((_i, act) => {
    if (chance(0.15)) act.enter.long();
    if (chance(0.15)) act.enter.short();
    if (chance(0.1)) act.exit.long();
    if (chance(0.1)) act.exit.short();
  }, attributes);
}

/** A whole run drawn from a seed: market, strategies, costs. Made anew each time, since strategies carry state. */
export function randomRun(seed: number): RunOfTest {
  const rng = seeded(seed);
  const isPerpetual = rng.next() < 0.6;
  const withDetail = rng.next() < 0.4;
  const markets: Record<string, MarketOfTest> = {};
  for (let k = 0; k <= rng.int(4); k++)
    markets[`${'ABCD'[k]}/USDT${isPerpetual ? ':USDT' : ''}`] = randomMarket(rng.fork(k), isPerpetual, withDetail);
  const strategies: Record<string, Strategy> = { First: randomStrategy(rng.fork('first')) };
  if (rng.next() < 0.3) strategies.Second = randomStrategy(rng.fork('second'));
  const unlimited = rng.next() < 0.3;
  return {
    markets,
    strategies,
    balance: 2000,
    stake: unlimited ? (_intent, { account, maxOpenPositions }) => account.equity / maxOpenPositions : 700,
    engine: {
      maxOpenPositions: 1 + rng.int(4),
      roiRests: rng.next() < 0.7,
      netting: rng.fork('netting').next() < 0.5,
    },
    venue: {
      latency: [0, 250e6, 90e9, 400e9][rng.int(4)]!,
      halfSpread: 0.0002,
      slippage: () => 0.0003,
      volumeShare: 0.1,
    },
  };
}
