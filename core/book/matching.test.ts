import { expect, it } from 'vitest';
import { BookAccount, makerTaker, tieredFees } from './account.ts';
import type { OrderRequest } from './book-order.ts';
import { PriceLadder } from './ladder.ts';
import { Matching, type MatchingOptions } from './matching.ts';
import { riskAverse } from './queue-models.ts';

/** An exchange with bids 99 (10 lots), 98 (20) and asks 101 (10), 102 (20), that writes its answers down. */
function exchange(options: Partial<MatchingOptions> = {}) {
  const log: string[] = [];
  const account = new BookAccount(makerTaker({ maker: -0.01, taker: 0.02 }), 1);
  const matching = new Matching({
    ladder: new PriceLadder(64),
    account,
    queue: riskAverse(),
    answer: (order, kind, time, reason, price, lots, isMaker) => {
      const fill = lots > 0 ? ` ${lots}@${price} ${isMaker ? 'maker' : 'taker'}` : '';
      log.push(`${time} ${order.id} ${kind}${fill}${reason === 'none' ? '' : ` (${reason})`}`);
    },
    ...options,
  });
  matching.onDepth(1, 99, 10, 0);
  matching.onDepth(1, 98, 20, 0);
  matching.onDepth(-1, 101, 10, 0);
  matching.onDepth(-1, 102, 20, 0);
  const send = (request: Omit<OrderRequest, 'id'> & { id?: number }, time = 1): string[] => {
    log.length = 0;
    matching.submit({ id: 1, ...request }, time);
    return [...log];
  };
  const after = (act: () => void): string[] => {
    log.length = 0;
    act();
    return [...log];
  };
  return { matching, account, send, after };
}

it('walks the book with a market order and ends what the book cannot fill', () => {
  const { send, account } = exchange();
  expect(send({ side: 1, lots: 15 })).toEqual(['1 1 partiallyFilled 10@101 taker', '1 1 filled 5@102 taker']);
  expect(send({ side: -1, lots: 40, id: 2 })).toEqual([
    '1 2 partiallyFilled 10@99 taker',
    '1 2 partiallyFilled 20@98 taker',
    '1 2 expired (unfilledRest)',
  ]);
  expect([account.position, account.cash]).toEqual([-15, -1010 - 510 + 990 + 1960]);
  expect(account.fees).toBeCloseTo(0.02 * (1520 + 2950), 12);
  expect(send({ side: -1, lots: 1, id: 3 })).toEqual(['1 3 expired (noLiquidity)']);
});

it('does not sell the same displayed size twice, until the level shrinks below what was taken', () => {
  const { matching, send } = exchange();
  send({ side: 1, lots: 6, price: 101, timeInForce: 'ioc' });
  expect(matching.ladder.asks.get(101)).toBe(4);
  matching.onDepth(-1, 101, 12, 2);
  expect(matching.ladder.asks.get(101)).toBe(6);
  matching.onDepth(-1, 101, 5, 3);
  expect(matching.ladder.asks.get(101)).toBe(0);
  matching.onDepth(-1, 101, 8, 4);
  expect(matching.ladder.asks.get(101)).toBe(3);
  matching.onDepth(-1, 101, 0, 5);
  matching.onDepth(-1, 101, 8, 6);
  expect(matching.ladder.asks.get(101)).toBe(8);
});

it('lets a crossing limit order take up to its price and rest with the remainder', () => {
  const { matching, send } = exchange();
  expect(send({ side: 1, lots: 15, price: 101 })).toEqual(['1 1 partiallyFilled 10@101 taker', '1 1 accepted']);
  expect([...matching.openOrders].map((o) => [o.price, o.left])).toEqual([[101, 5]]);
});

it('expires post-only orders that would take, and fills IOC and FOK as they promise', () => {
  expect(exchange().send({ side: 1, lots: 1, price: 101, postOnly: true })).toEqual(['1 1 expired (wouldTake)']);
  expect(exchange().send({ side: 1, lots: 12, price: 101, timeInForce: 'ioc' })).toEqual([
    '1 1 partiallyFilled 10@101 taker',
    '1 1 expired (unfilledRest)',
  ]);
  expect(exchange().send({ side: 1, lots: 12, price: 101, timeInForce: 'fok' })).toEqual(['1 1 expired (notFillable)']);
  expect(exchange().send({ side: 1, lots: 12, price: 102, timeInForce: 'fok' })).toHaveLength(2);
  expect(exchange().send({ side: 1, lots: 12, price: 100, timeInForce: 'ioc' })).toEqual([
    '1 1 expired (unfilledRest)',
  ]);
});

it('fills a resting order only with what traded past its queue', () => {
  const { matching, send, after } = exchange();
  send({ side: 1, lots: 8, price: 99 });
  expect(after(() => matching.onTrade(-1, 99, 10, 2))).toEqual([]);
  expect(after(() => matching.onTrade(-1, 99, 3, 3))).toEqual(['3 1 partiallyFilled 3@99 maker']);
  expect(after(() => matching.onTrade(1, 99, 9, 4))).toEqual([]);
  expect(after(() => matching.onTrade(-1, 98, 9, 5))).toEqual(['5 1 filled 5@99 maker']);
});

it('shares one trade among own orders by price, then time, and never beyond its volume', () => {
  const { matching, send, after } = exchange();
  send({ side: 1, lots: 4, price: 100, id: 1 });
  send({ side: 1, lots: 5, price: 99, id: 2 });
  send({ side: 1, lots: 5, price: 99, id: 3 });
  expect(after(() => matching.onTrade(-1, 99, 17, 2))).toEqual([
    '2 1 filled 4@100 maker',
    '2 2 partiallyFilled 3@99 maker',
  ]);
  expect(after(() => matching.onTrade(-1, 99, 4, 3))).toEqual([
    '3 2 filled 2@99 maker',
    '3 3 partiallyFilled 2@99 maker',
  ]);
});

it('fills whole orders, at the best price when taking, under the reference rule', () => {
  const { matching, send, after } = exchange({ fills: 'whole' });
  expect(send({ side: 1, lots: 50, price: 103 })).toEqual(['1 1 filled 50@101 taker']);
  send({ side: -1, lots: 50, price: 101, id: 2 });
  expect(after(() => matching.onTrade(1, 101, 10, 2))).toEqual([]);
  expect(after(() => matching.onTrade(1, 101, 1, 3))).toEqual(['3 2 filled 50@101 maker']);
});

it('fills resting orders at their own price when the other side comes to them, up to what it shows', () => {
  const { matching, send, after } = exchange();
  send({ side: 1, lots: 30, price: 100 });
  expect(after(() => matching.onDepth(-1, 100, 7, 2))).toEqual(['2 1 partiallyFilled 7@100 maker']);
  expect(after(() => matching.onDepth(-1, 99, 2, 3))).toEqual(['3 1 partiallyFilled 2@100 maker']);
});

it('cuts reduce-only orders to the position and ends them when nothing is left to reduce', () => {
  const { matching, send, after } = exchange();
  expect(send({ side: -1, lots: 5, price: 101, reduceOnly: true })).toEqual(['1 1 expired (reduceOnly)']);
  send({ side: 1, lots: 6, id: 2 });
  expect(send({ side: -1, lots: 50, price: 103, reduceOnly: true, id: 3 })).toEqual(['1 3 accepted']);
  expect(send({ side: -1, lots: 50, price: 104, reduceOnly: true, id: 4 })).toEqual(['1 4 accepted']);
  expect([...matching.openOrders].map((o) => o.left)).toEqual([6, 6]);
  expect(after(() => matching.onTrade(1, 103, 20, 2))).toEqual(['2 3 filled 6@103 maker', '2 4 expired (reduceOnly)']);
});

it('wakes stops against the price and take-profits with it', () => {
  const { matching, send, after } = exchange();
  const stop = { kind: 'stop' as const, price: 97 };
  expect(send({ side: -1, lots: 5, trigger: stop })).toEqual(['1 1 accepted']);
  expect(
    send({ side: -1, lots: 5, price: 105, id: 2, trigger: { kind: 'takeProfit', price: 104, by: 'mark' } }),
  ).toEqual(['1 2 accepted']);
  expect(after(() => matching.onTrade(-1, 98, 1, 2))).toEqual([]);
  expect(after(() => matching.onTrade(-1, 97, 1, 3))).toEqual(['3 1 triggered', '3 1 filled 5@99 taker']);
  expect(after(() => matching.onTrade(1, 104, 1, 4))).toEqual([]);
  expect(after(() => matching.onReference('mark', 104, 5))).toEqual(['5 2 triggered', '5 2 accepted']);
  expect(send({ side: -1, lots: 1, id: 3, trigger: { kind: 'stop', price: 110 } }, 6)).toEqual([
    '6 3 filled 1@99 taker',
  ]);
});

it('keeps the place in the queue for a smaller size and loses it for a new price or more', () => {
  const { matching, send, after } = exchange();
  send({ side: 1, lots: 8, price: 99 });
  matching.onTrade(-1, 99, 6, 2);
  const front = () => [...matching.openOrders][0]!.front;
  expect(front()).toBe(4);
  expect(after(() => matching.amend(1, 1, { left: 5 }, 3))).toEqual(['3 1 amended']);
  expect(front()).toBe(4);
  expect(after(() => matching.amend(1, 1, { left: 6 }, 4))).toEqual(['4 1 amended', '4 1 accepted']);
  expect(front()).toBe(10);
  expect(after(() => matching.amend(1, 1, { price: 98 }, 5))).toEqual(['5 1 amended', '5 1 accepted']);
  expect(front()).toBe(20);
  expect(after(() => matching.amend(1, 1, { left: 0 }, 6))).toEqual(['6 1 amendRejected (invalid)']);
  expect(after(() => matching.amend(9, 1, { left: 1 }, 7))).toEqual(['7 9 amendRejected (unknownOrder)']);
});

it('prevents trades with itself by the rule it was given', () => {
  const meet = (selfTrade: NonNullable<MatchingOptions['selfTrade']>) => {
    const { send } = exchange({ selfTrade });
    send({ side: -1, lots: 3, price: 100 });
    return send({ side: 1, lots: 3, price: 100, id: 2 });
  };
  expect(meet('cancelNewest')).toEqual(['1 2 expired (selfTrade)']);
  expect(meet('cancelOldest')).toEqual(['1 1 cancelled (selfTrade)', '1 2 accepted']);
  expect(meet('cancelBoth')).toEqual(['1 1 cancelled (selfTrade)', '1 2 expired (selfTrade)']);
  expect(meet('none')).toEqual(['1 2 accepted']);
});

it('ends GTD orders on time, and cancels and refuses by name', () => {
  const { matching, send, after } = exchange();
  send({ side: 1, lots: 3, price: 97, timeInForce: 'gtd', expiresAt: 50 });
  expect(matching.nextExpiry).toBe(50);
  expect(after(() => matching.expire(50))).toEqual(['50 1 expired (timeUp)']);
  expect(matching.nextExpiry).toBe(Number.POSITIVE_INFINITY);
  expect(after(() => matching.cancel(1, 1, 60))).toEqual(['60 1 cancelRejected (unknownOrder)']);
  send({ side: 1, lots: 3, price: 97, id: 2 });
  expect(send({ side: 1, lots: 3, price: 97, id: 2 })).toEqual(['1 2 rejected (duplicateId)']);
  expect(send({ side: 1, lots: 0, price: 97, id: 4 })).toEqual(['1 4 rejected (invalid)']);
  expect(send({ side: 1, lots: 1.5, price: 97, id: 5 })).toEqual(['1 5 rejected (invalid)']);
  expect(send({ side: 1, lots: 1, price: 97, id: 6, postOnly: true, timeInForce: 'ioc' })).toEqual([
    '1 6 rejected (invalid)',
  ]);
  expect(after(() => matching.cancelAll('liquidated', 70))).toEqual(['70 2 cancelled (liquidated)']);
});

it('charges by tier of what was traded and pays funding from longs to shorts', () => {
  const account = new BookAccount(
    tieredFees([
      { fromValue: 0, maker: 0.1, taker: 0.2 },
      { fromValue: 500, maker: 0, taker: 0.1 },
    ]),
    0.5,
  );
  account.fill(1, 100, 10, false);
  account.fill(1, 100, 10, false);
  expect(account.fees).toBe(0.2 * 1000 + 0.1 * 1000);
  account.payFunding(0.01, 100);
  expect([account.funding, account.equity(110)]).toEqual([-20, -2000 + 2200 - 300 - 20]);
});

it('counts what filled before an amendment came towards its size, where the trader says what was open', () => {
  const { matching, send, after } = exchange();
  send({ side: 1, lots: 10, price: 100 });
  // A sale of 6 lots at the better price than the book's fills 6 of 10.
  expect(after(() => matching.onTrade(-1, 100, 6, 2))).toEqual(['2 1 partiallyFilled 6@100 maker']);
  expect(after(() => matching.amend(1, 1, { left: 12, of: 10 }, 3))).toEqual(['3 1 amended', '3 1 accepted']);
  expect(matching.openOrders.map((o) => o.left)).toEqual([6]);
  expect(after(() => matching.amend(1, 1, { left: 5, of: 12 }, 4))).toEqual(['4 1 cancelled']);
});
