import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BTC, planned, TestBot, testOptions, testVenue } from './session-fixture.ts';

let bot: TestBot;
const rows = (open: number, high: number, low: number, close: number) => ({ [BTC]: [open, high, low, close] as const });
const working = () => bot.venue.orders.filter((o) => o.state === 'working');
const stop = () => bot.venue.orders.find((o) => o.kind === 'stop')!;
const events = () => bot.lines.map((l) => l.event);

/** A bot that holds a long position with its stop, and leaves at the next candle if told so. */
async function holding(leave = -1): Promise<void> {
  const plan = planned((at, act) => {
    if (at === 0) act.enter.long();
    if (at === leave) act.exit.long();
  });
  bot = new TestBot(testVenue(), testOptions(plan, [BTC]));
  await bot.start();
  await bot.candle(rows(100, 101, 99, 100));
  expect(working()).toHaveLength(1);
  bot.speed = 100;
}

beforeEach(() => holding());
afterEach(() => bot.stop());

describe('halt and flatten', () => {
  it('is done only once the exchange shows neither orders nor positions', async () => {
    await bot.session.halt(true, 'test');
    expect(working()).toEqual([]);
    expect(bot.venue.signed(BTC)).toBe(0);
    expect(bot.exchange.calls.filter((c) => c === 'openOrders').length).toBeGreaterThan(2);
  });

  it('takes off an order of ours that rests although it was held for over, and leaves those of others', async () => {
    await bot.session.halt(true, 'test');
    stop().state = 'working';
    const theirs = { ...stop(), exchangeId: 'x1', clientOrderId: 'somebody' };
    bot.venue.orders.push(theirs);
    await bot.session.halt(true, 'test');
    expect(working()).toEqual([theirs]);
    expect(events()).toContain('order.stray');
  });

  it('takes off an order that only the store knows of', async () => {
    await bot.session.halt(true, 'test');
    await bot.kill();
    stop().state = 'working';
    await bot.start();
    await bot.session.halt(true, 'test');
    expect(working()).toEqual([]);
    expect(events()).not.toContain('order.foreign');
  });

  it('does not take an exchange that cannot be asked for an empty one', async () => {
    bot.venue.trouble = (call) => (call === 'openOrders' ? 'lost' : null);
    await expect(bot.session.halt(true, 'test', 5_000)).rejects.toThrow(/TRADE_NOT_FLAT.*the exchange to answer/);
    bot.venue.trouble = () => null;
  });

  it('names what is left when its time is over', async () => {
    bot.venue.trouble = (call) => (call === 'cancel' ? 'lost' : null);
    await expect(bot.session.halt(true, 'test', 5_000)).rejects.toThrow(
      /TRADE_NOT_FLAT.*stop 2 of BTC\/USDT:USDT \(tg[0-9a-f]{28} \w+\); stop order tg[0-9a-f]{28} of BTC\/USDT:USDT at the exchange/,
    );
    bot.venue.trouble = () => null;
  });

  it('names a position that the books do not have', async () => {
    await bot.session.halt(true, 'test');
    bot.venue.positions.set(BTC, { amount: 1, cost: 100 });
    await expect(bot.session.halt(true, 'test', 5_000)).rejects.toThrow(
      'a long position of 1 BTC/USDT:USDT at the exchange',
    );
  });
});

describe('an order without an end that was heard', () => {
  it('is over when its trigger went off and became nothing', async () => {
    const expired = { ...stop(), state: 'expired' as const };
    stop().state = 'triggered';
    bot.venue.tell({ kind: 'order', order: { ...stop() } });
    stop().state = 'expired';
    bot.venue.tell({ kind: 'order', order: expired });
    // The answer to a cancel is how the order is: over.
    bot.venue.cancel = () => expired;
    await bot.session.halt(true, 'test');
    expect([...bot.session.live!.broker.orders.values()]).toEqual([]);
  });

  it('is over once the exchange shows nothing of what its trigger became', async () => {
    Object.assign(stop(), { state: 'triggered', childId: 'gone' });
    bot.venue.tell({ kind: 'order', order: { ...stop() } });
    bot.venue.trouble = (call) => (call === 'cancel' ? 'lost' : null);
    await bot.session.halt(true, 'test');
    expect([...bot.session.live!.broker.orders.values()]).toEqual([]);
    expect(bot.store.reader.orders({ state: 'open' })).toEqual([]);
  });
});

describe('after a kill', () => {
  it('orders are known although the start before was cut short', async () => {
    await bot.kill();
    bot.venue.trouble = (call) => (call === 'openOrders' ? 'lost' : null);
    await expect(bot.start()).rejects.toThrow('EXCHANGE_UNAVAILABLE');
    await bot.store.close(bot.venue.now);
    bot.venue.trouble = () => null;
    await bot.start();
    await bot.idle();
    expect(events()).not.toContain('order.foreign');
    expect(events()).not.toContain('order.stray');
    expect(working()).toEqual([stop()]);
    expect([...bot.session.live!.broker.open]).toHaveLength(1);
  });

  it('a stop whose position is gone is withdrawn, though the wish for it was not sent', async () => {
    await bot.stop();
    await holding(5);
    bot.venue.trouble = (call) => (call === 'cancel' ? 'lost' : null);
    bot.venue.close('5m', rows(100, 101, 99, 100));
    for (let k = 0; k < 50 && bot.venue.signed(BTC) !== 0; k++) await new Promise((done) => setImmediate(done));
    await bot.session.loop.settled();
    expect(working()).toEqual([stop()]);
    await bot.kill();
    bot.venue.trouble = () => null;
    await bot.start();
    await bot.idle();
    expect(working()).toEqual([]);
    expect([...bot.session.live!.broker.open]).toEqual([]);
  });
});
