import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReplayServer } from '../../core/exchange/replay/serve-replay.ts';
import { type BotOptions, botServer, decided, FROM, fastClock, ReplayBot } from '../e2e/bot-fixture.ts';

// Spot with real orders: coins are held by what sells them, fees come out of what was bought, and the owner's own coins are left alone.
const PAIR = 'BTC/USDT';
let server: ReplayServer;
let bot: ReplayBot;
beforeEach(async () => {
  server = await botServer(6, 'spot');
});
afterEach(async () => {
  await bot.stop();
  await server.close();
});
const minuteOf = (time: number) => Math.round((time - FROM) / 60_000);
const longAt = (enter: number, leave = -1, attributes = {}) =>
  decided(
    (act, _pair, time) => {
      if (minuteOf(time) === enter) act.enter.long();
      if (minuteOf(time) === leave) act.exit.long();
    },
    { stoploss: -0.05, canShort: false, ...attributes },
  );
const orders = () => bot.truth().spot.orders;
const stops = () => orders().filter((o) => o.status === 'NEW' && o.type.startsWith('STOP_LOSS'));
const balance = (asset: string) => {
  const { free, locked } = bot.truth().spot.balances.find((b) => b.asset === asset)!;
  return { free: Number(free), locked: Number(locked) };
};
const market = () => server.exchange.markets('spot').get('BTCUSDT')!;
/** The price from now on, told within a candle. */
const price = (at: number) => {
  market().script([[server.exchange.now, at]]);
  server.exchange.advance(15_000);
};
const last = () => market().klines.at(-1)!.close;
const agreed = () =>
  bot.until(() => bot.differences().length === 0, 10_000).catch(() => expect(bot.differences()).toEqual([]));
const isFlat = () => bot.books(PAIR) === 0 && orders().every((o) => o.status !== 'NEW');

async function begin(options: Partial<BotOptions> = {}): Promise<void> {
  bot = new ReplayBot(server, { strategy: longAt(0, 1), pairs: [PAIR], clock: fastClock(10), ...options });
  await bot.start();
}
/** Long, with its stop at the exchange. */
async function inPosition(options: Partial<BotOptions> = {}): Promise<void> {
  await begin(options);
  await bot.minute();
  await bot.until(() => bot.books(PAIR) > 0 && stops().length === 1);
}

describe('spot with real orders', () => {
  it("F11: the fee comes out of the coins; what can be sold is sold, in whole steps, and the owner's coins stay", async () => {
    await inPosition();
    const [bought] = bot.truth().spot.fills;
    expect(bought).toMatchObject({ qty: '0.02323', commission: '0.00002323', commissionAsset: 'BTC' });
    // 0.02320677 floored to steps of 0.00001.
    expect(bot.books(PAIR)).toBe(0.0232);
    expect(stops()[0]).toMatchObject({ origQty: '0.02320', side: 'SELL' });
    expect(balance('BTC').locked).toBe(0.0232);
    expect(bot.store.reader.orders()[0]!.average).toBe(Number((bought as unknown as { price: string }).price));
    await bot.minute();
    await bot.until(isFlat);
    await agreed();
    expect(orders().map((o) => [o.type, o.status, o.origQty])).toEqual([
      ['MARKET', 'FILLED', '0.02323'],
      ['STOP_LOSS', 'CANCELED', '0.02320'],
      ['MARKET', 'FILLED', '0.02320'],
    ]);
    expect(balance('BTC')).toEqual({ free: 0.50000677, locked: 0 });
    // What is left of a step belongs to equity, at its price.
    const { ledger } = bot.session.loop.engine;
    expect(ledger.equity - ledger.account.stake.free.value).toBeCloseTo(0.00000677 * last(), 6);
    expect(bot.session.live!.reconciler.corrections).toBe(0);
  });

  it('a stop goes off at the exchange', async () => {
    await inPosition({ strategy: longAt(0) });
    price(last() * 0.94);
    await bot.until(isFlat);
    await agreed();
    expect(bot.store.reader.trades()).toMatchObject([{ exitReason: 'stop_loss' }]);
  });

  it('a stop that goes off while nothing is heard is booked from its fills, at their prices', async () => {
    await inPosition({ strategy: longAt(0), settings: { reconcileMs: 2_000 } });
    for (const connection of server.exchange.hub.connections) connection.isFrozen = true;
    price(last() * 0.94);
    await bot.until(isFlat, 20_000);
    await agreed();
    expect(bot.store.reader.trades()).toMatchObject([{ exitReason: 'stop_loss' }]);
    expect(bot.session.live!.reconciler.corrections).toBe(0);
  });

  it('a stop that rests is known by the comparison: nothing about it is asked again', async () => {
    await inPosition({ strategy: longAt(0), settings: { reconcileMs: 1_000 } });
    const { reconciler } = bot.session.live!;
    // A comparison that began before the stop rested may still ask for it.
    const compared = async (times: number) => {
      const runs = reconciler.runs;
      await bot.until(() => reconciler.runs >= runs + times, 20_000);
    };
    await compared(2);
    const from = server.rest.requests;
    await compared(6);
    const asked = server.rest.log.filter(
      ({ n, method, path }) => n > from && `${method} ${path}` === 'GET /api/v3/order',
    );
    expect(asked).toEqual([]);
  });

  it('a stop that trails is taken off and placed anew: never two that would sell the same coins', async () => {
    await inPosition({ strategy: longAt(0, -1, { stoploss: -0.01, trailingStop: true }) });
    const [before] = stops();
    const from = last();
    for (let k = 1; k <= 3; k++) {
      market().script([[server.exchange.now, from * (1 + 0.01 * k)]]);
      await bot.minute();
      await bot.until(() => stops().length === 1);
    }
    const [after] = stops();
    expect(Number((after as unknown as { stopPrice: string }).stopPrice)).toBeGreaterThan(
      Number((before as unknown as { stopPrice: string }).stopPrice) * 1.02,
    );
    expect(orders().filter((o) => o.status === 'REJECTED' || o.status === 'EXPIRED')).toEqual([]);
    price(from * 1.01);
    await bot.until(isFlat);
    await agreed();
    expect(bot.store.reader.trades()[0]!.exitReason).toBe('trailing_stop_loss');
  });

  it.each(['F2.placed', 'F3.reset', 'F3.504', 'F5.cut', 'F6.duplicate'])(
    '%s at the entry, at the stop and at the exit: each order is there once',
    async (name) => {
      await begin({ strategy: longAt(0, 3) });
      server.exchange.faults.inject(name, { on: '^POST /api/v3/order$', times: 2 });
      await bot.minute();
      await bot.until(() => bot.books(PAIR) > 0 && stops().length === 1, 20_000);
      await bot.minute();
      await bot.minute();
      server.exchange.faults.inject(name, { on: '^POST /api/v3/order$' });
      await bot.minute();
      await bot.until(isFlat, 20_000);
      await agreed();
      expect(orders().filter((o) => o.type === 'MARKET')).toHaveLength(2);
    },
  );

  it('killed at every step, it goes on with the same coins', async () => {
    await inPosition({ strategy: longAt(0, 2) });
    await bot.kill();
    await bot.start();
    expect(stops()).toHaveLength(1);
    await bot.minute();
    await bot.kill();
    await bot.start();
    const life = bot.minute().catch(() => {});
    await new Promise((done) => setTimeout(done, 15));
    await bot.kill();
    void life;
    await bot.start();
    await bot.session.halt(true, 'end of the test', 200_000);
    await agreed();
    expect(balance('BTC').free).toBeLessThan(0.5001);
    expect(balance('BTC').locked).toBe(0);
  });

  it('coins that their owner sells are his own, as long as ours are there', async () => {
    await inPosition({ strategy: longAt(0), settings: { reconcileMs: 1_000 } });
    server.exchange.faults.inject('F18.manual', { venue: 'spot', symbol: 'BTCUSDT', side: 'sell', quantity: 0.5 });
    await bot.until(() => bot.lines.some((l) => l.event === 'fill.foreign'), 20_000);
    await bot.until(() => bot.session.live!.reconciler.runs > 10, 20_000);
    expect(bot.books(PAIR)).toBe(0.0232);
    expect(stops()).toHaveLength(1);
  });

  it('coins that their owner takes away are missed, told, and written off', async () => {
    await inPosition({ strategy: longAt(0), settings: { reconcileMs: 1_000 } });
    // The stop that held the position's coins goes with the owner's own half coin and nearly all of the rest.
    for (const order of server.exchange.spot.orders.open('BTCUSDT')) server.exchange.spot.cancel(order);
    server.exchange.faults.inject('F18.manual', { venue: 'spot', symbol: 'BTCUSDT', side: 'sell', quantity: 0.51 });
    await bot.until(() => Math.abs(bot.books(PAIR) - 0.0132) < 1e-9 && stops().length === 1, 20_000);
    expect(stops()[0]!.origQty).toBe('0.01320');
    expect(bot.store.reader.decisions({ kind: 'alert' }).map((d) => d.reason)).toContainEqual(
      expect.stringContaining('the venue holds 0.0132, the books say 0.0232: what is gone is written off'),
    );
    await bot.session.halt(true, 'end of the test', 200_000);
    expect(orders().every((o) => o.status !== 'NEW')).toBe(true);
    expect(balance('BTC').free).toBeLessThan(0.0001);
  });
});
