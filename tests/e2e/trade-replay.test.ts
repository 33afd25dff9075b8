import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReplayServer } from '../../core/exchange/replay/serve-replay.ts';
import { BTC, botServer, decided, ETH, FROM, ReplayBot } from './bot-fixture.ts';

let server: ReplayServer;
let bot: ReplayBot;
beforeEach(async () => {
  server = await botServer(7);
});
afterEach(async () => {
  await bot.stop();
  await server.close();
});

/** Nothing is lost here: each candle is waited for, and each answer, however slow the machine. */
const PATIENT = { patienceMs: 20_000, timeoutMs: 5_000 };

/** In and out every few minutes, on both sides. */
const busy = decided((act, pair, time) => {
  const minute = Math.round((time - FROM) / 60_000) + (pair === ETH ? 2 : 0);
  if (minute % 6 === 1) act.enter.long({ tag: 'up' });
  if (minute % 6 === 3) act.exit.long();
  if (minute % 6 === 4) act.enter.short({ tag: 'down' });
  if (minute % 6 === 0) act.exit.short();
});

describe('a bot on the replay exchange, with the exchange layer of production', () => {
  it('trades live, and its books are those of the exchange', async () => {
    bot = new ReplayBot(server, { strategy: busy, pairs: [BTC, ETH], ...PATIENT });
    await bot.start();
    for (let i = 0; i < 14; i++) await bot.minute();
    await bot.session.halt(true, 'end of the test');
    expect(bot.differences()).toEqual([]);
    expect(bot.store.reader.trades({ state: 'closed' }).length).toBeGreaterThan(4);
    expect(bot.session.live!.reconciler.corrections).toBe(0);
    expect(bot.truth().futures.algoOrders.filter((a) => a.algoStatus === 'NEW')).toEqual([]);
  });

  it('trades on paper without sending anything', async () => {
    bot = new ReplayBot(server, { strategy: busy, pairs: [BTC], settings: { mode: 'dry-run' }, ...PATIENT });
    await bot.start();
    for (let i = 0; i < 9; i++) await bot.minute();
    expect(bot.store.reader.trades({ state: 'closed' }).length).toBeGreaterThan(0);
    expect(bot.truth().futures.orders).toEqual([]);
  });

  it('goes on after kills between any two steps', async () => {
    bot = new ReplayBot(server, { strategy: busy, pairs: [BTC, ETH], ...PATIENT });
    await bot.start();
    for (let i = 0; i < 12; i++) {
      await bot.minute();
      if (i % 3 === 1) {
        await bot.kill();
        await bot.start();
      }
    }
    await bot.session.halt(true, 'end of the test');
    expect(bot.differences()).toEqual([]);
  });
});
