import { randomInt } from 'node:crypto';
import type Database from 'better-sqlite3';
import type { RecoveredState, SessionStart, StoredSession } from '../../ports/trade-store.ts';
import type { Guard, GuardMark } from './guard.ts';
import {
  BLOBS,
  CURSORS,
  EQUITY,
  fromCells,
  INTENTS,
  LOCKS,
  ORDERS,
  OWNERS,
  readSql,
  SESSIONS,
  type SqlValue,
  type Table,
  TRADES,
  toCells,
  VALUES,
  writeSql,
} from './tables.ts';

/** Rows that come from another program have ids above this, so that they never meet the bot's own. */
export const IMPORTED_IDS = 1_000_000_000;

const LETTERS = '0123456789abcdefghijklmnopqrstuvwxyz';

/** Rows of a table that fulfil a condition, in its order. */
export function rowsOf<Row>(
  db: Database.Database,
  table: Table<Row>,
  rest = '',
  ...values: readonly SqlValue[]
): Row[] {
  const found = db.prepare(`${readSql(table)} ${rest}`).all(...values) as Record<string, SqlValue>[];
  return found.map((cells) => fromCells(table, cells));
}

export function metaOf(db: Database.Database, name: string): string | null {
  return (db.prepare('SELECT value FROM meta WHERE name = ?').pluck().get(name) as string | undefined) ?? null;
}

/** Begins a session and reads what the one before left. One transaction; the guard is written after it. */
export function beginSession(db: Database.Database, guard: Guard, start: SessionStart): RecoveredState {
  const state = db.transaction(() => recover(db, guard.read(), start)).immediate();
  const { installId, epoch, session } = state;
  guard.write({ installId, epoch, session: session.id, commits: Number(metaOf(db, 'commits')) });
  return state;
}

function recover(db: Database.Database, mark: GuardMark | null, start: SessionStart): RecoveredState {
  const previous = rowsOf(db, SESSIONS, 'ORDER BY id DESC LIMIT 1')[0] ?? null;
  const put = db.prepare('INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)');
  const isNew = metaOf(db, 'install_id') === null;
  if (isNew) {
    put.run('install_id', Array.from({ length: 12 }, () => LETTERS[randomInt(LETTERS.length)]).join(''));
    put.run('epoch', '1');
    put.run('commits', '0');
  }
  const installId = metaOf(db, 'install_id')!;
  const before = { installId, epoch: Number(metaOf(db, 'epoch')), session: previous?.id ?? 0 };
  const isRestored =
    !isNew && (metaOf(db, 'is_copy') !== null || !follows(mark, { ...before, commits: Number(metaOf(db, 'commits')) }));
  // Past anything that a lost database of this install may have used.
  const known = mark?.installId === installId ? mark.epoch : 0;
  const epoch = isRestored ? Math.max(before.epoch, known) + 1 : before.epoch;
  put.run('epoch', String(epoch));
  db.prepare("DELETE FROM meta WHERE name = 'is_copy'").run();
  const journal = lastOf(db, 'journal');
  const session: StoredSession = { ...start, id: before.session + 1, epoch, endedAt: null, firstEvent: journal + 1 };
  db.prepare(writeSql(SESSIONS)).run(...toCells(SESSIONS, session));
  return {
    installId,
    epoch,
    isRestored,
    session,
    previous,
    intents: rowsOf(db, INTENTS, "WHERE outcome IN ('pending', 'unknown') ORDER BY at, id, attempt"),
    orders: rowsOf(db, ORDERS, "WHERE state IN ('created', 'working') ORDER BY id"),
    positions: rowsOf(db, TRADES, 'WHERE closed_at IS NULL ORDER BY id'),
    owners: rowsOf(db, OWNERS),
    locks: rowsOf(db, LOCKS, 'WHERE until > ?', start.at),
    values: rowsOf(db, VALUES),
    blobs: rowsOf(db, BLOBS),
    cursors: rowsOf(db, CURSORS),
    equity: rowsOf(db, EQUITY, 'WHERE (account, at) IN (SELECT account, max(at) FROM equity GROUP BY account)'),
    journal,
    next: { intent: maxId(db, 'intent') + 1, order: maxId(db, 'orders') + 1, trade: maxId(db, 'trade') + 1 },
  };
}

/** The database is the one that the guard last saw, or a later state of it. */
function follows(mark: GuardMark | null, now: GuardMark): boolean {
  return (
    mark !== null &&
    mark.installId === now.installId &&
    mark.epoch <= now.epoch &&
    mark.session <= now.session &&
    mark.commits <= now.commits
  );
}

function maxId(db: Database.Database, table: string): number {
  const sql = `SELECT max(id) FROM ${table} WHERE id <= ${IMPORTED_IDS}`;
  return (db.prepare(sql).pluck().get() as number | null) ?? 0;
}

/** Number of the last row of an append-only table. */
export function lastOf(db: Database.Database, table: string): number {
  return (db.prepare('SELECT seq FROM sqlite_sequence WHERE name = ?').pluck().get(table) as number | undefined) ?? 0;
}
