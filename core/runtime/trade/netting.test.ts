import { afterEach, describe, expect, it } from 'vitest';
import type { BacktestOptions } from '../backtest-options.ts';
import { BTC, type Plan, planned, TestBot, testOptions, testVenue } from './session-fixture.ts';

let bot: TestBot;
afterEach(() => bot.stop());

const rows = (open: number, high: number, low: number, close: number) => ({ [BTC]: [open, high, low, close] as const });
const quiet = rows(100, 101, 99, 100);

/** Two strategies on one pair: what each does, by the opening minute of the candle that closes. */
function two(first: Plan, second: Plan, netting = true): BacktestOptions {
  const one = planned(first, {}, 'First');
  const attributes = { stake: () => 500 };
  return { ...testOptions(one, [BTC]), strategies: [one, planned(second, attributes, 'Second')], netting };
}

const longFrom =
  (from: number, to: number): Plan =>
  (minute, act) => {
    if (minute === from) act.enter.long();
    if (minute === to) act.exit.long();
  };
const shortFrom =
  (from: number, to: number): Plan =>
  (minute, act) => {
    if (minute === from) act.enter.short();
    if (minute === to) act.exit.short();
  };
const resting = () =>
  bot.venue.orders
    .filter((o) => o.state === 'working')
    .map(({ side, kind, price, amount, reduceOnly }) => ({ side, kind, price, amount, reduceOnly }));

describe('several strategies on one pair', () => {
  it('are refused but for the first unless netting is on', async () => {
    bot = new TestBot(testVenue(), two(longFrom(0, 99), shortFrom(5, 99), false));
    await bot.start();
    await bot.candle(quiet);
    await bot.candle(quiet);
    expect(bot.venue.signed(BTC)).toBe(10);
    expect(bot.session.loop.engine.refused).toEqual({ owned_by_other_strategy: 1 });
  });

  it('with netting hold positions of their own, and the venue the sum of them', async () => {
    bot = new TestBot(testVenue(), two(longFrom(0, 15), shortFrom(5, 20)));
    await bot.start();
    await bot.candle(quiet);
    expect(bot.venue.signed(BTC)).toBe(10);
    await bot.candle(quiet);
    expect(bot.venue.signed(BTC)).toBe(5);
    // Each stop takes off its own position, and goes on to do so when the sum is less.
    expect(resting()).toEqual([
      { side: 'sell', kind: 'stop', price: 95, amount: 10, reduceOnly: false },
      { side: 'buy', kind: 'stop', price: 105, amount: 5, reduceOnly: false },
    ]);
    await bot.candle(rows(100, 103, 100, 102));
    await bot.candle(rows(102, 103, 101, 102));
    expect(bot.venue.signed(BTC)).toBe(-5);
    expect(bot.session.loop.engine.ledger.open).toHaveLength(1);
    await bot.candle(rows(102, 103, 100, 101));
    expect(bot.venue.signed(BTC)).toBe(0);
    expect(resting()).toEqual([]);
    expect(bot.session.live!.reconciler.corrections).toBe(0);
    expect(bot.session.loop.engine.ledger.equity).toBeCloseTo(bot.venue.wallet, 8);
    const trades = bot.store.reader.trades({ state: 'closed' });
    expect(trades.map(({ strategy, side }) => `${strategy} ${side}`).sort()).toEqual(['First long', 'Second short']);
  });

  it('leave by taking their stop off first: two orders that end one position would open another', async () => {
    bot = new TestBot(testVenue(), two(longFrom(0, 5), shortFrom(0, 99)));
    await bot.start();
    await bot.candle(quiet);
    const seen: string[] = [];
    bot.venue.listeners.push({
      candle: () => {},
      heard: () => {},
      tell: (event) => {
        if (event.kind === 'order') seen.push(`${event.order.side} ${event.order.kind} ${event.order.state}`);
      },
    });
    await bot.candle(quiet);
    await bot.idle();
    expect(seen).toEqual(['sell stop cancelled', 'sell market filled']);
    expect(bot.venue.signed(BTC)).toBe(-5);
  });

  it('go on after a kill as if nothing had happened', async () => {
    bot = new TestBot(testVenue(), two(longFrom(0, 15), shortFrom(5, 20)));
    await bot.start();
    await bot.candle(quiet);
    await bot.candle(quiet);
    await bot.kill();
    await bot.start();
    await bot.idle();
    expect(bot.session.loop.engine.ledger.open).toHaveLength(2);
    expect(resting()).toHaveLength(2);
    for (let k = 0; k < 3; k++) await bot.candle(quiet);
    expect(bot.venue.signed(BTC)).toBe(0);
    expect(bot.session.loop.engine.ledger.equity).toBeCloseTo(bot.venue.wallet, 8);
  });

  it('each pay or get their part of the funding that the venue books on the sum', async () => {
    bot = new TestBot(testVenue(), two(longFrom(0, 99), shortFrom(0, 99)));
    await bot.start();
    await bot.candle(quiet);
    expect(bot.venue.signed(BTC)).toBe(5);
    bot.venue.payments.push({ id: 'f1', pair: BTC, at: bot.venue.now, amount: -0.05, asset: 'USDT' });
    await bot.session.live!.look();
    const paid = Object.fromEntries(
      bot.session.slots.map((slot) => [slot.strategyName, slot.position?.funding ?? Number.NaN]),
    );
    expect(paid.First).toBeCloseTo(-0.1, 12);
    expect(paid.Second).toBeCloseTo(0.05, 12);
    expect(bot.store.reader.trades().flatMap(({ id }) => bot.store.reader.funding(id))).toHaveLength(2);
  });

  it('lose what the venue liquidates, each its own', async () => {
    bot = new TestBot(testVenue(), two(longFrom(0, 99), longFrom(0, 99)));
    await bot.start();
    await bot.candle(quiet);
    expect(bot.venue.signed(BTC)).toBe(15);
    bot.venue.liquidate(BTC);
    await bot.idle();
    await bot.idle();
    expect(bot.session.loop.engine.ledger.open).toEqual([]);
    const closed = bot.store.reader.trades({ state: 'closed' });
    expect(closed.map(({ exitReason }) => exitReason)).toEqual(['liquidation', 'liquidation']);
    expect(bot.session.isHalted).toBe(true);
    expect(bot.session.loop.engine.ledger.equity).toBeCloseTo(bot.venue.wallet, 8);
  });

  it('lose what was closed outside from the side that the venue has less of', async () => {
    const few = planned(longFrom(0, 99), { stake: () => 300 }, 'Few');
    const many = planned(shortFrom(0, 99), {}, 'Many');
    bot = new TestBot(testVenue(), { ...testOptions(few, [BTC]), strategies: [few, many], netting: true });
    await bot.start();
    await bot.candle(quiet);
    expect(bot.venue.signed(BTC)).toBe(-7);
    bot.venue.positions.set(BTC, { amount: 0, cost: 0 });
    for (let k = 0; k < 3; k++) await bot.session.live!.look();
    const held = bot.session.slots.map((slot) => [slot.strategyName, slot.position?.sign, slot.position?.amount]);
    expect(held).toEqual([
      ['Few', 1, 3],
      ['Many', -1, 3],
    ]);
  });

  it('rest no ROI beside their stop: the second of them to fill would open a position', async () => {
    const one = planned(longFrom(0, 99), { minimalRoi: { 0: 0.02 } }, 'First');
    const other = planned(shortFrom(0, 99), {}, 'Second');
    bot = new TestBot(testVenue(), { ...testOptions(one, [BTC]), strategies: [one, other], netting: true });
    await bot.start();
    await bot.candle(quiet);
    expect(resting().map(({ kind }) => kind)).toEqual(['stop', 'stop']);
  });
});
