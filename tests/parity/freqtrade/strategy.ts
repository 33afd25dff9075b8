import type { Market } from '../../../core/strategy/market.ts';
import type {
  CallbackContext,
  OrderContext,
  PositionContext,
  Strategy as StrategyType,
} from '../../../core/strategy/strategy.ts';
import { Strategy } from '../../../core/strategy/strategy.ts';

/** What decides a run's signals and answers: the same on both sides (`run-freqtrade.py`). */
export interface Table {
  readonly seed: number;
  readonly pairs: readonly string[];
  /** Odds of an entry, and of an exit, of each side at a candle. */
  readonly entry: number;
  readonly exit: number;
  readonly hasTags: boolean;
  /** Answered callbacks with the variant of their answers. */
  readonly asks: Readonly<Partial<Record<Callback, number>>>;
  readonly leverage: number;
}

/** A number in [0, 1) that a seed, a pair's place, a time (ms, whole minutes count) and a purpose give. */
function draw(seed: number, k: number, time: number, purpose: number): number {
  let h = Math.floor(time / 60_000) ^ Math.imul(purpose * 64 + k, 0x9e3779b1) ^ Math.imul(seed, 0x27d4eb2f);
  for (let round = 0; round < 2; round++) {
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  }
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}

/** A candle that `onCandle` is told of. */
interface Opened {
  readonly pair: string;
  readonly candle: { readonly time: number };
}

/** The last closed candle, as a callback reads it in its features. */
interface Last {
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** Draws of the moment that a callback is asked about. */
type Draw = (purpose: number) => number;

const near = (rate: number, share: number, h: number) => rate * (1 + (h - 0.5) * share);

const ANSWERS = {
  entryPrice: (d: Draw, { rate }: CallbackContext, v: number) =>
    d(1) < 0.5 ? near(rate, v === 0 ? 0.01 : 0.03, d(2)) : rate,
  exitPrice: (d: Draw, { rate, reason }: PositionContext & { readonly reason: string }, v: number) => {
    if (v === 0) return d(3) < 0.5 ? near(rate, 0.01, d(4)) : rate;
    return near(rate, reason.length % 2 === 0 ? 0.01 : 0.03, d(4));
  },
  adjustOrder: (d: Draw, { rate, price, isEntry }: OrderContext, v: number) => {
    const h = d(isEntry ? 5 : 18);
    if (v === 1) return h < 0.3 ? 'keep' : h < 0.4 ? 'cancel' : (price + rate) / 2;
    return h < 0.4 ? 'keep' : h < 0.6 ? 'cancel' : near(rate, 0.01, d(isEntry ? 6 : 19));
  },
  customStop: (
    d: Draw,
    { profit, afterFill }: PositionContext & { readonly afterFill: boolean },
    v: number,
    last: () => Last,
  ) => {
    if (v === 0) return d(7) < 0.5 ? null : -(0.01 + 0.05 * d(8));
    if (v === 1) return profit > 0.01 ? -profit / 2 : -0.05;
    if (v === 3) return (-3 * (last().high - last().low)) / last().close - 0.002;
    return afterFill ? -0.04 : profit > 0.02 ? -0.01 : null;
  },
  adjustPosition: (d: Draw, { position, profit }: PositionContext, v: number) => {
    const h = d(9);
    const { stake, entries, exits } = position;
    if (v === 0) return h < 0.05 ? 0.3 * stake : h < 0.1 ? -0.4 * stake : null;
    if (v === 1) {
      if (profit < -0.01 * entries) return { stake: 0.5 * stake, tag: 'dca' };
      return profit > 0.015 * (1 + exits) ? { stake: -0.5 * stake, tag: 'take' } : null;
    }
    if (v === 2) return h < 0.08 ? 47.11 * (1 + 20 * d(16)) : h < 0.16 ? -31.3 * (1 + 10 * d(16)) : null;
    return h < 0.06 ? stake * 2 * d(16) : h < 0.08 ? -stake : h < 0.16 ? -stake * d(16) : null;
  },
  confirmEntry: (d: Draw, _: CallbackContext, v: number) => d(10) < (v === 0 ? 0.9 : 0.5),
  confirmExit: (d: Draw, { reason }: { readonly reason: string }, v: number) =>
    d(11) < (v === 0 || reason.length % 2 === 0 ? 0.9 : 0.5),
  customExit: (d: Draw, { profit, time, position }: PositionContext, v: number) => {
    if (v === 0) return d(12) < 0.02 ? 'whim' : null;
    if (profit > 0.012) return 'enough';
    return time - position.openTime > 7_200_000 && profit < -0.004 ? 'old' : null;
  },
  stake: (d: Draw, { proposed }: CallbackContext & { readonly proposed: number }, v: number) =>
    proposed * (v === 0 ? 0.3 + 0.9 * d(13) : v === 1 ? 0.02 * d(13) : 3 * d(13)),
  customRoi: (d: Draw, { side }: PositionContext, v: number) =>
    d(14) < 0.5 ? null : (v === 0 ? 0.03 : 0.08) * d(15) - (side === 'short' ? 0.005 : 0),
  leverage: (d: Draw, _: CallbackContext, v: number) => (v === 0 ? 1 + Math.floor(20 * d(17)) : 1 + 30 * d(17)),
};

export type Callback = keyof typeof ANSWERS;

/** How many variants the answers of each callback have. */
export const VARIANTS: Readonly<Record<Callback, number>> = {
  entryPrice: 2,
  exitPrice: 2,
  adjustOrder: 2,
  customStop: 4,
  adjustPosition: 4,
  confirmEntry: 2,
  confirmExit: 2,
  customExit: 2,
  stake: 3,
  customRoi: 2,
  leverage: 2,
};

/** The strategy of `run-freqtrade.py`: signals and answers out of the table. */
export function drawnStrategy(of: Table, attributes: Readonly<Record<string, unknown>>): StrategyType {
  class Drawn extends Strategy {
    override features({ candles: { high, low, close } }: Market) {
      return { high, low, close };
    }
    override onCandle({ pair, candle: { time } }: Opened): void {
      const d = (purpose: number) => draw(of.seed, of.pairs.indexOf(pair), time, purpose);
      const entryTag = of.hasTags && d(24) < 0.6 ? { tag: `in${Math.floor(d(25) * 3)}` } : {};
      const exitTag = of.hasTags && d(26) < 0.6 ? { tag: `out${Math.floor(d(27) * 3)}` } : {};
      if (d(20) < of.entry) this.enter.long(entryTag);
      if (d(21) < of.exit) this.exit.long(exitTag);
      if (d(22) < of.entry) this.enter.short(entryTag);
      if (d(23) < of.exit) this.exit.short(exitTag);
    }
  }
  const drawn = new Drawn();
  const answers = Object.entries(of.asks).map(([name, variant]) => {
    const answer = ANSWERS[name as Callback] as (
      d: Draw,
      context: CallbackContext,
      v: number,
      last: () => Last,
    ) => unknown;
    return [
      name,
      (context: CallbackContext) => {
        const k = of.pairs.indexOf(context.pair);
        const { f } = drawn;
        const last = () => ({ high: f.high.now, low: f.low.now, close: f.close.now });
        return answer((purpose) => draw(of.seed, k, context.time, purpose), context, variant, last);
      },
    ];
  });
  return Object.assign(drawn, { leverage: () => of.leverage }, attributes, Object.fromEntries(answers));
}
