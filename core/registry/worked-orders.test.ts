import { describe, expect, it } from 'vitest';
import { Instrument } from '../domain/tradable.ts';
import type { ExecutionModule } from '../ports/trading-modules.ts';
import { testSpec } from '../testing/trading-fakes.ts';
import { barrierExit } from './barrier-exit.ts';
import { orderLadder } from './order-ladder.ts';
import { orderSchedule } from './order-schedule.ts';

const instrument = new Instrument(
  testSpec({ priceTick: 0.1, amountStep: 0.001, minAmount: 0.002, minCost: 0, tiers: [] }),
);
const MINUTE = 60_000;

const order = (amount: number, side: 'buy' | 'sell' = 'sell') => ({
  pair: 'BTC/USDT',
  side,
  amount,
  rate: 100,
  time: 0,
  instrument,
});
const candle = (last: number, time: number) => ({ event: 'candle', last, volume: 1, time }) as const;
const closed = (key: string) => ({ event: 'closed', key, time: MINUTE }) as const;

/** What a module does in turn: at the start, then at each event. */
function actionsOf<S>(
  module: ExecutionModule<S>,
  given: ReturnType<typeof order>,
  ...events: Parameters<typeof module.step>[1][]
) {
  let { state, actions } = module.start(given);
  const all = [actions];
  for (const event of events) {
    ({ state, actions } = module.step(state, event));
    all.push(actions);
  }
  return all;
}

describe('an exit between barriers', () => {
  const module = barrierExit('test', 100, 50, 10 * MINUTE);
  const take = { action: 'place', key: 'take', type: 'limit', price: 101, amount: 0.01 };
  const cancel = { action: 'cancel', key: 'take' };

  it('rests in favour, and waits while the price is between', () => {
    expect(actionsOf(module, order(0.01), candle(99.51, MINUTE))).toEqual([[take], []]);
  });

  it('gives way to the market at the stop, for what is not filled, once the limit is gone', () => {
    const fill = { event: 'fill', key: 'take', amount: 0.004, price: 101, time: MINUTE } as const;
    const stop = { action: 'place', key: 'stop', type: 'market', amount: 0.006 };
    expect(actionsOf(module, order(0.01), fill, candle(99.5, MINUTE), closed('take'), closed('stop'))).toEqual([
      [take],
      [],
      [cancel],
      [stop],
      [{ action: 'done' }],
    ]);
  });

  it('gives way when time is up, and looks at prices between candles', () => {
    expect(actionsOf(module, order(0.01), candle(100, 10 * MINUTE))[1]).toEqual([cancel]);
    const { state } = module.start(order(0.01));
    expect(module.price!(state, { last: 99.5, time: 1 }).actions).toEqual([cancel]);
    expect(module.price!(state, { last: 99.6, time: 1 }).actions).toEqual([]);
  });

  it('ends where the limit took all', () => {
    const fill = { event: 'fill', key: 'take', amount: 0.01, price: 101, time: MINUTE } as const;
    expect(actionsOf(module, order(0.01), fill, closed('take')).at(-1)).toEqual([{ action: 'done' }]);
  });

  it('is above for sells and below for buys', () => {
    expect(actionsOf(module, order(0.01, 'buy'))[0]).toMatchObject([{ price: 99 }]);
  });
});

describe('a ladder of orders', () => {
  const module = orderLadder('test', {
    orders: 3,
    distanceBps: (rung) => 100 * (rung + 1),
    weight: (rung) => rung + 1,
    patienceMs: 10 * MINUTE,
  });
  const rung = (k: number, price: number, amount: number) => ({
    action: 'place',
    key: `rung-${k}`,
    type: 'limit',
    price,
    amount,
  });

  it('rests at its distances with its weights, all of the order among them', () => {
    expect(actionsOf(module, order(0.012, 'buy'))[0]).toEqual([
      rung(0, 99, 0.002),
      rung(1, 98, 0.004),
      rung(2, 97, 0.006),
    ]);
  });

  it('has fewer rungs where each would be less than the venue takes', () => {
    expect(actionsOf(module, order(0.005))[0]).toEqual([rung(0, 101, 0.002), rung(1, 102, 0.003)]);
  });

  it('gives up what is left when time is up, once, and ends with its last rung', () => {
    const all = actionsOf(
      module,
      order(0.012),
      candle(100, 10 * MINUTE - 1),
      closed('rung-1'),
      candle(100, 10 * MINUTE),
      candle(100, 11 * MINUTE),
      closed('rung-0'),
      closed('rung-2'),
    );
    const gone = ['rung-0', 'rung-2'].map((key) => ({ action: 'cancel', key }));
    expect(all.slice(1)).toEqual([[], [], gone, [], [], [{ action: 'done' }]]);
  });
});

describe('a schedule of orders', () => {
  const module = orderSchedule('test', 10 * MINUTE, (elapsed) => elapsed);
  const slice = (k: number, amount: number) => ({ action: 'place', key: `slice-${k}`, type: 'market', amount });

  it('sends what its share says, never less than the venue takes, and a last slice too small with the one before', () => {
    const at = (minutes: number) => candle(100, minutes * MINUTE);
    expect(actionsOf(module, order(0.01), at(1), at(2), at(5), at(9)).slice(1)).toEqual([
      [],
      [slice(0, 0.002)],
      [slice(1, 0.003)],
      [slice(2, 0.005)],
    ]);
  });

  it('sends all that is left at the end, and ends when all slices have', () => {
    const all = actionsOf(module, order(0.01), candle(100, 12 * MINUTE), closed('slice-0'));
    expect(all.slice(1)).toEqual([[slice(0, 0.01)], [{ action: 'done' }]]);
  });
});

it('the fewest lots that a venue takes follow from amount and worth', () => {
  const of = (minAmount: number, minCost: number) =>
    new Instrument(testSpec({ amountStep: 0.001, minAmount, minCost }));
  expect(of(0, 0).leastLots(100)).toBe(1);
  expect(of(0.005, 0).leastLots(100)).toBe(5);
  expect(of(0.005, 1.05).leastLots(100)).toBe(11);
});
