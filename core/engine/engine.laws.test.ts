import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seeded } from '../foundation/rng.ts';
import { EVENT, type FillEvent } from './events.ts';
import { readLogs, START, wire } from './fills/honest/run-fixture.ts';
import { Journal, Replay } from './journal.ts';
import { Account } from './ledger/account.ts';
import type { FeeAsset } from './ledger/fee-asset.ts';
import { ORDER_KIND, ORDER_STATE, type Order } from './order.ts';
import { CANDLES, randomRun } from './random-run-fixture.ts';

/** Runs a seed whole, or in random pieces. */
function runSeed(seed: number, inPieces = false, journal?: Journal) {
  const of = randomRun(seed);
  const wired = wire({ ...of, engine: { ...of.engine, ...(journal && { recorder: journal }) } });
  const cuts = seeded(`cuts-${seed}`);
  while (wired.run.advance(inPieces ? wired.run.nextTime + 1 + cuts.int(3_000_000) : Number.POSITIVE_INFINITY));
  wired.run.finish();
  return wired;
}

const outcome = (wired: ReturnType<typeof wire>) => ({
  ...readLogs(wired),
  curve: [...wired.run.equity.value],
  times: [...wired.run.equity.time],
  refused: wired.engine.refused,
});

const seeds = fc.integer({ min: 0, max: 1e6 });
/** TIDEGATE_LAW_RUNS and TIDEGATE_LAW_SEED search further than a commit needs to. */
const laws = {
  numRuns: Number(process.env.TIDEGATE_LAW_RUNS ?? 300),
  seed: Number(process.env.TIDEGATE_LAW_SEED ?? 7),
};

describe('the laws of every run', () => {
  it('cash and positions are the equity, reckoned anew from the fills; cash is never negative, nothing is sold twice', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const of = randomRun(seed);
        let wired: ReturnType<typeof wire> | undefined;
        let events = 0;
        const states = new Map<unknown, number>();
        const check = () => {
          if (!wired) return;
          const { engine, account, slots } = wired;
          must(account.free >= 0, 'free cash is not negative');
          must(account.stake.locked.value >= -1e-9, 'locked cash is not negative');
          const error = Math.abs(engine.ledger.equity - equityFromFills(wired));
          must(error <= 1e-9 * 2000, 'the equity is what the fills make');
          for (const { position, entry, exit } of slots) {
            if (position) must(position.lots > 0 && Number.isInteger(position.lots), 'positions are whole lots');
            for (const order of [entry, exit]) if (order) must(order.isOpen, 'working orders are open');
            if (entry) must(entry.reserved >= 0, 'what an entry holds back is not negative');
          }
          const { pending } = engine.parts.entries;
          must(pending >= 0, 'places in the account are not given back twice');
          must(engine.ledger.openPositions + pending <= of.engine!.maxOpenPositions!, 'places in the account suffice');
        };
        const recorder = {
          record(event: { kind: number; order?: { state: number }; state?: number }) {
            events++;
            check();
            if (event.order) {
              const before = states.get(event.order) ?? ORDER_STATE.created;
              must(event.order.state >= before, 'orders only move forward');
              states.set(event.order, event.order.state);
            }
          },
        };
        wired = wire({ ...of, engine: { ...of.engine, recorder: recorder as never } });
        wired.run.advance(Number.POSITIVE_INFINITY);
        wired.run.finish();
        check();
        const { engine, account } = wired;
        // What the trades made is what the account gained; nothing stays open.
        expect(engine.ledger.open).toEqual([]);
        const { trades, audit } = engine.logs;
        const profits = trades.column('profitAbs').reduce((sum, x) => sum + x, 0);
        expect(Math.abs(account.free - 2000 - profits)).toBeLessThanOrEqual(1e-9 * 2000);
        expect(Math.abs(account.stake.locked.value)).toBeLessThanOrEqual(1e-9);
        // One audit record per event, quiet ones counted together.
        expect(audit.column('count').reduce((sum, x) => sum + x, 0)).toBe(events);
      }),
      laws,
    );
  });

  it.each<FeeAsset>([{ kind: 'base' }, { kind: 'coin', asset: 'BNB', market: { last: 250 }, discount: 0.25 }])(
    'with fees in another asset ($kind), cash, coins and positions are the equity',
    (fees) => {
      const coins = 0.004;
      let others = 0;
      fc.assert(
        fc.property(seeds, (seed) => {
          const of = randomRun(seed);
          const account = new Account('test', 'USDT', { USDT: 2000, BNB: coins }, fees);
          const base = { cash: 2000, held: new Map<unknown, number>() };
          const recorder = { record: (event: FillEvent) => void (event.kind === EVENT.fill && bookBase(base, event)) };
          const wired = wire({ ...of, engine: { ...of.engine, account, recorder: recorder as never } });
          const { engine, slots } = wired;
          for (let i = 0; i <= CANDLES; i++) {
            wired.run.advance(START + i * 300_000);
            must(account.free >= 0, 'free cash is not negative');
            const { trades } = engine.logs;
            let expected = equityFromFills({ ...wired, account });
            if (fees.kind === 'coin') expected += coins * fees.market.last;
            else {
              expected = base.cash + account.badDebt.value;
              for (let row = 0; row < trades.length; row++) expected += trades.get(row, 'funding');
              for (const position of engine.ledger.open) expected += position.funding;
              for (const slot of slots) {
                const amount = base.held.get(slot) ?? 0;
                if (amount !== 0) expected += amount * slot.pair.last;
              }
            }
            must(Math.abs(engine.ledger.equity - expected) <= 1e-9 * 2000, 'the equity is what the fills make');
          }
          others += fees.kind === 'coin' ? coins - account.asset('BNB').free.value : account.assets.size - 2;
        }),
        laws,
      );
      expect(others).toBeGreaterThan(0);
    },
  );

  it('the seeds reach every way in and out', () => {
    const reasons = new Set<string | null>();
    const refusals = new Set<string>();
    let badDebt = 0;
    for (let seed = 0; seed < 400; seed++) {
      const wired = runSeed(seed);
      for (const trade of readLogs(wired).trades) reasons.add(trade.reason);
      for (const reason of Object.keys(wired.engine.refused)) refusals.add(reason);
      badDebt += wired.account.badDebt.value;
    }
    for (const reason of ['exit_signal', 'stop_loss', 'trailing_stop_loss', 'roi', 'liquidation', 'force_exit'])
      expect(reasons).toContain(reason);
    for (const reason of ['custom_roi', 'whim', 'partial_exit']) expect(reasons).toContain(reason);
    for (const reason of ['insufficient_funds', 'no_free_slot', 'owned_by_other_strategy', 'exit_not_filled'])
      expect(refusals).toContain(reason);
    expect(badDebt).toBeGreaterThan(0);
  });

  it('no fill is better than its candle allows', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const wired = runSeed(seed);
        const of = randomRun(seed);
        for (const fill of readLogs(wired).fills) {
          const { rows } = of.markets[fill.pair]!;
          const at = Math.min(CANDLES - 1, Math.floor(fill.minute / 5));
          const [, high, low] = rows[at]!;
          const isLast = fill.minute >= CANDLES * 5;
          const [, lastHigh, lastLow] = rows.findLast((_, i) => !of.markets[fill.pair]!.gaps!.includes(i))!;
          const worse = fill.maker ? 0 : 0.0005;
          // A limit that was met in an earlier candle than it could fill in may lie outside of this one, on its worse side.
          const mayLie = { above: fill.maker && fill.amount > 0, below: fill.maker && fill.amount < 0 };
          const top = (isLast ? lastHigh : high) * (1 + worse) + 0.1 + 1e-9;
          const bottom = (isLast ? lastLow : low) * (1 - worse) - 0.1 - 1e-9;
          must(mayLie.above || fill.price <= top, 'no fill above its candle');
          must(mayLie.below || fill.price >= bottom, 'no fill below its candle');
        }
      }),
      laws,
    );
  });

  it('a cancel ends its order at the latest at the first close after its arrival, and not one order that was withdrawn is left', () => {
    let late = 0;
    fc.assert(
      fc.property(seeds, (seed) => {
        const of = randomRun(seed);
        const latency = of.venue!.latency!;
        let wired: ReturnType<typeof wire> | undefined;
        const since = new Map<Order, number>();
        const recorder = {
          record({ kind, time }: { kind: number; time: number }) {
            for (const { entry, exit } of wired?.slots ?? [])
              for (const order of [entry, exit]) if (order?.isWithdrawn && !since.has(order)) since.set(order, time);
            for (const [order, sent] of since) {
              if (order.isOpen && order.kind === ORDER_KIND.limit && (kind === EVENT.candles || kind === EVENT.manage))
                must(time <= sent + latency, 'a cancel arrives');
              if (order.state === ORDER_STATE.filled) late++;
              if (!order.isOpen) since.delete(order);
            }
          },
        };
        wired = wire({ ...of, engine: { ...of.engine, recorder: recorder as never } });
        wired.run.advance(Number.POSITIVE_INFINITY);
        wired.run.finish();
        for (const { entry, exit } of wired.slots)
          for (const order of [entry, exit]) must(!order?.isWithdrawn, 'nothing that was withdrawn is left');
      }),
      { ...laws, numRuns: Math.ceil(laws.numRuns / 3) },
    );
    expect(late).toBeGreaterThan(0);
  });

  it('two runs are equal, and any cutting of time gives the same run', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const whole = outcome(runSeed(seed));
        expect(outcome(runSeed(seed))).toEqual(whole);
        expect(outcome(runSeed(seed, true))).toEqual(whole);
      }),
      { ...laws, numRuns: Math.ceil(laws.numRuns / 3) },
    );
  });

  it('the journal of a run, as text, replayed one by one through a fresh engine gives the same run', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const journal = new Journal();
        const first = runSeed(seed, false, journal);
        const again = wire(randomRun(seed));
        const replay = new Replay(again.engine, again.states, again.slots);
        for (const entry of JSON.parse(JSON.stringify(journal.entries))) replay.step(entry);
        expect(readLogs(again)).toEqual(readLogs(first));
        expect(again.engine.ledger.equity).toBe(first.engine.ledger.equity);
        expect(again.engine.refused).toEqual(first.engine.refused);
      }),
      { ...laws, numRuns: Math.ceil(laws.numRuns / 3) },
    );
  });
});

/** Asked at every event of every run, where an `expect` would take longer than the run. */
function must(holds: boolean, law: string): void {
  if (!holds) throw new Error(`broken: ${law}`);
}

/** Books a fill as the exchange would: spot buys pay their fee in the base where that leaves a whole lot. */
function bookBase(book: { cash: number; held: Map<unknown, number> }, { order, ticks, lots, fee }: FillEvent): void {
  const { slot, sign } = order;
  const { instrument } = slot.pair;
  const price = instrument.price(ticks);
  const before = book.held.get(slot) ?? 0;
  const inBase = !instrument.isMargined && sign > 0 && fee > 0;
  const dust = before - instrument.amount(slot.position?.lots ?? 0);
  const isWhole = inBase && dust + instrument.amount(lots) - fee / price >= instrument.lot * (1 - 1e-9);
  book.cash -= sign * instrument.amount(lots) * price + (isWhole ? 0 : fee);
  book.held.set(slot, before + sign * instrument.amount(lots) - (isWhole ? fee / price : 0));
}

/** Equity from the logged fills and funding alone: what was paid, what was received, and what is held at the last prices. */
function equityFromFills({
  engine,
  slots,
  account,
}: Pick<ReturnType<typeof wire>, 'engine' | 'slots' | 'account'>): number {
  const { fills, trades } = engine.logs;
  let cash = 2000 + account.badDebt.value;
  const held = new Map<number, number>();
  for (let row = 0; row < fills.length; row++) {
    const f = fills.read(row);
    const { instrument } = slots[f.slot]!.pair;
    cash -= f.sign * instrument.amount(f.lots) * instrument.price(f.ticks) + f.fee;
    held.set(f.slot, (held.get(f.slot) ?? 0) + f.sign * f.lots);
  }
  for (let row = 0; row < trades.length; row++) cash += trades.get(row, 'funding');
  for (const position of engine.ledger.open) cash += position.funding;
  for (const [slot, lots] of held) {
    const { pair } = slots[slot]!;
    if (lots !== 0) cash += pair.instrument.amount(lots) * pair.last;
  }
  return cash;
}
