import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { differences } from './differences.ts';
import { ResultStore } from './result-store.ts';
import { copyDocument, type KeptDocument, notePath, noteResult, writeResult } from './write-result.ts';

const DAY = new Date('2024-03-05T10:00:00Z');

function document(hash: string, over: Partial<KeptDocument['inputs']> = {}): KeptDocument {
  return {
    hash: hash.padEnd(64, '0'),
    inputHash: 'f'.repeat(64),
    inputs: {
      strategies: ['EmaCross'],
      pairs: ['BTC/USDT'],
      timeframe: '5m',
      detailTimeframe: null,
      from: 0,
      to: 1000,
      fills: 'honest',
      stakeCurrency: 'USDT',
      startingBalance: 1000,
      settings: { costs: { latencyMs: 250 } },
      dataKind: 'synthetic',
      ...over,
    },
    finalBalance: 1010,
    summary: { account: { totalReturn: 0.01, maxDrawdown: -0.02, sharpe: Number.NaN } },
    trades: [{}, {}],
  };
}

describe('ResultStore', () => {
  let folder: string;
  let store: ResultStore;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'results-'));
    store = ResultStore.open(folder);
  });
  afterEach(() => {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('keeps a result in a folder named for day and hash, with the files given', () => {
    const path = store.keep(document('abcdef1234'), DAY, { 'run.json': '{"a":1}' });
    expect(path).toBe(join(folder, '20240305-abcdef12'));
    expect(readFileSync(join(path, 'run.json'), 'utf8')).toBe('{"a":1}');
    expect(store.get('20240305-abcdef12').document.inputs.pairs).toEqual(['BTC/USDT']);
    expect(store.list()).toEqual([
      expect.objectContaining({
        id: '20240305-abcdef12',
        trades: 2,
        totalReturn: 0.01,
        sharpe: null,
        keptAt: DAY.getTime(),
      }),
    ]);
  });

  test('of a large one reads what comes before its trades', () => {
    const trades = Array.from({ length: 5 }, (_, id) => ({ id, note: 'x'.repeat(14_000_000) }));
    const { summary, trades: _, ...rest } = document('aaaa1111');
    const counted = { trades: 5, winRate: 0.5, profitFactor: 1, expectancy: 0 };
    const large = { ...rest, summary: { ...summary, trades: counted }, trades };
    const { id } = writeResult(folder, { ...large, inputs: { ...large.inputs, stakeCurrency: ',"trades":[' } }, DAY);
    expect(store.list()).toMatchObject([{ id, hash: large.hash, trades: 5 }]);
    expect(store.get(id).document).toMatchObject({
      hash: large.hash,
      finalBalance: 1010,
      inputs: { stakeCurrency: ',"trades":[' },
    });
    expect(store.compare(id, id).isSameResult).toBe(true);
    // Damage before the trades is seen.
    writeFileSync(join(folder, id, 'result.json'), readFileSync(join(folder, id, 'result.json'), 'utf8').slice(9));
    expect(() => store.get(id)).toThrow('RESULT_CORRUPT');
  });

  test('is copied without the moment of keeping, whatever its length', () => {
    const long = {
      ...document('aaaa1111'),
      trades: Array.from({ length: 50_000 }, (_, id) => ({ id, tag: 'größer' })),
    };
    const { id } = writeResult(folder, long, DAY);
    const path = join(folder, 'copy.json');
    copyDocument(join(folder, id), path);
    expect(readFileSync(path, 'utf8')).toBe(JSON.stringify(long));
    copyDocument(join(folder, id), path);
    writeFileSync(join(folder, id, 'result.json'), JSON.stringify(long));
    copyDocument(join(folder, id), path);
    expect(readFileSync(path, 'utf8')).toBe(JSON.stringify(long));
  });

  test('takes up a result that was written beside it, from its note or without one', () => {
    const noted = writeResult(folder, document('aaaa1111'), DAY);
    noteResult(folder, noted);
    // The note is read, not the document.
    writeFileSync(join(folder, noted.id, 'result.json'), '');
    const bare = writeResult(folder, document('bbbb2222'), DAY);
    const half = writeResult(folder, document('cccc3333'), DAY);
    writeFileSync(notePath(folder, half.id), '{"id":"2024');
    expect(store.list()).toEqual([noted, bare, half]);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
    expect(store.list()).toEqual([noted, bare, half]);
  });

  test('the same result kept twice has two folders', () => {
    store.keep(document('abcdef1234'), DAY);
    expect(store.keep(document('abcdef1234'), DAY)).toBe(join(folder, '20240305-abcdef12-2'));
    expect(store.list().map((e) => e.id)).toEqual(['20240305-abcdef12', '20240305-abcdef12-2']);
  });

  test('finds by a beginning of id or hash, and says when that is not enough', () => {
    store.keep(document('aaaa1111'), DAY);
    store.keep(document('bbbb2222'), DAY);
    expect(store.get('bbbb').entry.id).toBe('20240305-bbbb2222');
    expect(store.get('latest').entry.id).toBe('20240305-bbbb2222');
    expect(() => store.get('2024')).toThrow(/RESULT_AMBIGUOUS.*aaaa1111 or 20240305-bbbb2222/);
    expect(() => store.get('20240305-bbbb2223')).toThrow(/RESULT_UNKNOWN.*Did you mean "20240305-bbbb2222"/);
  });

  test('two open stores see what the other keeps', () => {
    const other = ResultStore.open(folder);
    store.keep(document('aaaa1111'), DAY);
    other.keep(document('bbbb2222'), DAY);
    expect(store.list()).toHaveLength(2);
    expect(other.list()).toHaveLength(2);
    other.close();
  });

  test('a lost index is made again from the folders, a lost folder leaves the index', () => {
    store.keep(document('aaaa1111'), DAY);
    store.keep(document('bbbb2222'), DAY);
    const before = store.list();
    store.close();
    for (const name of readdirSync(folder)) if (name.startsWith('index')) rmSync(join(folder, name));
    store = ResultStore.open(folder);
    expect(store.list()).toEqual(before);
    rmSync(join(folder, '20240305-aaaa1111'), { recursive: true });
    expect(store.list().map((e) => e.id)).toEqual(['20240305-bbbb2222']);
  });

  test('a damaged result is named, not hidden', () => {
    const path = store.keep(document('aaaa1111'), DAY);
    // Half of it, nothing of it, and another result's.
    for (const text of ['{"hash":', 'null', '{}', JSON.stringify(document('bbbb2222'))]) {
      writeFileSync(join(path, 'result.json'), text);
      expect(() => store.get('aaaa')).toThrow(/RESULT_CORRUPT/);
    }
  });

  test('compares figures and names every input that differs', () => {
    store.keep(document('aaaa1111'), DAY);
    store.keep(document('bbbb2222', { timeframe: '1h', settings: { costs: { latencyMs: 100 } } }), DAY);
    const { isSameResult, inputs, figures } = store.compare('aaaa', 'bbbb');
    expect(isSameResult).toBe(false);
    expect(figures).toContainEqual({ name: 'maxDrawdown', a: -0.02, b: -0.02 });
    // Undefined, or not told by the version that kept it.
    expect(figures).toContainEqual({ name: 'sharpe', a: null, b: null });
    expect(figures).toContainEqual({ name: 'fees', a: null, b: null });
    expect(inputs).toEqual([
      { path: 'timeframe', a: '5m', b: '1h' },
      { path: 'settings.costs.latencyMs', a: 250, b: 100 },
    ]);
  });

  test('removes folder and row, and leaves nothing behind', () => {
    store.keep(document('aaaa1111'), DAY);
    store.remove('aaaa');
    expect(store.list()).toEqual([]);
    expect(readdirSync(folder).filter((name) => !name.startsWith('index'))).toEqual([]);
  });

  test('a result that somebody else removed in the same moment is told as gone', () => {
    const path = store.keep(document('aaaa1111'), DAY);
    const list = store.list.bind(store);
    store.list = () => {
      const entries = list();
      rmSync(path, { recursive: true });
      return entries;
    };
    expect(() => store.remove('aaaa')).toThrow(/RESULT_UNKNOWN.*removed by another process/);
  });

  test('an index that is no database is refused with a way out', () => {
    const other = mkdtempSync(join(tmpdir(), 'results-'));
    writeFileSync(join(other, 'index.sqlite'), 'this is no database, but longer than a header is'.repeat(4));
    expect(() => ResultStore.open(other)).toThrow(/RESULT_INDEX.*Move the file away/);
    rmSync(join(other, 'index.sqlite'));
    // Damaged in the middle, its head being whole.
    const damaged = ResultStore.open(other);
    for (let k = 0; k < 12; k++) damaged.keep(document(`${1e7 + k}`), DAY);
    damaged.close();
    const bytes = readFileSync(join(other, 'index.sqlite'));
    writeFileSync(join(other, 'index.sqlite'), bytes.fill('A', 4096));
    expect(() => ResultStore.open(other)).toThrow(/RESULT_INDEX.*Move the file away/);
    rmSync(join(other, 'index.sqlite'));
    // A folder in its place cannot be opened, as a file cannot be made where nothing may be written.
    mkdirSync(join(other, 'index.sqlite'));
    expect(() => ResultStore.open(other)).toThrow(/RESULT_INDEX.*must be writable/);
    rmSync(other, { recursive: true, force: true });
  });
});

describe('differences', () => {
  test('finds changed, missing and added values by path', () => {
    expect(differences({ a: [1, 2], b: { c: 3 } }, { a: [1, 4], b: {}, d: null })).toEqual([
      { path: 'a.1', a: 2, b: 4 },
      { path: 'b.c', a: 3, b: undefined },
      { path: 'd', a: undefined, b: null },
    ]);
  });

  test('NaN is what JSON makes of it', () => {
    expect(differences({ a: Number.NaN }, { a: null })).toEqual([]);
  });
});
