import { expect, it } from 'vitest';
import { liveOrders, readOrderRecords } from './live-orders.ts';

const text = (s: string) => new TextEncoder().encode(s);
const grid = { tickSize: 0.1, lotSize: 0.001 };
const HEADER = 'side,price,amount,sent,taken,answered,filled,cancelled';

it('reads orders from CSV and JSON alike, in ms with fractions or in ns', () => {
  const csv = readOrderRecords(
    text(`${HEADER}\nbuy,50000.1,0.002,1700000001000.5,1700000001002,1700000001004,1700000005000,\n`),
    'a.csv',
  );
  const json = readOrderRecords(
    text(
      JSON.stringify([
        {
          side: 'buy',
          price: 50000.1,
          amount: 0.002,
          sent: '1700000001000500000',
          taken: 1700000001002,
          answered: 1700000001004,
          filled: 1700000005000,
          cancelled: null,
        },
      ]),
    ),
    'a.json',
  );
  const [one] = liveOrders(csv, grid, 1_700_000_000_000, 'a.csv');
  expect(one).toEqual({
    id: 1,
    side: 1,
    price: 500_001,
    lots: 2,
    sent: 1_000_500_000,
    taken: 1_002_000_000,
    answered: 1_004_000_000,
    filledAt: 5_000_000_000,
    cancelledAt: Number.NaN,
  });
  expect(liveOrders(json, grid, 1_700_000_000_000, 'a.json')).toEqual([one]);
});

it('keeps the names that the file gives its orders', () => {
  const rows = 'buy,1,1,1,2,3,,,abc\nsell,1,1,1,2,3,,,\n';
  expect(readOrderRecords(text(`${HEADER},id\n${rows}`), 'a.csv').map(({ id }) => id)).toEqual(['abc', '2']);
});

it('names what is wrong with a file', () => {
  const orders = (rows: string) => liveOrders(readOrderRecords(text(`${HEADER}\n${rows}`), 'a.csv'), grid, 0, 'a.csv');
  expect(() => orders('up,1,1,1,2,3,,\n')).toThrow('line 2 has the side "up"');
  expect(() => orders('buy,1,1,3,2,4,,\n')).toThrow('order 1 was sent at 3, taken at 2');
  expect(() => orders('buy,1,1,,2,4,,\n')).toThrow('ORDERS_FILE');
  expect(() => orders('buy,x,1,1,2,4,,\n')).toThrow('"x" is not a number');
  expect(() => readOrderRecords(text('[1,'), 'a.json')).toThrow('the file is no JSON');
});
