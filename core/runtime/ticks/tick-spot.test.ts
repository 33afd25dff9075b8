import fc from 'fast-check';
import { expect, it } from 'vitest';
import { randomMarket } from '../../book/random-market.ts';
import { defaultSpec } from '../../data/specs/default-spec.ts';
import { seeded } from '../../foundation/rng.ts';
import { type BookTop, Strategy, type StrategyContext } from '../../strategy/strategy.ts';
import type { TickRunOptions } from './tick-options.ts';
import { runTicks } from './tick-run.ts';

const grid = { tickSize: 0.1, lotSize: 0.001 };
const market = randomMarket({ seed: 5, length: 4000 });
const START = 10_000;

function run(Made: new (c: StrategyContext) => Strategy, more: Partial<TickRunOptions> = {}) {
  return runTicks({
    strategies: [{ name: Made.name, create: (context) => new Made(context), codeHash: '' }],
    exchange: 'binance',
    markets: [marketOf('BTC/USDT', market)],
    originMs: market.originMs,
    venue: { limits: { messagesPerSecond: 1e6 } },
    stakeCurrency: 'USDT',
    startingBalance: START,
    stakeAmount: 1000,
    ...more,
  });
}

function marketOf(pair: string, events: typeof market) {
  return { pair, spec: defaultSpec('binance', pair), grid, parts: [events] };
}

it('sells by hand what is there and no more, and buys no more than cash covers: the rest is refused by name', async () => {
  const seen: number[] = [];
  class Greedy extends Strategy {
    override stoploss = -1;
    #n = 0;
    override onBook({ bid }: BookTop) {
      this.#n++;
      seen.push(this.inventory);
      if (this.#n === 1) this.orders.submit({ side: 'sell', amount: 0.05 });
      if (this.#n === 2) this.orders.submit({ side: 'buy', amount: (1.01 * START) / bid });
      if (this.#n === 3) this.orders.submit({ side: 'buy', amount: 0.05 });
      // Once bought, it is sold once.
      if (this.inventory === 0.05 && this.orders.open.length === 0) {
        this.orders.submit({ side: 'sell', amount: 0.05, price: 10 * bid });
        this.orders.submit({ side: 'sell', amount: 0.05 });
      }
    }
  }
  const { result } = await run(Greedy);
  expect(result.rejected).toMatchObject({ insufficient_funds: expect.any(Number) });
  const sumOf = (side: string) => result.fills.reduce((sum, f) => sum + (f.side === side ? f.amount : 0), 0);
  expect([sumOf('buy'), sumOf('sell')]).toEqual([0.05, 0.05]);
  expect([Math.min(...seen), Math.max(...seen)]).toEqual([0, 0.05]);
  expect(result.split.total).toBeCloseTo(result.finalBalance - START, 6);
});

it('a stop that rests holds the coins, as it does at an exchange: no ask beside it, and none without it while an exit is to sell them', async () => {
  let notes: readonly string[] = [];
  const asks = async (stoploss: number) => {
    class Maker extends Strategy {
      override stoploss = stoploss;
      override onBook({ bid, ask }: BookTop) {
        this.quote({ bids: [{ price: bid, amount: 0.01 }], asks: [{ price: ask, amount: 0.01 }] });
      }
    }
    const { result } = await run(Maker);
    expect(result.fills.some(({ side }) => side === 'buy')).toBe(true);
    notes = result.notes.filter((note) => note.includes('asks'));
    return result.fills.filter(({ side, isQuote }) => side === 'sell' && isQuote).length;
  };
  expect(await asks(-1)).toBeGreaterThan(0);
  expect(notes).toEqual([]);
  expect(await asks(-0.2)).toBe(0);
  expect(notes).toEqual([expect.stringContaining('To quote both sides set stoploss = -1')]);
});

it('says in the notes when the ratio of orders to trades held new orders back', async () => {
  class Maker extends Strategy {
    override stoploss = -1;
    override onBook({ bid }: BookTop) {
      this.quote({ bids: [{ price: bid - 50, amount: 0.01 }], asks: [] });
    }
  }
  const ratioNotes = async (orderToTradeRatio: number) => {
    const { result } = await run(Maker, { venue: { limits: { messagesPerSecond: 1e6, orderToTradeRatio, grace: 1 } } });
    return result.notes.filter((note) => note.includes('order-to-trade ratio'));
  };
  expect(await ratioNotes(1e6)).toEqual([]);
  expect(await ratioNotes(2)).toEqual([
    expect.stringMatching(
      /^the order-to-trade ratio of 2 held back \d+ new orders, after 3 requests for 0 fills: only/,
    ),
  ]);
});

it('adds nothing to a quote that the venue would refuse as too little', async () => {
  class Grower extends Strategy {
    override stoploss = -1;
    #n = 0;
    override onBook({ bid }: BookTop) {
      const amount = [0.01, 0.0101, 0.011, 0.02][Math.min(3, Math.floor(this.#n++ / 50))]!;
      this.quote({ bids: [{ price: bid - 1000, amount }], asks: [] });
    }
  }
  const sent: number[] = [];
  const spec = { ...defaultSpec('binance', 'BTC/USDT'), minCost: 100, minAmount: 0.001 };
  await run(Grower, {
    markets: [{ pair: 'BTC/USDT', spec, grid: { ...grid, lotSize: 0.0001 }, parts: [market] }],
    venue: { limits: { messagesPerSecond: 1e6 }, quoteTolerance: 1e5 },
    journal: {
      recorder: { record() {} },
      watch: { sent: (_slot, { lots }) => void sent.push(lots), answered() {} },
      firstOrderId: 1_000_000_001,
      wallet: START,
    },
  });
  expect(sent).toEqual([100, 100]);
});

it('sends a buy at the market as a limit no further above the last price than venues take one', async () => {
  const sent: (readonly [number, number])[] = [];
  class Buyer extends Strategy {
    override stoploss = -1;
    #isDone = false;
    override onBook({ ask }: BookTop) {
      if (!this.#isDone) this.orders.submit({ side: 'buy', amount: 0.01 });
      if (!this.#isDone) touch = ask;
      this.#isDone = true;
    }
  }
  let touch = 0;
  const { result } = await run(Buyer, {
    startingBalance: 1e6,
    journal: {
      recorder: { record() {} },
      watch: { sent: (_slot, { price, lots }) => void sent.push([price!, lots]), answered() {} },
      firstOrderId: 1_000_000_001,
      wallet: 1e6,
    },
  });
  expect(sent[0]![1]).toBe(10);
  expect(sent[0]![0] / 10 / touch).toBeCloseTo(1.05, 3);
  expect(result.fills[0]!.amount).toBe(0.01);
});

it("a real sale of more than the books hold leaves no short position: the coins beyond were the owner's", async () => {
  class Idle extends Strategy {
    override stoploss = -1;
    override onBook() {}
  }
  const { session } = await run(Idle);
  const [desk] = session.desks;
  const told = (side: 1 | -1, lots: number) =>
    desk!.told(
      {
        kind: 'filled',
        orderId: 7,
        side,
        price: 10_000,
        lots,
        left: 0,
        isMaker: true,
        isSleeping: false,
        exchangeTime: session.now,
        localTime: session.now,
        reason: 'none',
      },
      0,
      null,
    );
  told(1, 30);
  expect(desk!.slot.position).toMatchObject({ sign: 1, lots: 30 });
  told(-1, 50);
  expect(desk!.slot.position).toBeNull();
  expect(session.engine.ledger.cash).toBe(START);
});

/** Quotes, orders by hand and signals at random, of any size. */
class Anything extends Strategy {
  override stoploss = -0.01;
  readonly #rng = seeded('anything');
  override onBook({ bid, ask }: BookTop) {
    const { open } = this.orders;
    const at = this.#rng.next();
    const amount = 0.001 + this.#rng.next() * 0.3;
    const off = Math.floor(this.#rng.next() * 4) * 0.1;
    const level = (price: number) => ({ price, amount });
    if (at < 0.3) this.quote({ bids: [level(bid - off), level(bid - off - 0.1)], asks: [level(ask + off)] });
    else if (at < 0.4) this.orders.submit({ side: 'buy', amount, price: bid + off });
    else if (at < 0.5) this.orders.submit({ side: 'sell', amount, price: ask - off });
    else if (at < 0.55) this.orders.submit({ side: at < 0.52 ? 'buy' : 'sell', amount });
    else if (at < 0.65 && open.length > 0) this.orders.amend(open[0]!, { price: bid - off, amount });
    else if (at < 0.75 && open.length > 0) this.orders.cancel(open[0]!);
    else if (at < 0.78) this.enter.long();
    else if (at < 0.8) this.exit.long();
  }
}

it('never spends cash twice and never sells what is not there, whatever two pairs ask for on one account', async () => {
  const settings = fc.record({
    entryMs: fc.integer({ min: 0, max: 100 }),
    responseMs: fc.integer({ min: 0, max: 100 }),
    seed: fc.integer({ min: 0, max: 1000 }),
  });
  class NoStop extends Anything {
    override stoploss = -1;
  }
  await fc.assert(
    fc.asyncProperty(settings, fc.boolean(), async ({ entryMs, responseMs, seed }, hasStop) => {
      const events = ['a', 'b'].map((name) => randomMarket({ seed: `${name}${seed}`, length: 1500 }));
      const { result, session } = await run(hasStop ? Anything : NoStop, {
        markets: [marketOf('BTC/USDT', events[0]!), marketOf('ETH/USDT', events[1]!)],
        venue: { latency: { model: 'constant', entryMs, responseMs }, limits: { messagesPerSecond: 1e6 } },
      });
      const { engine, markets } = session;
      let cash = START;
      const held = [0, 0];
      for (const f of result.fills) {
        const k = f.pair === 'BTC/USDT' ? 0 : 1;
        const sign = f.side === 'buy' ? 1 : -1;
        cash -= sign * f.price * f.amount + f.fee;
        held[k]! += sign * f.amount;
        expect(cash).toBeGreaterThan(-1e-6);
        expect(held[k]).toBeGreaterThan(-1e-9);
      }
      expect(result.fills.length).toBeGreaterThan(0);
      expect(result.notes.filter((n) => n.includes('report this'))).toEqual([]);
      expect(result.split.total).toBeCloseTo(result.finalBalance - START, 6);
      expect(engine.ledger.heldBack).toBe(0);
      for (const { broker } of markets) expect(broker.exchange.account.position).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 8 },
  );
});
