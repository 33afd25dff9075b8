import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReplayServer } from '../../core/exchange/replay/serve-replay.ts';
import { type BotOptions, botServer, decided, FROM, fastClock, ReplayBot } from '../e2e/bot-fixture.ts';

// Spot: a position's stop and its profit rest at the exchange as two orders that end each other (OCO), on the same coins.
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
    { stoploss: -0.05, minimalRoi: { 0: 0.02 }, canShort: false, ...attributes },
  );
const lists = () => server.exchange.spot.lists.all();
const resting = () =>
  server.exchange.spot.orders.open('BTCUSDT').map((o) => [o.type, o.list === null ? 'alone' : 'paired'] as const);
const PAIRED = [
  ['STOP_LOSS', 'paired'],
  ['LIMIT_MAKER', 'paired'],
];
/** The stop and the profit of the position rest, and nothing else does. */
const isHeld = () => {
  const kinds = resting().map(([type]) => type);
  return kinds.length === 2 && kinds.includes('STOP_LOSS') && kinds.includes('LIMIT_MAKER');
};
const market = () => server.exchange.markets('spot').get('BTCUSDT')!;
const last = () => market().klines.at(-1)!.close;
/** The price from now on, told within a candle. */
const price = (at: number) => {
  market().script([[server.exchange.now, at]]);
  server.exchange.advance(15_000);
};
const orders = () => bot.truth().spot.orders;
const isFlat = () => bot.books(PAIR) === 0 && orders().every((o) => o.status !== 'NEW');
const agreed = async () => {
  await bot.until(() => bot.differences().length === 0, 20_000).catch(() => expect(bot.differences()).toEqual([]));
  expect(bot.session.live!.reconciler.corrections).toBe(0);
};
const reasons = () => bot.store.reader.trades().map(({ exitReason }) => exitReason);

async function begin(options: Partial<BotOptions> = {}): Promise<void> {
  bot = new ReplayBot(server, { strategy: longAt(0), pairs: [PAIR], clock: fastClock(10), ...options });
  await bot.start();
}
async function inPosition(options: Partial<BotOptions> = {}): Promise<void> {
  await begin(options);
  await bot.minute();
  await bot.until(() => bot.books(PAIR) > 0 && isHeld());
}

describe('a stop and a profit on the same coins', () => {
  it('rest together, and the profit is taken at the exchange', async () => {
    await inPosition();
    expect(resting().toSorted().toReversed()).toEqual(PAIRED);
    const [list] = lists();
    const { openRate } = bot.session.slotOf(PAIR).position!;
    const [above, below] = list!.legs.map((leg) => (leg.tick || leg.stopTick) * leg.symbol.tickSize);
    expect(above! / openRate).toBeCloseTo(1.022, 3);
    expect(below! / openRate).toBeCloseTo(0.95, 3);
    price(openRate * 1.03);
    await bot.until(isFlat);
    await agreed();
    expect([reasons(), lists().length]).toEqual([['roi'], 1]);
    expect(orders().map((o) => [o.type, o.status])).toEqual([
      ['MARKET', 'FILLED'],
      ['LIMIT_MAKER', 'FILLED'],
      ['STOP_LOSS', 'EXPIRED'],
    ]);
  });

  it('the stop goes off at the exchange', async () => {
    await inPosition();
    price(last() * 0.94);
    await bot.until(isFlat);
    await agreed();
    expect(reasons()).toEqual(['stop_loss']);
  });

  it('a profit that fills in part leaves the rest with a stop: both are placed anew for it', async () => {
    await inPosition();
    const [limit] = lists()[0]!.legs;
    server.exchange.spot.fillResting(limit, 900);
    await bot.until(() => lists().length === 2 && isHeld());
    const { lots } = bot.session.slotOf(PAIR).position!;
    expect(lists()[1]!.legs.map((leg) => leg.lots)).toEqual([lots, lots]);
    expect(lots).toBe(limit.lots - 900);
    price(last() * 0.94);
    await bot.until(isFlat);
    await agreed();
    expect(reasons()).toEqual(['stop_loss']);
  });

  it('an exit at the market takes both off first', async () => {
    await inPosition({ strategy: longAt(0, 1) });
    await bot.minute();
    await bot.until(isFlat);
    await agreed();
    expect(orders().map((o) => [o.type, o.status])).toEqual([
      ['MARKET', 'FILLED'],
      ['LIMIT_MAKER', 'CANCELED'],
      ['STOP_LOSS', 'CANCELED'],
      ['MARKET', 'FILLED'],
    ]);
  });

  it('the next row of the ROI table moves the profit: both are placed anew', async () => {
    await inPosition({ strategy: longAt(0, -1, { minimalRoi: { 0: 0.04, 2: 0.02 } }) });
    for (let k = 0; k < 3; k++) await bot.minute();
    await bot.until(() => lists().length === 2 && isHeld());
    const { openRate } = bot.session.slotOf(PAIR).position!;
    const [above] = lists()[1]!.legs;
    expect((above.tick * above.symbol.tickSize) / openRate).toBeCloseTo(1.022, 3);
    expect(bot.session.live!.longestGapMs).toBeLessThan(10_000);
  });

  it('a stop that trails rests by itself, and the profit is looked at with each close', async () => {
    await begin({ strategy: longAt(0, -1, { trailingStop: true }) });
    await bot.minute();
    await bot.until(() => bot.books(PAIR) > 0 && resting().length === 1);
    expect(resting()).toEqual([['STOP_LOSS', 'alone']]);
    price(last() * 1.03);
    await bot.minute();
    await bot.until(isFlat);
    await agreed();
    expect([reasons(), lists().length]).toEqual([['roi'], 0]);
  });

  it('a pair that the exchange refuses leaves the stop by itself', async () => {
    await begin();
    server.exchange.faults.inject('F12.percent', { on: '^POST /api/v3/orderList/oco$' });
    await bot.minute();
    await bot.until(() => bot.books(PAIR) > 0 && resting().length === 1);
    expect(resting()).toEqual([['STOP_LOSS', 'alone']]);
    expect(bot.session.slotOf(PAIR).position).not.toBeNull();
    // After a restart the profit is tried again.
    await bot.kill();
    await bot.start();
    await bot.until(isHeld);
    expect(lists()).toHaveLength(1);
    await agreed();
  });

  it('a profit that the market has reached before it could rest is taken at the market', async () => {
    await begin();
    server.exchange.faults.inject('F4.overload', { on: '^POST /api/v3/orderList/oco$' });
    await bot.minute();
    await bot.until(() => bot.books(PAIR) > 0);
    price(bot.session.slotOf(PAIR).position!.openRate * 1.03);
    await bot.until(isFlat);
    await agreed();
    expect(reasons()).toEqual(['roi']);
  });

  it.each(['F2.placed', 'F2.lost', 'F3.reset', 'F3.reset-before', 'F3.504', 'F5.cut', 'F5.object', 'F6.duplicate'])(
    '%s when they are placed: they are there once',
    async (name) => {
      await begin();
      server.exchange.faults.inject(name, { on: '^POST /api/v3/orderList/oco$' });
      await bot.minute();
      await bot.until(() => bot.books(PAIR) > 0 && isHeld(), 30_000);
      await agreed();
      price(bot.session.slotOf(PAIR).position!.openRate * 1.03);
      await bot.until(isFlat, 30_000);
      await agreed();
      expect(reasons()).toEqual(['roi']);
      expect(orders().filter((o) => o.type === 'LIMIT_MAKER' && o.status === 'FILLED')).toHaveLength(1);
    },
  );

  it.each(['F2.placed', 'F2.lost', 'F3.reset', 'F5.cut', 'F8.stale', 'F9.race'])(
    '%s when they are cancelled for an exit: the position is sold once',
    async (name) => {
      await inPosition({ strategy: longAt(0, 1) });
      const isNow = /^F[89]/.test(name);
      server.exchange.faults.inject(name, isNow ? { venue: 'spot', times: 2 } : { on: '^DELETE /api/v3/order$' });
      await bot.minute();
      await bot.until(isFlat, 30_000);
      await agreed();
      const sold = bot
        .truth()
        .spot.fills.filter((f) => !(f as unknown as { isBuyer: boolean }).isBuyer)
        .reduce((sum, f) => sum + Number((f as unknown as { qty: string }).qty), 0);
      expect(sold).toBeCloseTo(0.0232, 8);
    },
  );

  it('killed while they rest, and between, it goes on with the same two', async () => {
    await inPosition({ settings: { reconcileMs: 2_000 } });
    await bot.kill();
    await bot.start();
    expect(isHeld()).toBe(true);
    expect(lists()).toHaveLength(1);
    // Taken off by somebody while nobody looked.
    await bot.kill();
    server.exchange.spot.cancel(lists()[0]!.legs[0]);
    await bot.start();
    await bot.until(() => lists().length === 2 && isHeld());
    // And while it looked.
    server.exchange.spot.cancel(lists()[1]!.legs[1]);
    await bot.until(() => lists().length === 3 && isHeld());
    // The profit is taken while it is away.
    await bot.kill();
    price(bot.session.slotOf(PAIR).position!.openRate * 1.03);
    await bot.start();
    await bot.until(isFlat);
    await agreed();
    expect(reasons()).toEqual(['roi']);
  });
});
