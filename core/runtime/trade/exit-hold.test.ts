import { expect, it } from 'vitest';
import { defaultSpec } from '../../data/specs/default-spec.ts';
import { Instrument } from '../../domain/tradable.ts';
import { ORDER_KIND, ORDER_STATE, Order, PURPOSE } from '../../engine/order.ts';
import type { Slot } from '../../engine/slot.ts';
import { ExitHold } from './exit-hold.ts';
import type { LiveBroker } from './live-broker.ts';
import type { LiveBrokerParts } from './live-broker-parts.ts';
import { type FreeTerms, LiveOrder, newAttempt } from './live-order.ts';

const instrument = new Instrument(defaultSpec('binance', 'BTC/USDT'));
const slot = { pair: { pair: 'BTC/USDT', instrument }, position: { lots: 9 } } as unknown as Slot;
let id = 0;

function live(purpose: (typeof PURPOSE)[keyof typeof PURPOSE], sign: 1 | -1, terms: FreeTerms | null): LiveOrder {
  const order = new Order(++id, slot, purpose, ORDER_KIND.limit, sign, 100, 5, 0, null);
  order.state = ORDER_STATE.working;
  return new LiveOrder(order, terms);
}

/** Takes off at once what it is asked to withdraw. */
function stage(kind: 'spot' | 'perpetual', ...resting: LiveOrder[]) {
  for (const one of resting) {
    const attempt = newAttempt(one, {
      intent: 1,
      attempt: 1,
      clientId: `${one.order.id}`,
      ticks: 100,
      lots: 5,
      sentAt: 0,
    });
    attempt.state = 'working';
    one.attempts.push(attempt);
  }
  const withdrawn: number[] = [];
  const withdraw = (one: LiveOrder) => {
    one.isCancelled = true;
    withdrawn.push(one.order.id);
  };
  const orders = new Map(resting.map((one) => [one.order.id, one]));
  const broker = { orders, withdraw } as unknown as LiveBroker;
  const parts = { exchange: { kind }, netting: false } as unknown as LiveBrokerParts;
  return { hold: new ExitHold(broker, parts), withdrawn };
}

it('on spot an exit waits until every sell that is none is gone, those of the session before among them, filled or not', () => {
  const quote = live(PURPOSE.entry, -1, {});
  // As a restart finds it: nothing is known of how it was sent.
  const before = live(PURPOSE.entry, -1, null);
  const bid = live(PURPOSE.entry, 1, {});
  const stop = live(PURPOSE.stop, -1, null);
  const { hold, withdrawn } = stage('spot', quote, before, bid, stop);
  const exit = live(PURPOSE.exit, -1, null);
  expect(hold.clearsSells(exit)).toBe(true);
  expect(withdrawn).toEqual([quote.order.id, before.order.id]);
  quote.attempts[0]!.state = 'ended';
  before.attempts[0]!.state = 'ended';
  before.attempts[0]!.claimed = 2;
  // What the venue says was filled has to be booked first.
  expect(hold.clearsSells(exit)).toBe(true);
  before.order.filledLots = 2;
  expect(hold.clearsSells(exit)).toBe(false);
});

it('on perpetuals nothing has to be taken off: exits only reduce', () => {
  const { hold, withdrawn } = stage('perpetual', live(PURPOSE.entry, -1, {}));
  expect(hold.clearsSells(live(PURPOSE.exit, -1, null))).toBe(false);
  expect(withdrawn).toEqual([]);
});
