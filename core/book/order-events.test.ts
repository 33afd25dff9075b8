import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type BookEvents, EVENT, EventBuilder, fromUnits, SEE, toUnits, validateEvents } from './book-events.ts';
import { orderEvents } from './order-events.ts';

type Row = readonly [kind: number, exchange: number, local: number, price: number];

function source(rows: readonly Row[]): BookEvents {
  const builder = new EventBuilder(0);
  for (const [kind, exchange, local, price] of rows) builder.push(SEE.both, kind, 1, exchange, local, price, 1);
  return builder.events();
}

function rowsFor(events: BookEvents, reader: number): string[] {
  const rows: string[] = [];
  for (let i = 0; i < events.length; i++) {
    if ((events.see[i]! & reader) === 0) continue;
    const time = reader === SEE.exchange ? events.exchangeTime[i]! : events.localTime[i]!;
    rows.push(`${time}:${events.price[i]}`);
  }
  return rows;
}

it('puts trades before book changes before marks at equal times, then goes by source and row', () => {
  const depth = source([
    [EVENT.mark, 10, 20, 1],
    [EVENT.depth, 10, 20, 2],
    [EVENT.depth, 10, 20, 3],
  ]);
  const trades = source([
    [EVENT.trade, 10, 20, 4],
    [EVENT.trade, 10, 20, 5],
  ]);
  const merged = orderEvents([
    { name: 'depth', events: depth },
    { name: 'trades', events: trades },
  ]);
  expect([...merged.price]).toEqual([4, 5, 2, 3, 1]);
  expect([...merged.see]).toEqual([3, 3, 3, 3, 3]);
});

it('splits a row that the two readers reach in different order', () => {
  const events = source([
    [EVENT.depth, 10, 50, 1],
    [EVENT.depth, 30, 51, 2],
    [EVENT.depth, 20, 52, 3],
    [EVENT.depth, 40, 53, 4],
  ]);
  const merged = orderEvents([{ name: 'book', events }]);
  expect(rowsFor(merged, SEE.exchange)).toEqual(['10:1', '20:3', '30:2', '40:4']);
  expect(rowsFor(merged, SEE.local)).toEqual(['50:1', '51:2', '52:3', '53:4']);
  expect(merged.length).toBe(5);
});

it('gives each reader every row once, in its own order, whatever the sources', () => {
  const row = fc.tuple(fc.constantFrom(0, 1, 3), fc.nat(30), fc.nat(30), fc.integer({ min: 1, max: 1e6 }));
  fc.assert(
    fc.property(fc.array(fc.array(row, { maxLength: 20 }), { minLength: 1, maxLength: 3 }), (lists) => {
      const made = lists.map((rows) => source(rows.map(([k, e, lag, p]) => [k, e, e + lag, p] as const)));
      const merged = orderEvents(made.map((events, i) => ({ name: String(i), events })));
      expect(() => validateEvents(merged)).not.toThrow();
      for (const [reader, at] of [
        [SEE.exchange, 0],
        [SEE.local, 1],
      ] as const) {
        const wanted = lists.flatMap((rows) => rows.map(([, e, lag, p]) => `${e + (at ? lag : 0)}:${p}`));
        expect(rowsFor(merged, reader).sort()).toEqual(wanted.sort());
      }
    }),
  );
});

it('names the first row that cannot be', () => {
  const bad = (rows: readonly Row[]) => () => validateEvents(source(rows));
  expect(bad([[EVENT.depth, 10, 5, 1]])).toThrow(/BOOK_EVENT: row 0 was received 5 ns before it happened/);
  expect(bad([[EVENT.depth, 10, 10, 0]])).toThrow('price 0 ticks');
  expect(
    bad([
      [EVENT.depth, 10, 10, 1],
      [EVENT.depth, 9, 11, 1],
    ]),
  ).toThrow('row 1 goes back in exchange time by 1 ns');
  expect(bad([[9, 1, 1, 1]])).toThrow('unknown kind 9');
});

it('refuses sources with different origins', () => {
  const other = new EventBuilder(5).events();
  const sources = [
    { name: 'a', events: source([]) },
    { name: 'b', events: other },
  ];
  expect(() => orderEvents(sources)).toThrow('BOOK_ORIGIN_MISMATCH');
});

it('turns units back into the decimal that was meant', () => {
  expect(fromUnits(499_997, 0.1)).toBe(49_999.7);
  expect(fromUnits(3, 0.25)).toBe(0.75);
  expect(fromUnits(7, 5)).toBe(35);
  expect(toUnits(61_800.2, 0.1)).toBe(618_002);
});

it('gives each reader the same rows again when a stream that was split already is merged with others', () => {
  const book = source([
    [EVENT.depth, 10, 50, 1],
    [EVENT.depth, 30, 51, 2],
    [EVENT.trade, 20, 52, 3],
  ]);
  const split = orderEvents([{ name: 'book', events: book }]);
  expect(split.length).toBe(4);
  const merged = orderEvents([
    { name: 'book', events: split },
    { name: 'marks', events: source([[EVENT.mark, 25, 60, 9]]) },
  ]);
  expect(rowsFor(merged, SEE.exchange)).toEqual(['10:1', '20:3', '25:9', '30:2']);
  expect(rowsFor(merged, SEE.local)).toEqual(['50:1', '51:2', '52:3', '60:9']);
});
