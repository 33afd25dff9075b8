import { afterEach, expect, it } from 'vitest';
import { BTC, planned, START, TestBot, testOptions, testVenue } from './session-fixture.ts';

let bot: TestBot;
afterEach(() => bot.stop());

const flat = { [BTC]: [100, 100, 100, 100] as const };
const counts = () => bot.session.wiring.engine.refused;

/** Candles that close while nobody listens, and are all told when the stream is back. */
async function outage(candles: number): Promise<void> {
  const known = bot.venue.candles.get(`${BTC} 5m`)!.length;
  bot.exchange.isDeaf = true;
  for (let k = 0; k < candles; k++) bot.venue.close('5m', flat);
  bot.exchange.isDeaf = false;
  for (const candle of bot.venue.candles.get(`${BTC} 5m`)!.slice(known))
    bot.exchange.candle({ ...candle, exchangeTime: bot.venue.now }, '5m');
  await bot.idle();
}

it('entries and additions of candles that come after an outage are refused, the last one is in time; exits are not', async () => {
  const strategy = planned(
    (minute, act) => {
      if (minute === 0) act.enter.long();
      if (minute === 15) act.exit.long();
      if (minute >= 15) act.enter.short();
    },
    { adjustPosition: ({ time }: { time: number }) => (time >= START + 10 * 60_000 ? 100 : null) },
  );
  bot = new TestBot(testVenue(), testOptions(strategy, [BTC]));
  await bot.start();
  await bot.candle(flat);
  expect(bot.venue.signed(BTC)).toBe(10);
  // Closes of minutes 10 and 15 (additions), 20 (an addition, then out and short), 25 and 30, which is in time.
  await outage(5);
  expect(bot.venue.signed(BTC)).toBe(0);
  expect(counts()).toEqual({ stale_candle: 3, exit_not_filled: 1 });
  await bot.candle(flat);
  expect(bot.venue.signed(BTC)).toBe(-10);
  expect(bot.session.wiring.states[0]!.blocked).toBeNull();
});

it.each(['stop-entries', 'block'] as const)('positions are not added to either: %s', async (name) => {
  const strategy = planned(
    (minute, act) => {
      if (minute === 0) act.enter.long();
    },
    { adjustPosition: () => 100 },
  );
  bot = new TestBot(testVenue(), testOptions(strategy, [BTC]), { mode: 'dry-run' });
  await bot.start();
  await bot.candle(flat);
  const slot = bot.session.slotOf(BTC);
  const reason = name === 'block' ? 'drift' : 'entries_stopped';
  bot.session.loop.command(name === 'block' ? { name, slot, reason } : { name });
  await bot.candle(flat);
  expect(counts()).toEqual({ [reason]: 1 });
  bot.session.loop.command(name === 'block' ? { name, slot, reason: 'not_in_pairlist' } : { name: 'resume' });
  await bot.candle(flat);
  expect([counts(), slot.entry !== null]).toEqual([{ [reason]: 1 }, true]);
});
