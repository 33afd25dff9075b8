import { expect, it } from 'vitest';
import { type BookTop, Strategy } from '../../strategy/strategy.ts';
import { needsTicks } from './needs-ticks.ts';

const needs = (Made: new () => Strategy) =>
  needsTicks({ name: 'Made', create: () => new Made(), codeHash: '' }, 'BTC/USDT');

it('is true for what says so in ticks(), and for what decides on trades, books or timers alone', () => {
  class OnCandles extends Strategy {
    override onCandle() {}
  }
  class OnBooks extends Strategy {
    override onBook(_top: BookTop) {}
  }
  class OnTimer extends Strategy {
    override onTimer() {}
  }
  class OnBoth extends OnCandles {
    override onBook(_top: BookTop) {}
  }
  class Says extends OnCandles {
    override ticks() {
      return { timerMs: 100 };
    }
  }
  expect([OnCandles, OnBooks, OnTimer, OnBoth, Says].map(needs)).toEqual([false, true, true, false, true]);
});
