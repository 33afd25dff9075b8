import { expect, it } from 'vitest';
import { type BookTop, Strategy } from '../strategy/strategy.ts';
import { checkHearsCandles } from './check-hears-candles.ts';

it('refuses over candles what decides on trades, books or timers alone, and says which command runs it', () => {
  class OnTimer extends Strategy {
    override onTimer() {}
  }
  class OnBook extends Strategy {
    override onBook(_top: BookTop) {}
  }
  class OnTradeToo extends OnBook {
    override onTrade() {}
  }
  class OnBoth extends OnBook {
    override onCandle() {}
  }
  const check = (Made: new () => Strategy) => () => checkHearsCandles(new Made(), Made.name, ['BTC/USDT', 'ETH/USDT']);
  for (const Made of [Strategy as unknown as new () => Strategy, OnBoth]) expect(check(Made)).not.toThrow();
  expect(check(OnBook)).toThrow(
    'STRATEGY_NEEDS_TICKS: OnBook decides in onBook and has no onCandle, where a run on candles takes its signals (OnBook). Give it stored trades and books: tidegate backtest --ticks -s OnBook --pairs BTC/USDT,ETH/USDT',
  );
  expect(check(OnTimer)).toThrow('OnTimer decides in onTimer');
  expect(check(OnTradeToo)).toThrow('decides in onTrade and onBook');
});
