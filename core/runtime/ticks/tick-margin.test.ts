import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { OrderRequest } from '../../book/book-order.ts';
import { randomMarket } from '../../book/random-market.ts';
import { defaultSpec } from '../../data/specs/default-spec.ts';
import type { Slot } from '../../engine/slot.ts';
import { seeded } from '../../foundation/rng.ts';
import { type BookTop, Strategy, type StrategyContext } from '../../strategy/strategy.ts';
import type { TickRunOptions } from './tick-options.ts';
import { runTicks } from './tick-run.ts';

const grid = { tickSize: 0.1, lotSize: 0.001 };
const START = 10_000;
const PAIRS = ['BTC/USDT:USDT', 'ETH/USDT:USDT'] as const;

function run(
  Made: new (c: StrategyContext) => Strategy,
  pairs: readonly string[],
  venue: TickRunOptions['venue'] = {},
  journal?: TickRunOptions['journal'],
) {
  const markets = pairs.map((pair) => ({
    pair,
    spec: { ...defaultSpec('binance', pair), takerFee: 0, makerFee: 0 },
    grid,
    parts: [randomMarket({ seed: `${pair}4`, length: 2500 })],
  }));
  return runTicks({
    strategies: [{ name: Made.name, create: (context) => new Made(context), codeHash: '' }],
    exchange: 'binance',
    markets,
    originMs: randomMarket({ seed: 1, length: 2 }).originMs,
    venue: { limits: { messagesPerSecond: 1e6 }, ...venue },
    stakeCurrency: 'USDT',
    startingBalance: START,
    stakeAmount: 1000,
    ...(journal && { journal }),
  });
}

/** Quotes, orders by hand and signals at random, of any size, by a strategy that holds no short positions. */
class LongOnly extends Strategy {
  override stoploss = -0.01;
  readonly #rng = seeded('long only');
  override onBook({ bid, ask }: BookTop) {
    expect(this.inventory).toBeGreaterThanOrEqual(0);
    const { open } = this.orders;
    const at = this.#rng.next();
    const amount = 0.001 + this.#rng.next() * 0.1;
    const off = Math.floor(this.#rng.next() * 4) * 0.1;
    const level = (price: number) => ({ price, amount });
    if (at < 0.4) this.quote({ bids: [level(bid - off)], asks: [level(ask + off), level(ask + off + 0.1)] });
    else if (at < 0.5) this.orders.submit({ side: 'sell', amount, price: ask - off });
    else if (at < 0.55) this.orders.submit({ side: at < 0.52 ? 'buy' : 'sell', amount });
    else if (at < 0.6) this.orders.submit({ side: 'sell', amount, reduceOnly: true });
    else if (at < 0.7 && open.length > 0) this.orders.amend(open[0]!, { price: bid - off, amount });
    else if (at < 0.75 && open.length > 0) this.orders.cancel(open[0]!);
    else if (at < 0.78) this.enter.long();
    else if (at < 0.8) this.exit.long();
    else if (at < 0.82) this.enter.short();
  }
}

it('without canShort nothing on a perpetual ever opens short: quotes and orders by hand only take off what is held, the rest is refused by name', async () => {
  const settings = fc.record({
    entryMs: fc.integer({ min: 0, max: 100 }),
    responseMs: fc.integer({ min: 0, max: 100 }),
  });
  await fc.assert(
    fc.asyncProperty(settings, async ({ entryMs, responseMs }) => {
      const latency = { model: 'constant' as const, entryMs, responseMs };
      const { result } = await run(LongOnly, [PAIRS[0]], { latency, quoteLeverage: 3 });
      let held = 0;
      for (const { side, amount } of result.fills) {
        held += side === 'buy' ? amount : -amount;
        expect(held).toBeGreaterThan(-1e-9);
      }
      expect(result.fills.some(({ side }) => side === 'sell')).toBe(true);
      expect(result.trades.every(({ side }) => side === 'long')).toBe(true);
      expect(result.rejected).toMatchObject({ no_shorting: expect.any(Number) });
      expect(result.notes.filter((n) => n.includes('report this'))).toEqual([]);
    }),
    { numRuns: 5 },
  );
});

it('quotes of several pairs share free cash: the first that asks has it, and what it gives back goes to the others', async () => {
  /** Bids far away, worth six tenths of what cash and leverage allow each; those of the first pair end with the third second. */
  class Wide extends Strategy {
    override stoploss = -1;
    override canShort = true;
    #seconds = 0;
    override onTimer() {
      const top = this.book;
      if (top === null) return;
      const isFirst = this.pair === PAIRS[0];
      if (isFirst) this.#seconds++;
      const price = top.bid - 1000;
      if (this.#seconds === 1) this.quote({ bids: [{ price, amount: (0.6 * 2 * START) / price }], asks: [] });
      if (isFirst && this.#seconds === 3) this.quote({ bids: [], asks: [] });
    }
  }
  const sent: [pair: string, share: number][] = [];
  const journal = {
    recorder: { record() {} },
    watch: {
      sent: ({ pair }: Slot, { lots, price }: OrderRequest) =>
        void sent.push([pair.pair, (pair.instrument.amount(lots) * pair.instrument.price(price!)) / (2 * START)]),
      answered() {},
    },
    firstOrderId: 1_000_000_001,
    wallet: START,
  };
  const { session, result } = await run(Wide, PAIRS, { quoteLeverage: 2 }, journal);
  expect(result.fills).toEqual([]);
  const rounded = sent.map(([pair, share]) => [pair, Math.round(share * 100) / 100]);
  expect(rounded).toEqual([
    [PAIRS[0], 0.6],
    [PAIRS[1], 0.4],
    // Beside what rests there already.
    [PAIRS[1], 0.2],
  ]);
  expect(session.engine.ledger.heldBack).toBe(0);
});
