import { afterEach, describe, expect, it } from 'vitest';
import { BTC, planned, TestBot, testOptions, testVenue } from './session-fixture.ts';

let bot: TestBot;
afterEach(() => bot.stop());

/** In at the first candle, with a stop that trails 5 % below the close. */
const trailing = planned(
  (minute, act) => {
    if (minute === 0) act.enter.long();
  },
  { trailingStop: true, stoploss: -0.05 },
);

/** Stops that rest at the venue. */
const resting = () => bot.venue.orders.filter((o) => o.isTrigger && o.state === 'working');
const up = (price: number) => bot.candle({ [BTC]: [price - 5, price, price - 5, price] });
const gaps = () =>
  bot.store.reader.decisions().filter(({ kind, reason }) => kind === 'stop' && reason.startsWith('without'));

async function held(stopReplace: 'amend' | 'replace'): Promise<void> {
  bot = new TestBot(testVenue(), testOptions(trailing, [BTC]));
  await bot.start({ stopReplace });
  await bot.candle({ [BTC]: [100, 100, 100, 100] });
  expect(resting().map((o) => o.price)).toEqual([95]);
}

describe.each(['amend', 'replace'] as const)('a stop where the exchange can %s', (how) => {
  it('is moved by one request each, and closes the trade where it rests', async () => {
    await held(how);
    bot.exchange.calls = [];
    await up(110);
    await up(120);
    expect(resting().map((o) => o.price)).toEqual([114]);
    expect(bot.venue.moves).toBe(2);
    expect(bot.exchange.calls.filter((call) => call === 'cancel' || call.startsWith('submit'))).toEqual([]);
    expect(gaps()).toEqual([]);
    bot.venue.price(BTC, 113);
    await bot.idle();
    expect(bot.venue.signed(BTC)).toBe(0);
    expect(bot.session.loop.engine.logs.trades.length).toBe(1);
    expect(bot.session.live!.reconciler.corrections).toBe(0);
  });

  it.each(['lost', 'unheard'] as const)(
    'is looked up where the answer is %s, and ends where it should',
    async (trouble) => {
      await held(how);
      let left = 1;
      bot.venue.trouble = (call) => (call === 'amend' && left-- > 0 ? trouble : null);
      await up(110);
      for (let k = 0; k < 10 && resting()[0]?.price !== 104.5; k++) await bot.idle();
      bot.wallMs += 20_000;
      await bot.idle();
      expect(resting().map((o) => o.price)).toEqual([104.5]);
      await up(120);
      expect(resting().map((o) => o.price)).toEqual([114]);
    },
  );

  it('goes on after a kill in the middle of a move', async () => {
    await held(how);
    bot.venue.trouble = (call) => (call === 'amend' ? 'unheard' : null);
    await up(110);
    await bot.kill();
    bot.venue.trouble = () => null;
    await bot.start({ stopReplace: how });
    for (let k = 0; k < 10; k++) await bot.idle();
    expect(resting().map((o) => o.price)).toEqual([104.5]);
    await up(120);
    expect(resting().map((o) => o.price)).toEqual([114]);
    bot.venue.price(BTC, 110);
    await bot.idle();
    expect(bot.venue.signed(BTC)).toBe(0);
    expect(bot.session.live!.reconciler.corrections).toBe(0);
  });

  it('is taken off and placed anew where the exchange says no', async () => {
    await held(how);
    bot.venue.trouble = (call) => (call === 'amend' ? 'other' : null);
    await up(110);
    for (let k = 0; k < 10; k++) await bot.idle();
    expect(resting().map((o) => o.price)).toEqual([104.5]);
    expect(bot.venue.moves).toBe(0);
  });
});
