import { expect, it } from 'vitest';
import { randomMarket } from '../../book/random-market.ts';
import { configSchema } from '../../config/schema.ts';
import { defaultSpec } from '../../data/specs/default-spec.ts';
import { Strategy } from '../../strategy/strategy.ts';
import { modulesOf } from '../assemble.ts';
import { loadRegistry } from '../load-registry.ts';
import { runTicks } from './tick-run.ts';

const pair = 'BTC/USDT:USDT';
const market = randomMarket({ seed: 3, length: 20_000 });

/** In and out again, as the book changes. */
class InAndOut extends Strategy {
  override stoploss = -0.5;
  override protections = [{ name: 'cooldown', durationMinutes: 0.05 }];
  #calls = 0;
  override onBook() {
    if (this.#calls++ % 200 !== 0) return;
    if (this.position === null) this.enter.long();
    else this.exit.long();
  }
}

async function trades(settings: object) {
  const { result } = await runTicks({
    strategies: [{ name: 'InAndOut', create: () => new InAndOut(), codeHash: '' }],
    exchange: 'binance',
    markets: [{ pair, spec: defaultSpec('binance', pair), grid: { tickSize: 0.1, lotSize: 0.001 }, parts: [market] }],
    originMs: market.originMs,
    stakeCurrency: 'USDT',
    startingBalance: 100_000,
    stakeAmount: 1000,
    modules: modulesOf(configSchema.parse(settings), await loadRegistry()),
  });
  return result.trades;
}

it('heeds the protections of a strategy on ticks, unless they are turned off', async () => {
  const pauses = (closed: Awaited<ReturnType<typeof trades>>) =>
    closed.slice(1).map(({ openTime }, k) => openTime - closed[k]!.closeTime);
  const [guarded, free] = [pauses(await trades({})), pauses(await trades({ enableProtections: false }))];
  expect(guarded.length).toBeGreaterThan(2);
  expect(Math.min(...guarded)).toBeGreaterThanOrEqual(3_000);
  expect(Math.min(...free)).toBeLessThan(3_000);
  expect(free.length).toBeGreaterThan(guarded.length);
});
