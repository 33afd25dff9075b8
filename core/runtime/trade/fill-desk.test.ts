import { describe, expect, it } from 'vitest';
import { Instrument } from '../../domain/tradable.ts';
import { type EngineEvent, EVENT } from '../../engine/events.ts';
import { ORDER_KIND, Order, PURPOSE, PURPOSE_NAMES } from '../../engine/order.ts';
import type { PairState, Slot } from '../../engine/slot.ts';
import type { ExchangeFill, ExchangePort } from '../../ports/exchange.ts';
import { testSpec } from '../../testing/trading-fakes.ts';
import { FillDesk } from './fill-desk.ts';
import type { LiveBroker } from './live-broker.ts';
import { LiveOrder, newAttempt } from './live-order.ts';
import type { TradeLoop } from './trade-loop.ts';

const PAIR = 'BTC/USDT';

/** A desk whose engine keeps a signed number of lots, and says how each fill was booked. */
class TestDesk {
  readonly booked: string[] = [];
  readonly told: string[] = [];
  readonly cursors: number[] = [];
  readonly desk: FillDesk;
  readonly orders = new Map<number, LiveOrder>();
  held = 0;
  now = 0;
  readonly #slot: Slot;
  #count = 0;

  /** @param isFree quotes may turn a position around */
  constructor(isFree: boolean) {
    const instrument = new Instrument(testSpec({ pair: PAIR }));
    const state = { pair: PAIR, instrument, slots: [] as Slot[] } as unknown as PairState;
    const place = () => (this.held === 0 ? null : { sign: Math.sign(this.held), lots: Math.abs(this.held) });
    this.#slot = {
      pair: state,
      get position() {
        return place();
      },
    } as unknown as Slot;
    (state.slots as Slot[]).push(this.#slot);
    const loop = {
      time: 0,
      journal: { nextFill: null as { exchangeId: string } | null },
      process: (event: EngineEvent) => this.#process(event, loop.journal.nextFill!.exchangeId),
      decide: () => {},
      command: () => {},
      keepCursor: (_stream: string, at: string) => void this.cursors.push(Number(at)),
    };
    const broker = {
      orders: this.orders,
      drive: () => {},
      find: ({ clientOrderId }: { readonly clientOrderId: string | null }) => {
        const live = [...this.orders.values()].find((o) => o.last!.clientId === clientOrderId);
        return live && { live, attempt: live.last! };
      },
    };
    this.desk = new FillDesk(broker as unknown as LiveBroker, [state], () => loop as unknown as TradeLoop, {
      exchange: { kind: 'perpetual' } as ExchangePort,
      clock: { now: () => this.now, after: () => () => {} },
      log: (_level, event) => void this.told.push(event),
      onDoubt: () => {},
      ...(isFree && { oppositeLeverage: () => 3 }),
    });
  }

  #process(event: EngineEvent, name: string): void {
    if (event.kind !== EVENT.fill) return;
    const { order, lots } = event;
    this.held += order.sign * lots;
    const free = order.id < 0 && order.purpose === PURPOSE.entry ? ` x${order.leverage}` : '';
    this.booked.push(`${name} ${PURPOSE_NAMES[order.purpose]} ${order.sign * lots}${free}`);
  }

  /** An order of ours, named by what its fills say. */
  order(clientId: string, lots: number, purpose: number = PURPOSE.entry): LiveOrder {
    const id = this.orders.size + 1;
    const order = new Order(id, this.#slot, purpose, ORDER_KIND.limit, Math.sign(lots), 0, Math.abs(lots), 0, null);
    const live = new LiveOrder(order, {});
    const sent = { intent: id, attempt: 1, clientId, ticks: 0, lots: Math.abs(lots), sentAt: 0 };
    live.attempts.push({ ...newAttempt(live, sent), state: 'working' });
    this.orders.set(id, live);
    return live;
  }

  fill(clientOrderId: string, signed: number, at: number, exchangeId = String(++this.#count)): ExchangeFill {
    const amount = Math.abs(signed) * this.#slot.pair.instrument.lot;
    const side = signed > 0 ? 'buy' : 'sell';
    const money = { price: 100, fee: 0.1, feeAsset: 'USDT', isMaker: true, isLiquidation: false };
    return { pair: PAIR, exchangeId, orderId: clientOrderId, clientOrderId, side, amount, at, ...money };
  }

  /** Time passes, and the books are held against the venue. */
  settle(ms = 5_000): void {
    this.now += ms;
    this.desk.settleStrays();
  }
}

describe("somebody else's fill", () => {
  it('takes off what is held, and nothing is opened by what is beyond it', () => {
    const t = new TestDesk(true);
    t.held = 2;
    t.desk.take(t.fill('web_1', -5, 10));
    t.settle();
    expect(t.booked).toEqual(['1 exit -2']);
    expect(t.held).toBe(0);
    expect(t.told).toEqual(['fill.foreign']);
  });

  it('opens nothing where nothing was held', () => {
    const t = new TestDesk(true);
    t.desk.take(t.fill('web_1', -5, 10));
    t.settle();
    expect(t.booked).toEqual([]);
    expect(t.told).toEqual(['fill.foreign']);
  });

  it('waits for its owner, and for orders whose fate is not known', () => {
    const t = new TestDesk(true);
    t.held = 2;
    const quote = t.order('tg-1', -2);
    t.desk.take(t.fill('web_1', -2, 10));
    t.settle(3_999);
    expect(t.booked).toEqual([]);
    quote.last!.state = 'unknown';
    t.settle();
    expect(t.booked).toEqual([]);
    quote.last!.state = 'working';
    t.settle(0);
    expect(t.booked).toEqual(['1 exit -2']);
  });

  it('closed the position before a quote did that was heard sooner: so the quote opened the opposite one', () => {
    const t = new TestDesk(true);
    t.held = 3;
    t.order('tg-1', -2);
    t.desk.take(t.fill('web_1', -3, 10));
    t.desk.take(t.fill('tg-1', -2, 11));
    expect(t.held).toBe(1);
    t.settle();
    expect(t.booked).toEqual(['2 entry -2', '1 exit -1', '1-2 entry -2 x3']);
    expect(t.held).toBe(-2);
  });

  it('counts by the time that it was made, not by when it was heard', () => {
    const t = new TestDesk(true);
    t.held = 2;
    t.order('tg-1', -2);
    t.desk.take(t.fill('tg-1', -2, 10));
    // The quote was first: nothing of ours was left for the owner to close.
    t.desk.take(t.fill('web_1', -2, 11));
    t.settle();
    expect(t.booked).toEqual(['1 entry -2']);
    const other = new TestDesk(true);
    other.held = 2;
    other.order('tg-1', -2);
    other.desk.take(other.fill('tg-1', -2, 11, '8'));
    other.desk.take(other.fill('web_1', -2, 11, '7'));
    other.settle();
    expect(other.booked).toEqual(['8 entry -2', '7 entry -2 x3']);
    expect(other.held).toBe(-2);
  });

  it('adds to what a quote has opened meanwhile', () => {
    const t = new TestDesk(true);
    t.held = 2;
    t.order('tg-1', -5);
    t.desk.take(t.fill('web_1', -2, 10));
    t.desk.take(t.fill('tg-1', -5, 12));
    expect(t.held).toBe(-3);
    t.settle();
    expect(t.booked).toEqual(['2 entry -5', '1 entry -2 x3']);
    expect(t.held).toBe(-5);
  });

  it('in parts is booked in the order of the venue', () => {
    const t = new TestDesk(true);
    t.held = 2;
    t.order('tg-1', -2);
    t.desk.take(t.fill('tg-1', -2, 12));
    t.desk.take(t.fill('web_1', -1, 11, '5'));
    t.desk.take(t.fill('web_1', -1, 10, '4'));
    t.settle();
    expect(t.booked).toEqual(['1 entry -2', '4 entry -1 x3', '5 entry -1 x3']);
  });

  it('only takes off where nothing but the engine opens', () => {
    const t = new TestDesk(false);
    t.held = 3;
    t.order('tg-1', -2);
    t.desk.take(t.fill('web_1', -3, 10));
    t.desk.take(t.fill('tg-1', -2, 11));
    t.settle();
    expect(t.booked).toEqual(['2 entry -2', '1 exit -1']);
    expect(t.held).toBe(0);
  });

  it('is asked for again after a restart as long as it waits', () => {
    const t = new TestDesk(true);
    t.held = 3;
    t.order('tg-1', -2);
    t.desk.take(t.fill('web_1', -3, 10));
    t.desk.take(t.fill('tg-1', -2, 90_000));
    expect(t.cursors).toEqual([10]);
    t.settle();
    expect(t.cursors).toEqual([10, 10]);
    t.order('tg-2', 1);
    t.desk.take(t.fill('tg-2', 1, 91_000));
    expect(t.cursors.at(-1)).toBe(91_000);
  });

  it('counts with fills that were booked before a restart', () => {
    const t = new TestDesk(true);
    t.desk.isStored = (_pair, id) => id === '2';
    // The store has the quote; the owner's fill was never settled.
    t.held = 1;
    t.desk.take(t.fill('web_1', -3, 10));
    t.desk.take(t.fill('tg-1', -2, 11));
    t.settle();
    expect(t.booked).toEqual(['1 exit -1', '1-2 entry -2 x3']);
    expect(t.held).toBe(-2);
  });
});

describe('an exit that takes off more than is held', () => {
  it('waits for the fill of an entry that was made before it and is heard after', () => {
    const t = new TestDesk(true);
    t.held = 10;
    t.order('exit', -20, PURPOSE.exit);
    t.order('quote', 10);
    t.desk.take(t.fill('exit', -7, 30, '4'));
    t.desk.take(t.fill('exit', -13, 30, '5'));
    expect([t.held, t.desk.hasStrays]).toEqual([3, true]);
    t.desk.take(t.fill('quote', 10, 20, '3'));
    expect(t.booked).toEqual(['4 exit -7', '3 entry 10', '5 exit -13']);
    expect([t.held, t.desk.hasStrays, t.told]).toEqual([0, false, []]);
  });

  it('waits for it where nothing is held yet, too', () => {
    const t = new TestDesk(true);
    t.order('exit', -10, PURPOSE.exit);
    t.order('quote', 10);
    t.desk.take(t.fill('exit', -10, 30, '5'));
    t.desk.take(t.fill('quote', 10, 20, '3'));
    expect([t.booked, t.held, t.told]).toEqual([['3 entry 10', '5 exit -10'], 0, []]);
  });

  it('takes off what is held where none comes, and says so', () => {
    const t = new TestDesk(true);
    t.held = 3;
    t.order('exit', -13, PURPOSE.exit);
    t.desk.take(t.fill('exit', -13, 30));
    t.settle();
    expect([t.booked, t.held, t.told]).toEqual([['1 exit -3'], 0, ['fill.without-position']]);
  });

  it('is not booked on a position of its own side', () => {
    const t = new TestDesk(true);
    t.held = -5;
    t.order('exit', -5, PURPOSE.exit);
    t.desk.take(t.fill('exit', -5, 30));
    t.settle();
    expect([t.booked, t.held, t.told]).toEqual([[], -5, ['fill.without-position']]);
  });
});
