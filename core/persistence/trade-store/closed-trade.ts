import type { ClosedTrade, TradeOrder } from '../../domain/trade.ts';
import type { StoredFill, StoredOrder, StoredTrade } from '../../ports/stored-rows.ts';
import type { TradeReader } from '../../ports/trade-store.ts';

/** A stored trade in the form of backtest results; what an open one does not have yet is NaN or empty. */
export function tradeOf(row: StoredTrade, fills: readonly StoredFill[], orders: readonly StoredOrder[]): ClosedTrade {
  const tags = new Map(orders.map((order) => [order.id, order.purpose === 'entry' ? order.tag : order.reason]));
  return {
    id: row.id,
    strategy: row.strategy,
    pair: row.pair,
    side: row.side,
    openTime: row.openedAt,
    closeTime: row.closedAt ?? Number.NaN,
    openRate: row.openRate,
    closeRate: row.closeRate ?? Number.NaN,
    amount: row.peakAmount,
    stake: row.stake,
    leverage: row.leverage,
    fees: row.fees,
    funding: row.funding,
    profitAbs: row.profitAbs,
    profitRatio: row.profitRatio ?? Number.NaN,
    exitReason: row.exitReason ?? '',
    entryTag: row.entryTag,
    exitTag: row.exitTag,
    initialStop: row.initialStop,
    lastStop: row.stop,
    liquidationPrice: row.liquidation,
    minRate: row.minRate,
    maxRate: row.maxRate,
    orders: fills.map(
      (fill): TradeOrder => ({
        side: fill.side,
        time: fill.at,
        price: fill.price,
        amount: fill.amount,
        tag: tags.get(fill.order) ?? null,
        fee: fill.feeStake,
        funding: null,
      }),
    ),
  };
}

/** Stored trades with their fills, in the form of backtest results. */
export function tradesOf(reader: TradeReader, rows: readonly StoredTrade[]): ClosedTrade[] {
  return rows.map((row) => tradeOf(row, reader.fills({ trade: row.id }), reader.orders({ trade: row.id })));
}
