import { expect, it } from 'vitest';
import type { Bar } from '../strategy/bar.ts';
import { Strategy } from '../strategy/strategy.ts';
import { checkSurface } from './check-surface.ts';

class Plain extends Strategy {
  override onCandle({ f, time }: Bar<this>): void {
    if (Object.keys(f).length > time) this.enter.long();
  }
}
const having = (members: object) => () => checkSurface(Object.assign(new Plain(), members), 'Mine');

it('takes what there is, and fields and methods of one’s own', () => {
  class Own extends Plain {
    limits = { deep: 1 };
    exits = 0;
    #hidden = 3;
    leverage2(): number {
      return this.#hidden;
    }
    override customExit = ({ profit, position: { entries } }: { profit: number; position: { entries: number } }) =>
      profit > entries ? 'far' : null;
    override stake({ proposed, leverage = 1 }: { proposed: number; leverage: number }): number {
      return proposed / leverage;
    }
    trend(): void {}
  }
  expect(() => checkSurface(new Own(), 'Own')).not.toThrow();
});

it.each([
  ['({ candle, // open, high, low\n f }) { return f; }'],
  ['({ candle /* open, high, low */, f }) { return f; }'],
  [': bar => this.decide({ level: 1, bar })'],
  [': function (bar) { return this.decide({ level: 1, bar }); }'],
])('takes nothing else for what a callback takes out: %s', (text) => {
  const { onCandle } = new Function(`return { onCandle${text} }`)() as { onCandle: () => void };
  expect(having({ onCandle })).not.toThrow();
});

it.each([
  [{ stopLoss: -0.02 }, /STRATEGY_NAME: Mine has "stopLoss", which nothing asks for\. It is called "stoploss" here\./],
  [{ minimalROI: {} }, /called "minimalRoi"/],
  [{ trailing_stop: true }, /called "trailingStop"/],
  [{ trailingStopPositve: 0.01 }, /called "trailingStopPositive"/],
  [{ startup_candle_count: 30 }, /called "startupCandles"/],
  [{ customStoploss: () => -0.1 }, /called "customStop"/],
  [{ adjust_trade_position: () => null }, /called "adjustPosition"/],
  [{ onCandel: () => undefined }, /called "onCandle"/],
  [{ populateIndicators: () => ({}) }, /called "features"/],
])('refuses what nothing would ask for: %o', (members, message) => {
  expect(having(members)).toThrow(message);
});

it('finds methods of the class as well', () => {
  class Late extends Plain {
    customExits(): string {
      return 'never';
    }
  }
  expect(() => checkSurface(new Late(), 'Late')).toThrow(/Late has "customExits".*called "customExit"/);
});

it('refuses a callback that is a value', () => {
  expect(having({ leverage: 3 })).toThrow(
    'STRATEGY_ATTRIBUTE: Mine.leverage cannot be 3: it is asked as a function. Write leverage() { return 3; }',
  );
});

it.each([
  [
    { customExit: ({ currentProfit }: { currentProfit: number }) => (currentProfit > 0.1 ? 'won' : null) },
    /STRATEGY_NAME: Mine\.customExit takes "currentProfit" out of what it is told/,
  ],
  [
    { stake: ({ porposed: p = 3 }) => p },
    /Did you mean "proposed"\? There is: pair, side, time, rate, entryTag, proposed, leverage\./,
  ],
  [
    {
      onCandle({ f, candel }: { f: object; candel: object }) {
        return f === candel;
      },
    },
    /Mine\.onCandle takes "candel".*Did you mean "candle"\?/,
  ],
])('refuses names that a callback is not told: %o', (members, message) => {
  expect(having(members)).toThrow(message);
});
