import { afterEach, describe, expect, it } from 'vitest';
import type { ReplayServer } from '../../core/exchange/replay/serve-replay.ts';
import { type BookTop, Strategy } from '../../core/strategy/strategy.ts';
import { recordedStretch, TickBot, type TickBotOptions, tickServer } from '../e2e/tick-bot-fixture.ts';
import { SPOT_DEPOSITS } from '../fixtures/exchange-books.ts';

const recorded = recordedStretch(21, 3_000, 'spot');
let server: ReplayServer;
let bot: TickBot;

/** Quotes both sides at the best prices: bids up to a few orders of inventory, asks of what there is. */
class SpotQuoter extends Strategy {
  override stoploss = -1;
  override onBook({ bid, ask }: BookTop) {
    const amount = 0.01;
    this.quote({ bids: this.inventory < 0.025 ? [{ price: bid, amount }] : [], asks: [{ price: ask, amount }] });
  }
}

async function begun(options: TickBotOptions = {}): Promise<void> {
  server = await tickServer(recorded, 1, 'spot');
  bot = new TickBot(server, recorded, {
    isSpot: true,
    maxLossRatio: 0.5,
    strategy: () => new SpotQuoter(),
    ...options,
  });
  await bot.start();
}

afterEach(async () => {
  await bot.stop();
  await server.close();
});

const balance = (asset: string) => {
  const { free, locked } = bot.truth().spot.balances.find((b) => b.asset === asset)!;
  return { free: Number(free), locked: Number(locked) };
};

/** Leaves everything: the books are the account's, and the owner's coins are there. */
async function ended(): Promise<void> {
  await bot.halt();
  expect(bot.differences()).toEqual([]);
  expect(bot.resting).toEqual([]);
  expect(bot.ended).toEqual([]);
  expect(balance('BTC').locked).toBe(0);
  expect(balance('BTC').free).toBeGreaterThanOrEqual(SPOT_DEPOSITS.BTC!);
  expect(bot.bot.live!.reconciler.corrections).toBe(0);
  await bot.stop();
  const { fills, sent } = await bot.replayed();
  expect(fills).toBeGreaterThan(0);
  expect(sent).toBeGreaterThan(0);
}

const orders = () => bot.truth().spot.orders;
const sold = () => orders().filter((o) => o.side === 'SELL' && Number(o.executedQty) > 0);
const asks = () => bot.resting.filter(({ side }) => side < 0);

describe('a market maker on spot with real orders', () => {
  it('quotes both sides, sells only what it bought, and ends with the books of the account', async () => {
    await begun();
    await bot.playUntil(() => bot.filled >= 6 && sold().length >= 2);
    await ended();
  });

  it.each(['F2.placed', 'F3.reset', 'F3.504', 'F5.cut', 'F6.duplicate', 'F12.margin', 'F31.taker'])(
    '%s at its orders: each is there once, and no coin is sold twice',
    async (name) => {
      await begun();
      await bot.playUntil(() => bot.books > 0);
      server.exchange.faults.inject(name, { on: '^POST /api/v3/order$', times: 3 });
      const had = bot.filled;
      await bot.playUntil(() => bot.filled >= had + 3);
      await ended();
    },
  );

  it('killed between an ask and its answer, takes it off before anything else offers the same coins', async () => {
    await begun();
    await bot.playUntil(() => bot.books > 0 && asks().length > 0);
    server.exchange.faults.inject('F7.after', { on: '^POST /api/v3/order$' });
    await bot.playUntil(() => server.exchange.faults.injected.some(({ name }) => name === 'F7.after'));
    await bot.kill();
    server.exchange.faults.clear();
    await bot.start();
    const had = bot.filled;
    await bot.playUntil(() => bot.filled >= had + 2);
    await ended();
  });

  it('an exit of the strategy takes the asks off first, sells all, and quotes again', async () => {
    class Leaver extends SpotQuoter {
      override onBook(top: BookTop) {
        super.onBook(top);
        if (this.inventory > 0.015) this.exit.long();
      }
    }
    await begun({ strategy: () => new Leaver() });
    const isExit = () => orders().some((o) => o.side === 'SELL' && o.type === 'MARKET' && o.status === 'FILLED');
    await bot.playUntil(() => isExit());
    const had = bot.filled;
    await bot.playUntil(() => bot.filled > had);
    // Nothing was refused for want of coins.
    expect(orders().filter(({ status }) => status === 'REJECTED')).toEqual([]);
    expect(bot.lines.filter(({ event }) => event === 'order.refused')).toEqual([]);
    await ended();
  });

  it('a stop rests with all coins: asks wait, and what it holds is left with the stop when it ends', async () => {
    class Stopped extends SpotQuoter {
      override stoploss = -0.2;
    }
    await begun({ strategy: () => new Stopped() });
    const stops = () => orders().filter((o) => o.status === 'NEW' && o.type.startsWith('STOP_LOSS'));
    await bot.playUntil(() => bot.books > 0);
    await bot.until(() => stops().length === 1 && Number(stops()[0]!.origQty) === bot.books);
    await bot.play(200);
    expect(asks().filter((o) => !o.type.startsWith('STOP'))).toEqual([]);
    await ended();
  });
});
