import type { ClosedTrade } from '../domain/trade.ts';
import { csvField } from './rows-csv.ts';

const HEADER =
  'id,strategy,pair,side,open_time,close_time,open_rate,close_rate,amount,stake,leverage,fees,funding,profit_abs,profit_ratio,exit_reason,entry_tag,exit_tag,initial_stop,last_stop,liquidation_price,min_rate,max_rate,orders';

/**
 * Trades as CSV (RFC 4180, header line, CRLF): times as ISO 8601 UTC, numbers in full, undefined ones empty.
 * A text that a spreadsheet would run as a formula gets an apostrophe in front.
 */
export function tradesCsv(trades: readonly ClosedTrade[]): string {
  let text = `${HEADER}\r\n`;
  for (const trade of trades) text += `${fieldsOf(trade).map(csvField).join(',')}\r\n`;
  return text;
}

/** In the order of the header. */
function fieldsOf(t: ClosedTrade): readonly (string | number | null)[] {
  return [
    ...[t.id, t.strategy, t.pair, t.side, iso(t.openTime), iso(t.closeTime)],
    ...[t.openRate, t.closeRate, t.amount, t.stake, t.leverage, t.fees, t.funding, t.profitAbs, t.profitRatio],
    ...[t.exitReason, t.entryTag, t.exitTag, t.initialStop, t.lastStop, t.liquidationPrice, t.minRate, t.maxRate],
    t.orders.length,
  ];
}

function iso(time: number): string {
  return Number.isFinite(time) ? new Date(time).toISOString() : '';
}
