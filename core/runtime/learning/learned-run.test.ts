import { expect, it } from 'vitest';
import { hintingMarket } from '../../../tests/fixtures/hinting-market.ts';
import { memoryMarket } from '../../../tests/fixtures/memory-market.ts';
import { PLAIN_RUN } from '../../../tests/fixtures/plain-run.ts';
import type { Market } from '../../strategy/market.ts';
import { Strategy, type StrategyContext } from '../../strategy/strategy.ts';
import { testSpec } from '../../testing/trading-fakes.ts';
import { backtest } from '../backtest.ts';
import { loadRegistry } from '../load-registry.ts';

const registry = await loadRegistry();

it.each([
  ['a name of a regime', (m: Market) => m.regime('calm' as never).state, '"calm"'],
  ['a name for its states', (m: Market) => m.states('calm' as never) as never, '"calm"'],
  ['a name of a volatility', (m: Market) => m.volatility('garch' as never), '"garch"'],
  ['no regime', (m: Market) => m.regime(undefined as never).state, '"undefined"'],
  ['no model', (m: Market) => m.model(undefined as never).direction, '"undefined"'],
  ['a model that was made by hand', (m: Market) => m.model({ name: 'own' } as never).direction, '"own"'],
])('refuses %s in the place of what train() returned', async (_, read, named) => {
  class Learner extends Strategy {
    override timeframe = '1h';
    learnt = this.train({ mood: { regime: 'hmm', window: '10d', every: '5d' } });
    override features(m: Market) {
      return { own: read(m) };
    }
    override onCandle(): void {}
  }
  const spec = testSpec({ pair: 'A/USDT', kind: 'spot', minCost: 1 });
  const run = backtest({
    ...PLAIN_RUN,
    strategies: [{ name: 'Learner', create: (context: StrategyContext) => new Learner(context), codeHash: 'code' }],
    data: memoryMarket({ 'A/USDT': { spec, candles: { '1h': hintingMarket(600) } } }),
    pairs: ['A/USDT'],
    learning: { registry, jobs: 1, stored: () => Promise.reject(new Error('none is stored')) },
  });
  await expect(run).rejects.toThrow(`TRAIN_BLOCK: the train block ${named} was not declared by this strategy`);
});
