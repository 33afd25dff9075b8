import { describe, expect, it } from 'vitest';
import type { RiskModule } from '../ports/trading-modules.ts';
import type { PositionContext } from '../strategy/strategy.ts';
import type { EntryDecision } from './engine-options.ts';
import { long, type Row, runOne, runTest, Scripted, short, still } from './fills/honest/run-fixture.ts';

const flat: Row[] = [still(100), still(100), still(100), still(100), still(100)];
const refusedBy = (risk: RiskModule[], stake = 1000) => runOne(flat, long(0), {}, { engine: { risk }, stake });

describe('an entry', () => {
  it('takes the stake of the sizing module, or what the strategy makes of it', () => {
    const stake = ({ proposed }: { proposed: number }) => proposed / 4;
    expect(runOne(flat, long(0)).fills[0]!.amount).toBe(10);
    expect(runOne(flat, long(0), { stake }).fills[0]!.amount).toBe(2.5);
  });

  it('multiplies the stake by the leverage, which is held to what the venue allows', () => {
    const { fills, trades } = runOne(flat, long(0, 1), { leverage: () => 999 }, { stake: 100 });
    expect(fills[0]!.amount).toBe(50);
    expect(trades[0]).toMatchObject({ leverage: 50 });
  });

  it('is not leveraged on spot, and cannot be short there', () => {
    const of = (script: typeof flat extends never ? never : ReturnType<typeof long>) =>
      runTest({
        markets: { 'BTC/USDT': { rows: flat } },
        strategies: { Scripted: new Scripted(script, { leverage: () => 5 }) },
      });
    expect(of(long(0)).fills[0]!.amount).toBe(10);
    expect(of(short(0)).refused).toEqual({ no_shorting: 1 });
  });

  it('is refused, with the reason counted, when the stake is nothing or too small for the venue', () => {
    expect(runOne(flat, long(0), {}, { stake: 0 }).refused).toEqual({ no_stake: 1 });
    expect(runOne(flat, long(0), {}, { stake: Number.NaN }).refused).toEqual({ stake_not_a_number: 1 });
    expect(runOne(flat, long(0), {}, { stake: 0.05 }).refused).toEqual({ below_minimum_amount: 1 });
    const market = { spec: { minCost: 5 } };
    expect(runOne(flat, long(0), {}, { stake: 4, market }).refused).toEqual({ below_minimum_cost: 1 });
  });

  it('is refused while its market is halted or delisted; what is open can be left', () => {
    const market = { spec: { status: 'halted' as const } };
    expect(runOne(flat, long(0), {}, { market }).refused).toEqual({ market_halted: 1 });
  });

  it('is reviewed by risk modules, which shrink or deny it', () => {
    const half: RiskModule = {
      name: 'half',
      review: (_intent, stake) => ({ verdict: 'shrink', stake: stake / 2, reason: 'half' }),
    };
    const no: RiskModule = { name: 'no', review: () => ({ verdict: 'deny', reason: 'too_risky' }) };
    expect(refusedBy([half, half]).fills[0]!.amount).toBe(2.5);
    expect(refusedBy([no]).refused).toEqual({ too_risky: 1 });
  });

  it.each([
    undefined,
    null,
    true,
    'allow',
    {},
    { verdict: 'maybe', reason: 'x' },
    { verdict: 'deny' },
    { verdict: 'deny', reason: '' },
    { verdict: 'shrink', stake: Number.NaN, reason: 'x' },
    { verdict: 'shrink', stake: -1, reason: 'x' },
    { verdict: 'shrink', stake: '5', reason: 'x' },
    Promise.resolve({ verdict: 'deny', reason: 'late' }),
  ])('stops the run where a risk module answers %s, which allows nothing', (answer) => {
    const odd: RiskModule = { name: 'odd', review: () => answer as never };
    expect(() => refusedBy([odd])).toThrow(
      /^STRATEGY_ANSWER: risk "odd" of Scripted returned .* \(BTC\/USDT:USDT at .*\)\. Return \{ verdict/,
    );
  });

  it.each([Number.POSITIVE_INFINITY, '100', null, undefined, 10n, Promise.resolve(100)])(
    'stops the run where the sizing module answers %s',
    (answer) => {
      const sizing = { name: 'odd', stake: () => answer as never };
      expect(() => runOne(flat, long(0), {}, { engine: { sizing } })).toThrow(
        /^STRATEGY_ANSWER: sizing "odd" of Scripted returned .* Return an amount of stake currency/,
      );
    },
  );

  it('names the module that threw, and the line', () => {
    const failing: RiskModule = {
      name: 'odd',
      review: () => {
        throw new Error('boom');
      },
    };
    expect(() => refusedBy([failing])).toThrow(/^STRATEGY_FAILED: Scripted threw in risk "odd": boom \(BTC/);
  });

  it('is heard of step by step: its signal, its size or the veto', () => {
    const half: RiskModule = {
      name: 'half',
      review: (_intent, stake) => ({ verdict: 'shrink', stake: stake / 2, reason: 'half' }),
    };
    const heard: unknown[] = [];
    const recorder = {
      record: () => {},
      decided: ({ slot, ...rest }: EntryDecision) => void heard.push({ pair: slot.pair.pair, ...rest }),
    };
    runOne(flat, long(0), {}, { engine: { risk: [half], recorder } });
    runOne(flat, long(0), {}, { engine: { risk: [half], recorder }, stake: 0 });
    const pair = 'BTC/USDT:USDT';
    const signal = { pair, kind: 'signal', side: 'long', reason: expect.any(String) };
    expect(heard).toEqual([
      signal,
      { pair, kind: 'size', reason: 'half', amount: 5, price: 100, stake: 500 },
      signal,
      { pair, kind: 'veto', reason: 'no_stake' },
    ]);
  });

  it('can be vetoed by its author', () => {
    const seen: unknown[] = [];
    const confirmEntry = (context: { amount: number; rate: number; entryTag: string | null }) => {
      seen.push([context.amount, context.rate, context.entryTag]);
      return false;
    };
    expect(runOne(flat, long(0), { confirmEntry }).refused).toEqual({ not_confirmed: 1 });
    expect(seen).toEqual([[10, 100, 'in']]);
  });

  it('is confirmed where it opens a position: an addition was decided by adjustPosition already', () => {
    const seen: number[] = [];
    const confirmEntry = ({ amount }: { amount: number }) => {
      seen.push(amount);
      return seen.length === 1;
    };
    const adjustPosition = ({ position }: PositionContext) => (position.entries < 2 ? 100 : 0);
    const { fills, refused } = runOne(flat, long(0), { confirmEntry, adjustPosition });
    expect(fills.filter((f) => f.purpose === 'entry').map((f) => f.amount)).toEqual([10, 1]);
    expect([seen, refused]).toEqual([[10], {}]);
  });

  it('finds a free slot or none; orders at work count', () => {
    const rows = { rows: flat };
    const both = new Scripted((i, act) => (i === 0 ? act.enter.long() : undefined));
    const { fills, refused } = runTest({
      markets: { 'A/USDT:USDT': rows, 'B/USDT:USDT': rows, 'C/USDT:USDT': rows },
      strategies: { Scripted: both },
      engine: { maxOpenPositions: 2 },
    });
    expect(fills.filter((f) => f.purpose === 'entry').map((f) => f.pair[0])).toEqual(['A', 'B']);
    expect(refused).toEqual({ no_free_slot: 1 });
  });

  it('is denied where another strategy owns the pair', () => {
    const { trades, refused } = runTest({
      markets: { 'BTC/USDT:USDT': { rows: flat } },
      strategies: { First: new Scripted(long(0, 2)), Second: new Scripted(short(1)) },
    });
    expect(trades.map((t) => t.strategy)).toEqual(['First']);
    expect(refused).toEqual({ owned_by_other_strategy: 1 });
  });

  it('with netting may hold a pair that another strategy holds, at the same leverage', () => {
    const of = (leverage: number) =>
      runTest({
        markets: { 'BTC/USDT:USDT': { rows: flat } },
        strategies: {
          First: new Scripted(long(0), { leverage: () => 2 }),
          Second: new Scripted(short(1), { leverage: () => leverage }),
        },
        engine: { netting: true },
        stake: 100,
      });
    expect(of(2).trades.map(({ side }) => side)).toEqual(['long', 'short']);
    expect(of(3).refused).toEqual({ leverage_of_other_strategy: 1 });
  });

  it('is withdrawn after its time-out, and its slot is free again', () => {
    const attributes = { entryPrice: () => 90, unfilledTimeout: { entry: 5, exit: 5 } };
    const again: Row[] = [...flat, [100, 100, 89, 89], still(89)];
    const script = (i: number, act: { enter: { long(): void } }) => {
      if (i === 0 || i === 4) act.enter.long();
    };
    const { fills } = runOne(again, script as never, attributes, { engine: { maxOpenPositions: 1 } });
    expect(fills[0]).toMatchObject({ minute: 25, price: 90 });
  });

  it('moves its price when the author says so, keeps it, or goes', () => {
    const rows: Row[] = [still(100), still(100), [100, 100, 94, 100], still(100)];
    const at = (adjustOrder: () => 'keep' | 'cancel' | number) =>
      runOne(rows, long(0), { entryPrice: () => 90, unfilledTimeout: { entry: 60, exit: 5 }, adjustOrder }).fills;
    expect(at(() => 95)[0]).toMatchObject({ minute: 10, price: 95 });
    expect(at(() => 'keep')).toEqual([]);
    expect(at(() => 'cancel')).toEqual([]);
  });

  it('counts its slot once, also when a part fills and the stop takes that part out', () => {
    // A part of the entry fills at 98; the stop closes it in the same candle, so the rest is withdrawn. Twice in a row.
    const thin: Row = [100, 100, 90, 100, 40];
    const rows: Row[] = [still(100), thin, still(100), thin, still(100), still(100), still(100), still(100)];
    const script = (i: number, act: { enter: { long(): void } }) => {
      if (i === 0 || i === 2 || i === 5) act.enter.long();
    };
    const strategy = () => new Scripted(script as never, { entryPrice: () => 98, stoploss: -0.05 });
    const { refused } = runTest({
      markets: { 'A/USDT:USDT': { rows }, 'B/USDT:USDT': { rows } },
      strategies: { Scripted: strategy() },
      engine: { maxOpenPositions: 1 },
    });
    expect(refused).toEqual({ no_free_slot: 3 });
  });
});
