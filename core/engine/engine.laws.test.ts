import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Rng, seeded } from '../foundation/rng.ts';
import type { Strategy } from '../strategy/strategy.ts';
import { EVENT, type FillEvent } from './events.ts';
import {
  type MarketOfTest,
  type Row,
  type RunOfTest,
  readLogs,
  Scripted,
  START,
  wire,
} from './fills/honest/run-fixture.ts';
import { Journal, Replay } from './journal.ts';
import { Account } from './ledger/account.ts';
import type { FeeAsset } from './ledger/fee-asset.ts';
import { ORDER_STATE } from './order.ts';

const CANDLES = 60;

/** A walk of candles and the one-minute candles that they are made of; volumes are small enough to matter, some candles are wild. */
function randomMarket(rng: Rng, isPerpetual: boolean, withDetail: boolean): MarketOfTest {
  const tenth = (x: number) => Math.max(0.5, Math.round(x * 10) / 10);
  const detail: Row[] = [];
  const rows: Row[] = [];
  let price = 50 + 100 * rng.next();
  for (let i = 0; i < CANDLES; i++) {
    const wild = rng.next() < 0.05 ? 0.06 : 0.006;
    const parts: Row[] = [];
    for (let k = 0; k < 5; k++) {
      if (rng.next() < 0.01) price *= rng.next() < 0.5 ? 0.7 : 1.4;
      const open = tenth(rng.next() < 0.05 ? price * (1 + wild * rng.normal()) : price);
      price = Math.max(5, open * (1 + wild * rng.normal()));
      const close = tenth(price);
      const high = tenth(Math.max(open, close) * (1 + 0.5 * wild * rng.next()));
      const low = tenth(Math.min(open, close) * (1 - 0.5 * wild * rng.next()));
      parts.push([
        open,
        Math.max(high, open, close),
        Math.min(low, open, close),
        close,
        rng.next() < 0.1 ? 0 : 200 * rng.next(),
      ]);
    }
    detail.push(...parts);
    rows.push([
      parts[0]![0],
      Math.max(...parts.map((p) => p[1])),
      Math.min(...parts.map((p) => p[2])),
      parts[4]![3],
      parts.reduce((sum, p) => sum + p[4]!, 0),
    ]);
  }
  const gaps = Array.from({ length: CANDLES }, (_, i) => i).filter(() => rng.next() < 0.03);
  const funding = [0, 60, 120, 180, 240].map((minute) => ({
    minute,
    rate: 0.002 * rng.normal(),
    mark: rows[Math.floor(minute / 5)]![0],
  }));
  return {
    rows,
    gaps,
    spec: { makerFee: 0.0002, takerFee: 0.001, minCost: 5 },
    ...(withDetail && { detail }),
    ...(isPerpetual && { funding }),
  };
}

/** A strategy whose every answer is drawn by chance, each callback being there or not. */
function randomStrategy(rng: Rng): Strategy {
  const chance = (share: number) => rng.next() < share;
  const attributes: Record<string, unknown> = {
    canShort: chance(0.7),
    stoploss: [-1, -0.02, -0.05, -0.3][rng.int(4)],
    minimalRoi: [{}, { 0: 0.02 }, { 0: 0.04, 30: 0.01, 90: -0.01 }][rng.int(3)],
    trailingStop: chance(0.4),
    trailingStopPositive: chance(0.5) ? 0.01 : null,
    trailingStopPositiveOffset: 0.015,
    trailingOnlyOffsetIsReached: chance(0.5),
    exitProfitOnly: chance(0.2),
    ignoreRoiIfEntrySignal: chance(0.3),
    maxEntryPositionAdjustment: rng.int(4) - 1,
    orderTypes: { entry: chance(0.3) ? 'limit' : 'market', exit: chance(0.3) ? 'limit' : 'market' },
    unfilledTimeout: { entry: 1 + rng.int(20), exit: 1 + rng.int(20) },
  };
  const near = (rate: number) => rate * (1 + 0.01 * rng.normal());
  const maybe = (share: number, name: string, callback: unknown) => {
    if (chance(share)) attributes[name] = callback;
  };
  maybe(0.5, 'leverage', () => 1 + rng.int(20));
  maybe(0.3, 'stake', ({ proposed }: { proposed: number }) => proposed * rng.next() * 2);
  maybe(0.4, 'entryPrice', ({ rate }: { rate: number }) => (chance(0.3) ? null : near(rate)));
  maybe(0.4, 'exitPrice', ({ rate }: { rate: number }) => (chance(0.3) ? null : near(rate)));
  maybe(0.2, 'confirmEntry', () => chance(0.8));
  maybe(0.2, 'confirmExit', () => chance(0.8));
  maybe(0.3, 'customStop', () => (chance(0.5) ? null : -0.1 * rng.next()));
  maybe(0.2, 'customRoi', () => (chance(0.5) ? null : 0.05 * rng.next()));
  maybe(0.2, 'customExit', () => (chance(0.05) ? 'whim' : null));
  maybe(0.5, 'adjustPosition', () => (chance(0.7) ? null : 600 * (rng.next() - 0.4)));
  maybe(0.4, 'adjustOrder', ({ rate }: { rate: number }) =>
    chance(0.4) ? 'keep' : chance(0.2) ? 'cancel' : near(rate),
  );
  return new Scripted((_i, act) => {
    if (chance(0.15)) act.enter.long();
    if (chance(0.15)) act.enter.short();
    if (chance(0.1)) act.exit.long();
    if (chance(0.1)) act.exit.short();
  }, attributes);
}

/** A whole run drawn from a seed: market, strategies, costs. Made anew each time, since strategies carry state. */
function randomRun(seed: number): RunOfTest {
  const rng = seeded(seed);
  const isPerpetual = rng.next() < 0.6;
  const withDetail = rng.next() < 0.4;
  const markets: Record<string, MarketOfTest> = {};
  for (let k = 0; k <= rng.int(4); k++)
    markets[`${'ABCD'[k]}/USDT${isPerpetual ? ':USDT' : ''}`] = randomMarket(rng.fork(k), isPerpetual, withDetail);
  const strategies: Record<string, Strategy> = { First: randomStrategy(rng.fork('first')) };
  if (rng.next() < 0.3) strategies.Second = randomStrategy(rng.fork('second'));
  const unlimited = rng.next() < 0.3;
  return {
    markets,
    strategies,
    balance: 2000,
    stake: unlimited ? (_intent, { account, maxOpenPositions }) => account.equity / maxOpenPositions : 700,
    engine: { maxOpenPositions: 1 + rng.int(4), roiRests: rng.next() < 0.7 },
    venue: {
      latency: [0, 250e6, 90e9, 400e9][rng.int(4)]!,
      halfSpread: 0.0002,
      slippage: () => 0.0003,
      volumeShare: 0.1,
    },
  };
}

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
          expect(account.free).toBeGreaterThanOrEqual(0);
          expect(account.stake.locked.value).toBeGreaterThanOrEqual(-1e-9);
          const expected = equityFromFills(wired);
          expect(Math.abs(engine.ledger.equity - expected)).toBeLessThanOrEqual(1e-9 * 2000);
          for (const { position, entry, exit } of slots) {
            if (position) {
              expect(position.lots).toBeGreaterThan(0);
              expect(Number.isInteger(position.lots)).toBe(true);
            }
            for (const order of [entry, exit]) if (order) expect(order.isOpen).toBe(true);
          }
        };
        const recorder = {
          record(event: { kind: number; order?: { state: number }; state?: number }) {
            events++;
            check();
            if (event.order) {
              expect(event.order.state).toBeGreaterThanOrEqual(states.get(event.order) ?? ORDER_STATE.created);
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
            expect(account.free).toBeGreaterThanOrEqual(0);
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
            expect(Math.abs(engine.ledger.equity - expected)).toBeLessThanOrEqual(1e-9 * 2000);
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
          expect(fill.price).toBeLessThanOrEqual((isLast ? lastHigh : high) * (1 + worse) + 0.1 + 1e-9);
          expect(fill.price).toBeGreaterThanOrEqual((isLast ? lastLow : low) * (1 - worse) - 0.1 - 1e-9);
        }
      }),
      laws,
    );
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
