import type { CandleTable } from '../../../core/domain/candles.ts';
import type {
  FreqtradeCallbacks,
  FreqtradeSettings,
  Protection,
  TradeView,
} from '../../../core/engine/fills/freqtrade/ports.ts';
import { SIGNAL } from '../../../core/engine/fills/freqtrade/ports.ts';
import { emaOf, extremeBefore, meanAndDeviation, rsiOf } from './reference-indicators.ts';

const { enterLong, exitLong, enterShort, exitShort } = SIGNAL;

/** A strategy of the golden backtests as plain data: settings, signals and callbacks. */
export interface ReferenceStrategy {
  readonly settings: Partial<FreqtradeSettings>;
  readonly callbacks?: FreqtradeCallbacks;
  readonly protections?: readonly Protection[];
  signals(candles: CandleTable): { readonly signals: Uint8Array; readonly entryTags?: ReadonlyMap<number, string> };
}

type Rule = (i: number) => number;

function flags(length: number, rule: Rule): { signals: Uint8Array } {
  const signals = new Uint8Array(length);
  for (let i = 0; i < length; i++) signals[i] = rule(i);
  return { signals };
}

const emaCross: ReferenceStrategy = {
  settings: { stoploss: -0.08, roi: { 0: 100 } },
  signals: ({ length, close, volume }) => {
    const fast = emaOf(close, 12);
    const slow = emaOf(close, 26);
    const trend = emaOf(close, 100);
    return flags(length, (i) => {
      if (i === 0 || !(volume[i]! > 0)) return 0;
      const up = fast[i]! > slow[i]! && fast[i - 1]! <= slow[i - 1]!;
      const down = fast[i]! < slow[i]! && fast[i - 1]! >= slow[i - 1]!;
      return (up && close[i]! > trend[i]! ? enterLong : 0) | (down ? exitLong : 0);
    });
  },
};

function rsiBounds(low: number, high: number): ReferenceStrategy['signals'] {
  return ({ length, close, volume }) => {
    const rsi = rsiOf(close, 14);
    return flags(length, (i) =>
      volume[i]! > 0 ? (rsi[i]! < low ? enterLong : 0) | (rsi[i]! > high ? exitLong : 0) : 0,
    );
  };
}

const rsiReversion: ReferenceStrategy = {
  settings: { stoploss: -0.04, roi: { 0: 0.03, 30: 0.015, 90: 0.005, 240: 0 } },
  signals: rsiBounds(30, 70),
};

const plainTrail: ReferenceStrategy = {
  settings: { stoploss: -0.02, roi: { 0: 0.05 }, trailingStop: true, useExitSignal: false },
  signals: ({ length, close, volume }) => {
    const { mean, deviation } = meanAndDeviation(close, 20);
    const lower = mean.map((m, i) => m - 2 * deviation[i]!);
    return flags(length, (i) =>
      i > 0 && volume[i]! > 0 && close[i]! > lower[i]! && close[i - 1]! <= lower[i - 1]! ? enterLong : 0,
    );
  },
};

function channel(n: number, period: number): ReferenceStrategy['signals'] {
  return ({ length, close, high, low, volume }) => {
    const top = extremeBefore(high, n, 1);
    const bottom = extremeBefore(low, n, -1);
    const mean = emaOf(close, period);
    const entryTags = new Map<number, string>();
    const { signals } = flags(length, (i) => {
      const isUp = volume[i]! > 0 && close[i]! > top[i]!;
      const isDown = volume[i]! > 0 && close[i]! < bottom[i]!;
      if (isUp) entryTags.set(i, 'up');
      if (isDown) entryTags.set(i, 'down');
      const below = i > 0 && close[i]! < mean[i]! && close[i - 1]! >= mean[i - 1]!;
      const above = i > 0 && close[i]! > mean[i]! && close[i - 1]! <= mean[i - 1]!;
      return (isUp ? enterLong : 0) | (isDown ? enterShort : 0) | (below ? exitLong : 0) | (above ? exitShort : 0);
    });
    return { signals, entryTags };
  };
}

const breakout: ReferenceStrategy = {
  settings: { canShort: true, leverage: 3, stoploss: -0.06, roi: { 0: 0.09, 720: 0.03 } },
  signals: channel(96, 96),
};

const breakoutHold: ReferenceStrategy = {
  settings: { canShort: true, leverage: 20, stoploss: -0.99, roi: { 0: 0.4 }, useExitSignal: false },
  signals: channel(96, 96),
};

const hourBreakout: ReferenceStrategy = {
  settings: {
    canShort: true,
    leverage: 3,
    stoploss: -0.05,
    roi: { 0: 0.06, 360: 0.02 },
    trailingStop: true,
    trailingStopPositive: 0.015,
    trailingStopPositiveOffset: 0.03,
    trailingOnlyOffsetIsReached: true,
  },
  signals: channel(12, 12),
};

const dca: ReferenceStrategy = {
  settings: { stoploss: -0.25, roi: { 0: 0.08, 2880: 0.03, 7200: 0 }, maxEntryPositionAdjustment: 3 },
  callbacks: {
    adjustPosition(trade: TradeView, _time, _rate, profit) {
      if (trade.filledExits > 0) return null;
      const n = trade.filledEntries;
      if (n >= 2 && profit > 0.02) return { stake: -trade.stake / 2, tag: 'half' };
      const first = trade.orders[0]!;
      return profit < -0.03 * n ? { stake: first.amount * first.price, tag: `add${n}` } : null;
    },
  },
  signals: rsiBounds(30, 80),
};

const portfolio: ReferenceStrategy = {
  settings: { stoploss: -0.03, roi: { 0: 0.04, 60: 0.02, 180: 0.008 } },
  signals: ({ length, close, volume }) => {
    const fast = emaOf(close, 9);
    const slow = emaOf(close, 30);
    const rsi = rsiOf(close, 14);
    return flags(length, (i) => {
      if (!(volume[i]! > 0)) return 0;
      if (fast[i]! > slow[i]! && rsi[i]! < 45) return enterLong;
      return fast[i]! < slow[i]! && rsi[i]! > 60 ? exitLong : 0;
    });
  },
};

const portfolioGuard: ReferenceStrategy = {
  ...portfolio,
  protections: [
    { kind: 'cooldown', duration: { candles: 3 } },
    {
      kind: 'stoploss-guard',
      lookback: { candles: 60 },
      tradeLimit: 3,
      duration: { candles: 18 },
      requiredProfit: 0,
    },
  ],
};

/** The strategies of the golden backtests by name. */
export const referenceStrategies: Readonly<Record<string, ReferenceStrategy>> = {
  EmaCross: emaCross,
  RsiReversion: rsiReversion,
  PlainTrail: plainTrail,
  Breakout: breakout,
  BreakoutHold: breakoutHold,
  HourBreakout: hourBreakout,
  Dca: dca,
  Portfolio: portfolio,
  PortfolioGuard: portfolioGuard,
};
