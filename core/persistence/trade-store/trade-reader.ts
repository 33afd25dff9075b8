import { resolve } from 'node:path';
import type Database from 'better-sqlite3';
import { TidegateError } from '../../foundation/errors.ts';
import type {
  Decision,
  OrderTransition,
  StoredEquity,
  StoredFill,
  StoredFunding,
  StoredIntent,
  StoredLock,
  StoredOrder,
  StoredTrade,
  StoredValue,
} from '../../ports/stored-rows.ts';
import type {
  DecisionQuery,
  NumberedEvent,
  OrderQuery,
  StoredSession,
  TradeQuery,
  TradeReader,
} from '../../ports/trade-store.ts';
import { openForReading } from './connection.ts';
import { failureOf, storeError } from './failures.ts';
import { check } from './migrate.ts';
import { MIGRATIONS } from './migrations.ts';
import { metaOf, rowsOf } from './recover.ts';
import {
  DECISIONS,
  EQUITY,
  FILLS,
  FUNDING,
  INTENTS,
  JOURNAL,
  LOCKS,
  ORDERS,
  SESSIONS,
  type SqlValue,
  type Table,
  TRADES,
  TRANSITIONS,
  VALUES,
} from './tables.ts';

const OPEN_ORDER = "state IN ('created', 'working')";
const NUMBERED_DECISIONS: Table<Decision & { readonly seq: number }> = {
  ...DECISIONS,
  fields: { seq: 'int', ...DECISIONS.fields },
};
const NUMBERED_EVENTS: Table<NumberedEvent> = { ...JOURNAL, fields: { seq: 'int', ...JOURNAL.fields } };

/** Conditions that hold together; those whose value was not given hold always. */
class Conditions {
  readonly #texts: string[] = [];
  readonly values: SqlValue[] = [];

  and(text: string, value: SqlValue | undefined): this {
    if (value !== undefined) {
      this.#texts.push(text);
      this.values.push(value);
    }
    return this;
  }

  plain(text: string, applies: boolean): this {
    if (applies) this.#texts.push(text);
    return this;
  }

  /** The latest `limit` rows by `order`; the caller turns them around. */
  sql(order: string, limit: number | undefined): string {
    const where = this.#texts.length > 0 ? `WHERE ${this.#texts.join(' AND ')}` : '';
    return `${where} ORDER BY ${order} DESC LIMIT ${limit ?? -1}`;
  }
}

/** Reads a trade database, also while a bot writes to it. */
export class SqliteTradeReader implements TradeReader {
  readonly path: string;
  readonly installId: string;
  readonly #db: Database.Database;

  /**
   * @throws TidegateError STORE_OPEN when there is no such file, STORE_OLDER when a bot has to migrate it first, and those of `check`
   */
  constructor(path: string) {
    this.path = resolve(path);
    try {
      this.#db = openForReading(this.path);
      if (check(this.#db, this.path, MIGRATIONS) < MIGRATIONS.length)
        throw new TidegateError('STORE_OLDER', 'the trade database is empty, or of an older version', {
          where: this.path,
          remedy: '"tidegate trade" makes or migrates it at its next start.',
        });
      this.installId = metaOf(this.#db, 'install_id')!;
    } catch (cause) {
      if (cause instanceof TidegateError) throw cause;
      throw storeError(failureOf(cause, this.path), cause);
    }
  }

  sessions(): readonly StoredSession[] {
    return rowsOf(this.#db, SESSIONS, 'ORDER BY id');
  }

  trades({ strategy, pair, state, from, to, limit }: TradeQuery = {}): readonly StoredTrade[] {
    const where = new Conditions()
      .and('strategy = ?', strategy)
      .and('pair = ?', pair)
      .plain(state === 'open' ? 'closed_at IS NULL' : 'closed_at IS NOT NULL', state !== undefined)
      .and('opened_at >= ?', from)
      .and('opened_at < ?', to);
    return this.#latest(TRADES, where, 'id', limit);
  }

  trade(id: number): StoredTrade | null {
    return rowsOf(this.#db, TRADES, 'WHERE id = ?', id)[0] ?? null;
  }

  closed(limit: number) {
    const own = "WHERE closed_at IS NOT NULL AND engine <> 'null'";
    const order = 'ORDER BY closed_at, id';
    const count = this.#db.prepare(`SELECT count(*) FROM trade ${own}`).pluck().get() as number;
    const earlier = Math.max(0, count - limit);
    const trades = rowsOf(this.#db, TRADES, `${own} ${order} LIMIT -1 OFFSET ?`, earlier);
    let profit = 0;
    let peak = 0;
    const profits = this.#db.prepare(`SELECT profit_abs FROM trade ${own} ${order} LIMIT ?`).pluck();
    for (const one of profits.iterate(earlier) as Iterable<number>) {
      profit += one;
      peak = Math.max(peak, profit);
    }
    return { trades, before: earlier === 0 ? null : { profit, peak } };
  }

  orders({ trade, pair, state, from, to, limit }: OrderQuery = {}): readonly StoredOrder[] {
    const where = new Conditions()
      .and('trade_id = ?', trade)
      .and('pair = ?', pair)
      .plain(state === 'open' ? OPEN_ORDER : `NOT ${OPEN_ORDER}`, state !== undefined)
      .and('created_at >= ?', from)
      .and('created_at < ?', to);
    return this.#latest(ORDERS, where, 'id', limit);
  }

  orderOf(account: string, id: string): StoredOrder | null {
    return (
      rowsOf(this.#db, ORDERS, 'WHERE account = ? AND (client_id = ? OR exchange_id = ?)', account, id, id)[0] ?? null
    );
  }

  transitions(order: number): readonly OrderTransition[] {
    return rowsOf(this.#db, TRANSITIONS, 'WHERE order_id = ? ORDER BY seq', order);
  }

  intents(order: number): readonly StoredIntent[] {
    return rowsOf(this.#db, INTENTS, 'WHERE order_id = ? ORDER BY at, id, attempt', order);
  }

  placeOf(account: string, clientId: string): StoredIntent | null {
    const where = "WHERE account = ? AND client_id = ? AND request IN ('place', 'amend') LIMIT 1";
    return rowsOf(this.#db, INTENTS, where, account, clientId)[0] ?? null;
  }

  fills({ trade, order }: { readonly trade?: number; readonly order?: number } = {}): readonly StoredFill[] {
    const where = new Conditions().and('trade_id = ?', trade).and('order_id = ?', order);
    return this.#latest(FILLS, where, 'rowid', undefined);
  }

  hasFill(account: string, pair: string, exchangeId: string): boolean {
    const sql = 'SELECT 1 FROM fill WHERE account = ? AND pair = ? AND exchange_id = ?';
    return this.#db.prepare(sql).get(account, pair, exchangeId) !== undefined;
  }

  funding(trade: number): readonly StoredFunding[] {
    return rowsOf(this.#db, FUNDING, 'WHERE trade_id = ? ORDER BY at', trade);
  }

  locks(): readonly StoredLock[] {
    return rowsOf(this.#db, LOCKS, 'ORDER BY until, pair');
  }

  values(scope: string): readonly StoredValue[] {
    return rowsOf(this.#db, VALUES, 'WHERE scope = ? ORDER BY name', scope);
  }

  equity({ from, to }: { readonly from?: number; readonly to?: number } = {}): readonly StoredEquity[] {
    return this.#latest(EQUITY, new Conditions().and('at >= ?', from).and('at < ?', to), 'at', undefined);
  }

  decisions(query: DecisionQuery = {}): readonly (Decision & { readonly seq: number })[] {
    const { trade, pair, kind, from, to, limit } = query;
    const where = new Conditions()
      .and('trade_id = ?', trade)
      .and('pair = ?', pair)
      .and('kind = ?', kind)
      .and('at >= ?', from)
      .and('at < ?', to);
    return this.#latest(NUMBERED_DECISIONS, where, 'seq', limit);
  }

  journal(after: number, limit: number): readonly NumberedEvent[] {
    return rowsOf(this.#db, NUMBERED_EVENTS, 'WHERE seq > ? ORDER BY seq LIMIT ?', after, limit);
  }

  journalSpans(): readonly { readonly session: number; readonly from: number; readonly to: number }[] {
    const sql = 'SELECT session, min(at) AS "from", max(at) AS "to" FROM journal GROUP BY session ORDER BY session';
    return this.#db.prepare(sql).all() as { session: number; from: number; to: number }[];
  }

  close(): void {
    this.#db.close();
  }

  #latest<Row>(table: Table<Row>, where: Conditions, order: string, limit: number | undefined): Row[] {
    return rowsOf(this.#db, table, where.sql(order, limit), ...where.values).reverse();
  }
}
