import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Strategy } from '../strategy/strategy.ts';
import { CallSite } from './call-site.ts';
import { closedTradesView } from './closed-trades.ts';
import { EVENT } from './events.ts';
import { ExitDesk } from './exits.ts';
import { readLogs, runOne, Scripted, START, still, wire } from './fills/honest/run-fixture.ts';
import { Journal, type JournalEntry, Replay } from './journal.ts';
import { TRADE_FIELDS } from './logs.ts';
import { ORDER_STATE, type Order } from './order.ts';
import { randomRun } from './random-run-fixture.ts';
import { restoreEngine, type SavedTrade, savedTrades, saveEngine } from './snapshot.ts';

type Wired = ReturnType<typeof wire>;

/** Feeds entries, keeping the orders that may still be answered. */
function feed(wired: Wired, entries: readonly JournalEntry[], open = new Map<number, Order>()): Map<number, Order> {
  const replay = new Replay(wired.engine, wired.states, wired.slots, open);
  for (const entry of entries) for (const order of replay.step(entry).submits) open.set(order.id, order);
  return open;
}

describe('saveEngine, restoreEngine', () => {
  it('an engine restored at any event, from text, goes on as if nothing had happened', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.nat(), (seed, n) => {
        const journal = new Journal();
        const of = randomRun(seed);
        const whole = wire({ ...of, engine: { ...of.engine, recorder: journal } });
        whole.run.advance(Number.POSITIVE_INFINITY);
        whole.run.finish();
        const cut = n % (journal.entries.length + 1);
        const again = randomRun(seed);
        // The strategies are the same objects in both halves: what they draw goes on, too.
        const first = wire(again);
        const open = feed(first, journal.entries.slice(0, cut));
        const saved = saveEngine(first.engine.parts, open.values());
        const trades = savedTrades(first.engine.parts, 0);
        const second = wire(again);
        const last = (wired: Wired) => wired.states.map((state) => state.last);
        for (const [k, price] of last(first).entries()) second.states[k]!.last = price;
        const restored = restoreEngine(second.engine.parts, structuredClone(saved), structuredClone(trades));
        feed(second, journal.entries.slice(cut), new Map(restored));
        expect(readLogs(second).trades).toEqual(readLogs(whole).trades);
        expect(second.engine.ledger.equity).toBeCloseTo(whole.engine.ledger.equity, 8);
        expect([...readLogs(first).fills, ...readLogs(second).fills]).toEqual(readLogs(whole).fills);
      }),
      { numRuns: 100, seed: 7 },
    );
  });

  it('lets entries wait for an exit that was on its way', () => {
    const rows = Array.from({ length: 4 }, () => still(100));
    const markets = { 'BTC/USDT:USDT': { rows, gaps: [2] } };
    const wired = () =>
      wire({
        markets,
        strategies: {
          S: new Scripted((i, act) => (i === 0 ? act.enter.long() : act.exit.long()), { stoploss: -1 }),
        },
      });
    const one = wired();
    one.run.advance(START + 2 * 300_000);
    const { exit } = one.slots[0]!;
    const two = wired();
    restoreEngine(two.engine.parts, saveEngine(one.engine.parts, [exit!]), []);
    const { slots, desk, execution, clock } = two.engine.parts;
    const exits = new ExitDesk(slots, desk, execution, clock, new CallSite(clock));
    expect(exits.keepsWaiting(exit!.createdAt)).toBe(true);
    expect(exits.keepsWaiting(exit!.createdAt + 60e9)).toBe(false);
  });

  it('takes up a position of a version that did not keep the funding of what is held', () => {
    const rows = Array.from({ length: 4 }, () => still(100));
    const strategies = () => ({ S: new Scripted((i, act) => i === 0 && act.enter.long(), { stoploss: -1 }) });
    const markets = { 'BTC/USDT:USDT': { rows, funding: [{ minute: 10, rate: 0.01, mark: 100 }] } };
    const one = wire({ markets, strategies: strategies() });
    one.run.advance(START + 3 * 300_000);
    const saved = saveEngine(one.engine.parts, []);
    const { heldFunding, ...before } = saved.positions[0]!;
    const two = wire({ markets, strategies: strategies() });
    restoreEngine(two.engine.parts, { ...saved, positions: [before as (typeof saved.positions)[0]] }, []);
    expect([heldFunding, two.slots[0]!.position!.heldFunding]).toEqual([-10, -10]);
  });

  it("keeps the author's stores, and refuses a position of a pair that is not traded", () => {
    class Keeper extends Strategy {}
    const market = { rows: [still(100), still(100)] };
    const run = { markets: { 'BTC/USDT:USDT': market }, strategies: { Keeper: new Keeper() } };
    const one = wire(run);
    one.slots[0]!.bar.store.seen = [1, 2];
    one.slots[0]!.strategy.store.count = 3;
    const saved = saveEngine(one.engine.parts, []);
    const two = wire({ ...run, strategies: { Keeper: new Keeper() } });
    restoreEngine(two.engine.parts, saved, []);
    expect([two.slots[0]!.bar.store, two.slots[0]!.strategy.store]).toEqual([{ seen: [1, 2] }, { count: 3 }]);
    const held = { ...saved, positions: [{ slot: 'Keeper/ETH/USDT:USDT' }] as never };
    expect(() => restoreEngine(wire(run).engine.parts, held, [])).toThrow('ENGINE_RESTORE');
  });
});

describe('commands of a live session', () => {
  const rows = Array.from({ length: 8 }, () => still(100));

  it('a blocked pair takes no entries until it is unblocked', () => {
    const wired = wire({
      markets: { 'BTC/USDT:USDT': { rows } },
      strategies: { S: new Scripted((i, act) => i > 0 && act.enter.long()) },
    });
    const { engine, run, slots } = wired;
    const block = (reason: string | null, candle: number) => {
      const time = engine.clock.toEngine(START + candle * 300_000);
      engine.process({ kind: EVENT.command, time, command: { name: 'block', slot: slots[0]!, reason } });
    };
    block('stale', 0);
    run.advance(START + 3 * 300_000);
    expect(engine.refused).toEqual({ stale: 2 });
    block(null, 3);
    run.advance(Number.POSITIVE_INFINITY);
    expect(engine.ledger.open).toHaveLength(1);
  });

  it.each([
    ['stale', 1],
    // It has left the pair list: what is held is looked after as before.
    ['not_in_pairlist', 3],
  ])('a pair that is blocked as %s is entered %i times by additions and all', (reason, entries) => {
    const adding = { adjustPosition: () => 100, maxEntryPositionAdjustment: 2 };
    const wired = wire({
      markets: { 'BTC/USDT:USDT': { rows } },
      strategies: { S: new Scripted((i, act) => i === 0 && act.enter.long(), adding) },
    });
    const { engine, run, slots } = wired;
    run.advance(START + 300_000);
    const time = engine.clock.toEngine(START + 300_000);
    engine.process({ kind: EVENT.command, time, command: { name: 'block', slot: slots[0]!, reason } });
    run.advance(START + 7 * 300_000);
    expect(slots[0]!.position!.entries).toBe(entries);
  });

  it('protect places a lost stop anew; correct-cash moves the balance', () => {
    const held = runOne(rows, (i, act) => i === 0 && act.enter.long(), { stoploss: -0.1 });
    const { engine, slots, account } = wire({ markets: {}, strategies: {} });
    expect(slots).toEqual([]);
    engine.process({ kind: EVENT.command, time: 0, command: { name: 'correct-cash', amount: -50 } });
    expect(account.free).toBe(9950);
    expect(held.trades).toHaveLength(1);
    const wired = wire({
      markets: { 'BTC/USDT:USDT': { rows } },
      strategies: { S: new Scripted((i, act) => i === 0 && act.enter.long(), { stoploss: -0.1 }) },
    });
    wired.run.advance(START + 4 * 300_000);
    const slot = wired.slots[0]!;
    const stop = slot.position!.stopOrder!;
    const time = wired.engine.now;
    wired.engine.order({ kind: EVENT.order, time, order: stop, state: ORDER_STATE.cancelled, reason: null });
    const { submits } = wired.engine.process({ kind: EVENT.command, time, command: { name: 'protect', slot } });
    expect(submits).toHaveLength(1);
    expect(submits[0]!.ticks).toBe(stop.ticks);
    expect(slot.position!.stopOrder).toBe(submits[0]);
  });

  it('protect places a lost profit anew, beside the stop that is there', () => {
    const strategy = new Scripted((i, act) => i === 0 && act.enter.long(), { stoploss: -0.1, minimalRoi: { 0: 0.5 } });
    const wired = wire({ markets: { 'BTC/USDT:USDT': { rows } }, strategies: { S: strategy } });
    wired.run.advance(START + 4 * 300_000);
    const slot = wired.slots[0]!;
    const profit = slot.position!.roiOrder!;
    const time = wired.engine.now;
    const protect = () =>
      wired.engine.process({ kind: EVENT.command, time, command: { name: 'protect', slot } }).submits;
    expect(protect()).toHaveLength(0);
    wired.engine.order({ kind: EVENT.order, time, order: profit, state: ORDER_STATE.rejected, reason: 'no' });
    const submits = [...protect()];
    expect(submits.map(({ ticks, lots }) => [ticks, lots])).toEqual([[profit.ticks, profit.lots]]);
    expect(slot.position!.roiOrder).toBe(submits[0]);
  });

  it('trades of pairs that are traded no more still count', () => {
    const run = randomRun(1);
    const fresh = wire(run);
    const row = Object.fromEntries(TRADE_FIELDS.map((field) => [field, 1])) as unknown as SavedTrade;
    const gone = {
      ...row,
      slot: 'First/GONE/USDT',
      profitAbs: -300,
      reason: 'stop_loss',
      entryTag: null,
      exitTag: null,
    };
    const [first] = fresh.slots;
    const still = { ...gone, slot: `${first!.strategyName}/${first!.pair.pair}` };
    restoreEngine(fresh.engine.parts, saveEngine(fresh.engine.parts, []), [still, gone]);
    const { trades, names, clock, slots } = fresh.engine.parts;
    const closed = closedTradesView(trades, names, slots, clock);
    expect([closed.count, closed.pair(1), closed.pair(0), closed.profitAbs(0), closed.exitReason(0)]).toEqual([
      2,
      first!.pair.pair,
      'GONE/USDT',
      -300,
      'stop_loss',
    ]);
  });
});
