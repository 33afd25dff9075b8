import { afterEach, describe, expect, it } from 'vitest';
import { FILL_FIELDS, ORDER_FIELDS, TRADE_FIELDS } from '../../engine/logs.ts';
import { seeded } from '../../foundation/rng.ts';
import { replaySession } from './replay-session.ts';
import { BTC, ETH, planned, TestBot, testOptions, testVenue } from './session-fixture.ts';
import type { TradeWiring } from './trade-wiring.ts';

let bot: TestBot;
afterEach(() => bot.stop());

/** Everything that an engine's logs hold, to the last bit. */
function logsOf({ engine }: Pick<TradeWiring, 'engine'>) {
  const rows = (log: { readonly length: number; get(row: number, field: never): number }, fields: readonly string[]) =>
    Array.from({ length: log.length }, (_, row) => fields.map((field) => log.get(row, field as never)));
  const { orders, fills, trades } = engine.logs;
  return {
    orders: rows(orders, ORDER_FIELDS),
    fills: rows(fills, FILL_FIELDS),
    trades: rows(trades, TRADE_FIELDS),
    equity: engine.ledger.equity,
    refused: engine.refused,
  };
}

async function replayOf(session: number) {
  const { reader } = bot.store;
  const events = reader.journal(0, 1_000_000).filter((event) => event.session === session);
  return logsOf(await replaySession(bot.options, events));
}

describe.each(['dry-run', 'live'] as const)('the journal of a %s session', (mode) => {
  it('gives the same orders, fills and trades bit for bit: late, revised and missing candles, commands and reloads included', async () => {
    const rng = seeded(11);
    const strategy = planned(
      (_minute, act, pair) => {
        const x = rng.next();
        if (x < 0.3) act.enter.long({ tag: pair });
        else if (x < 0.5) act.enter.short();
        else if (x < 0.7) act.exit.long();
        else if (x < 0.9) act.exit.short();
      },
      { trailingStop: true, minimalRoi: { 0: 0.02 } },
    );
    // The draws go on over restarts and replays: each is recorded once, and read again.
    const draws: number[] = [];
    let at = 0;
    rng.next = () => {
      draws[at] ??= seeded(at).next();
      return draws[at++]!;
    };
    bot = new TestBot(testVenue([BTC, ETH]), testOptions(strategy, [BTC, ETH]), { mode });
    await bot.start();
    const walk = seeded(5);
    let [btc, eth] = [100, 100];
    const sessions: { readonly from: number; readonly logs: ReturnType<typeof logsOf> }[] = [];
    let from = 0;
    const candle = (open: number) => {
      const close = Math.round(open * (1 + 0.02 * walk.normal()) * 10) / 10;
      const high = Math.round(Math.max(open, close) * 10.05) / 10;
      const low = Math.round(Math.min(open, close) * 9.95) / 10;
      return [open, high, low, close] as const;
    };
    for (let i = 0; i < 30; i++) {
      const one = candle(btc);
      const two = candle(eth);
      [btc, eth] = [one[3], two[3]];
      if (i % 7 === 3) {
        // One pair's candle comes after its batch was given up waiting for it.
        bot.venue.close('5m', { [BTC]: one });
        bot.wallMs += 3_000;
        await bot.idle();
        bot.venue.now -= 300_000;
        bot.venue.close('5m', { [ETH]: two });
        await bot.idle();
      } else await bot.candle(i % 7 === 5 ? { [BTC]: one } : { [BTC]: one, [ETH]: two });
      if (i === 8) bot.session.loop.command({ name: 'force-enter', slot: bot.session.slotOf(ETH), side: 'long' });
      if (i === 10)
        bot.session.loop.command({ name: 'force-exit', slot: bot.session.slotOf(ETH), reason: 'force_exit' });
      if (i === 12) bot.session.loop.command({ name: 'stop-entries' });
      if (i === 14) bot.session.loop.command({ name: 'resume' });
      await bot.idle();
      if (i === 18 || i === 24) {
        sessions.push({ from, logs: logsOf(bot.session.wiring) });
        // A reload is a restart through recovery.
        await bot.stop();
        from = at;
        await bot.start();
      }
    }
    sessions.push({ from, logs: logsOf(bot.session.wiring) });
    expect(sessions.reduce((sum, s) => sum + s.logs.fills.length, 0)).toBeGreaterThan(10);
    for (const [k, session] of sessions.entries()) {
      at = session.from;
      expect(await replayOf(k + 1)).toEqual(session.logs);
    }
  });
});
