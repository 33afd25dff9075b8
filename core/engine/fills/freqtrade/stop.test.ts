import { describe, expect, it } from 'vitest';
import type { FreqtradeCallbacks, FreqtradeSettings } from './ports.ts';
import { grid } from './rounding.ts';
import { CALM, hourOf, type Prices, pairOf, runFixture, settingsOf } from './run-fixture.ts';
import { stopFrom } from './stop.ts';

function run(prices: readonly Prices[], more: Partial<FreqtradeSettings>, callbacks: FreqtradeCallbacks = {}) {
  const isShort = more.canShort === true;
  const pair = pairOf('A', prices, { 0: isShort ? 'enterShort' : 'enterLong' });
  const market = isShort ? { market: 'margin' as const } : {};
  return runFixture([pair], settingsOf({ ...market, ...more }), callbacks).trades[0]!;
}

const outcome = (trade: ReturnType<typeof run>) => [trade.exitReason, trade.closeRate, hourOf(trade.closeTime)];

describe('stopFrom', () => {
  it('is a ratio of the margin, stepped against the trade', () => {
    expect(stopFrom(100.01, -0.06, 3, 1, grid(0.1))).toBe(98.1);
    expect(stopFrom(100.01, -0.06, 3, -1, grid(0.1))).toBe(102);
    expect(stopFrom(5000, -0.01, 1, 1, grid(1e-8))).toBe(4950);
  });
});

describe('a fixed stop', () => {
  it('fills at the stop even when the candle opens beyond it but trades back through it', () => {
    expect(outcome(run([CALM, CALM, [80, 95, 79, 90], CALM], { stoploss: -0.1 }))).toEqual(['stop_loss', 90, 2]);
  });

  it('fills at the open when the whole candle is beyond', () => {
    expect(outcome(run([CALM, CALM, [80, 89, 79, 85], CALM], { stoploss: -0.1 }))).toEqual(['stop_loss', 80, 2]);
  });

  it('stops a short above its entry', () => {
    expect(outcome(run([CALM, CALM, [100, 111, 99, 105], CALM], { stoploss: -0.1, canShort: true }))).toEqual([
      'stop_loss',
      110,
      2,
    ]);
  });
});

describe('a trailing stop', () => {
  const trailing = { stoploss: -0.1, trailingStop: true };

  it('rises with the high first and is then tested against the low of the same candle', () => {
    const trade = run([CALM, CALM, [100, 120, 107, 110], CALM], trailing);
    expect(outcome(trade)).toEqual(['trailing_stop_loss', 108, 2]);
    expect([trade.initialStop, trade.lastStop]).toEqual([90, 108]);
  });

  it('does not rise on a candle whose low has reached the stop', () => {
    expect(outcome(run([CALM, CALM, [100, 120, 89, 110], CALM], trailing))).toEqual(['stop_loss', 90, 2]);
  });

  it('waits for its offset and is then as tight as told', () => {
    const offset = {
      ...trailing,
      trailingStopPositive: 0.02,
      trailingStopPositiveOffset: 0.05,
      trailingOnlyOffsetIsReached: true,
    };
    const trade = run([CALM, CALM, [100, 104.9, 100, 104], [104, 110, 107.9, 108], [108, 108, 107, 107], CALM], offset);
    expect(outcome(trade)).toEqual(['trailing_stop_loss', 107.8, 4]);
  });

  it('hit on the entry candle fills as if the price had just reached the offset, or had only fallen', () => {
    const entry: Prices = [100, 110, 95, 100];
    const offset = { trailingStopPositive: 0.02, trailingStopPositiveOffset: 0.05, trailingOnlyOffsetIsReached: true };
    expect(outcome(run([CALM, entry, CALM], { ...trailing, ...offset }))).toEqual(['trailing_stop_loss', 103, 1]);
    // 100 × (1 - 0.1) lies below the candle: not worse than its low.
    expect(outcome(run([CALM, entry, CALM], trailing))).toEqual(['trailing_stop_loss', 95, 1]);
  });
});

describe('a custom stop', () => {
  it('replaces the stop after the fill without counting as moved', () => {
    const trade = run(
      [CALM, CALM, [100, 100, 94, 95], CALM],
      { stoploss: -0.1 },
      {
        customStop: (_t, _time, _rate, _profit, afterFill) => (afterFill ? -0.05 : null),
      },
    );
    expect(outcome(trade)).toEqual(['stop_loss', 95, 2]);
    expect(trade.initialStop).toBe(90);
  });

  it('sees the profit at the best price and only moves towards profit', () => {
    const profits: number[] = [];
    const trade = run(
      [CALM, CALM, [100, 110, 100, 105], [105, 106, 98, 99], CALM],
      { stoploss: -0.1 },
      {
        customStop(_trade, _time, _rate, profit, afterFill) {
          if (!afterFill) profits.push(profit);
          return profit > 0.08 ? -0.1 : -0.5;
        },
      },
    );
    expect(profits).toEqual([0, 0.1]);
    expect(outcome(trade)).toEqual(['trailing_stop_loss', 99, 3]);
  });
});
