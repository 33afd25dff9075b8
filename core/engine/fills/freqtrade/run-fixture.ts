import { type CandleTable, candlesFrom } from '../../../domain/candles.ts';
import type {
  FreqtradeCallbacks,
  FreqtradeClosedTrade,
  FreqtradeFill,
  FreqtradeLock,
  FreqtradeOutcome,
  FreqtradePair,
  FreqtradeSettings,
  PairLimits,
} from './ports.ts';
import { SIGNAL } from './ports.ts';
import { freqtradeProfile } from './profile.ts';

const HOUR_MS = 3_600_000;
/** Opening time of candle 0 of fixture runs: 2024-01-01 00:00 UTC. */
export const START = 1_704_067_200_000;

/** Open, high, low and close of one candle. */
export type Prices = readonly [number, number, number, number];

/** A candle on which nothing happens: all prices 100. */
export const CALM: Prices = [100, 100, 100, 100];

/** Candles from START on, one per `stepMs` (an hour by default). */
export function candlesOf(prices: readonly Prices[], stepMs = HOUR_MS): CandleTable {
  return candlesFrom(
    prices.map(([open, high, low, close], i) => ({ time: START + i * stepMs, open, high, low, close, volume: 1 })),
  );
}

/** Limits that get in nobody's way. */
export const wideLimits: PairLimits = {
  priceTick: 0.01,
  tickFrom: 'market',
  amountStep: 0.001,
  minAmount: 0.001,
  minCost: 1,
};

/** A pair with signals by candle index, such as `{ 0: 'enterLong', 3: 'exitLong' }`. */
export function pairOf(
  pair: string,
  prices: readonly Prices[],
  signals: Readonly<Record<number, keyof typeof SIGNAL>>,
  more: Partial<FreqtradePair> = {},
): FreqtradePair {
  const flags = new Uint8Array(prices.length);
  for (const [index, name] of Object.entries(signals)) flags[Number(index)] = SIGNAL[name];
  return { pair, candles: candlesOf(prices), startup: 0, signals: flags, limits: wideLimits, ...more };
}

/** Settings of a long-only hourly spot strategy without fees that never leaves by itself, but for what `more` says. */
export function settingsOf(more: Partial<FreqtradeSettings> = {}): FreqtradeSettings {
  return {
    strategy: 'fixture',
    timeframe: '1h',
    market: 'spot',
    canShort: false,
    stoploss: -0.5,
    roi: {},
    trailingStop: false,
    trailingStopPositive: null,
    trailingStopPositiveOffset: 0,
    trailingOnlyOffsetIsReached: false,
    useExitSignal: true,
    exitProfitOnly: false,
    exitProfitOffset: 0,
    ignoreRoiIfEntrySignal: false,
    unfilledTimeout: { entry: 10, exit: 10 },
    maxOpenTrades: 3,
    stakeAmount: 1000,
    startingBalance: 10_000,
    tradableBalanceRatio: 1,
    fee: 0,
    liquidationBuffer: 0.05,
    ...more,
  };
}

/** What a fixture run left behind. */
export interface FixtureRun extends FreqtradeOutcome {
  readonly trades: readonly FreqtradeClosedTrade[];
  readonly fills: readonly FreqtradeFill[];
  readonly locks: readonly FreqtradeLock[];
}

/** Runs pairs through the profile, hour by hour. For this folder's tests. */
export function runFixture(
  pairs: readonly FreqtradePair[],
  settings: FreqtradeSettings,
  callbacks: FreqtradeCallbacks = {},
): FixtureRun {
  const trades: FreqtradeClosedTrade[] = [];
  const fills: FreqtradeFill[] = [];
  const locks: FreqtradeLock[] = [];
  const profile = freqtradeProfile({
    pairs,
    settings,
    callbacks,
    sink: {
      closed: (trade) => trades.push(trade),
      fill: (fill) => fills.push(fill),
      lock: (lock) => locks.push(lock),
    },
  });
  const { from, to } = profile.start();
  for (let time = from; time <= to; time += HOUR_MS) profile.step(time);
  return { ...profile.finish(), trades, fills, locks };
}

/** Index of the hourly candle of a time. */
export function hourOf(time: number): number {
  return (time - START) / HOUR_MS;
}
