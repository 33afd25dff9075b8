import { describe, expect, it } from 'vitest';
import { long, readLogs, Scripted, START, still, wire } from '../../engine/fills/honest/run-fixture.ts';
import type { PairState } from '../../engine/slot.ts';
import { restoreEngine, saveEngine } from '../../engine/snapshot.ts';
import type { TradeReader } from '../../ports/trade-store.ts';
import { PaperBroker } from './paper-broker.ts';
import { resumeOrders } from './resume-orders.ts';

const MINUTES = 60e9;
const rows = Array.from({ length: 6 }, () => still(100));

/** An entry at 98 that timed out at the close of the third candle, and whose cancel is on its way. */
function withdrawn() {
  const of = {
    markets: { 'BTC/USDT:USDT': { rows } },
    strategies: { S: new Scripted(long(0), { entryPrice: () => 98, unfilledTimeout: { entry: 10, exit: 10 } }) },
    venue: { latency: 360e9 },
  };
  const { run, engine, slots } = wire(of);
  run.advance(START + 15 * 60_000);
  return { of, saved: saveEngine(engine.parts, [slots[0]!.entry!]) };
}

/** Goes on from there in a dry-run, a minute later; the market moves from 100 to `price` within a second. */
function resumed(price: number) {
  const { of, saved } = withdrawn();
  const wired = wire(of);
  const orders = restoreEngine(wired.engine.parts, structuredClone(saved), []);
  const [pair] = wired.states;
  const broker = new PaperBroker(wired.engine, wired.states, {
    latency: 250e6,
    slippage: () => 0,
    halfSpread: 0,
    volumeShare: 1,
  });
  broker.advanceTo(16 * MINUTES);
  broker.resume(orders.values(), 16 * MINUTES);
  broker.price(pair!, 100, 1);
  broker.advanceTo(16 * MINUTES + 1);
  const wasOpen = wired.slots[0]!.entry !== null;
  broker.price(pair!, price, 1e6);
  broker.advanceTo(16 * MINUTES + 1e9);
  return {
    wasOpen,
    waiting: broker.waiting,
    entry: wired.slots[0]!.entry,
    ...readLogs(wired),
    free: wired.account.free,
  };
}

describe('a cancel that was under way when the bot ended', () => {
  it('is sent again by the next dry-run, and ends the order when it arrives', () => {
    expect(resumed(99)).toMatchObject({ wasOpen: true, waiting: 0, entry: null, fills: [], free: 10_000 });
  });

  it('is too late where the market goes through the order before that', () => {
    // 97.5 after a quarter of the way to 90.
    const { fills, entry } = resumed(90);
    expect(fills).toMatchObject([{ purpose: 'entry', amount: 10.204, price: 98, maker: true }]);
    expect(entry).toBeNull();
  });

  it('is taken up with real money, too: nothing of the order is wanted at the exchange', () => {
    const { of, saved } = withdrawn();
    const orders = restoreEngine(wire(of).engine.parts, structuredClone(saved), []);
    const reader = { intents: () => [] } as unknown as TradeReader;
    const [live] = resumeOrders(orders.values(), reader, 0);
    expect([live!.isCancelled, live!.target]).toEqual([true, null]);
  });

  it('is none where the order was saved by an earlier version', () => {
    const { of, saved } = withdrawn();
    const { isWithdrawn: _, ...order } = saved.orders[0]!;
    const orders = restoreEngine(wire(of).engine.parts, { ...saved, orders: [order as never] }, []);
    expect([...orders.values()][0]!.isWithdrawn).toBe(false);
  });
});

describe('a candle that closed without a trade that was heard', () => {
  /** The buy order at 98 of minute 5, after a candle that opened at `openedAt` and went down to 90. */
  function filledAfter(openedAt: number, close: number) {
    const { of, saved } = withdrawn();
    const waits = { ...saved, orders: saved.orders.map((order) => ({ ...order, isWithdrawn: false })) };
    const wired = wire(of);
    const orders = restoreEngine(wired.engine.parts, structuredClone(waits), []);
    const [pair] = wired.states;
    const venue = { latency: 0, slippage: () => 0, halfSpread: 0, volumeShare: 1 };
    const broker = new PaperBroker(wired.engine, wired.states, venue);
    broker.advanceTo(16 * MINUTES);
    broker.resume(orders.values(), 16 * MINUTES);
    const still = { pair: '', openTime: 0, open: 100, high: 100, low: 100, close: 100, volume: 1e6 };
    broker.candle(pair!, still, openedAt);
    broker.advanceTo(20 * MINUTES);
    broker.candle(pair!, { ...still, low: 90, close }, openedAt);
    broker.advanceTo(25 * MINUTES);
    return readLogs(wired).fills.map(({ price }) => price);
  }

  it('meets with all its prices what was there before it opened', () => {
    expect(filledAfter(15 * MINUTES, 100)).toEqual([98]);
  });

  it('meets with its close alone what was made later', () => {
    expect([filledAfter(0, 100), filledAfter(0, 97)]).toEqual([[], [98]]);
  });
});

describe('the volume that a resting order shares', () => {
  /** The buy order at 98 for 10.204 in a dry-run that gives it all of the volume of trades; `live` tells what trades. */
  function boughtOf(live: (broker: PaperBroker, pair: PairState) => void) {
    const { of, saved } = withdrawn();
    const waits = { ...saved, orders: saved.orders.map((order) => ({ ...order, isWithdrawn: false })) };
    const wired = wire(of);
    const orders = restoreEngine(wired.engine.parts, structuredClone(waits), []);
    const broker = new PaperBroker(wired.engine, wired.states, {
      latency: 0,
      slippage: () => 0,
      halfSpread: 0,
      volumeShare: 1,
    });
    broker.advanceTo(16 * MINUTES);
    broker.resume(orders.values(), 16 * MINUTES);
    live(broker, wired.states[0]!);
    return readLogs(wired).fills.map(({ amount }) => amount);
  }
  const candle = { pair: '', openTime: 0, open: 100, high: 100, low: 97, close: 97, volume: 5 };

  it('is none while nothing trades', () => {
    const bought = boughtOf((broker, pair) => {
      broker.price(pair, 100, 1);
      broker.advanceTo(17 * MINUTES);
      broker.price(pair, 97, 3);
      broker.advanceTo(18 * MINUTES);
      broker.advanceTo(19 * MINUTES);
      broker.price(pair, 97, 2);
      broker.advanceTo(20 * MINUTES);
    });
    expect(bought).toEqual([3, 2]);
  });

  it('is counted once: a candle adds what no trade told of', () => {
    const bought = boughtOf((broker, pair) => {
      broker.price(pair, 97.5, 3);
      broker.advanceTo(17 * MINUTES);
      broker.candle(pair, candle, 15 * MINUTES);
      broker.advanceTo(20 * MINUTES);
    });
    expect(bought).toEqual([3, 2]);
  });

  it('is not known where trades have none: all of it fills', () => {
    const bought = boughtOf((broker, pair) => {
      broker.price(pair, 97, 0);
      broker.advanceTo(17 * MINUTES);
    });
    expect(bought).toEqual([10.204]);
  });
});
