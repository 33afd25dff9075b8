import { afterEach, describe, expect, it } from 'vitest';
import { replaySession } from './replay-session.ts';
import { BTC, planned, START, TestBot, testOptions, testVenue } from './session-fixture.ts';

let bot: TestBot;
afterEach(() => bot.stop());

const MINUTE = 60_000;
const rows = (open: number, high: number, low: number, close: number) => ({ [BTC]: [open, high, low, close] as const });
const inAtStart = planned((minute, act) => {
  if (minute === 0) act.enter.long();
});
const closed = () => bot.store.reader.trades({ state: 'closed' });

/** A dry-run that holds 10 from 100 with its stop at 95. */
async function holding(strategy = inAtStart, detail = false): Promise<void> {
  const options = { ...testOptions(strategy, [BTC]), ...(detail && { detailTimeframe: '1m' }) };
  bot = new TestBot(testVenue(), options, { mode: 'dry-run' });
  await bot.start();
  await bot.candle(rows(100, 100, 100, 100));
  bot.venue.price(BTC, 100);
  await bot.idle();
}

describe('a dry-run that was away', () => {
  it('has lost what was stopped out meanwhile, at the price and the time of that candle', async () => {
    await holding();
    await bot.kill();
    bot.venue.close('5m', rows(100, 101, 99, 100));
    bot.venue.close('5m', rows(100, 100, 90, 99));
    bot.venue.close('5m', rows(99, 110, 99, 105));
    await bot.start();
    expect(closed()).toMatchObject([
      { exitReason: 'stop_loss', closeRate: 95, openedAt: START + 5 * MINUTE, closedAt: START + 10 * MINUTE },
    ]);
    const { engine } = bot.session.wiring;
    const { reader } = bot.store;
    const { session } = reader.journalSpans().at(-1)!;
    const events = reader.journal(0, 100_000).filter((event) => event.session === session);
    const replayed = await replaySession(bot.options, events);
    expect(replayed.engine.ledger.equity).toBe(engine.ledger.equity);
  });

  it('leaves at the open of a candle that began beyond the stop', async () => {
    await holding();
    await bot.kill();
    bot.venue.close('5m', rows(100, 100, 100, 100));
    bot.venue.close('5m', rows(92, 93, 91, 92));
    await bot.start();
    expect(closed()).toMatchObject([{ exitReason: 'stop_loss', closeRate: 92 }]);
  });

  it('keeps what nothing touched, pays its funding until it was left and not after', async () => {
    await holding();
    await bot.kill();
    const began = bot.venue.now;
    bot.venue.close('5m', rows(100, 101, 99, 100));
    bot.venue.close('5m', rows(100, 100, 90, 99));
    for (const minutes of [5, 15])
      bot.venue.fundingRates.push({ pair: BTC, at: began + minutes * MINUTE, rate: 0.001 });
    bot.venue.close('5m', rows(99, 110, 99, 105));
    await bot.start();
    const [trade] = closed();
    expect(bot.store.reader.funding(trade!.id)).toMatchObject([{ at: began + 5 * MINUTE, mark: 100 }]);
  });

  it('does not meet prices of before its orders were there', async () => {
    await holding();
    // The candle at hand fell to 90 before it entered anew at 100: the stop came after.
    await bot.session.halt(true, 'the test');
    bot.session.loop.command({ name: 'resume' });
    bot.venue.now += MINUTE;
    bot.venue.price(BTC, 90);
    bot.venue.price(BTC, 100);
    await bot.idle();
    bot.session.loop.command({ name: 'force-enter', slot: bot.session.slotOf(BTC), side: 'long' });
    bot.venue.now += MINUTE;
    bot.venue.price(BTC, 100);
    await bot.idle();
    expect(bot.session.slotOf(BTC).position).not.toBeNull();
    await bot.kill();
    bot.venue.now = START + 5 * MINUTE;
    bot.venue.close('5m', rows(100, 100, 90, 100), false);
    await bot.start();
    expect(bot.session.slotOf(BTC).position).not.toBeNull();
  });

  it('fills nothing at the close of its last candle: it waits for a price', async () => {
    await holding(
      planned((minute, act) => {
        if (minute === 0) act.enter.long();
        if (minute === 5) act.exit.long();
      }),
    );
    await bot.candle(rows(100, 101, 99, 100));
    await bot.kill();
    await bot.start();
    await bot.idle();
    expect(bot.session.slotOf(BTC).position).not.toBeNull();
    bot.venue.now += 1_000;
    bot.venue.price(BTC, 98);
    await bot.idle();
    expect(closed()).toMatchObject([{ exitReason: 'exit_signal', closeRate: 98 }]);
  });
});

describe('a dry-run whose stream of trades is silent', () => {
  it.each([false, true])('meets the prices of the candles instead (detail: %s)', async (isDetailed) => {
    await holding(inAtStart, isDetailed);
    bot.venue.close(isDetailed ? '1m' : '5m', rows(100, 100, 94, 100), false);
    await bot.idle();
    await bot.idle();
    expect(closed()).toMatchObject([{ exitReason: 'stop_loss', closeRate: 95 }]);
  });
});
