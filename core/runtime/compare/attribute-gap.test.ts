import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClosedTrade } from '../../domain/trade.ts';
import { attributeGap, type GapContext, type LegEvidence } from './attribute-gap.ts';

const MINUTE = 60_000;
const T = 100 * MINUTE;

function trade(over: Partial<ClosedTrade> = {}): ClosedTrade {
  return {
    id: 1,
    strategy: 'S',
    pair: 'BTC/USDT',
    side: 'long',
    openTime: T,
    closeTime: T + 10 * MINUTE,
    openRate: 100,
    closeRate: 110,
    amount: 2,
    stake: 200,
    leverage: 1,
    fees: 0,
    funding: 0,
    profitAbs: 20,
    profitRatio: 0.1,
    exitReason: 'exit_signal',
    entryTag: null,
    exitTag: null,
    initialStop: null,
    lastStop: null,
    liquidationPrice: null,
    minRate: 99,
    maxRate: 111,
    orders: [],
    ...over,
  };
}
const leg = (at: number, over: Partial<LegEvidence> = {}): LegEvidence => ({
  decidedAt: at,
  filledAt: at,
  apiDelayMs: 0,
  apiTrouble: null,
  isResting: false,
  isPartial: false,
  dataDifference: null,
  ...over,
});
const context = (over: Partial<GapContext> = {}): GapContext => ({
  entry: leg(T),
  exit: leg(T + 10 * MINUTE),
  candleOf: (time) => Math.floor(time / MINUTE) * MINUTE,
  priceAt: () => Number.NaN,
  ...over,
});
const said = (live: ClosedTrade, test: ClosedTrade, over: Partial<GapContext> = {}) =>
  attributeGap(live, test, context(over)).map(({ cause, amount, detail }) => [
    cause,
    Number(amount.toFixed(9)),
    detail,
  ]);
/** Rises by 1 each second from 100 at T. */
const rising = (time: number) => 100 + (time - T) / 1000;

describe('the gap of a trade', () => {
  it('is nothing between equal trades', () => {
    expect(said(trade(), trade())).toEqual([]);
  });

  it('is latency as far as the market moved between the fills, and fill beyond that', () => {
    const live = trade({ openRate: 102.5, profitAbs: 15 });
    const late = { entry: leg(T, { filledAt: T + 2000 }), priceAt: rising };
    expect(said(live, trade(), late)).toEqual([
      ['latency', -4, 'entry filled 2.0 s later'],
      ['fill', -1, 'entry at 102.5 instead of 100'],
    ]);
    expect(said(trade({ ...live, side: 'short', profitAbs: 25 }), trade({ side: 'short' }), late)).toEqual([
      ['latency', 4, 'entry filled 2.0 s later'],
      ['fill', 1, 'entry at 102.5 instead of 100'],
    ]);
  });

  it('is fill alone for orders that waited at the market', () => {
    const entry = leg(T, { filledAt: T + 2000, isResting: true });
    expect(said(trade({ openRate: 102.5, profitAbs: 15 }), trade(), { entry, priceAt: rising })).toEqual([
      ['fill', -5, 'entry at 102.5 instead of 100'],
    ]);
  });

  it('is the API in the share of the delay that failed requests took', () => {
    const entry = leg(T, { filledAt: T + 2000, apiDelayMs: 1500, apiTrouble: '2 requests (unknown)' });
    expect(said(trade({ openRate: 102, profitAbs: 16 }), trade(), { entry, priceAt: rising })).toEqual([
      ['api', -3, 'entry 1.5 s late: 2 requests (unknown)'],
      ['latency', -1, 'entry filled 2.0 s later'],
    ]);
  });

  it('is data where the decision was another one, unless requests had failed', () => {
    const live = trade({ openRate: 103, profitAbs: 14 });
    const entry = leg(T + MINUTE, { dataDifference: 'the candle had a close of 99' });
    expect(said(live, trade(), { entry })).toEqual([
      ['data', -6, 'entry at another candle: the candle had a close of 99'],
    ]);
    expect(said(live, trade(), { entry: { ...entry, apiTrouble: 'refused' } })).toEqual([
      ['api', -6, 'entry at another candle: refused'],
    ]);
    expect(said(trade({ closeRate: 105, exitReason: 'stop_loss', profitAbs: 10 }), trade())).toEqual([
      ['data', -10, 'exit stop_loss instead of exit_signal'],
    ]);
  });

  it('is fill where less was filled, and in fees', () => {
    const live = trade({ amount: 1, profitAbs: 9.5 });
    expect(said(live, trade(), { entry: leg(T, { isPartial: true }) })).toEqual([
      ['fill', -10, 'filled in part: 1 instead of 2'],
      ['fill', -0.5, 'fees and funding'],
    ]);
    expect(said(live, trade())[0]).toEqual(['data', -10, 'sized otherwise: 1 instead of 2']);
  });

  it('is always the sum of its parts', () => {
    const price = fc.double({ min: 1, max: 1000, noNaN: true });
    const some = fc.record({
      side: fc.constantFrom('long', 'short'),
      openRate: price,
      closeRate: price,
      amount: fc.double({ min: 0.1, max: 10, noNaN: true }),
      profitAbs: fc.double({ min: -500, max: 500, noNaN: true }),
      exitReason: fc.constantFrom('roi', 'stop_loss'),
    });
    const evidence = fc.record({
      decidedAt: fc.integer({ min: T, max: T + 3 * MINUTE }),
      filledAt: fc.integer({ min: T - 5000, max: T + 3 * MINUTE }),
      apiDelayMs: fc.integer({ min: 0, max: 9000 }),
      apiTrouble: fc.option(fc.constant('refused')),
      isResting: fc.boolean(),
      isPartial: fc.boolean(),
      dataDifference: fc.constant(null),
    });
    fc.assert(
      fc.property(
        some,
        some,
        evidence,
        evidence,
        fc.constantFrom(rising, () => Number.NaN),
        (a, b, entry, exit, priceAt) => {
          const live = trade(a as Partial<ClosedTrade>);
          const test = trade({ ...b, side: live.side } as Partial<ClosedTrade>);
          const sum = attributeGap(live, test, context({ entry, exit, priceAt })).reduce(
            (s, part) => s + part.amount,
            0,
          );
          expect(sum).toBeCloseTo(live.profitAbs - test.profitAbs, 5);
        },
      ),
    );
  });
});
