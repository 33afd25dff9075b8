import { copyFileSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyDatabase } from './copy.ts';
import { decision, fill, intent, order, START, trade } from './sample-rows-fixture.ts';
import { SqliteTradeReader } from './trade-reader.ts';
import { TradeWriter } from './writer.ts';

let folder: string;
let path: string;
const open: { close(): void }[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-trades-'));
  path = join(folder, 'trades.sqlite');
});
afterEach(() => {
  for (const handle of open.splice(0)) handle.close();
  rmSync(folder, { recursive: true });
});
function start(at = path, over: Partial<typeof START> = {}): TradeWriter {
  const writer = new TradeWriter(at, { ...START, ...over });
  open.push({ close: () => writer.abandon() });
  return writer;
}
function read(at = path): SqliteTradeReader {
  const reader = new SqliteTradeReader(at);
  open.push(reader);
  return reader;
}

describe('the trade database', () => {
  it('has an install id, epoch 1 and session 1 when it is new', () => {
    const { recovered } = start();
    expect(recovered.installId).toMatch(/^[0-9a-z]{12}$/);
    expect(recovered).toMatchObject({
      epoch: 1,
      isRestored: false,
      previous: null,
      session: { id: 1, endedAt: null, mode: 'dry-run', firstEvent: 1 },
      intents: [],
      journal: 0,
      next: { intent: 1, order: 1, trade: 1 },
    });
  });

  it('brings back everything as it was committed', () => {
    const first = start();
    first.commit([
      {
        intents: [intent(1), intent(2, { outcome: 'unknown' }), intent(3, { outcome: 'confirmed', settledAt: 5 })],
        orders: [
          order(1),
          order(2, { state: 'working', exchangeId: '77' }),
          order(3, { state: 'filled', filled: 0.3, filledLots: 3, trade: 1 }),
        ],
        trades: [trade(1), trade(2, { closedAt: START.at + 9, profitRatio: 0.01 })],
        fills: [fill(3, { trade: 1 })],
        funding: [{ trade: 1, account: 'a', pair: 'BTC/USDT', at: 7, rate: 0.0001, mark: 100, amount: -0.003 }],
        owners: [
          { account: 'a', pair: 'X', side: 'long', strategy: 'S' },
          { account: 'a', pair: 'Y', side: 'long', strategy: 'S' },
        ],
        locks: [
          { pair: '*', side: '*', source: 'max-drawdown', at: 1, until: START.at + 60_000, reason: 'lost 20 %' },
          { pair: 'X', side: '*', source: 'cooldown', at: 1, until: START.at, reason: 'over' },
        ],
        values: [
          { scope: 'trade:1', key: 'a', value: { seen: [1, Number.NaN] } },
          { scope: 'engine', key: 'b', value: null },
        ],
        blobs: [{ name: 'ema', codeHash: 'h', at: 1, bytes: new Uint8Array([1, 0, 255]) }],
        cursors: [{ account: 'a', stream: 'fills:X', position: '42' }],
        equity: [
          { at: 1, account: 'a', currency: 'USDT', equity: 1000, free: 900, openPositions: 1 },
          { at: 2, account: 'a', currency: 'USDT', equity: 1001, free: 900, openPositions: 1 },
        ],
        journal: [{ at: 1, body: [6, 1.5] }],
      },
      {
        owners: [{ account: 'a', pair: 'Y', side: 'long', strategy: null }],
        values: [{ scope: 'engine', key: 'b', value: undefined }],
      },
    ]);
    first.end(START.at + 100);
    const { recovered } = start(path, { at: START.at + 1000 });
    expect(recovered).toMatchObject({ installId: first.recovered.installId, epoch: 1, isRestored: false, journal: 1 });
    expect(recovered.previous).toEqual({ ...first.recovered.session, endedAt: START.at + 100 });
    expect(recovered.session).toMatchObject({ id: 2, firstEvent: 2 });
    expect(recovered.intents).toEqual([intent(1), intent(2, { outcome: 'unknown' })]);
    expect(recovered.orders).toEqual([order(1), order(2, { state: 'working', exchangeId: '77' })]);
    expect(recovered.positions).toEqual([trade(1)]);
    expect(recovered.owners).toEqual([{ account: 'a', pair: 'X', side: 'long', strategy: 'S' }]);
    expect(recovered.locks.map((lock) => lock.source)).toEqual(['max-drawdown']);
    expect(recovered.values).toEqual([{ scope: 'trade:1', key: 'a', value: { seen: [1, Number.NaN] } }]);
    expect([...recovered.blobs[0]!.bytes!]).toEqual([1, 0, 255]);
    expect(recovered.cursors).toEqual([{ account: 'a', stream: 'fills:X', position: '42' }]);
    expect(recovered.equity.map((point) => point.equity)).toEqual([1001]);
    expect(recovered.next).toEqual({ intent: 4, order: 4, trade: 3 });
  });

  it('leaves a transition for each change of an order, and none for a repeat', () => {
    const writer = start();
    const partly = { filled: 0.1, filledLots: 1 };
    writer.commit([
      { orders: [order(1), order(1), order(1, { state: 'working', updatedAt: 5 })] },
      { orders: [order(1, { ...partly, state: 'working', updatedAt: 6 })] },
      { orders: [order(1, { ...partly, state: 'cancelled', updatedAt: 7, reason: 'timeout' })] },
    ]);
    const seen = read().transitions(1);
    expect(seen.map((t) => [t.at, t.state, t.filled, t.reason])).toEqual([
      [START.at + 1, 'created', 0, null],
      [5, 'working', 0, null],
      [6, 'working', 0.1, null],
      [7, 'cancelled', 0.1, 'timeout'],
    ]);
  });

  it.each([
    ['the same fill twice', { fills: [fill(1)] }],
    ['an order that opens again', { orders: [order(1, { state: 'working' as const })] }],
    ['a client id that another order has', { orders: [order(2, { clientId: 'tg1' })] }],
    ['a fill of no order', { fills: [fill(9, { trade: 1 })] }],
    ['a price that is no number', { trades: [trade(1, { openRate: Number.NaN })] }],
  ])('refuses %s, with all of its group', (_, batch) => {
    const writer = start();
    writer.commit([{ orders: [order(1, { state: 'filled', filledLots: 3 })], trades: [trade(1)], fills: [fill(1)] }]);
    const group = [{ journal: [{ at: 1, body: 'lost' }] }, batch];
    expect(() => writer.commit(group)).toThrow(expect.objectContaining({ code: expect.stringMatching('CONSTRAINT') }));
    expect(read().journal(0, 9)).toEqual([]);
  });

  it('takes a late fill of a cancelled order', () => {
    const writer = start();
    writer.commit([{ orders: [order(1, { state: 'cancelled' })] }]);
    writer.commit([{ orders: [order(1, { state: 'filled', filled: 0.3, filledLots: 3 })] }]);
    expect(read().orders()[0]!.state).toBe('filled');
  });

  it('never lets decisions, journal and fills be changed or removed', () => {
    start().commit([
      {
        orders: [order(1)],
        trades: [trade(1)],
        fills: [fill(1)],
        decisions: [decision('x')],
        journal: [{ at: 1, body: 1 }],
      },
    ]);
    const db = new Database(path);
    for (const table of ['decision', 'journal', 'fill']) {
      expect(() => db.exec(`DELETE FROM ${table}`)).toThrow('append-only');
      expect(() => db.exec(`UPDATE ${table} SET at = 0`)).toThrow('append-only');
    }
    db.close();
  });

  it('leaves quotes to the next sync, but syncs fills whatever their batch says', () => {
    const writer = start();
    const synced = () =>
      Number(
        new Database(path, { readonly: true }).prepare("SELECT value FROM meta WHERE name = 'commits'").pluck().get(),
      );
    writer.commit([{ journal: [{ at: 1, body: 'quote' }], durability: 'quotes' }]);
    expect([synced(), read().journal(0, 9).length]).toEqual([0, 1]);
    writer.commit([{ orders: [order(1)], trades: [trade(1)], fills: [fill(1)], durability: 'quotes' }]);
    expect([synced(), read().fills().length]).toEqual([1, 1]);
  });
});

describe('reading', () => {
  it('filters, takes the latest and gives them oldest first', () => {
    const late = { openedAt: START.at + 99_000 };
    start().commit([
      {
        trades: [trade(1, { closedAt: 5 }), trade(2, { pair: 'ETH/USDT', ...late }), trade(3, { strategy: 'Other' })],
        orders: [order(1, { trade: 1, state: 'filled' }), order(2, { trade: 2 }), order(3, { exchangeId: '77' })],
        intents: [intent(1), intent(1, { attempt: 2, clientId: 'tg1b' })],
        fills: [fill(1), fill(2, { exchangeId: 'x' })],
        decisions: [decision('a'), decision('b', { kind: 'veto', trade: 2 }), decision('c', { pair: 'ETH/USDT' })],
        journal: [7, 5, 9].map((at) => ({ at, body: null })),
      },
    ]);
    const reader = read();
    const ids = (rows: readonly { readonly id: number }[]) => rows.map((row) => row.id);
    expect(ids(reader.trades())).toEqual([1, 2, 3]);
    expect(ids(reader.trades({ limit: 2 }))).toEqual([2, 3]);
    expect(ids(reader.trades({ state: 'closed' }))).toEqual([1]);
    expect(ids(reader.trades({ state: 'open', strategy: 'EmaCross' }))).toEqual([2]);
    expect(ids(reader.trades({ from: START.at + 50_000 }))).toEqual([2]);
    expect(ids(reader.trades({ to: START.at + 50_000, pair: 'BTC/USDT' }))).toEqual([1, 3]);
    expect(reader.trade(2)!.pair).toBe('ETH/USDT');
    expect(reader.trade(9)).toBe(null);
    expect(ids(reader.orders({ state: 'closed' }))).toEqual([1]);
    expect(ids(reader.orders({ trade: 2 }))).toEqual([2]);
    expect(reader.orderOf('binance:spot', '77')!.id).toBe(3);
    expect(reader.orderOf('binance:spot', 'tg2')!.id).toBe(2);
    expect(reader.orderOf('other', 'tg2')).toBe(null);
    expect(reader.intents(1).map((i) => i.attempt)).toEqual([1, 2]);
    expect(reader.placeOf('binance:spot', 'tg1b')!.attempt).toBe(2);
    expect(reader.placeOf('other', 'tg1b')).toBe(null);
    expect(reader.fills({ order: 2 }).map((f) => f.exchangeId)).toEqual(['x']);
    expect([reader.hasFill('binance:spot', 'BTC/USDT', 'x'), reader.hasFill('binance:spot', 'ETH/USDT', 'x')]).toEqual([
      true,
      false,
    ]);
    expect(reader.decisions({ kind: 'veto' }).map((d) => [d.seq, d.reason])).toEqual([[2, 'b']]);
    expect(reader.decisions({ limit: 1 }).map((d) => d.reason)).toEqual(['c']);
    expect(reader.sessions().map((s) => s.inputs)).toEqual([START.inputs]);
    expect(reader.journalSpans()).toEqual([{ session: 1, from: 5, to: 9 }]);
  });

  it('says when there is nothing to read, and makes no file', () => {
    expect(() => read(join(folder, 'none.sqlite'))).toThrow(/STORE_OPEN/);
    new Database(path).close();
    expect(() => read()).toThrow(/STORE_OLDER.*"tidegate trade" makes or migrates it/);
    expect(() => readFileSync(join(folder, 'none.sqlite'))).toThrow('ENOENT');
  });
});

describe('the identity of a database', () => {
  it('is a new epoch in a copy that is opened, once, and the same install id', () => {
    const writer = start();
    writer.commit([{ decisions: [decision('before')] }]);
    const copy = join(folder, 'backup.sqlite');
    copyDatabase(path, copy);
    writer.commit([{ decisions: [decision('after')] }]);
    expect(() => copyDatabase(path, copy)).toThrow(/STORE_COPY/);
    const restored = start(copy);
    expect(restored.recovered).toMatchObject({ installId: writer.recovered.installId, epoch: 2, isRestored: true });
    expect(
      read(copy)
        .decisions()
        .map((d) => d.reason),
    ).toEqual(['before']);
    restored.end(1);
    expect(start(copy).recovered).toMatchObject({ epoch: 2, isRestored: false });
  });

  it('notices a file that was taken back in time, and goes past epochs that were used', () => {
    start().end(1);
    const old = join(folder, 'old.sqlite');
    copyFileSync(path, old);
    start().end(2);
    copyFileSync(old, path);
    const back = start();
    expect(back.recovered).toMatchObject({ epoch: 2, isRestored: true });
    back.end(3);
    copyFileSync(old, path);
    expect(start().recovered).toMatchObject({ epoch: 3, isRestored: true });
  });

  it('notices a file that came without its guard, and survives a damaged one', () => {
    start().end(1);
    rmSync(`${path}.guard`);
    const moved = start();
    expect(moved.recovered.epoch).toBe(2);
    moved.end(1);
    writeFileSync(`${path}.guard`, 'half a header');
    expect(start().recovered.epoch).toBe(3);
  });

  it('does not take a crash for a restore, and says that it was one', () => {
    const writer = start();
    writer.commit([{ decisions: [decision('x')] }]);
    writer.abandon();
    expect(start().recovered).toMatchObject({ epoch: 1, isRestored: false, previous: { id: 1, endedAt: null } });
  });
});

describe('a database that cannot be used', () => {
  it('is refused when it is of another program, or no database', () => {
    new Database(path).exec('CREATE TABLE trades (id INTEGER)').close();
    expect(() => start()).toThrow(/STORE_FOREIGN/);
    const text = join(folder, 'text.sqlite');
    writeFileSync(text, 'this is no database, but it is longer than a header'.repeat(9));
    expect(() => start(text)).toThrow('not a database');
  });

  it('is refused when it is read-only', () => {
    start().end(1);
    // A write version that SQLite does not know makes a database read-only, for every user: https://sqlite.org/fileformat.html, offset 18.
    writeSync(openSync(path, 'r+'), new Uint8Array([9]), 0, 1, 18);
    expect(() => start()).toThrow(expect.objectContaining({ code: expect.stringMatching('READONLY') }));
  });

  it('keeps what was acknowledged when the disk is full', () => {
    const writer = start();
    writer.commit([{ decisions: [decision('kept')] }]);
    writer.limitPages(60);
    expect(() => writer.commit([{ decisions: [decision('x'.repeat(300_000))] }])).toThrow(/full/);
    writer.abandon();
    start();
    expect(
      read()
        .decisions()
        .map((d) => d.reason),
    ).toEqual(['kept']);
  });
});
