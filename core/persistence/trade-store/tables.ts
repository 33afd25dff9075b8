import type {
  Decision,
  JournalledEvent,
  OrderTransition,
  PlainData,
  StoredBlob,
  StoredCursor,
  StoredEquity,
  StoredFill,
  StoredFunding,
  StoredIntent,
  StoredLock,
  StoredOrder,
  StoredOwner,
  StoredTrade,
  StoredValue,
} from '../../ports/stored-rows.ts';
import type { StoredSession } from '../../ports/trade-store.ts';
import { decodePlain, encodePlain } from './plain-data.ts';

/** How a field lies in its column. */
type Cell = 'int' | 'real' | 'text' | 'bool' | 'json' | 'bytes';
export type SqlValue = number | string | null | Uint8Array;

/** Rows of one kind: their columns, and the fields that make a row the same row. */
export interface Table<Row> {
  readonly name: string;
  readonly fields: { readonly [K in keyof Required<Row>]: Cell };
  /** Empty: every row is new. */
  readonly key: readonly (keyof Row & string)[];
}

/** `exchangeId` -> `exchange_id`; words that SQL keeps for itself get a name of their own. */
export function columnOf(field: string): string {
  const own: Readonly<Record<string, string>> = {
    order: 'order_id',
    trade: 'trade_id',
    parent: 'parent_id',
    key: 'name',
  };
  return own[field] ?? field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** SQL that writes a row: over the one with its key, where it has one. */
export function writeSql<Row>({ name, fields, key }: Table<Row>): string {
  const all = Object.keys(fields);
  const columns = all.map(columnOf);
  const insert = `INSERT INTO ${name} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
  if (key.length === 0) return insert;
  const others = all.filter((field) => !(key as readonly string[]).includes(field)).map(columnOf);
  const set = others.map((column) => `${column} = excluded.${column}`).join(', ');
  return `${insert} ON CONFLICT (${key.map(columnOf).join(', ')}) DO UPDATE SET ${set}`;
}

/** SQL that reads rows, up to and without the condition. */
export function readSql<Row>({ name, fields }: Table<Row>): string {
  return `SELECT ${Object.keys(fields).map(columnOf).join(', ')} FROM ${name}`;
}

/** A row's values in the order of its columns. */
export function toCells<Row>({ fields }: Table<Row>, row: Row): SqlValue[] {
  const cells: SqlValue[] = [];
  for (const field in fields) {
    const value = row[field];
    const cell = fields[field];
    if (cell === 'json') cells.push(encodePlain(value as PlainData));
    else if (cell === 'bool') cells.push(value ? 1 : 0);
    else cells.push(value as SqlValue);
  }
  return cells;
}

/** The row that cells came from. */
export function fromCells<Row>({ fields }: Table<Row>, cells: Readonly<Record<string, SqlValue>>): Row {
  const row: Record<string, unknown> = {};
  for (const field in fields) {
    const value = cells[columnOf(field)]!;
    const cell = fields[field];
    row[field] = cell === 'json' ? decodePlain(value as string) : cell === 'bool' ? value === 1 : value;
  }
  return row as Row;
}

export const INTENTS: Table<StoredIntent> = {
  name: 'intent',
  fields: {
    id: 'int',
    attempt: 'int',
    request: 'text',
    order: 'int',
    account: 'text',
    clientId: 'text',
    at: 'real',
    outcome: 'text',
    settledAt: 'real',
    detail: 'text',
    body: 'json',
  },
  key: ['id', 'attempt'],
};

export const ORDERS: Table<StoredOrder> = {
  name: 'orders',
  fields: {
    id: 'int',
    account: 'text',
    strategy: 'text',
    pair: 'text',
    positionSide: 'text',
    trade: 'int',
    parent: 'int',
    purpose: 'text',
    kind: 'text',
    side: 'text',
    price: 'real',
    amount: 'real',
    filled: 'real',
    average: 'real',
    ticks: 'real',
    lots: 'real',
    filledLots: 'real',
    state: 'text',
    clientId: 'text',
    exchangeId: 'text',
    tag: 'text',
    reason: 'text',
    createdAt: 'real',
    updatedAt: 'real',
    engine: 'json',
  },
  key: ['id'],
};

export const TRANSITIONS: Table<OrderTransition> = {
  name: 'transition',
  fields: { order: 'int', at: 'real', state: 'text', price: 'real', amount: 'real', filled: 'real', reason: 'text' },
  key: [],
};

export const FILLS: Table<StoredFill> = {
  name: 'fill',
  fields: {
    exchangeId: 'text',
    account: 'text',
    pair: 'text',
    order: 'int',
    trade: 'int',
    at: 'real',
    side: 'text',
    price: 'real',
    amount: 'real',
    ticks: 'real',
    lots: 'real',
    fee: 'real',
    feeAsset: 'text',
    feeStake: 'real',
    isMaker: 'bool',
  },
  key: [],
};

export const TRADES: Table<StoredTrade> = {
  name: 'trade',
  fields: {
    id: 'int',
    account: 'text',
    strategy: 'text',
    pair: 'text',
    side: 'text',
    timeframe: 'text',
    openedAt: 'real',
    closedAt: 'real',
    openRate: 'real',
    closeRate: 'real',
    amount: 'real',
    peakAmount: 'real',
    stake: 'real',
    leverage: 'real',
    fees: 'real',
    funding: 'real',
    profitAbs: 'real',
    profitRatio: 'real',
    entryTag: 'text',
    exitReason: 'text',
    exitTag: 'text',
    initialStop: 'real',
    stop: 'real',
    liquidation: 'real',
    minRate: 'real',
    maxRate: 'real',
    engine: 'json',
  },
  key: ['id'],
};

export const FUNDING: Table<StoredFunding> = {
  name: 'funding',
  fields: { trade: 'int', account: 'text', pair: 'text', at: 'real', rate: 'real', mark: 'real', amount: 'real' },
  key: [],
};

export const OWNERS: Table<StoredOwner> = {
  name: 'owner',
  fields: { account: 'text', pair: 'text', side: 'text', strategy: 'text' },
  key: ['account', 'pair', 'side'],
};

export const LOCKS: Table<StoredLock> = {
  name: 'lock',
  fields: { pair: 'text', side: 'text', source: 'text', at: 'real', until: 'real', reason: 'text' },
  key: ['pair', 'side', 'source'],
};

export const VALUES: Table<StoredValue> = {
  name: 'value',
  fields: { scope: 'text', key: 'text', value: 'json' },
  key: ['scope', 'key'],
};

export const BLOBS: Table<StoredBlob> = {
  name: 'blob',
  fields: { name: 'text', codeHash: 'text', at: 'real', bytes: 'bytes' },
  key: ['name'],
};

export const CURSORS: Table<StoredCursor> = {
  name: 'stream',
  fields: { account: 'text', stream: 'text', position: 'text' },
  key: ['account', 'stream'],
};

export const EQUITY: Table<StoredEquity> = {
  name: 'equity',
  fields: { at: 'real', account: 'text', currency: 'text', equity: 'real', free: 'real', openPositions: 'int' },
  key: ['account', 'at'],
};

export const DECISIONS: Table<Decision> = {
  name: 'decision',
  fields: {
    at: 'real',
    kind: 'text',
    strategy: 'text',
    pair: 'text',
    trade: 'int',
    order: 'int',
    reason: 'text',
    data: 'json',
  },
  key: [],
};

/** Events as they lie in the store, with the session that journalled them. */
export const JOURNAL: Table<JournalledEvent & { readonly session: number }> = {
  name: 'journal',
  fields: { session: 'int', at: 'real', body: 'json' },
  key: [],
};

/** Sessions of the bot, one a start. */
export const SESSIONS: Table<StoredSession> = {
  name: 'session',
  fields: { id: 'int', mode: 'text', at: 'real', inputs: 'json', epoch: 'int', endedAt: 'real', firstEvent: 'int' },
  key: ['id'],
};
