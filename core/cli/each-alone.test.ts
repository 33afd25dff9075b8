import { expect, it } from 'vitest';
import { memoryMarket } from '../../tests/fixtures/memory-market.ts';
import { PLAIN_RUN } from '../../tests/fixtures/plain-run.ts';
import { candlesFrom } from '../domain/candles.ts';
import { summarize } from '../metrics/summarize.ts';
import { renderTable } from '../report/render-table.ts';
import { backtest } from '../runtime/backtest.ts';
import type { BacktestOptions } from '../runtime/backtest-options.ts';
import type { Bar } from '../strategy/bar.ts';
import { Strategy } from '../strategy/strategy.ts';
import { testSpec } from '../testing/trading-fakes.ts';
import { eachAlone } from './each-alone.ts';

const PAIR = 'BTC/USDT';
const FRAME = 300_000;

const rises = candlesFrom(
  Array.from({ length: 100 }, (_, i) => {
    const [open, close] = [100 + (i % 10), 100 + ((i + 1) % 10)];
    const range = { high: Math.max(open, close), low: Math.min(open, close), volume: 1e6 };
    return { time: Date.UTC(2024, 0, 1) + i * FRAME, open, close, ...range };
  }),
);

/** Holds from each close at `entry` to the next at `exit`. */
const between = (name: string, entry: number, exit: number): BacktestOptions['strategies'][number] => ({
  name,
  codeHash: name,
  create: (context) =>
    new (class extends Strategy {
      override timeframe = '5m';
      override stoploss = -0.5;
      override onCandle({ candle }: Bar<this>): void {
        if (candle.close === entry) this.enter.long();
        if (candle.close === exit) this.exit.long();
      }
    })(context),
});

const options: BacktestOptions = {
  ...PLAIN_RUN,
  strategies: [between('Early', 101, 105), between('Late', 103, 108)],
  data: memoryMarket({ [PAIR]: { spec: testSpec({ pair: PAIR, kind: 'spot' }), candles: { '5m': rises } } }),
  pairs: [PAIR],
  maxOpenTrades: 1,
  settings: { attributes: [{ stoploss: -0.5 }, {}] },
};

it('each of several strategies is the run that it makes when it is given alone', async () => {
  const together = summarize((await backtest(options)).result);
  const runs = await eachAlone(options, backtest);
  const alone = runs.map(({ summary }) => summary);
  // The account has one slot, which the first of them takes each time.
  expect(together.by.strategy.map(({ key, trades }) => [key, trades])).toEqual([['Early', 10]]);
  expect(alone.map(({ strategy, trades }) => [strategy, trades])).toEqual([
    ['Early', 10],
    ['Late', 10],
  ]);
  for (const [k, source] of options.strategies.entries()) {
    const { result } = await backtest({ ...options, strategies: [source], settings: { attributes: [{}] } });
    expect(alone[k]!.hash).toBe(result.hash);
    expect(runs[k]!.equity).toEqual(result.equity);
    expect(alone[k]!.account.finalBalance).toBe(result.finalBalance);
  }
  const table = renderTable({ ...together, alone }, { useColor: false });
  expect(table).toMatch(/account .*\n Early alone .*\n Late alone .*\n buy and hold /);
});
