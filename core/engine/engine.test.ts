import { describe, expect, it } from 'vitest';
import { seeded } from '../foundation/rng.ts';
import type { BookTop, TradeTick } from '../strategy/strategy.ts';
import { type Effects, EVENT } from './events.ts';
import { Scripted, START, still, wire } from './fills/honest/run-fixture.ts';
import { ORDER_STATE } from './order.ts';

const PAIR = 'BTC/USDT:USDT';
const market = (attributes: ConstructorParameters<typeof Scripted>[1], recorded: number[] = []) =>
  wire({
    markets: { [PAIR]: { rows: [still(100)] } },
    strategies: { Scripted: new Scripted(() => {}, attributes) },
    engine: { recorder: { record: (event) => void recorded.push(event.kind) } },
  });

describe('the engine', () => {
  it('refuses events out of order, and times that are none', () => {
    const { engine } = market({});
    engine.process({ kind: EVENT.timer, time: 5 });
    engine.process({ kind: EVENT.timer, time: 5 });
    expect(() => engine.process({ kind: EVENT.timer, time: 4 })).toThrow(/ENGINE_TIME.*Sort the feed/);
    expect(() => engine.process({ kind: EVENT.timer, time: Number.NaN })).toThrow(/ENGINE_TIME/);
  });

  it('runs a strategy on trades and books alone: a thousand of them, answered fill by fill', () => {
    const rng = seeded(11);
    let heard = 0;
    // Buys when a trade prints a point below the middle of the book, leaves a point above.
    const seen = { middle: 100 };
    const strategy = new Scripted(() => {}, {});
    Object.assign(strategy, {
      onBook({ bid, ask }: BookTop) {
        heard++;
        seen.middle = (bid + ask) / 2;
      },
      onTrade({ price }: TradeTick) {
        heard++;
        const { middle } = seen;
        if (price < middle - 1) strategy.enter.long({ tag: 'cheap' });
        if (price > middle + 1) strategy.exit.long({ tag: 'dear' });
      },
    });
    const { engine, states, account } = wire({
      markets: { [PAIR]: { rows: [still(100)] } },
      strategies: { Scripted: strategy },
    });
    const [pair] = states;
    const answer = (effects: Effects, time: number, price: number) => {
      for (const order of [...effects.submits]) {
        const fill = {
          kind: EVENT.fill,
          time,
          order,
          ticks: price * 10,
          lots: order.lots,
          rest: 0,
          fee: 0,
          maker: false,
        };
        expect(order.state).toBe(ORDER_STATE.created);
        answer(engine.process(fill), time, price);
      }
    };
    for (let i = 0; i < 1000; i++) {
      const time = i * 1e8;
      const price = Math.round(1000 + 20 * rng.normal()) / 10;
      const stamp = { pair: PAIR, time: START + i * 100 };
      if (i % 2 === 0) {
        const top = { ...stamp, bid: price - 0.1, bidAmount: 1, ask: price + 0.1, askAmount: 1 };
        engine.process({ kind: EVENT.book, time, pair: pair!, top });
      } else {
        const tick = { ...stamp, price, amount: 1, side: 'buy' as const };
        answer(engine.process({ kind: EVENT.trade, time, pair: pair!, tick }), time, price);
      }
    }
    expect(heard).toBe(1000);
    const { trades, audit } = engine.logs;
    expect(trades.length).toBeGreaterThan(50);
    expect(engine.names.name(trades.get(0, 'exitTag'))).toBe('dear');
    const profit = trades.column('profitAbs').reduce((a, b) => a + b, 0);
    expect(profit).toBeGreaterThan(0);
    const held = engine.ledger.open.reduce((sum, p) => sum + p.margin, 0);
    expect(account.free + held).toBeCloseTo(10_000 + profit, 6);
    expect(audit.column('count').reduce((a, b) => a + b, 0)).toBe(1000 + engine.logs.fills.length);
  });

  it('obeys the operator: stop, resume, enter, leave', () => {
    const { engine, slots } = market({});
    const [slot] = slots;
    slot!.pair.last = 100;
    const command = (time: number, name: 'stop-entries' | 'resume' | 'close-all') =>
      engine.process({ kind: EVENT.command, time, command: { name } });
    const enter = (time: number) =>
      engine.process({ kind: EVENT.command, time, command: { name: 'force-enter', slot: slot!, side: 'short' } });
    command(1, 'stop-entries');
    expect(enter(2).submits).toEqual([]);
    expect(engine.refused).toEqual({ entries_stopped: 1 });
    command(3, 'resume');
    const [order] = enter(4).submits;
    expect(order).toMatchObject({ sign: -1, lots: 10_000, tag: 'force_enter' });
    engine.process({
      kind: EVENT.fill,
      time: 5,
      order: order!,
      ticks: 1000,
      lots: 10_000,
      rest: 0,
      fee: 0,
      maker: false,
    });
    const leave = engine.process({
      kind: EVENT.command,
      time: 6,
      command: { name: 'force-exit', slot: slot!, reason: 'enough' },
    });
    expect(leave.submits[0]).toMatchObject({ sign: 1, lots: 10_000, reason: 'enough', reduceOnly: true });
    expect(command(7, 'close-all').submits).toEqual([]);
  });

  it('ignores answers that would take an order back', () => {
    const { engine, slots } = market({});
    slots[0]!.pair.last = 100;
    const [order] = engine.process({
      kind: EVENT.command,
      time: 1,
      command: { name: 'force-enter', slot: slots[0]!, side: 'long' },
    }).submits;
    const tell = (state: number) => engine.process({ kind: EVENT.order, time: 2, order: order!, state, reason: null });
    tell(ORDER_STATE.working);
    tell(ORDER_STATE.cancelled);
    tell(ORDER_STATE.working);
    expect(order!.state).toBe(ORDER_STATE.cancelled);
    expect(slots[0]!.entry).toBeNull();
    expect(engine.ledger.free).toBe(10_000);
  });
});
