import type Database from 'better-sqlite3';
import type { StoreBatch } from '../../ports/trade-store.ts';
import {
  BLOBS,
  CURSORS,
  DECISIONS,
  EQUITY,
  FILLS,
  FUNDING,
  INTENTS,
  JOURNAL,
  LOCKS,
  ORDERS,
  OWNERS,
  type Table,
  TRADES,
  toCells,
  VALUES,
  writeSql,
} from './tables.ts';

/** Writes batches on one connection, inside a transaction of the caller. */
export class BatchStatements {
  readonly #write = new Map<object, Database.Statement>();
  readonly #db: Database.Database;
  readonly #giveUpOwner: Database.Statement;
  readonly #dropValue: Database.Statement;
  readonly #dropBlob: Database.Statement;
  readonly #session: number;

  constructor(db: Database.Database, session: number) {
    this.#db = db;
    this.#session = session;
    this.#giveUpOwner = db.prepare('DELETE FROM owner WHERE account = ? AND pair = ? AND side = ?');
    this.#dropValue = db.prepare('DELETE FROM value WHERE scope = ? AND name = ?');
    this.#dropBlob = db.prepare('DELETE FROM blob WHERE name = ?');
  }

  write(batch: StoreBatch): void {
    this.#rows(TRADES, batch.trades);
    this.#rows(ORDERS, batch.orders);
    this.#rows(INTENTS, batch.intents);
    this.#rows(FILLS, batch.fills);
    this.#rows(FUNDING, batch.funding);
    this.#rows(LOCKS, batch.locks);
    this.#rows(CURSORS, batch.cursors);
    this.#rows(EQUITY, batch.equity);
    this.#rows(DECISIONS, batch.decisions);
    for (const row of batch.owners ?? [])
      if (row.strategy === null) this.#giveUpOwner.run(row.account, row.pair, row.side);
      else this.#row(OWNERS, row);
    for (const row of batch.values ?? [])
      if (row.value === undefined) this.#dropValue.run(row.scope, row.key);
      else this.#row(VALUES, row);
    for (const row of batch.blobs ?? [])
      if (row.bytes === null) this.#dropBlob.run(row.name);
      else this.#row(BLOBS, row);
    for (const event of batch.journal ?? []) this.#row(JOURNAL, { session: this.#session, ...event });
  }

  #rows<Row>(table: Table<Row>, rows: readonly Row[] | undefined): void {
    if (rows !== undefined) for (const row of rows) this.#row(table, row);
  }

  #row<Row>(table: Table<Row>, row: Row): void {
    let statement = this.#write.get(table);
    if (statement === undefined) {
      statement = this.#db.prepare(writeSql(table));
      this.#write.set(table, statement);
    }
    statement.run(...toCells(table, row));
  }
}
