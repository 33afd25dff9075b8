import { expect, it } from 'vitest';
import type { StoredFill, StoredIntent, StoredOrder } from '../../ports/stored-rows.ts';
import { storedOrders } from './stored-orders.ts';

const pair = 'BTC/USDT:USDT';
const T = 1_700_000_000_000;

function order(id: number, over: Partial<StoredOrder> = {}): StoredOrder {
  return {
    ...{ id, account: 'a', strategy: 'S', pair, positionSide: 'long', trade: 1, parent: null, purpose: 'entry' },
    ...{ kind: 'limit', side: 'buy', price: 100, amount: 0.3, filled: 0.3, average: 100, ticks: 1000, lots: 300 },
    ...{ filledLots: 300, state: 'filled', clientId: `c${id}`, exchangeId: `${id}`, tag: null, reason: null },
    ...{ createdAt: T, updatedAt: T + 900, engine: null },
    ...over,
  } as StoredOrder;
}
const intent = (of: number, over: Partial<StoredIntent> = {}): StoredIntent => ({
  ...{ id: of, attempt: 0, request: 'place', order: of, account: 'a', clientId: `c${of}`, at: T + of },
  ...{ outcome: 'confirmed', settledAt: T + of + 8, detail: null, body: null },
  ...over,
});
const fill = (of: number, at: number, over: Partial<StoredFill> = {}): StoredFill => ({
  ...{ exchangeId: `${of}-${at}`, account: 'a', pair, order: of, trade: 1, at, side: 'buy', price: 100, amount: 0.1 },
  ...{ ticks: 1000, lots: 100, fee: 0, feeAsset: 'USDT', feeStake: 0, isMaker: true },
  ...over,
});

function storeOf(orders: StoredOrder[], intents: StoredIntent[], fills: StoredFill[]) {
  return {
    orders: () => orders,
    intents: (id: number) => intents.filter((i) => i.order === id),
    fills: ({ order: id }: { readonly order?: number } = {}) => fills.filter((f) => f.order === id),
  };
}

it('reads when orders were sent, answered, filled whole and withdrawn, half of the round trip for each way', () => {
  const cancelled = order(2, { state: 'cancelled', side: 'sell', filled: 0.1, filledLots: 100 });
  const store = storeOf(
    [order(1), cancelled],
    [intent(1), intent(2), intent(2, { request: 'cancel', at: T + 500, settledAt: T + 510, attempt: 1 })],
    [fill(1, T + 100), fill(1, T + 300), fill(2, T + 200)],
  );
  const { records, leftOut } = storedOrders(store, pair);
  expect(leftOut).toEqual({});
  const both = { price: 100, amount: 0.3 };
  expect(records).toEqual([
    {
      id: '1',
      side: 'buy',
      ...both,
      sent: `${T + 1}`,
      taken: `${T + 5}`,
      answered: `${T + 9}`,
      filled: `${T + 300}`,
      cancelled: '',
    },
    {
      id: '2',
      side: 'sell',
      ...both,
      sent: `${T + 2}`,
      taken: `${T + 6}`,
      answered: `${T + 10}`,
      filled: '',
      cancelled: `${T + 505}`,
    },
  ]);
});

it('leaves out what says nothing of a queue, and says why', () => {
  const store = storeOf(
    [
      order(1, { kind: 'market', price: null }),
      order(2),
      order(3),
      order(4),
      order(5, { state: 'expired' }),
      order(6),
      order(7),
      order(8, { state: 'rejected' }),
    ],
    [
      intent(3),
      intent(3, { attempt: 1 }),
      intent(4, { outcome: 'unknown', settledAt: null }),
      intent(5),
      intent(6),
      intent(7, { at: T + 20 }),
      intent(8, { outcome: 'refused' }),
    ],
    [fill(6, T + 50, { isMaker: false })],
  );
  const { records, leftOut } = storedOrders(store, pair);
  expect(records).toEqual([]);
  expect(leftOut).toEqual({
    'no limit order': 1,
    'on paper, or made by the exchange': 1,
    'sent more than once': 1,
    refused: 1,
    'its answer was not heard': 2,
    'expired, so it says nothing of the queue': 1,
    'took from the book': 1,
  });
});

it('reads an amended order as one for each stay at the back of a queue', () => {
  const amend = (attempt: number, at: number, ticks: number, lots: number) =>
    intent(1, { request: 'amend', attempt, at: T + at, settledAt: T + at + 10, body: { ticks, lots, of: 'c1' } });
  const place = intent(1, { at: T, settledAt: T + 10, body: { price: 99, amount: 0.3 } });
  // Moved up; a third fills; made smaller in its place; moved up again, where what is left fills.
  const requests = [place, amend(1, 100, 995, 300), amend(2, 300, 995, 250), amend(3, 400, 1000, 250)];
  const refused = { ...amend(4, 600, 1005, 250), outcome: 'refused' } as const;
  const whole = order(1, { amount: 0.25, lots: 250 });
  const fills = [fill(1, T + 200, { price: 99.5, ticks: 995 }), fill(1, T + 900, { lots: 150, amount: 0.15 })];
  const { records, leftOut } = storedOrders(storeOf([whole], [...requests, refused], fills), pair);
  const told = records.map(({ id, price, amount, taken, filled, cancelled }) => [
    ...[id, price, amount],
    ...[taken, filled, cancelled].map((t) => (t === '' ? t : Number(t) - T)),
  ]);
  expect(told).toEqual([
    ['1', 99, 0.3, 5, '', 105],
    ['1/2', 99.5, 0.3, 105, '', 305],
    ['1/4', 100, 0.15, 405, 900, ''],
  ]);
  expect(leftOut).toEqual({ 'amended in its place': 1 });
});
