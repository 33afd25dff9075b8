import type { CallbackContext, PositionContext, Strategy as StrategyType } from '../../core/strategy/strategy.ts';
import { Strategy } from '../../core/strategy/strategy.ts';

/** A number from 0 to 1 that depends on a time (ms, whole minutes count) and a purpose: the same in `run-freqtrade.py`. */
export function draw(time: number, purpose: number): number {
  let h = Math.floor(time / 60_000) ^ Math.imul(purpose, 0x9e3779b1);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  h ^= h >>> 16;
  return (h >>> 0) / 2 ** 32;
}

const CALLBACKS = {
  entryPrice: ({ time, rate }: CallbackContext) =>
    draw(time, 1) < 0.5 ? rate * (1 + (draw(time, 2) - 0.5) * 0.01) : rate,
  exitPrice: ({ time, rate }: CallbackContext) =>
    draw(time, 3) < 0.5 ? rate * (1 + (draw(time, 4) - 0.5) * 0.01) : rate,
  adjustOrder: ({ time, rate }: CallbackContext) => {
    const h = draw(time, 5);
    return h < 0.4 ? 'keep' : h < 0.6 ? 'cancel' : rate * (1 + (draw(time, 6) - 0.5) * 0.01);
  },
  customStop: ({ time }: PositionContext) => (draw(time, 7) < 0.5 ? null : -(0.01 + 0.05 * draw(time, 8))),
  adjustPosition: ({ time, position }: PositionContext) => {
    const h = draw(time, 9);
    return h < 0.05 ? 0.3 * position.stake : h < 0.1 ? -0.4 * position.stake : null;
  },
  confirmEntry: ({ time }: CallbackContext) => draw(time, 10) < 0.9,
  confirmExit: ({ time }: PositionContext) => draw(time, 11) < 0.9,
  customExit: ({ time }: PositionContext) => (draw(time, 12) < 0.02 ? 'whim' : null),
  stake: ({ time, proposed }: CallbackContext & { readonly proposed: number }) =>
    proposed * (0.3 + 0.9 * draw(time, 13)),
  customRoi: ({ time }: PositionContext) => (draw(time, 14) < 0.5 ? null : 0.03 * draw(time, 15)),
};

/** Callbacks that a case may have answered. */
export const ASKS = Object.keys(CALLBACKS) as readonly (keyof typeof CALLBACKS)[];

/** The strategy of `run-freqtrade.py`: signals and answers drawn from the time. */
export function drawnStrategy(
  pairs: readonly string[],
  asks: readonly (keyof typeof CALLBACKS)[],
  leverage: number,
  attributes: Readonly<Record<string, unknown>>,
): StrategyType {
  class Drawn extends Strategy {
    override onCandle({ pair, candle }: { readonly pair: string; readonly candle: { readonly time: number } }): void {
      const k = pairs.indexOf(pair);
      const has = (purpose: number) => draw(candle.time, purpose + k) < 0.03;
      if (has(20)) this.enter.long();
      if (has(30)) this.exit.long();
      if (has(40)) this.enter.short();
      if (has(50)) this.exit.short();
    }
  }
  const answers = Object.fromEntries(asks.map((name) => [name, CALLBACKS[name]]));
  return Object.assign(new Drawn(), { startupCandles: 10, leverage: () => leverage }, attributes, answers);
}
