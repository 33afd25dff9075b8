import { afterEach, describe, expect, it } from 'vitest';
import type { BacktestOptions } from '../backtest-options.ts';
import { replaySession } from './replay-session.ts';
import { BTC, planned, TestBot, testOptions, testVenue } from './session-fixture.ts';

let bot: TestBot;
afterEach(() => bot.stop());

const strategy = planned(
  (minute, act) => {
    if (minute === 0) act.enter.long();
  },
  { trailingStop: true, stoploss: -0.05 },
);
const options = (changes: Partial<BacktestOptions>) => ({ ...testOptions(strategy, [BTC]), ...changes });

/** Five minutes, one by one, then the candle that they make. */
async function minutes(rows: readonly (readonly [number, number, number, number])[]): Promise<void> {
  const began = bot.venue.now;
  for (const [k, row] of rows.entries()) {
    bot.venue.close('1m', { [BTC]: row });
    await bot.idle();
    expect(stop(), `minute ${k}`).toBe(expected.shift());
  }
  const [highs, lows] = [rows.map((r) => r[1]), rows.map((r) => r[2])];
  bot.venue.now = began;
  bot.venue.close('5m', { [BTC]: [rows[0]![0], Math.max(...highs), Math.min(...lows), rows.at(-1)![3]] }, false);
  await bot.idle();
}
const stop = () => bot.session.slotOf(BTC).position?.stopRate ?? null;
let expected: (number | null)[] = [];

describe.each(['dry-run', 'live'] as const)('a detail timeframe in a %s', (mode) => {
  it('moves trailing stops at each of its closes, decides nothing, and replays', async () => {
    const given = options({ detailTimeframe: '1m' });
    bot = new TestBot(testVenue(), given, { mode });
    await bot.start();
    await bot.candle({ [BTC]: [100, 100, 100, 100] });
    expected = [95, 95, 99.8, 104.5, 104.5];
    await minutes([
      [100, 100, 100, 100],
      [100, 100, 100, 100],
      [100, 105, 100, 105],
      [105, 110, 105, 110],
      [110, 110, 108, 108],
    ]);
    // The candle's own close changes nothing more: its last minute was acted on.
    expect(stop()).toBe(104.5);
    const { logs } = bot.session.wiring.engine;
    const replayed = await replaySession(given, bot.store.reader.journal(0, 100_000));
    expect(replayed.slots[0]!.position!.stopRate).toBe(104.5);
    expect(replayed.engine.logs.orders.length).toBe(logs.orders.length);
  });

  it('must be shorter than the candles', async () => {
    bot = new TestBot(testVenue(), options({ detailTimeframe: '1h' }), { mode });
    await expect(bot.start()).rejects.toThrow('CONFIG_VALUE');
    await bot.store.close(bot.venue.now);
    bot = new TestBot(testVenue(), options({}), { mode });
    await bot.start();
  });
});
