import { describe, expect, it } from 'vitest';
import type { OrderContext } from '../strategy/strategy.ts';
import {
  long,
  type Row,
  runOne,
  runTest,
  type Script,
  Scripted,
  START,
  short,
  still,
} from './fills/honest/run-fixture.ts';

const flat: Row[] = Array.from({ length: 6 }, () => still(100));
const ending = ({ trades }: ReturnType<typeof runOne>) =>
  trades.map((t) => `${t.reason} ${t.closeRate} at ${t.closed}`).join(', ');

describe('leaving a position', () => {
  it('can be vetoed by the author, but not at the end of the data', () => {
    const rows: Row[] = [...flat.slice(0, 3), still(101)];
    expect(ending(runOne(rows, long(0, 1), { confirmExit: () => false }))).toBe('force_exit 101 at 20');
  });

  it('can be by a limit order, which rests and is withdrawn after its time-out', () => {
    const rows: Row[] = [...flat.slice(0, 3), [100, 102.1, 100, 100], still(100), still(100)];
    const attributes = { exitPrice: () => 102, unfilledTimeout: { entry: 10, exit: 10 } };
    expect(ending(runOne(rows, long(0, 1), attributes))).toBe('exit_signal 102 at 15');
    const late: Row[] = [...flat.slice(0, 4), [100, 102.1, 100, 100], still(100)];
    expect(ending(runOne(late, long(0, 1), attributes))).toBe('force_exit 100 at 30');
  });

  it('moves the price of a limit order when the author says so, keeps it, or goes', () => {
    const rows: Row[] = [...flat.slice(0, 4), [100, 101.1, 100, 100], still(100)];
    const asked: unknown[] = [];
    const at = (answer: 'keep' | 'cancel' | number) =>
      ending(
        runOne(rows, long(0, 1), {
          exitPrice: () => 102,
          unfilledTimeout: { entry: 5, exit: 60 },
          adjustOrder: ({ isEntry, price, side, reason, openedAt, position, rate }: OrderContext) => {
            asked.push([isEntry, price, side, reason, (openedAt - START) / 60_000, position?.openRate, rate]);
            return price === 102 ? answer : 'keep';
          },
        }),
      );
    expect(at(101)).toBe('exit_signal 101 at 20');
    expect(asked[0]).toEqual([false, 102, 'long', 'exit_signal', 10, 100, 100]);
    expect(at('keep')).toBe('force_exit 100 at 30');
    asked.length = 0;
    expect(at('cancel')).toBe('force_exit 100 at 30');
    expect(asked.length).toBe(1);
  });

  it('a short rounds its new price to the better side as well, and a price through the market takes it', () => {
    const at = (price: number) =>
      ending(
        runOne(flat, short(0, 1), {
          exitPrice: () => 98,
          unfilledTimeout: { entry: 5, exit: 60 },
          adjustOrder: () => price,
        }),
      );
    expect(at(105)).toBe('exit_signal 100 at 15');
    expect(at(99.99)).toBe('force_exit 100 at 30');
  });

  it('ends at the last price although exits are limit orders', () => {
    const attributes = { orderTypes: { entry: 'market', exit: 'limit' } as const, exitPrice: () => 150 };
    expect(ending(runOne(flat, long(0, 4), attributes))).toBe('force_exit 100 at 30');
  });

  it('takes the whole position although a reduction is on its way', () => {
    const adjustPosition = ({ position }: { position: { exits: number } }) => (position.exits === 0 ? -500 : null);
    const { fills } = runOne(flat, long(0, 1), { adjustPosition });
    expect(fills.map((f) => [f.minute, f.amount])).toEqual([
      [5, 10],
      [10, -10],
    ]);
  });

  it('withdraws an addition of the same candle, and the slot can be entered again', () => {
    const script = (i: number, act: { enter: { long(): void }; exit: { long(): void } }) => {
      if (i === 0 || i === 3) act.enter.long();
      if (i === 1) act.exit.long();
    };
    const { trades } = runOne(flat, script as never, { adjustPosition: () => 500, maxEntryPositionAdjustment: 1 });
    expect(trades.map((t) => [t.opened, t.closed])).toEqual([
      [5, 10],
      [20, 30],
    ]);
  });

  it('reverses: the other side is entered at the same open, with the cash that the exit frees', () => {
    const script = (i: number, act: { enter: { long(): void; short(): void }; exit: { long(): void } }) => {
      if (i === 0) act.enter.long();
      if (i === 2) {
        act.exit.long();
        act.enter.short();
      }
    };
    const { trades } = runOne(flat, script as never, {}, { balance: 1000 });
    expect(trades.map((t) => [t.side, t.opened, t.closed])).toEqual([
      ['long', 5, 15],
      ['short', 15, 30],
    ]);
  });

  it('waits for profit when only profit counts', () => {
    const rows: Row[] = [still(100), still(100), still(99), still(99), still(103), still(103)];
    const script = (i: number, act: { enter: { long(): void }; exit: { long(): void } }) =>
      i === 0 ? act.enter.long() : act.exit.long();
    expect(ending(runOne(rows, script as never, { exitProfitOnly: true, exitProfitOffset: 0.02 }))).toBe(
      'exit_signal 103 at 25',
    );
  });

  it('is not asked of a strategy that does not use exit signals', () => {
    expect(ending(runOne(flat, long(0, 1), { useExitSignal: false }))).toBe('force_exit 100 at 30');
  });

  it('is waited for by entries of its moment; where its market stands still, those of later candles go ahead', () => {
    const script: Script = (i, act, { pair }) => {
      if (pair.startsWith('A/')) return long(0, 1)(i, act, {} as never);
      if (i === 1 || i === 2) act.enter.long();
    };
    const standing = { rows: flat, gaps: [2, 3, 4] };
    const { trades, refused } = runTest({
      markets: { 'A/USDT:USDT': standing, 'B/USDT:USDT': { rows: flat } },
      strategies: { S: new Scripted(script) },
    });
    expect(trades.map((t) => [t.pair, t.opened, t.closed])).toEqual([
      ['A/USDT:USDT', 5, 25],
      ['B/USDT:USDT', 15, 30],
    ]);
    expect(refused).toEqual({ exit_not_filled: 1 });
  });
});
