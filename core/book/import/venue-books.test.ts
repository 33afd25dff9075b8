import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { EVENT, validateEvents } from '../book-events.ts';
import { importVenueBook } from './venue-books.ts';

const grid = { tickSize: 0.1, lotSize: 0.001 };
const bytes = (...lines: readonly object[]) =>
  new TextEncoder().encode(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
const rowsOf = ({ kind, side, price, lots }: ReturnType<typeof importVenueBook>) =>
  [...kind].map((k, i) => [k, side[i], price[i], lots[i]]);

/** The file inside a tar archive, as `tar` writes it. */
function tar(content: Uint8Array): Uint8Array {
  const header = new Uint8Array(512);
  const put = (at: number, text: string) => header.set(new TextEncoder().encode(text), at);
  put(0, 'BTC-USDT-SWAP-L2orderbook-400lv-2024-01-05.data');
  put(124, `${content.length.toString(8).padStart(11, '0')} `);
  put(156, '0');
  put(257, 'ustar');
  const out = new Uint8Array(512 * (3 + Math.ceil(content.length / 512)));
  out.set(header);
  out.set(content, 512);
  return out;
}

it("reads Bybit's book: from its first snapshot, by the matching engine's clock, received after it was sent", () => {
  const topic = 'orderbook.500.BTCUSDT';
  const events = importVenueBook(
    bytes(
      { topic, type: 'delta', ts: 1_700_000_000_000, data: { s: 'BTCUSDT', b: [['9', '1']], a: [], u: 1, seq: 1 } },
      {
        topic,
        type: 'snapshot',
        ts: 1_700_000_000_110,
        data: { s: 'BTCUSDT', b: [['100.1', '1.5']], a: [['100.2', '2']], u: 2, seq: 2 },
        cts: 1_700_000_000_100,
      },
      { topic, type: 'delta', ts: 1_700_000_000_215, data: { b: [['100.1', '0']], a: [] }, cts: 1_700_000_000_200 },
    ),
    'bybit',
    { grid },
  );
  validateEvents(events);
  expect(rowsOf(events)).toEqual([
    [EVENT.clear, 0, 0, 0],
    [EVENT.depth, 1, 1001, 1500],
    [EVENT.depth, -1, 1002, 2000],
    [EVENT.depth, 1, 1001, 0],
  ]);
  expect([events.originMs, events.exchangeTime[1], events.localTime[1]]).toEqual([1_699_999_999_100, 1e9, 1.011e9]);
  expect([events.exchangeTime[3], events.localTime[3]]).toEqual([1.1e9, 1.116e9]);
});

it("reads OKX's book out of its archive, contracts as base units", () => {
  const instId = 'BTC-USDT-SWAP';
  const content = bytes(
    { instId, action: 'snapshot', ts: '1700000000000', asks: [['100.2', '120', '3']], bids: [['100.1', '80', '1']] },
    { instId, action: 'update', ts: '1700000000010', asks: [], bids: [['100.1', '0', '0']] },
  );
  const events = importVenueBook(gzipSync(tar(content)), 'okx', { grid, contractSize: 0.01 });
  validateEvents(events);
  expect(rowsOf(events)).toEqual([
    [EVENT.clear, 0, 0, 0],
    [EVENT.depth, 1, 1001, 800],
    [EVENT.depth, -1, 1002, 1200],
    [EVENT.depth, 1, 1001, 0],
  ]);
});

it('names the line of what is no such message, and of sizes that are none', () => {
  const snapshot = { action: 'snapshot', ts: '1700000000000', asks: [['2', '1']], bids: [['1', '1']] };
  const of = (second: object | string) => {
    const text = typeof second === 'string' ? second : JSON.stringify(second);
    return new TextEncoder().encode(`${JSON.stringify(snapshot)}\n${text}\n`);
  };
  expect(() => importVenueBook(of('{"action":"upd'), 'okx', { grid })).toThrow('Line 2 is no okx order book message');
  expect(() => importVenueBook(of({ ...snapshot, bids: [['1', '-1']] }), 'okx', { grid })).toThrow(
    'Line 2 has the level 1, -1',
  );
});

it('leaves out messages that are there twice, counts missing ones, and refuses a book without a snapshot', () => {
  const message = (u: number, type = 'delta', more: object = {}) => ({
    topic: 'orderbook.500.BTCUSDT',
    type,
    ts: 1_700_000_000_000 + u,
    data: { s: 'BTCUSDT', b: [['100.1', '1']], a: [['100.2', '2']], u },
    ...more,
  });
  const notes: string[] = [];
  const read = (...lines: readonly object[]) =>
    importVenueBook(bytes(...lines), 'bybit', { grid, onNote: (text) => notes.push(text) }).length;
  expect(read(message(7, 'snapshot'), message(9), message(8), message(9), message(10))).toBe(9);
  expect(read(message(7, 'snapshot'), message(9))).toBe(5);
  expect(notes).toEqual([
    '1 of 5 messages stand there twice (the same number): read once',
    'messages are missing in 1 place (their numbers jump): levels may be wrong from there to the next snapshot',
  ]);
  expect(() => read(message(7), message(8))).toThrow('None of the 2 messages is a snapshot');
  expect(() => read(message(7, 'snapshot', { ts: 0 }))).toThrow('Line 1 has the time 0');
  expect(() =>
    read(message(7, 'snapshot'), message(8, 'delta', { data: { s: 'ETHUSDT', b: [], a: [], u: 8 } })),
  ).toThrow('Line 2 is about ETHUSDT, the lines before about BTCUSDT');
});
