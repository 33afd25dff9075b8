import { expect, it } from 'vitest';
import { Instrument } from '../../../core/domain/tradable.ts';
import type { ExecutionModule } from '../../../core/ports/trading-modules.ts';
import { checkExecution } from '../../../core/testing/execution-contract.ts';
import { testSpec } from '../../../core/testing/trading-fakes.ts';
import plugin from './index.ts';

it('keeps the contract of execution modules', () => {
  expect(checkExecution(plugin)).toEqual([]);
  expect(checkExecution(plugin, { options: { afterwards: 'market', timeoutMinutes: 3 } })).toEqual([]);
});

it('quotes anew where the price left, and waits for the next candle where it would have taken', () => {
  const module = plugin.create(plugin.options.parse({ offsetBps: 0 })) as ExecutionModule;
  const instrument = new Instrument(testSpec());
  const begun = module.start({ pair: 'BTC/USDT', side: 'buy', amount: 1, rate: 100, time: 0, instrument });
  expect(begun.actions).toEqual([
    { action: 'place', key: 'quote-0', type: 'limit', price: 100, amount: 1, postOnly: true },
  ]);
  const candle = { event: 'candle', last: 100.1, volume: 1, time: 1000 } as const;
  const away = module.step(begun.state, candle);
  expect(away.actions).toEqual([{ action: 'cancel', key: 'quote-0' }]);
  const moved = module.step(away.state, { event: 'closed', key: 'quote-0', time: 1100 });
  expect(moved.actions).toMatchObject([{ key: 'quote-1', price: 100.1, postOnly: true }]);
  const refused = module.step(moved.state, { event: 'closed', key: 'quote-1', time: 1200 });
  expect(refused.actions).toEqual([]);
  expect(module.step(refused.state, { ...candle, last: 99.9, time: 2000 }).actions).toMatchObject([
    { key: 'quote-2', price: 99.9 },
  ]);
});
