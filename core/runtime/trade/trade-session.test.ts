import { afterEach, describe, expect, it } from 'vitest';
import { BTC, planned, TestBot, testOptions, testVenue } from './session-fixture.ts';

let bot: TestBot;
afterEach(() => bot.stop());

const rows = (open: number, high: number, low: number, close: number) => ({ [BTC]: [open, high, low, close] as const });
const enterAt = (minute: number, leave = -1) =>
  planned((at, act) => {
    if (at === minute) act.enter.long({ tag: 'in' });
    if (at === leave) act.exit.long({ tag: 'out' });
  });

describe('a dry-run', () => {
  it('trades on paper at live prices and keeps everything', async () => {
    bot = new TestBot(testVenue(), testOptions(enterAt(0, 10), [BTC]), { mode: 'dry-run' });
    await bot.start();
    await bot.candle(rows(100, 101, 99, 100));
    await bot.candle(rows(100, 103, 100, 102));
    expect(bot.session.loop.engine.ledger.open).toHaveLength(1);
    await bot.candle(rows(102, 103, 101, 103));
    await bot.candle(rows(103, 104, 103, 104));
    const [trade] = bot.store.reader.trades();
    expect(trade).toMatchObject({ pair: BTC, entryTag: 'in', exitReason: 'exit_signal', exitTag: 'out', amount: 0 });
    expect(bot.venue.orders).toEqual([]);
    expect(bot.store.reader.fills()).toHaveLength(2);
  });
});

describe('a live session', () => {
  it('sends an entry, rests its stop at the venue, leaves, and agrees with the venue', async () => {
    bot = new TestBot(testVenue(), testOptions(enterAt(0, 10), [BTC]));
    await bot.start();
    await bot.candle(rows(100, 101, 99, 100));
    expect(bot.venue.signed(BTC)).toBe(10);
    expect(bot.venue.orders.filter((o) => o.state === 'working')).toMatchObject([
      { kind: 'stop', price: 95, amount: 10 },
    ]);
    await bot.candle(rows(100, 103, 100, 102));
    await bot.candle(rows(102, 103, 101, 103));
    expect(bot.venue.signed(BTC)).toBe(0);
    expect(bot.venue.orders.filter((o) => o.state === 'working')).toEqual([]);
    expect(bot.session.loop.engine.ledger.equity).toBeCloseTo(bot.venue.wallet, 8);
    expect(bot.store.reader.trades({ state: 'closed' })).toHaveLength(1);
  });

  it('a stop that goes off at the venue closes the trade from its child order', async () => {
    bot = new TestBot(testVenue(), testOptions(enterAt(0), [BTC]));
    await bot.start();
    await bot.candle(rows(100, 101, 99, 100));
    await bot.candle(rows(100, 100, 94, 96));
    expect(bot.venue.signed(BTC)).toBe(0);
    expect(bot.store.reader.trades()).toMatchObject([{ exitReason: 'stop_loss', closeRate: 94 }]);
    expect(bot.session.loop.engine.ledger.equity).toBeCloseTo(bot.venue.wallet, 8);
  });

  it('goes on after a kill as if nothing had happened', async () => {
    bot = new TestBot(testVenue(), testOptions(enterAt(0, 10), [BTC]));
    await bot.start();
    await bot.candle(rows(100, 101, 99, 100));
    await bot.kill();
    await bot.start();
    await bot.idle();
    expect(bot.session.loop.engine.ledger.open).toHaveLength(1);
    expect(bot.venue.orders.filter((o) => o.state === 'working')).toHaveLength(1);
    await bot.candle(rows(100, 103, 100, 102));
    await bot.candle(rows(102, 103, 101, 103));
    expect(bot.venue.signed(BTC)).toBe(0);
    expect(bot.session.loop.engine.ledger.equity).toBeCloseTo(bot.venue.wallet, 8);
  });
});
