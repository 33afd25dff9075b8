import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type BookEvents, EVENT, sliceEvents } from '../../book/book-events.ts';
import { randomMarket } from '../../book/random-market.ts';
import { defaultSpec } from '../../data/specs/default-spec.ts';
import { definePlugin } from '../../registry/define-plugin.ts';
import { Registry } from '../../registry/registry.ts';
import { type BookTop, type FillView, Strategy, type StrategyContext } from '../../strategy/strategy.ts';
import type { TickVenueSettings } from './tick-options.ts';
import { runTicks } from './tick-run.ts';

const grid = { tickSize: 0.1, lotSize: 0.001 };
const pair = 'BTC/USDT:USDT';
const market = randomMarket({ seed: 5, length: 20_000 });

class Quoter extends Strategy {
  override stoploss = -1;
  override canShort = true;
  override onBook({ bid, ask }: BookTop) {
    this.quote({ bids: [{ price: bid, amount: 0.01 }], asks: [{ price: ask, amount: 0.01 }] });
  }
}

function run(
  Made: new (c: StrategyContext) => Strategy,
  venue: TickVenueSettings = {},
  parts: readonly BookEvents[] = [market],
  more: Partial<Parameters<typeof runTicks>[0]> = {},
) {
  return runTicks({
    strategies: [{ name: Made.name, create: (context) => new Made(context), codeHash: '' }],
    exchange: 'binance',
    markets: [{ pair, spec: defaultSpec('binance', pair), grid, parts }],
    originMs: market.originMs,
    venue: { quoteLeverage: 10, ...venue },
    stakeCurrency: 'USDT',
    startingBalance: 100_000,
    stakeAmount: 1000,
    ...more,
  });
}

it('splits the result so that its parts add up to the change of the balance', async () => {
  const { result, session } = await run(Quoter);
  expect(result.fills.length).toBeGreaterThan(50);
  expect(result.counts.openPosition).toBe(0);
  expect(result.split.total).toBeCloseTo(result.finalBalance - 100_000, 6);
  expect(result.trades.reduce((sum, t) => sum + t.profitAbs, 0)).toBeCloseTo(result.split.total, 6);
  expect(session.markets[0]!.broker.exchange.account.position).toBe(0);
});

it('charges by tiers of what was traded, rebates among them, where the settings have them', async () => {
  const feeTiers = [
    { fromValue: 0, maker: 0.0002, taker: 0.0005 },
    { fromValue: 20_000, maker: -0.0001, taker: 0.0004 },
  ];
  const { result, session } = await run(Quoter, { feeTiers });
  const { fills, split } = result;
  let traded = 0;
  for (const { price, amount, fee, isMaker } of fills) {
    const { maker, taker } = feeTiers[traded < 20_000 ? 0 : 1]!;
    expect(fee).toBeCloseTo(price * amount * (isMaker ? maker : taker), 9);
    traded += price * amount;
  }
  expect(traded).toBeGreaterThan(40_000);
  expect(fills.some(({ fee }) => fee < 0)).toBe(true);
  expect(split.fees).toBeCloseTo(
    fills.reduce((sum, { fee }) => sum + fee, 0),
    6,
  );
  // The simulated exchange keeps an account of its own, in ticks times lots.
  const { account } = session.markets[0]!.broker.exchange;
  expect(account.fees * grid.tickSize * grid.lotSize).toBeCloseTo(split.fees, 6);
});

it('gives the same bits again, and however the events are cut into parts', async () => {
  const cuts = [0, 17, 6000, 6001, 19_000, market.length];
  const parts = cuts.slice(1).map((to, i) => sliceEvents(market, cuts[i]!, to));
  const [first, again, cut] = [await run(Quoter), await run(Quoter), await run(Quoter, {}, parts)];
  expect(again.result.hash).toBe(first.result.hash);
  expect(cut.result.hash).toBe(first.result.hash);
});

it('refuses parameters that the strategy does not declare, as a run over candles does', async () => {
  const strategies = [
    {
      name: 'Quoter',
      create: (context: StrategyContext) => new Quoter(context),
      codeHash: '',
      parameters: { gama: 1 },
    },
  ];
  await expect(run(Quoter, {}, [market], { strategies })).rejects.toThrow(
    'PARAM_UNKNOWN: Quoter has no parameter "gama"',
  );
});

it('has what its modules read beside their options in its input hash', async () => {
  const inputs = async (contentHash: string) => {
    const calm = { name: 'calm', contentHash, review: () => ({ verdict: 'allow' as const }) };
    return (
      await run(Quoter, {}, [sliceEvents(market, 0, 500)], { modules: async () => ({ risk: [calm], execution: null }) })
    ).result.inputHash;
  };
  const [first, again, other] = [await inputs('a'), await inputs('a'), await inputs('b')];
  expect(again).toBe(first);
  expect(other).not.toBe(first);
});

it('has the code of modules that are none of ours in its input hash', async () => {
  const inputs = async (code: string) => {
    const registry = new Registry('0.1.0');
    const mine = definePlugin({
      kind: 'risk',
      name: 'mine',
      version: '1.0.0',
      doc: 'mine',
      options: z.object({}),
      create: () => ({ name: 'mine', review: () => ({ verdict: 'allow' as const }) }),
    });
    registry.register(mine, 'mine.ts', code);
    await registry.find('risk', 'mine');
    return (await run(Quoter, {}, [sliceEvents(market, 0, 500)], { registry })).result.inputHash;
  };
  expect(await inputs('a')).toBe(await inputs('a'));
  expect(await inputs('b')).not.toBe(await inputs('a'));
});

it('never lets the ledger and the exchange disagree, for any latency and queue', async () => {
  const settings = fc.record({
    entryMs: fc.integer({ min: 0, max: 200 }),
    responseMs: fc.integer({ min: 0, max: 200 }),
    queue: fc.constantFrom('riskAverse', 'logProb2', 'powerProb3(3)'),
    seed: fc.integer({ min: 0, max: 1000 }),
  });
  await fc.assert(
    fc.asyncProperty(settings, async ({ entryMs, responseMs, queue, seed }) => {
      const events = randomMarket({ seed, length: 3000 });
      const { result, session } = await run(Quoter, { latency: { model: 'constant', entryMs, responseMs }, queue }, [
        events,
      ]);
      const { exchange, trader } = session.markets[0]!.broker;
      expect([trader.account.position, trader.account.cash]).toEqual([
        exchange.account.position,
        exchange.account.cash,
      ]);
      expect(result.notes.filter((n) => n.includes('report this'))).toEqual([]);
      expect(result.split.total).toBeCloseTo(result.finalBalance - 100_000, 6);
      // What makers were given cannot exceed what was traded plus what stood in the book.
      const traded = [...events.kind].reduce(
        (sum, k, i) => sum + (k === EVENT.trade || k === EVENT.depth ? events.lots[i]! : 0),
        0,
      );
      expect(result.fills.reduce((sum, f) => sum + f.amount, 0)).toBeLessThanOrEqual(traded * grid.lotSize);
    }),
    { numRuns: 12 },
  );
});

it('is the full run when accelerated by nothing, and keeps within its trades when accelerated', async () => {
  const full = await run(Quoter);
  const none = await run(Quoter, { conflateMs: 0 });
  const fast = await run(Quoter, { conflateMs: 50 });
  expect(none.result.hash).toBe(full.result.hash);
  expect(fast.result.counts.steps!).toBeLessThan(full.result.counts.steps!);
  expect(fast.result.fills.length).toBeGreaterThan(full.result.fills.length * 0.5);
  expect(fast.result.fills.length).toBeLessThan(full.result.fills.length * 2);
  expect(fast.result.notes).toContain('accelerated: book changes within 50 ms are seen as one');
});

it('respects the message rate: what has to wait is sent later', async () => {
  const { result } = await run(Quoter, { limits: { messagesPerSecond: 5 }, quoteLeverage: 1 });
  const seconds = (result.to - result.from) / 1000;
  expect(result.messages.requests).toBeLessThanOrEqual(5 * seconds + 10);
  expect(result.messages.held).toBeGreaterThan(0);
  expect(result.fills.length).toBeGreaterThan(0);
});

it('hears signals that are raised in a timer', async () => {
  class Timed extends Strategy {
    override canShort = true;
    #n = 0;
    override onTimer() {
      this.#n++;
      if (this.#n === 1) this.enter.long({ tag: 'clock' });
      if (this.#n === 3) this.exit.long();
    }
  }
  const { result } = await run(Timed);
  expect(result.trades).toMatchObject([{ side: 'long', entryTag: 'clock' }]);
});

describe('the three levels', () => {
  it('sends orders by hand and tells of their fills', async () => {
    const fills: FillView[] = [];
    class ByHand extends Strategy {
      override stoploss = -1;
      override onBook() {
        if (this.store.sent) return;
        this.store.sent = true;
        this.orders.submit({ side: 'buy', amount: 0.002, tag: 'hand' });
      }
      override onFill(fill: FillView) {
        fills.push(fill);
      }
    }
    const { result } = await run(ByHand);
    expect(fills.filter((f) => f.side === 'buy').reduce((sum, f) => sum + f.amount, 0)).toBeCloseTo(0.002, 12);
    expect(result.trades[0]).toMatchObject({ side: 'long', exitReason: 'force_exit' });
  });

  it('takes positions by signals, with a stop that rests at the exchange', async () => {
    class OneLong extends Strategy {
      override stoploss = -0.00001;
      override onBook() {
        if (this.store.sent) return;
        this.store.sent = true;
        this.enter.long({ tag: 'once' });
      }
    }
    const { result } = await run(OneLong);
    expect(result.trades.map((t) => [t.entryTag, t.exitReason])).toEqual([['once', 'stop_loss']]);
  });

  it('refuses quotes that cross themselves or have no price, and quotes without ticks', async () => {
    class Crossed extends Quoter {
      override onBook({ bid, ask }: BookTop) {
        this.quote({ bids: [{ price: ask, amount: 1 }], asks: [{ price: bid, amount: 1 }] });
      }
    }
    await expect(run(Crossed)).rejects.toThrow('STRATEGY_QUOTE');
    expect(() => new Quoter().quote({ bids: [], asks: [] })).toThrow('STRATEGY_NEEDS_TICKS');
  });

  it('never quotes more than cash and leverage allow', async () => {
    class Greedy extends Quoter {
      override onBook({ bid }: BookTop) {
        this.quote({ bids: [{ price: bid, amount: 1000 }], asks: [] });
      }
    }
    const { session } = await run(Greedy, { quoteLeverage: 1 });
    expect(session.markets[0]!.recorder.samples.every((s) => s.inventory * 50_000 <= 101_000)).toBe(true);
    expect(session.engine.ledger.free).toBeGreaterThan(0);
  });
});

it('keeps gates’ decisions with their reasons where they change, and counts all', async () => {
  class Gated extends Strategy {
    override onBook({ ask, bid }: BookTop) {
      this.gate('spread', ask - bid < 0.25, ask - bid < 0.25 ? 'tight' : 'wide', ask - bid);
    }
  }
  const { result } = await run(Gated);
  const { 'spread: tight': tight, 'spread: wide': wide } = result.decisionCounts;
  expect(tight!.passed).toBeGreaterThan(0);
  expect(wide!.refused).toBeGreaterThan(0);
  for (let i = 1; i < result.decisions.length; i++)
    expect(result.decisions[i]!.passed).not.toBe(result.decisions[i - 1]!.passed);
});

it('says so when there is nothing to run on', async () => {
  await expect(run(Quoter, {}, [])).rejects.toThrow('TICKS_EMPTY');
});

it('rests stop and target at the exchange together: one fills, the other goes', async () => {
  class Bracketed extends Strategy {
    override stoploss = -0.00004;
    override minimalRoi = { 0: -0.00068 };
    override onBook() {
      if (this.position || this.store.count === 8) return;
      this.store.count = ((this.store.count as number) ?? 0) + 1;
      this.enter.long();
    }
  }
  const { result, session } = await run(Bracketed);
  expect(new Set(result.trades.map((t) => t.exitReason))).toEqual(new Set(['roi', 'stop_loss']));
  expect([...session.markets[0]!.broker.exchange.openOrders]).toEqual([]);
  // Each ended by exactly one of the two.
  expect(
    result.trades.every(
      (t) => t.orders.filter((o) => o.side === 'sell').reduce((s, o) => s + o.amount, 0) === t.amount,
    ),
  ).toBe(true);
});
