import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openForReading, openForWriting } from './connection.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations.ts';
import { START } from './sample-rows-fixture.ts';
import * as tables from './tables.ts';
import { TradeWriter } from './writer.ts';

const SECOND = { version: 2, name: 'second', sql: 'ALTER TABLE trade ADD COLUMN note TEXT' };
let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-migrate-'));
  path = join(folder, 'trades.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('migrations', () => {
  it('are numbered without gaps, and make the tables that the rows need', () => {
    expect(MIGRATIONS.map((step) => step.version)).toEqual(MIGRATIONS.map((_, k) => k + 1));
    const db = new Database(':memory:');
    for (const step of MIGRATIONS) db.exec(step.sql);
    for (const table of Object.values(tables).filter((t) => typeof t === 'object')) {
      const columns = (db.pragma(`table_info(${table.name})`) as { name: string }[]).map((c) => c.name);
      const fields = Object.keys(table.fields).map(tables.columnOf);
      expect(columns.filter((c) => c !== 'seq').sort()).toEqual(fields.sort());
    }
  });

  it('keep a copy of an older database first, which is a new epoch where it is used', () => {
    new TradeWriter(path, START).end(1);
    const db = openForWriting(path, 'FULL');
    expect(migrate(db, path, [...MIGRATIONS, SECOND], 5)).toBe(`${path}.v1`);
    expect(db.pragma('user_version', { simple: true })).toBe(2);
    expect(migrate(db, path, [...MIGRATIONS, SECOND], 6)).toBe(null);
    db.close();
    const old = new TradeWriter(`${path}.v1`, START);
    expect(old.recovered.isRestored).toBe(true);
    old.abandon();
    expect(() => new TradeWriter(path, START)).toThrow(
      /STORE_NEWER.*version 2, this Tidegate knows 1.*copy that it kept.*\.v1/,
    );
  });

  it('leave the database as it was when one fails, and refuse steps that were changed', () => {
    new TradeWriter(path, START).end(1);
    const db = openForWriting(path, 'FULL');
    const broken = { ...SECOND, sql: 'ALTER TABLE trade ADD COLUMN note TEXT; SELECT nonsense' };
    expect(() => migrate(db, path, [...MIGRATIONS, broken], 5)).toThrow(/STORE_MIGRATION.*step 2.*is as it was/);
    expect(db.pragma('user_version', { simple: true })).toBe(1);
    expect(() => migrate(db, path, [{ ...MIGRATIONS[0]!, sql: 'SELECT 1' }], 5)).toThrow(
      /STORE_MIGRATION.*not the one/,
    );
    db.close();
  });
});

describe('connections', () => {
  it.each([
    ['FULL', 2],
    ['NORMAL', 1],
  ] as const)('are asked back what they are set to: %s', (level, code) => {
    const db = openForWriting(path, level);
    const ask = (name: string) => db.pragma(name, { simple: true });
    expect(['synchronous', 'journal_mode', 'foreign_keys', 'wal_autocheckpoint'].map(ask)).toEqual([code, 'wal', 1, 0]);
    db.close();
    const reader = openForReading(path);
    expect(reader.pragma('query_only', { simple: true })).toBe(1);
    expect(() => reader.exec('CREATE TABLE x (a)')).toThrow('readonly');
    reader.close();
  });

  it('are refused where write-ahead logging is not to be had', () => {
    expect(() => openForWriting(':memory:', 'FULL')).toThrow(/STORE_PRAGMA.*journal_mode at "memory" instead of WAL/);
  });

  it('are made in one place for everything that writes trades', () => {
    const others = readdirSync(import.meta.dirname).filter((f) => f.endsWith('.ts') && !f.endsWith('.test.ts'));
    const makers = others.filter((f) => readFileSync(join(import.meta.dirname, f), 'utf8').includes('new Database('));
    // The guard holds no trades; a copy is synced as a whole; Freqtrade's file is read only.
    expect(makers.sort()).toEqual(['connection.ts', 'copy.ts', 'guard.ts', 'import-freqtrade.ts']);
  });
});
