import { describe, expect, it } from 'vitest';
import { long, type Row, runOne, type Scripted, START, still } from './run-fixture.ts';

/** Half a candle: what is sent at a close arrives halfway through the next. */
const HALF = { venue: { latency: 150e9 } };
/** A minute more than a candle. */
const LONG = { venue: { latency: 360e9 } };

const filled = ({ fills }: ReturnType<typeof runOne>) =>
  fills.map((f) => `${f.purpose} ${f.amount} at ${f.price} in ${f.minute}${f.maker ? ' made' : ''}`);

describe('a change of price that is under way', () => {
  const moves = (from: number, to: number) => ({
    entryPrice: () => from,
    unfilledTimeout: { entry: 99, exit: 99 },
    adjustOrder: ({ price }: { price: number }) => (price === from ? to : ('keep' as const)),
  });
  /** Moved at the close of the second candle; this is the third. */
  const third = (row: Row): Row[] => [still(100), still(100), row, still(100)];

  it('leaves the order at its old price until it arrives', () => {
    // Moved away from the market, which opens beyond the old price.
    const away = third([96, 100, 96, 100]);
    expect(filled(runOne(away, long(0), moves(98, 95), HALF))[0]).toBe('entry 10.204 at 96 in 10 made');
    expect(filled(runOne(away, long(0), moves(98, 95)))).toEqual([]);
    // Or goes through it on the way to 95.
    expect(filled(runOne(third([100, 100, 90, 90]), long(0), moves(98, 85), HALF))[0]).toBe(
      'entry 10.204 at 98 in 10 made',
    );
  });

  it('leaves it there through a whole candle where it takes longer than one', () => {
    const dips = third([100, 100, 97, 100]);
    expect(filled(runOne(dips, long(0), moves(98, 85), LONG))[0]).toBe('entry 10.204 at 98 in 10 made');
  });

  it('takes where it arrives beyond the market, at the price there', () => {
    // Between the old price and the new at the open; 98.7 halfway.
    const rows = third([98.5, 99.5, 98.3, 98.9]);
    expect(filled(runOne(rows, long(0), moves(98, 99), HALF))[0]).toBe('entry 10.204 at 98.7 in 10');
  });

  it('holds the dearer of both prices back until it arrives', () => {
    const free: number[] = [];
    const script = (i: number, act: Scripted, bar: { account: { free: number } }) => {
      if (i === 0) act.enter.long();
      free.push(bar.account.free);
    };
    const rows = Array.from({ length: 6 }, () => still(100));
    const wish = { balance: 1000, stake: 980 };
    runOne(rows, script as never, moves(98, 49), { ...LONG, ...wish });
    // Moved at the close of the second candle, arrives in the fourth; the script is asked after the move.
    expect(free).toEqual([1000, 20, 20, 510, 510, 510]);
    free.length = 0;
    runOne(rows, script as never, moves(98, 49), wish);
    expect(free).toEqual([1000, 510, 510, 510, 510, 510]);
  });

  it('leaves a stop at its old trigger, then fires where it finds the market beyond the new one', () => {
    let asked = 0;
    // From 95 to 99 at the close of the third candle.
    const attributes = { stoploss: -0.05, customStop: () => (asked++ === 2 ? -0.01 : null) };
    const end = (row: Row, latency: number) => {
      asked = 0;
      const rows: Row[] = [still(100), still(100), still(100), row, still(97)];
      return runOne(rows, long(0), attributes, { venue: { latency } }).trades.map(
        (t) => `${t.closeRate} at ${t.closed}`,
      );
    };
    const slides: Row = [97, 97.5, 94, 96];
    expect(end(slides, 0)).toEqual(['97 at 15']);
    // 96.5 halfway.
    expect(end(slides, 150e9)).toEqual(['96.5 at 15']);
    // 94.5 halfway: through the old trigger.
    expect(end([97, 97, 92, 92], 150e9)).toEqual(['95 at 15']);
    expect(end([94, 97, 92, 92], 150e9)).toEqual(['94 at 15']);
    // The old one alone, where the move takes longer than the candle.
    expect(end(slides, 360e9)).toEqual(['95 at 15']);
  });

  it('leaves a position to its liquidation, where that is nearer than the stop still is', () => {
    // From 90.1 to 95 at 20 minutes, under way until 26.
    const attributes = {
      leverage: () => 10,
      stoploss: -0.99,
      customStop: ({ time }: { time: number }) => (time === START + 20 * 60_000 ? -0.5 : null),
    };
    const rows: Row[] = [still(100), still(100), still(100), still(100), [100, 100, 89, 100], still(100)];
    const { trades } = runOne(rows, long(0), attributes, LONG);
    expect(trades[0]).toMatchObject({ reason: 'liquidation', closeRate: 90.4, closed: 20 });
  });

  it('counts once where a close moves a stop twice', () => {
    // To 97.9 by trailing, then to 99.
    const attributes = {
      stoploss: -0.05,
      trailingStop: true,
      customStop: ({ time }: { time: number }) => (time === START + 15 * 60_000 ? -0.01 : null),
    };
    const rows: Row[] = [still(100), still(100), [100, 103, 100, 100], [97, 97.5, 96, 96], still(97)];
    expect(runOne(rows, long(0), attributes, HALF).trades[0]).toMatchObject({ closeRate: 96.5, closed: 15 });
  });

  it('fires a stop that it brings where the market was as it arrived, also when another one follows it', () => {
    // At 20 minutes the stop moves from 90 to 97 and the addition at 98 is withdrawn. That fills on the way, and moves the stop on to 97.6.
    const attributes = {
      stoploss: -0.1,
      orderTypes: { entry: 'limit', exit: 'market' } as const,
      unfilledTimeout: { entry: 5, exit: 5 },
      adjustPosition: ({ time }: { time: number }) => (time === START + 15 * 60_000 ? 490 : null),
      customStop: ({ time, afterFill }: { time: number; afterFill: boolean }) =>
        time === START + 20 * 60_000 ? (afterFill ? -0.005 : -0.03) : null,
    };
    const rows: Row[] = [still(100), [100, 100, 99, 100], [100, 100, 98, 98], [98, 100, 98, 100], [98.5, 98.5, 92, 92]];
    const { fills } = runOne([...rows, still(92)], long(0), attributes, HALF);
    expect(fills.map((f) => [f.minute, f.purpose, f.amount, f.price])).toEqual([
      [10, 'entry', 10, 100],
      [20, 'entry', 5, 98],
      // Halfway from 98.5 to 92.
      [20, 'stop', -15, 95.2],
    ]);
  });

  it('makes a profit that is lowered below the market take, at the price there', () => {
    const attributes = { minimalRoi: { 0: 0.1, 10: 0.01 } };
    // The row of 10 minutes is in force from the close of the third candle: from 110 to 101.
    const rows: Row[] = [still(100), still(100), still(100), [104, 104, 102, 102], still(100)];
    const end = (rest: object) => filled(runOne(rows, long(0), attributes, rest))[1];
    expect(end({})).toBe('roi -10 at 104 in 15');
    expect(end(HALF)).toBe('roi -10 at 103 in 15');
  });

  it('does not delay the stop and the profit of a position that grew', () => {
    const attributes = {
      stoploss: -0.05,
      orderTypes: { entry: 'limit', exit: 'market' } as const,
      adjustPosition: ({ rate }: { rate: number }) => (rate === 110 ? 1100 : null),
    };
    // Ten more at 110 inside the candle: 105 on the whole, so that the stop for all of it goes off at 99.8 in that same candle.
    const rows: Row[] = [still(100), [100, 100, 99, 100], [100, 110, 100, 110], [110, 110, 98, 98], still(98)];
    const { fills } = runOne(rows, long(0), attributes, { venue: { latency: 250e6 } });
    expect(fills.map((f) => [f.minute, f.purpose, f.amount, f.price])).toEqual([
      [5, 'entry', 10, 100],
      [15, 'entry', 10, 110],
      [15, 'stop', -20, 99.8],
    ]);
  });

  it('is not overtaken by what follows a fill', () => {
    // From 95 to 99 at 20 minutes, under way until 26; the addition fills at 20.
    const attributes = {
      stoploss: -0.05,
      customStop: ({ time }: { time: number }) => (time === START + 20 * 60_000 ? -0.01 : null),
      adjustPosition: ({ position }: { position: { amount: number } }) => (position.amount === 10 ? 1000 : null),
    };
    const dips: Row = [100, 100, 97, 100];
    const rows: Row[] = [still(100), still(100), still(100), still(100), dips, dips, still(100)];
    const { fills } = runOne(rows, long(0), attributes, LONG);
    expect(fills.map((f) => [f.minute, f.purpose, f.amount, f.price])).toEqual([
      [10, 'entry', 10, 100],
      [20, 'entry', 10, 100],
      [25, 'stop', -20, 99],
    ]);
  });
});
