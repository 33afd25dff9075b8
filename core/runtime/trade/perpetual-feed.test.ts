import { afterEach, describe, expect, it } from 'vitest';
import type { Bar } from '../../strategy/bar.ts';
import type { Market } from '../../strategy/market.ts';
import { Strategy } from '../../strategy/strategy.ts';
import { replaySession } from './replay-session.ts';
import { BTC, START, TestBot, testOptions } from './session-fixture.ts';
import { TestVenue } from './venue-fixture.ts';

const STEP = 300_000;
const HOUR = 3_600_000;

/** What a strategy saw at each candle since the start: minute, rate, open interest, close and high of the mark price. */
let seen: (readonly number[])[] = [];

class Watching extends Strategy {
  override timeframe = '5m';
  override stoploss = -0.5;
  override features(m: Market) {
    return { funding: m.funding, oi: m.openInterest, mark: m.mark.close, high: m.mark.high };
  }
  override onCandle({ f, candle, position }: Bar<this>): void {
    seen.push([(candle.time - START) / 60_000, f.funding.now, f.oi.now, f.mark.now, f.high.now]);
    if (f.funding.now === 0.0002 && position === null) this.enter.long();
  }
}

const options = testOptions({ name: 'Watching', create: () => new Watching(), codeHash: '' }, [BTC]);

let bot: TestBot;
afterEach(() => bot.stop());

/** A venue with an hour of history; the running period ends at `nextAt`. */
function watchingBot(mode: 'dry-run' | 'live' = 'dry-run'): TestBot {
  seen = [];
  const venue = new TestVenue(START - HOUR, [BTC]);
  for (let i = 0; i < 12; i++) venue.close('5m', { [BTC]: [100, 100, 100, 100] });
  venue.fundingRates.push({ pair: BTC, at: START - 8 * HOUR, rate: 0.0001 });
  const stamp = { exchangeTime: START - STEP, receivedAt: START - STEP };
  venue.openInterest.push({ pair: BTC, amount: 500, value: 50_000, ...stamp });
  bot = new TestBot(venue, options, { mode });
  return bot;
}

const told = (at: number) => ({ pair: BTC, exchangeTime: at, receivedAt: at });
/** Tells the mark price, and the rate of a period that ends at `nextAt`. */
const tell = (at: number, mark: number, rate: number, nextAt: number) =>
  bot.exchange.rate({ ...told(at), mark, index: mark, rate, nextAt });
const close = () => bot.candle({ [BTC]: [100, 100, 100, 100] });

describe('funding, open interest and mark prices live', () => {
  it('are known as in a backtest: a rate at its settlement, a mark candle at its close, open interest when it is published', async () => {
    watchingBot();
    await bot.start({ openInterest: true });
    const nextAt = START + 2 * STEP;
    tell(START + 1_000, 101, 0.0002, nextAt);
    tell(START + 100_000, 103, 0.0002, nextAt);
    tell(START + 290_000, 102, 0.0002, nextAt);
    bot.exchange.interest({ ...told(START + 60_000), amount: 600, value: 60_000 });
    await close();
    tell(START + STEP + 1_000, 104, 0.00021, nextAt);
    await close();
    // After the settlement the stream tells the rate of the next period.
    tell(START + 2 * STEP + 1_000, 105, 0.0009, nextAt + 8 * HOUR);
    await close();
    expect(seen).toEqual([
      [0, 0.0001, 600, 102, 103],
      [5, 0.00021, 600, 104, 104],
      [10, 0.00021, 600, 105, 105],
    ]);
    const [replayed, lived] = [seen.splice(0), seen];
    await replaySession(options, bot.store.reader.journal(0, 100_000));
    expect(lived).toEqual(replayed);
  });

  it('have their history from the exchange, and of a candle that was not heard whole', async () => {
    watchingBot();
    await bot.start({ openInterest: true });
    // The first price of this candle comes late: the exchange is asked for it, and it is known by the next one.
    tell(START + 200_000, 150, 0.0002, START + 8 * HOUR);
    await close();
    await close();
    expect(seen.map(([, , , mark]) => mark)).toEqual([100.1, 100.1]);
    expect(bot.session.wiring.grids.lastStreamed({ pair: BTC, type: 'mark' })).toBe(START);
  });

  it('block entries while they are stale', async () => {
    watchingBot();
    await bot.start({ openInterest: true });
    const slot = bot.session.slotOf(BTC);
    bot.exchange.fundingState(BTC, 'stale');
    expect(slot.pair.blocked).toBe('stale_data');
    bot.exchange.fundingState(BTC, 'live');
    expect(slot.pair.blocked).toBe(null);
  });

  it('make a dry-run pay its funding, which an exchange books by itself', async () => {
    watchingBot();
    await bot.start({ openInterest: true });
    const nextAt = START + 3 * STEP;
    tell(START + 1_000, 100, 0.0002, START + STEP);
    await close();
    await close();
    const position = bot.session.slotOf(BTC).position!;
    expect(position.sign).toBe(1);
    tell(START + 2 * STEP + 1_000, 110, 0.001, nextAt);
    const before = bot.session.loop.engine.ledger.account.stake;
    const cash = before.free.value + before.locked.value;
    await close();
    const paid = 0.001 * 110 * position.amount;
    expect(cash - before.free.value - before.locked.value).toBeCloseTo(paid, 9);
    expect(bot.store.reader.funding(position.id)).toMatchObject([{ at: nextAt, rate: 0.001, mark: 110 }]);
    // What is settled while it is away is paid at the start, once.
    await bot.stop();
    for (let i = 0; i < 3; i++) bot.venue.close('5m', { [BTC]: [100, 100, 100, 100] });
    bot.venue.fundingRates.push({ pair: BTC, at: nextAt, rate: 0.001 }, { pair: BTC, at: nextAt + STEP, rate: 0.0003 });
    for (let k = 0; k < 2; k++) {
      await bot.start({ openInterest: true });
      expect(bot.store.reader.funding(position.id)).toMatchObject([
        { at: nextAt },
        { at: nextAt + STEP, rate: 0.0003, mark: 100 },
      ]);
      if (k === 0) await bot.stop();
    }
  });

  it('are refused where the account has none', async () => {
    watchingBot();
    await expect(bot.start({ openInterest: false })).rejects.toThrow('TRADE_DATA');
    await bot.store.close(bot.venue.now);
    await bot.exchange.close();
    await bot.start({ openInterest: true });
  });
});
