import { afterEach, describe, expect, it } from 'vitest';
import type { StoredValue } from '../../ports/stored-rows.ts';
import { carryOut } from './carry-out.ts';
import { LossLimit, noteHalt, unfinishedHalt } from './loss-limit.ts';
import { BTC, planned, TestBot, testOptions, testVenue } from './session-fixture.ts';

/** A store of values, as one start leaves it to the next. */
function kept() {
  const values = new Map<string, StoredValue>();
  const loop = {
    turn: (work: () => void) => work(),
    keep: (batch: { readonly values?: readonly StoredValue[] }) => {
      for (const value of batch.values ?? []) values.set(`${value.scope} ${value.key}`, value);
    },
  };
  const store = () => ({ recovered: { values: [...values.values()] } });
  return { loop, store, start: (ratio?: number) => new LossLimit(ratio, store(), loop) };
}

describe('the loss limit', () => {
  it('is of the equity at the first look', () => {
    const limit = kept().start(0.2);
    expect([1_000, 1_200, 800, 799].map((equity) => limit.breach(equity))).toEqual([
      null,
      null,
      null,
      'equity fell from 1000.00 to 799.00',
    ]);
  });

  it('does not forgive at a restart what was lost before, and rises with what was won', () => {
    const { start, store, loop } = kept();
    noteHalt(loop, 'the test');
    start(0.2).breach(1_000);
    expect(start(0.2).breach(850)).toBeNull();
    expect(unfinishedHalt(store())).toBe('the test');
    expect(start(0.2).breach(790)).toBe('equity fell from 1000.00 to 790.00');
    expect(start(0.2).breach(1_500)).toBeNull();
    expect(start(0.2).breach(1_190)).toBe('equity fell from 1500.00 to 1190.00');
  });

  it('begins anew with another limit, and when an operator resumes', () => {
    const { start } = kept();
    start(0.2).breach(1_000);
    expect(start(0.3).breach(650)).toBeNull();
    const limit = start(0.3);
    expect(limit.breach(440)).toContain('650.00');
    limit.renew(440);
    expect([limit.breach(440), start(0.3).breach(400)]).toEqual([null, null]);
  });

  it('is none where none is set', () => {
    expect(kept().start().breach(-5)).toBeNull();
  });
});

describe('in a session', () => {
  let bot: TestBot;
  afterEach(() => bot.stop());

  it('the limit begins with what there is at the start: what the first entry costs counts', async () => {
    const strategy = planned((minute, act) => {
      if (minute === 0) act.enter.long();
    });
    bot = new TestBot(testVenue(), testOptions(strategy, [BTC]), { maxLossRatio: 0.2 });
    await bot.start();
    const { equity } = bot.session.loop.engine.ledger;
    await bot.candle({ [BTC]: [100, 100, 100, 100] });
    expect(bot.session.loop.engine.ledger.equity).toBeLessThan(equity);
    expect(bot.session.lossLimit.breach(0.79 * equity)).toBe(
      `equity fell from ${equity.toFixed(2)} to ${(0.79 * equity).toFixed(2)}`,
    );
  });

  it('a halt that was not done when the bot died is to be gone on with; what is done, or resumed, is not', async () => {
    const strategy = planned((minute, act) => {
      if (minute === 0) act.enter.long();
    });
    bot = new TestBot(testVenue(), testOptions(strategy, [BTC]), { maxLossRatio: 0.2 });
    await bot.start();
    await bot.candle({ [BTC]: [100, 100, 100, 100] });
    bot.venue.trouble = (call) => (call === 'submit market' ? 'lost' : null);
    const halting = bot.session.halt(true, 'the test', 0);
    await expect(halting).rejects.toThrow('TRADE_NOT_FLAT');
    await bot.kill();
    bot.venue.trouble = () => null;
    await bot.start();
    expect([unfinishedHalt(bot.store), bot.session.isHalted]).toEqual(['the test', true]);
    await bot.session.halt(true, 'the test');
    expect(bot.venue.signed(BTC)).toBe(0);
    await bot.stop();
    await bot.start();
    expect(unfinishedHalt(bot.store)).toBeNull();
    noteHalt(bot.session.loop, 'again');
    await carryOut(bot.session, { command: 'resume' });
    await bot.stop();
    await bot.start();
    expect([unfinishedHalt(bot.store), bot.session.isHalted]).toEqual([null, false]);
  });
});
