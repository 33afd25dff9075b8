import { describe, expect, it } from 'vitest';
import { StringTable } from '../../columns/record-log.ts';
import { candlesFrom } from '../../domain/candles.ts';
import type { InstrumentSpec } from '../../domain/instrument.ts';
import { Instrument } from '../../domain/tradable.ts';
import { Strategy } from '../../strategy/strategy.ts';
import { testSpec } from '../../testing/trading-fakes.ts';
import { EVENT, type FillEvent } from '../events.ts';
import { engineLogs } from '../logs.ts';
import { ORDER_KIND, Order, PURPOSE } from '../order.ts';
import { addSlot, CandleCursor, PairState } from '../slot.ts';
import { EngineClock } from '../time.ts';
import { Account } from './account.ts';
import type { FeeAsset } from './fee-asset.ts';
import { Ledger } from './ledger.ts';

class Nothing extends Strategy {}

/** All of an order at a price. */
function fill(order: Order, time: number, price: number, fee: number): FillEvent {
  return { kind: EVENT.fill, time, order, ticks: price * 10, lots: order.lots, rest: 0, fee, maker: false };
}

/** A ledger with 1,000 USDT and one slot; tick 0.1, lot 0.001. */
function fixture(spec: Partial<InstrumentSpec> = {}, fees: FeeAsset | null = null, coins = 3) {
  const cursor = { row: 0 };
  const candle = new CandleCursor({ ...candlesFrom([]), closeTime: new Float64Array() }, cursor);
  const pair = new PairState(0, new Instrument(testSpec({ takerFee: 0.001, ...spec })), candle, cursor);
  const account = new Account('test', 'USDT', { USDT: 1000, BNB: coins }, fees);
  const logs = engineLogs();
  const ledger = new Ledger(account, new EngineClock(0), logs.fills, logs.trades, new StringTable());
  const slot = addSlot([], {
    name: 'Nothing',
    strategy: new Nothing(),
    pair,
    features: {},
    account: ledger,
    startRow: 0,
  });
  let id = 1;
  const order = (purpose: number, sign: number, lots: number) =>
    new Order(id++, slot, purpose, ORDER_KIND.market, sign, 0, lots, 0, null);
  const enter = (sign: number, price: number, lots: number, fee: number, leverage = 1) => {
    pair.last = price;
    return ledger.bookEntry(fill(order(PURPOSE.entry, sign, lots), 0, price, fee), leverage);
  };
  const leave = (price: number, lots: number, fee: number, purpose: number = PURPOSE.exit) => {
    pair.last = price;
    ledger.bookExit(fill(order(purpose, -slot.position!.sign, lots), 1e9, price, fee), 'test');
  };
  return { account, ledger, logs, slot, pair, order, enter, leave };
}

describe('the ledger', () => {
  it('locks margin for derivatives, and gives it back with the profit', () => {
    const { account, ledger, enter, leave, logs } = fixture();
    enter(-1, 100, 20_000, 2, 10);
    expect([account.free, account.stake.locked.value, ledger.equity]).toEqual([798, 200, 998]);
    leave(95, 20_000, 1.9);
    expect([account.free, account.stake.locked.value]).toEqual([1096.1, 0]);
    expect(logs.trades.read(0)).toMatchObject({ profitAbs: 96.1, profitRatio: 0.4805, fees: 3.9, stake: 200 });
  });

  it('counts the price that a trade left at among those seen while it was open', () => {
    const { enter, leave, logs } = fixture();
    enter(1, 100, 2000, 0);
    leave(120, 1000, 0);
    leave(90, 1000, 0);
    expect(logs.trades.read(0)).toMatchObject({ closeRate: 105, minRate: 90, maxRate: 100 });
    enter(-1, 100, 2000, 0);
    leave(103, 2000, 0);
    expect(logs.trades.read(1)).toMatchObject({ minRate: 100, maxRate: 103 });
  });

  it('swaps quote for base on spot', () => {
    const { account, ledger, enter, leave, pair } = fixture({ kind: 'spot' });
    enter(1, 100, 5000, 0.5);
    expect([account.free, account.stake.locked.value, ledger.equity]).toEqual([499.5, 0, 999.5]);
    pair.last = 120;
    expect([ledger.equity, ledger.exposure]).toEqual([1099.5, 600]);
    leave(110, 5000, 0.55);
    expect(account.free).toBeCloseTo(1048.95, 12);
  });

  it('averages entries and shares cost, margin and fees among exits', () => {
    const { slot, enter, leave, logs } = fixture();
    enter(1, 100, 1000, 0.1);
    enter(1, 50, 3000, 0.15);
    expect(slot.position).toMatchObject({ openRate: 62.5, amount: 4, stake: 250 });
    leave(80, 1000, 0.08);
    expect(slot.position).toMatchObject({ openRate: 62.5, amount: 3, stake: 187.5 });
    expect(slot.position!.realised).toBeCloseTo(17.5 - 0.08 - 0.0625, 12);
    leave(60, 3000, 0.18);
    expect(slot.position).toBeNull();
    const trade = logs.trades.read(0);
    expect(trade).toMatchObject({ openRate: 62.5, closeRate: 65, lots: 4000, stake: 250 });
    expect(trade.profitAbs).toBeCloseTo(10 - 0.51, 12);
  });

  it('lets a position lose its margin and no more: the rest is bad debt', () => {
    const { account, enter, leave, logs } = fixture();
    enter(1, 100, 10_000, 1, 10);
    leave(85, 10_000, 0.85, PURPOSE.liquidation);
    expect(account.free).toBe(899);
    expect(account.badDebt.value).toBeCloseTo(50.85, 12);
    expect(logs.trades.read(0).profitAbs).toBeCloseTo(-101, 12);
  });

  it('takes funding from cash, then from the margin, then from the venue', () => {
    const { account, ledger, slot, enter } = fixture();
    enter(1, 100, 9000, 0);
    const position = slot.position!;
    ledger.bookFunding(position, 10);
    expect(account.free).toBe(110);
    ledger.bookFunding(position, -300);
    expect([account.free, position.margin, position.funding]).toEqual([0, 710, -290]);
    ledger.bookFunding(position, -800);
    expect([position.margin, position.funding, account.badDebt.value]).toEqual([0, -1000, 90]);
  });

  it('lets each exit realise its share of the funding so far', () => {
    const { ledger, slot, enter, leave, logs } = fixture();
    enter(1, 100, 4000, 0);
    const position = slot.position!;
    ledger.bookFunding(position, -8);
    leave(100, 3000, 0);
    expect([position.funding, position.heldFunding, position.realised]).toEqual([-8, -2, -6]);
    ledger.bookFunding(position, -1);
    enter(1, 100, 2000, 0);
    expect([position.funding, position.heldFunding, position.profitRatio(100)]).toEqual([-9, -3, (-0.3 - 3) / 300]);
    leave(100, 3000, 0);
    expect(logs.trades.read(0)).toMatchObject({ funding: -9, profitAbs: -9 });
  });

  it('affords whole lots, fee included, and counts what an order holds back already', () => {
    const { account, ledger, slot, order } = fixture();
    expect(ledger.affordable(slot, 5000, 1000, 1)).toBe(5000);
    // 1000 / (100 × 1.001) = 9.99000999
    expect(ledger.affordable(slot, 20_000, 1000, 1)).toBe(9990);
    expect(ledger.affordable(slot, 200_000, 1000, 10)).toBe(99_009);
    const big = order(PURPOSE.entry, 1, 9000);
    ledger.reserve(big, 1000);
    expect(big.reserved).toBeCloseTo(900.9, 12);
    expect(account.free).toBeCloseTo(99.1, 12);
    expect(ledger.affordable(slot, 9000, 1000, 1)).toBe(990);
    expect(ledger.affordableFor(big, 9000, 1000)).toBe(9000);
    ledger.unreserve(big);
    expect([account.free, big.reserved]).toEqual([1000, 0]);
  });

  it('affords no more than cash covers of more lots than doubles count one by one', () => {
    // A lot of 1e-8 at 4.2e-8: cash buys some 1e18 of them, give or take what a double cannot tell.
    const { ledger, slot } = fixture({ kind: 'spot', priceTick: 1e-8, amountStep: 1e-8, minAmount: 1e-8 });
    const { instrument } = slot.pair;
    for (const ticks of [1, 3, 4, 7, 11]) {
      const lots = ledger.affordable(slot, 1e30, ticks, 1);
      const cost = instrument.amount(lots) * instrument.price(ticks);
      expect(cost + cost * 0.001).toBeLessThanOrEqual(1000);
      expect(cost * 1.001).toBeCloseTo(1000, 9);
    }
  });

  it('takes fees of spot buys from what was bought: whole lots for the position, the rest joins the next buy', () => {
    const { account, ledger, slot, enter, leave, logs } = fixture({ kind: 'spot' }, { kind: 'base' });
    // 5.003 bought, 0.005003 taken: 4.997997.
    enter(1, 100, 5003, 0.5003);
    const dust = account.asset(slot.pair.instrument.spec.base).free;
    expect([slot.position!.lots, account.free]).toEqual([4997, 1000 - 500.3]);
    expect(dust.value).toBeCloseTo(0.000997, 12);
    expect(ledger.equity).toBeCloseTo(1000 - 0.5003, 9);
    enter(1, 100, 1000, 0.1);
    // 0.000997 + 0.01 − 0.00001 = 0.010987
    enter(1, 100, 10, 0.001);
    expect(slot.position!.lots).toBe(4997 + 999 + 10);
    expect(dust.value).toBeCloseTo(0.000987, 12);
    leave(100, 6006, 0.6006);
    expect(account.free).toBeCloseTo(1000 - 500.3 - 100 - 1 + 600.6 - 0.6006, 9);
    expect(ledger.equity).toBeCloseTo(1000 - 1.2019, 9);
    const trade = logs.trades.read(0);
    expect(trade).toMatchObject({ openRate: 100, closeRate: 100, lots: 6006 });
    expect([trade.fees, trade.profitAbs].map((x) => Math.round(x * 1e9) / 1e9)).toEqual([1.2019, -1.2019]);
  });

  it('takes the fee in quote where it would leave no whole lot, and on derivatives', () => {
    const spot = fixture({ kind: 'spot' }, { kind: 'base' });
    spot.enter(1, 100, 1, 0.0001);
    expect(spot.slot.position!.lots).toBe(1);
    expect(spot.account.free).toBeCloseTo(1000 - 0.1 - 0.0001, 12);
    const perpetual = fixture({}, { kind: 'base' });
    perpetual.enter(1, 100, 1000, 0.1);
    expect([perpetual.slot.position!.lots, perpetual.account.free]).toEqual([1000, 899.9]);
  });

  it('pays fees from a stock of coins at a discount, and in quote when it falls short', () => {
    const market = { last: 300 };
    const fees = { kind: 'coin', asset: 'BNB', market, discount: 0.25 } as const;
    const { account, ledger, enter, leave, logs } = fixture({}, fees, 0.002);
    expect([ledger.startingBalance, ledger.equity]).toEqual([1000.6, 1000.6]);
    // 0.5 less a quarter: 0.375 USDT = 0.00125 BNB.
    enter(1, 100, 5000, 0.5);
    expect([account.free, account.asset('BNB').free.value]).toEqual([500, 0.00075]);
    expect(ledger.equity).toBeCloseTo(1000.225, 12);
    expect(ledger.coinRanOutAt).toBeNaN();
    // 0.4125 USDT = 0.001375 BNB: not there, so 0.55 USDT.
    leave(110, 5000, 0.55);
    expect([account.free, account.asset('BNB').free.value, ledger.coinRanOutAt]).toEqual([1049.45, 0.00075, 1e9]);
    expect(logs.trades.read(0)).toMatchObject({ fees: 0.925, profitAbs: 49.075 });
    market.last = 400;
    expect(ledger.equity).toBeCloseTo(1049.75, 12);
  });

  it('keeps other assets apart', () => {
    const { account } = fixture();
    expect([...account.assets.keys()]).toEqual(['USDT', 'BNB']);
    expect(account.asset('BNB').free.value).toBe(3);
    expect(account.asset('ETH').free.value).toBe(0);
  });
});
