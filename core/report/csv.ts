import type { ClosedTrade } from '../domain/trade.ts';
import { csvField } from './rows-csv.ts';

const COLUMNS: readonly (readonly [string, (trade: ClosedTrade) => string | number | null])[] = [
  ['id', (t) => t.id],
  ['strategy', (t) => t.strategy],
  ['pair', (t) => t.pair],
  ['side', (t) => t.side],
  ['open_time', (t) => iso(t.openTime)],
  ['close_time', (t) => iso(t.closeTime)],
  ['open_rate', (t) => t.openRate],
  ['close_rate', (t) => t.closeRate],
  ['amount', (t) => t.amount],
  ['stake', (t) => t.stake],
  ['leverage', (t) => t.leverage],
  ['fees', (t) => t.fees],
  ['funding', (t) => t.funding],
  ['profit_abs', (t) => t.profitAbs],
  ['profit_ratio', (t) => t.profitRatio],
  ['exit_reason', (t) => t.exitReason],
  ['entry_tag', (t) => t.entryTag],
  ['exit_tag', (t) => t.exitTag],
  ['initial_stop', (t) => t.initialStop],
  ['last_stop', (t) => t.lastStop],
  ['liquidation_price', (t) => t.liquidationPrice],
  ['min_rate', (t) => t.minRate],
  ['max_rate', (t) => t.maxRate],
  ['orders', (t) => t.orders.length],
];

/**
 * Trades as CSV (RFC 4180, header line, CRLF): times as ISO 8601 UTC, numbers in full, undefined ones empty.
 * A text that a spreadsheet would run as a formula gets an apostrophe in front.
 */
export function tradesCsv(trades: readonly ClosedTrade[]): string {
  const lines = [COLUMNS.map(([name]) => name).join(',')];
  for (const trade of trades) lines.push(COLUMNS.map(([, of]) => csvField(of(trade))).join(','));
  return `${lines.join('\r\n')}\r\n`;
}

function iso(time: number): string {
  return Number.isFinite(time) ? new Date(time).toISOString() : '';
}
