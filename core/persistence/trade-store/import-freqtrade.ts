import Database from 'better-sqlite3';
import { TidegateError } from '../../foundation/errors.ts';
import { messageOf } from '../../foundation/message-of.ts';
import type {
  PlainData,
  StoredFill,
  StoredLock,
  StoredOrder,
  StoredOrderState,
  StoredTrade,
  StoredValue,
} from '../../ports/stored-rows.ts';
import type { StoreBatch } from '../../ports/trade-store.ts';
import { IMPORTED_IDS } from './recover.ts';

/** What was found in a Freqtrade database. */
export interface FreqtradeRecords {
  readonly batch: StoreBatch;
  readonly closed: number;
  /** Trades that are still open: they are Freqtrade's, and are left out. */
  readonly open: number;
}

type Row = Readonly<Record<string, string | number | null>>;

/**
 * Reads closed trades with their orders, locks and custom data from a Freqtrade database, as rows of ours. Column names are those of its
 * documentation (https://www.freqtrade.io/en/stable/sql_cheatsheet/); those of before 2022.4 (`sell_reason`, `buy_tag`) are known too. Times are UTC
 * there. It keeps a fee rate per side, not fees per fill: fees are cost × rate, in stake currency.
 * @throws TidegateError IMPORT_FORMAT when the file is no such database
 */
export function readFreqtrade(path: string): FreqtradeRecords {
  let db: Database.Database;
  try {
    db = new Database(path, { readonly: true, fileMustExist: true });
  } catch (cause) {
    throw notFreqtrade(path, messageOf(cause), cause);
  }
  try {
    const all = (table: string): Row[] => db.prepare(`SELECT * FROM "${table}" ORDER BY id`).all() as Row[];
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all() as string[];
    for (const needed of ['trades', 'orders'])
      if (!tables.includes(needed)) throw notFreqtrade(path, `it has no table "${needed}"`);
    const optional = (table: string) => (tables.includes(table) ? all(table) : []);
    return recordsOf(all('trades'), all('orders'), optional('pairlocks'), [
      ...optional('trade_custom_data').map(customData),
      ...optional('KeyValueStore').map(keyValue),
    ]);
  } catch (cause) {
    if (cause instanceof TidegateError) throw cause;
    throw notFreqtrade(path, messageOf(cause), cause);
  } finally {
    db.close();
  }
}

function recordsOf(
  trades: readonly Row[],
  orders: readonly Row[],
  locks: readonly Row[],
  values: readonly StoredValue[],
): FreqtradeRecords {
  const closed = trades.filter((trade) => trade.is_open !== 1);
  const byTrade = Map.groupBy(orders, (order) => order.ft_trade_id);
  const batch = {
    trades: [] as StoredTrade[],
    orders: [] as StoredOrder[],
    fills: [] as StoredFill[],
    locks: locks.filter((lock) => lock.active === 1).map(lockOf),
    values: values.filter(({ scope }) => scope === 'freqtrade' || closed.some((t) => scope === tradeScope(t.id))),
  };
  for (const trade of closed) {
    const own = byTrade.get(trade.id!) ?? [];
    batch.trades.push(tradeOf(trade, own));
    for (const order of own) {
      batch.orders.push(orderOf(trade, order));
      if (number(order.filled) > 0) batch.fills.push(fillOf(trade, order));
    }
  }
  return { batch, closed: closed.length, open: trades.length - closed.length };
}

function tradeOf(row: Row, orders: readonly Row[]): StoredTrade {
  const entries = orders.filter((order) => isEntry(row, order));
  const bought = entries.reduce((sum, order) => sum + number(order.filled), 0);
  return {
    id: IMPORTED_IDS + number(row.id),
    account: accountOf(row),
    strategy: text(row.strategy) ?? 'unknown',
    pair: String(row.pair),
    side: row.is_short === 1 ? 'short' : 'long',
    timeframe: row.timeframe === null ? '' : `${row.timeframe}m`,
    openedAt: time(row.open_date),
    closedAt: time(row.close_date),
    openRate: number(row.open_rate),
    closeRate: orNull(row.close_rate),
    amount: 0,
    peakAmount: bought > 0 ? bought : number(row.amount),
    stake:
      number(row.max_stake_amount ?? row.stake_amount) / (row.max_stake_amount == null ? 1 : number(row.leverage, 1)),
    leverage: number(row.leverage, 1),
    fees: orders.reduce((sum, order) => sum + feeOf(row, order), 0),
    funding: number(row.funding_fees),
    profitAbs: number(row.close_profit_abs),
    profitRatio: orNull(row.close_profit),
    entryTag: text(row.enter_tag ?? row.buy_tag),
    exitReason: text(row.exit_reason ?? row.sell_reason),
    exitTag: null,
    initialStop: orNull(row.initial_stop_loss),
    stop: orNull(row.stop_loss),
    liquidation: orNull(row.liquidation_price),
    minRate: number(row.min_rate, number(row.open_rate)),
    maxRate: number(row.max_rate, number(row.open_rate)),
    engine: null,
  };
}

const STATES: Readonly<Record<string, StoredOrderState>> = {
  closed: 'filled',
  rejected: 'rejected',
  expired: 'expired',
};

function orderOf(trade: Row, row: Row): StoredOrder {
  const isStop = row.ft_order_side === 'stoploss';
  return {
    id: IMPORTED_IDS + number(row.id),
    account: accountOf(trade),
    strategy: text(trade.strategy) ?? 'unknown',
    pair: String(row.ft_pair ?? trade.pair),
    positionSide: trade.is_short === 1 ? 'short' : 'long',
    trade: IMPORTED_IDS + number(trade.id),
    parent: null,
    purpose: isStop ? 'stop' : isEntry(trade, row) ? 'entry' : 'exit',
    kind: isStop ? 'stop' : row.order_type === 'market' ? 'market' : 'limit',
    side: row.side === 'buy' ? 'buy' : 'sell',
    price: orNull(row.stop_price ?? row.price),
    amount: number(row.ft_amount ?? row.amount),
    filled: number(row.filled),
    average: number(row.filled) > 0 ? number(row.average, number(row.price)) : null,
    ticks: 0,
    lots: 0,
    filledLots: 0,
    // Of a closed trade nothing is at work any more: what is neither filled nor refused was withdrawn.
    state: STATES[String(row.status)] ?? 'cancelled',
    clientId: null,
    exchangeId: text(row.order_id),
    tag: text(row.ft_order_tag),
    reason: text(row.ft_cancel_reason),
    createdAt: time(row.order_date),
    updatedAt: time(row.order_update_date ?? row.order_filled_date ?? row.order_date),
    engine: null,
  };
}

function fillOf(trade: Row, row: Row): StoredFill {
  return {
    exchangeId: `freqtrade-${row.id}`,
    account: accountOf(trade),
    pair: String(trade.pair),
    order: IMPORTED_IDS + number(row.id),
    trade: IMPORTED_IDS + number(trade.id),
    at: time(row.order_filled_date ?? row.order_update_date ?? row.order_date),
    side: row.side === 'buy' ? 'buy' : 'sell',
    price: number(row.average, number(row.price)),
    amount: number(row.filled),
    ticks: 0,
    lots: 0,
    fee: feeOf(trade, row),
    feeAsset: text(trade.stake_currency) ?? '',
    feeStake: feeOf(trade, row),
    isMaker: row.order_type === 'limit',
  };
}

function feeOf(trade: Row, order: Row): number {
  const rate = number(isEntry(trade, order) ? trade.fee_open : trade.fee_close);
  return number(order.filled) * number(order.average, number(order.price)) * rate;
}

function isEntry(trade: Row, order: Row): boolean {
  return order.ft_order_side === (trade.is_short === 1 ? 'sell' : 'buy');
}

function lockOf(row: Row): StoredLock {
  const side = row.side === 'long' || row.side === 'short' ? row.side : '*';
  return {
    pair: String(row.pair),
    side,
    source: `freqtrade-${row.id}`,
    at: time(row.lock_time),
    until: time(row.lock_end_time),
    reason: text(row.reason) ?? '',
  };
}

const tradeScope = (id: string | number | null | undefined) => `trade:${IMPORTED_IDS + number(id)}`;

function customData(row: Row): StoredValue {
  return {
    scope: tradeScope(row.ft_trade_id),
    key: String(row.cd_key),
    value: typed(String(row.cd_type), row.cd_value!),
  };
}

function keyValue(row: Row): StoredValue {
  const value = row.string_value ?? row.datetime_value ?? row.float_value ?? row.int_value ?? null;
  return { scope: 'freqtrade', key: String(row.key), value };
}

/** Custom data is text with the name of its type in Python. */
function typed(type: string, value: string | number): PlainData {
  if (type === 'str') return value;
  if (type === 'bool') return String(value).toLowerCase() === 'true';
  if (type === 'int' || type === 'float') return Number(value);
  try {
    return JSON.parse(String(value)) as PlainData;
  } catch {
    return value;
  }
}

function accountOf(row: Row): string {
  const isFutures = /futures/i.test(String(row.trading_mode ?? ''));
  return `${row.exchange}:${isFutures ? 'perpetual' : 'spot'}`;
}

/** `2024-03-01 11:00:00.000000`, UTC. NaN where there is none: the store refuses it. */
function time(value: string | number | null | undefined): number {
  return value == null ? Number.NaN : Date.parse(`${String(value).replace(' ', 'T').slice(0, 23)}Z`);
}

function number(value: string | number | null | undefined, fallback = 0): number {
  return value == null ? fallback : Number(value);
}

function orNull(value: string | number | null | undefined): number | null {
  return value == null ? null : Number(value);
}

function text(value: string | number | null | undefined): string | null {
  return value == null || value === '' ? null : String(value);
}

function notFreqtrade(path: string, what: string, cause?: unknown): TidegateError {
  return new TidegateError('IMPORT_FORMAT', `this is no database of Freqtrade: ${what}`, {
    where: path,
    remedy: 'Give its SQLite file, such as tradesv3.sqlite, while Freqtrade is stopped.',
    cause,
  });
}
