import { describe, expect, it } from 'vitest';
import { long, type Row, runOne, runTest, type Script, Scripted, START, short, still } from './run-fixture.ts';

/** What is sent at a close arrives after this many seconds. */
const late = (seconds: number) => ({ venue: { latency: seconds * 1e9 } });

const filled = ({ fills }: ReturnType<typeof runOne>) =>
  fills.map((f) => `${f.purpose} ${f.amount} at ${f.price} in ${f.minute}${f.maker ? ' made' : ''}`);

const buysAt = (price: number) => ({ entryPrice: () => price, unfilledTimeout: { entry: 99, exit: 99 } });

describe('a limit that the market went through before it could fill', () => {
  const profit = { ...buysAt(98), minimalRoi: { 0: 0.01 } };

  it('fills at its own price at the next open: there was no gap', () => {
    // Bought at 98 on the way to 97; the profit of 98.98 was met on the way to the close.
    const rows: Row[] = [still(100), [100, 100, 97, 101], [102, 102, 102, 102], still(102)];
    expect(filled(runOne(rows, long(0), profit))).toEqual([
      'entry 10.204 at 98 in 5 made',
      'roi -10.204 at 99 in 10 made',
    ]);
  });

  it('fills at the open where the market jumps over it', () => {
    const rows: Row[] = [still(100), [100, 100, 97, 98], [102, 102, 102, 102], still(102)];
    expect(filled(runOne(rows, long(0), profit))[1]).toBe('roi -10.204 at 102 in 10 made');
  });

  it('fills at its own price where a partial exit took from the position before its rest could fill', () => {
    const rows: Row[] = [still(100), still(100), [100, 106, 100, 106, 20], still(106, 10), still(110), still(110)];
    const stakes = [null, -400];
    const adjustPosition = () => stakes.shift() ?? null;
    const run = runOne(rows, long(0), { minimalRoi: { 0: 0.05 }, adjustPosition: adjustPosition as never }, late(1));
    expect(filled(run).slice(1)).toEqual([
      'roi -2 at 105 in 10 made',
      'roi -1 at 105 in 15 made',
      'exit -4 at 106 in 15',
      'roi -3 at 105 in 20 made',
    ]);
  });

  it('fills at its own price where the volume was too little before', () => {
    const rows: Row[] = [still(100), [100, 100, 97, 97, 40], [96, 96, 96, 96], still(96)];
    expect(filled(runOne(rows, long(0), buysAt(98))).slice(0, 2)).toEqual([
      'entry 4 at 98 in 5 made',
      'entry 6.204 at 98 in 10 made',
    ]);
  });
});

describe('two limits that take a position off', () => {
  it('are met in the order of their prices', () => {
    // The ROI limit at 105 rests since the entry; the exit at 102 is sent later and lies nearer.
    const attributes = { minimalRoi: { 0: 0.05 }, exitPrice: () => 102, unfilledTimeout: { entry: 99, exit: 99 } };
    const rows: Row[] = [still(100), still(100), still(100), [100, 110, 100, 108], still(108)];
    expect(filled(runOne(rows, long(0, 1), attributes))[1]).toBe('exit -10 at 102 in 15 made');
  });
});

describe('a limit that takes more than the volume allows', () => {
  it('goes on as a taker', () => {
    const rows: Row[] = [still(100), [96, 97, 96, 97, 40], [97, 97, 97, 97], still(97)];
    expect(filled(runOne(rows, long(0), buysAt(98), late(1))).slice(0, 2)).toEqual([
      'entry 4 at 96.1 in 5',
      'entry 6.204 at 97 in 10',
    ]);
  });

  it('takes in the next candle where there was no volume at all', () => {
    const attributes = { minimalRoi: { 0: 0.1, 10: 0.01 } };
    const rows: Row[] = [still(100), still(100), still(103), [103, 103, 103, 103, 0], still(103), still(103)];
    expect(filled(runOne(rows, long(0), attributes, late(1)))[1]).toBe('roi -10 at 103 in 20');
  });

  it('goes on after missing candles, too, at any price where it leaves at any', () => {
    const rows: Row[] = [still(100), still(100), still(99), still(99, 40), still(99), still(98)];
    const attributes = { minimalRoi: { 0: 0.1, 10: -1 } };
    const run = runOne(rows, long(0), attributes, { ...late(1), market: { gaps: [4] } });
    expect(filled(run).slice(1)).toEqual(['roi -4 at 99 in 15', 'roi -6 at 98 in 25']);
  });

  it('rests once the market closed back across it before missing candles: what a gap then leaves of it fills at its own price', () => {
    const rows: Row[] = [still(100), [96, 99, 96, 99, 40], still(99), still(97, 10), still(96), still(96)];
    const run = runOne(rows, long(0), buysAt(98), { ...late(1), market: { gaps: [2] } });
    expect(filled(run).slice(0, 3)).toEqual([
      'entry 4 at 96.1 in 5',
      'entry 1 at 97 in 15 made',
      'entry 5.204 at 98 in 20 made',
    ]);
  });

  it('goes on after a main candle that shorter ones do not tell of', () => {
    const rows: Row[] = [still(100), still(100), still(99), still(99, 40), still(99)];
    const minutes = rows.flatMap((row) => [row, row, row, row, row]);
    const detailGaps = [15, 16, 17, 18, 19];
    const attributes = { minimalRoi: { 0: 0.1, 10: -1 } };
    const run = runOne(rows, long(0), attributes, { ...late(1), market: { detail: minutes, detailGaps } });
    expect(filled(run).slice(1)).toEqual(['roi -4 at 99 in 15', 'roi -6 at 99 in 20']);
  });
});

describe('the best price of a position that a resting limit opened', () => {
  const trails = { ...buysAt(98), stoploss: -0.5, trailingStop: true, trailingStopPositive: 0.02 };

  it('leaves out what its first candle reached, which may have been before', () => {
    const rows: Row[] = [still(100), [100, 110, 97, 99], [99, 99, 98.5, 98.5], still(98.5), still(98.5)];
    const [trade] = runOne(rows, long(0), trails).trades;
    // Two percent below the close of 99, not below 110.
    expect(trade).toMatchObject({ closeRate: 98.5, reason: 'force_exit' });
  });

  it('is shown to the strategy like that, with one pair and with several', () => {
    const rows: Row[] = [still(100), [100, 110, 97, 99], still(99), still(99)];
    const seen: number[] = [];
    const script: Script = (i, act, { position, pair }) => {
      if (i === 0 && pair.startsWith('BTC')) act.enter.long();
      if (i === 2 && position !== null) seen.push(position.bestRate);
    };
    const market = { rows };
    runOne(rows, script, buysAt(98));
    const strategies = { Scripted: new Scripted(script, buysAt(98)) };
    runTest({ markets: { 'BTC/USDT:USDT': market, 'ETH/USDT:USDT': market }, strategies });
    expect(seen).toEqual([99, 99]);
  });

  it('takes in the whole candle where a market order opened it at the open', () => {
    const rows: Row[] = [still(100), [100, 110, 99, 109], [109, 109, 107, 107], still(107)];
    const [trade] = runOne(rows, long(0), { ...trails, entryPrice: () => null }).trades;
    expect(trade).toMatchObject({ closeRate: 107.8, reason: 'trailing_stop_loss' });
  });
});

describe('a first stop that a close makes', () => {
  const at = (minute: number) => ({
    customStop: ({ time }: { time: number }) => (time === START + minute * 60_000 ? -0.02 : null),
  });

  it('travels like any other request', () => {
    // Made at 98 at the close of minute 10. The market opens at 97 and is at 96 where it arrives, halfway.
    const rows: Row[] = [still(100), still(100), [97, 97, 95, 95], still(95)];
    const [trade] = runOne(rows, long(0), at(10), late(150)).trades;
    expect(trade).toMatchObject({ closeRate: 96, closed: 10 });
  });

  it('travels to a short as well', () => {
    const rows: Row[] = [still(100), still(100), [103, 105, 103, 105], still(105)];
    expect(runOne(rows, short(0), at(10), late(150)).trades[0]).toMatchObject({ closeRate: 104, closed: 10 });
  });

  it('comes after the cancels of that close: an entry on its way to one fills before the stop beyond it', () => {
    const attributes = {
      orderTypes: { entry: 'limit', exit: 'market' } as const,
      unfilledTimeout: { entry: 5, exit: 5 },
      adjustPosition: ({ time }: { time: number }) => (time === START + 15 * 60_000 ? 490 : null),
      ...at(20),
    };
    // The stop at 98 is made as the addition at 98 is withdrawn; both arrive halfway, at 97.
    const rows: Row[] = [still(100), [100, 100, 99, 100], [100, 100, 98, 98], [98, 100, 98, 100], [100, 100, 94, 94]];
    expect(filled(runOne([...rows, still(94)], long(0), attributes, late(150)))).toEqual([
      'entry 10 at 100 in 10 made',
      'entry 5 at 98 in 20 made',
      'stop -15 at 97 in 20',
    ]);
  });

  it('counts at once without latency', () => {
    const rows: Row[] = [still(100), still(100), [97, 97, 95, 95], still(95)];
    expect(runOne(rows, long(0), at(10)).trades[0]).toMatchObject({ closeRate: 97, closed: 10 });
  });
});

describe('an order that arrives late in a candle', () => {
  it('does not use what the candle did before', () => {
    // The dip to 97 may have been over after half a candle.
    const rows: Row[] = [still(100), [100, 100, 97, 100], still(100), still(100)];
    expect(filled(runOne(rows, long(0), buysAt(98), late(150)))).toEqual([]);
    expect(filled(runOne(rows, long(0), buysAt(98), late(30)))[0]).toBe('entry 10.204 at 98 in 5 made');
  });

  it('uses the straight way from there to the close', () => {
    const rows: Row[] = [still(100), [100, 100, 94, 94], still(94), still(94)];
    expect(filled(runOne(rows, long(0), buysAt(96), late(150)))[0]).toBe('entry 10.416 at 96 in 5 made');
  });
});

describe('a limit that the market merely touches where it arrives', () => {
  // Three tenths of the way from 80.6 to 81.6 is 80.89999999999999 in binary, a third of that from 70.2 to 69.9 is 70.10000000000001.
  it('rests, and does not take for binary noise', () => {
    const rising: Row[] = [still(80.6), [80.6, 81.6, 80.6, 81.6], still(81.6), still(81.6)];
    expect(filled(runOne(rising, long(0), buysAt(80.9), late(90)))).toEqual([]);
    const falling: Row[] = [still(70.2), [70.2, 70.4, 69.8, 69.9], still(69.9), still(69.9)];
    expect(filled(runOne(falling, short(0), buysAt(70.1), late(100)))).toEqual([]);
  });

  it('takes where it is a part of a tick beyond', () => {
    const rising: Row[] = [still(80.6), [80.6, 81.4, 80.6, 81.4], still(81.4), still(81.4)];
    expect(filled(runOne(rising, long(0), buysAt(80.9), late(90)))[0]).toMatch(/^entry .* at 80.9 in 5$/);
  });
});

describe('liquidation at the open', () => {
  it('waits for the mark price', () => {
    const spec = { maxLeverage: 50 };
    // Liquidated at 90.45.
    const rows: Row[] = [still(100), still(100), [90.2, 95, 90.2, 95], still(95)];
    const leverage = { leverage: () => 10 };
    const calm = Array.from(rows, () => ({ high: 100, low: 95 }));
    const of = (mark: readonly { high: number; low: number }[]) =>
      runOne(rows, long(0), leverage, { market: { mark, spec } }).trades[0];
    expect(of(calm)).toMatchObject({ reason: 'force_exit' });
    expect(of(calm.with(2, { high: 95, low: 90.4 }))).toMatchObject({ reason: 'liquidation', closeRate: 90.2 });
  });
});

it('a row of the ROI table at -1 leaves at any price, also where funding was received', () => {
  const funding = [{ minute: 10, rate: -0.001, mark: 100 }];
  const rows: Row[] = [still(100), still(100), still(100), still(60), still(60), still(60)];
  const { trades } = runOne(rows, long(0), { minimalRoi: { 0: 10, 15: -1 } }, { market: { funding } });
  expect(trades[0]).toMatchObject({ closeRate: 60, closed: 20, reason: 'roi' });
});

describe('what comes with an entry', () => {
  const rising: Row[] = [still(100), still(100), [100, 110, 100, 110], still(110)];

  it('stands from where the entry arrived: a stop fills at its trigger, met on the way from the price that the entry took at', () => {
    // Sent at 5:00, the entry arrives at 12:00, two fifths into its candle: the market may still be at 100, or at 104 already.
    const falling: Row[] = [still(100), still(100), [100, 100, 96, 96], still(96)];
    const run = (rows: Row[]) => filled(runOne(rows, long(0), { stoploss: -0.01 }, late(420)));
    expect(run(falling)).toEqual(['entry 10 at 100 in 10', 'stop -10 at 99 in 10']);
    expect(run(rising)).toEqual(['entry 10 at 104 in 10', 'stop -10 at 103 in 10']);
  });

  it('stands there to a short as well', () => {
    const attributes = { stoploss: -0.01 };
    const rows: Row[] = [still(100), still(100), [100, 100, 90, 90], still(90)];
    expect(filled(runOne(rows, short(0), attributes, late(420)))).toEqual([
      'entry -10 at 96 in 10',
      'stop 10 at 96.9 in 10',
    ]);
  });

  it('goes off where the market is, no better than at the open, where that is beyond the stop of what a wide spread made dear', () => {
    // Bought at 101, half a percent below that is 100.5: the market is at 99 when it arrives.
    const rows: Row[] = [still(100), [100, 100, 98, 98], still(98)];
    const venue = { latency: 150e9, halfSpread: 0.01 };
    expect(filled(runOne(rows, long(0), { stoploss: -0.005 }, { venue }))).toEqual([
      'entry 10 at 101 in 5',
      'stop -10 at 98 in 5',
    ]);
  });

  it('is met from its own entry, whatever another strategy on the pair fills further on in the candle', () => {
    const buys = (price: number, stoploss: number) => new Scripted(long(0), { ...buysAt(price), stoploss });
    const rows: Row[] = [still(100), [100, 100, 95, 96], still(96), still(96)];
    const { fills } = runTest({
      markets: { 'BTC/USDT:USDT': { rows } },
      strategies: { one: buys(98, -0.01), other: buys(96, -0.5) },
      engine: { netting: true },
    });
    expect(fills.slice(0, 3).map((f) => `${f.purpose} at ${f.price}`)).toEqual([
      'entry at 98',
      'entry at 96',
      'stop at 97.1',
    ]);
  });

  it('is a profit that sees what the candle does after the entry', () => {
    expect(filled(runOne(rising, long(0), { minimalRoi: { 0: 0.01 } }, late(420)))[1]).toMatch(/^roi .* in 10 made$/);
  });
});

describe('the profit of an entry that fills while its cancel is under way', () => {
  it('uses only what comes after that, where it is late in the candle', () => {
    // At 12:30, when the cancel would have arrived, the market is at 97; 101 may have been before.
    const rows: Row[] = [still(100), still(100), [99, 101, 95, 95], still(95), still(95)];
    const attributes = { ...buysAt(98), unfilledTimeout: { entry: 5, exit: 5 }, minimalRoi: { 0: 0.01 } };
    expect(filled(runOne(rows, long(0), attributes, late(150)))).toEqual([
      'entry 10.204 at 98 in 10 made',
      'exit -10.204 at 95 in 25',
    ]);
    const rising: Row[] = rows.with(2, [99, 101, 96, 96]).with(3, [96, 100, 96, 100]);
    expect(filled(runOne(rising, long(0), attributes, late(150)))[1]).toBe('roi -10.204 at 99 in 15 made');
  });
});

describe('an addition', () => {
  it('brings a stop that stands from where the addition arrived', () => {
    // Added at 110, the average is 105 and the stop 99.8, met on the way from 110.
    const rows: Row[] = [still(100), still(100), [100, 110, 100, 110], [110, 110, 86, 86], still(86)];
    const adjustPosition = ({ time }: { time: number }) => (time === START + 15 * 60_000 ? 1100 : null);
    expect(filled(runOne(rows, long(0), { stoploss: -0.05, adjustPosition }, late(150)))).toEqual([
      'entry 10 at 100 in 5',
      'entry 10 at 110 in 15',
      'stop -20 at 99.8 in 15',
    ]);
  });

  it('brings a profit that sees only what comes after it', () => {
    // Added at 90, the average is 95 and the profit 104.5; the 105 may have been before the addition arrived, halfway.
    const rows: Row[] = [still(100), still(100), [100, 100, 90, 90], [90, 105, 90, 90], still(90)];
    const adjustPosition = ({ time }: { time: number }) => (time === START + 15 * 60_000 ? 900 : null);
    const run = runOne(rows, long(0), { minimalRoi: { 0: 0.1 }, adjustPosition }, late(150));
    expect(filled(run).at(-1)).toMatch(/^exit -20 at 90 in 25$/);
  });
});

describe('a limit that begins beyond the market', () => {
  const any = { minimalRoi: { 0: 0.5, 15: -1 } };
  const prices = (run: ReturnType<typeof runOne>) => filled(run).slice(-1);

  it('takes at the next open where an addition inside a candle moved it', () => {
    const attributes = { minimalRoi: { 0: 0.5, 5: -1 }, orderTypes: { entry: 'limit', exit: 'market' } } as const;
    const adjustPosition = ({ position }: { position: { entries: number } }) => (position.entries < 2 ? 500 : null);
    const own = { ...attributes, entryPrice: () => 98, unfilledTimeout: { entry: 99, exit: 99 } };
    const rows: Row[] = [still(100), [98, 98, 97, 97], [97, 97, 96, 97], [97, 97, 97, 97], still(97)];
    const run = runOne(rows, long(0), { ...own, adjustPosition: adjustPosition as never });
    expect(prices(run)[0]).toMatch(/ at 9[67]/);
  });

  it('takes at the next open, an entry too, where it was sent before candles that are missing', () => {
    const rows: Row[] = [still(100), still(100), still(100), still(101), still(101)];
    const run = runOne(rows, long(1), buysAt(105), { ...late(1), market: { gaps: [2] } });
    expect(filled(run)[0]).toBe('entry 9.523 at 101 in 15');
  });

  it('takes at the next open where it arrived while there was no candle', () => {
    const gap: Row[] = [still(100), still(100), still(100), still(100), still(101), still(101), still(101)];
    const run = runOne(gap, long(0), any, { ...late(1), market: { gaps: [4] } });
    expect(prices(run)[0]).toMatch(/ at 101/);
  });
});

describe('cash', () => {
  it('covers the dearer of both fees', () => {
    const market = { spec: { makerFee: 0.01, takerFee: 0 } };
    const rows: Row[] = [still(100), [100, 100, 97, 97], still(97)];
    const { fills } = runOne(rows, long(0), buysAt(98), { balance: 1000, stake: 1000, market });
    // 10.103 at 98 and a hundredth of it: 999.99
    expect(fills[0]).toMatchObject({ amount: 10.103, maker: true });
  });
});
