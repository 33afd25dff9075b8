import type { InstrumentSpec } from '../../domain/instrument.ts';
import type {
  ExchangeFill,
  ExchangeOrder,
  ExchangeOrderState,
  ExchangePosition,
  FundingPayment,
  TickerEvent,
} from '../../ports/exchange.ts';
import { decodeOrderId } from '../client-order-id.ts';
import type { CcxtFundingPayment, CcxtOrder, CcxtPosition, CcxtTicker, CcxtTrade } from './ccxt-client.ts';
import type { VenueProfile } from './venue-profile.ts';

/** Statuses of ccxt, and those of venues that it passes on raw. */
const STATES: Readonly<Record<string, ExchangeOrderState>> = {
  open: 'working',
  canceling: 'working',
  closed: 'filled',
  canceled: 'cancelled',
  cancelled: 'cancelled',
  rejected: 'rejected',
  expired: 'expired',
  NEW_ADL: 'working',
  NEW_INSURANCE: 'working',
};

/** What ccxt's structures need to become ours. */
export interface ParseContext {
  readonly profile: VenueProfile;
  readonly market: (pair: string) => InstrumentSpec | null;
}

/**
 * An order of ccxt in our words. `asked` fills what an acknowledgement leaves out.
 * @returns null without an exchange id: such an answer says nothing
 */
export function orderOf(
  order: CcxtOrder,
  { profile, market }: ParseContext,
  asked: Partial<ExchangeOrder> = {},
): ExchangeOrder | null {
  const pair = order.symbol ?? asked.pair;
  const exchangeId = profile.idOf?.(order) ?? order.id;
  if (!exchangeId || !pair) return null;
  const size = market(pair)?.contractSize ?? 1;
  const trigger = positive(order.triggerPrice) ?? positive(order.stopLossPrice) ?? null;
  const isTrigger = profile.hasSeparateTriggers && (profile.isTrigger?.(order) ?? asked.isTrigger ?? false);
  const kind = trigger !== null || isTrigger ? 'stop' : (asked.kind ?? (order.type === 'market' ? 'market' : 'limit'));
  const told = STATES[order.status ?? ''] ?? asked.state ?? 'working';
  const clientOrderId =
    decodeOrderId(profile.clientIdOf?.(order) ?? order.clientOrderId, profile.idForm) ?? asked.clientOrderId ?? null;
  const amount = scaledAmount(order.amount, size) ?? asked.amount ?? 0;
  const filled = isTrigger ? 0 : (scaledAmount(order.filled, size) ?? 0);
  return {
    pair,
    exchangeId,
    clientOrderId,
    side: order.side === 'sell' || order.side === 'buy' ? order.side : (asked.side ?? 'buy'),
    kind,
    isTrigger,
    price:
      kind === 'stop'
        ? (trigger ?? asked.price ?? null)
        : kind === 'market'
          ? null
          : (positive(order.price) ?? asked.price ?? null),
    amount,
    filled,
    average: filled > 0 ? (positive(order.average) ?? null) : null,
    state: isTrigger && told === 'filled' ? 'triggered' : told,
    reduceOnly: order.reduceOnly ?? asked.reduceOnly ?? false,
    childId: isTrigger ? (profile.childId?.(order) ?? null) : null,
    reason: profile.reasonOf?.(order) ?? null,
    isLiquidation:
      (profile.liquidationIds?.test(order.clientOrderId ?? '') ?? false) ||
      (profile.isLiquidation?.((order.info ?? {}) as Readonly<Record<string, unknown>>) ?? false),
    createdAt: order.timestamp ?? asked.createdAt ?? 0,
    updatedAt:
      order.lastUpdateTimestamp ??
      order.lastTradeTimestamp ??
      order.timestamp ??
      asked.updatedAt ??
      asked.createdAt ??
      0,
  };
}

/** A fill of ccxt in our words; null without ids, price or amount. */
export function fillOf(trade: CcxtTrade, { profile, market }: ParseContext): ExchangeFill | null {
  const { id, order, symbol, side, price, amount } = trade;
  if (!id || !symbol || !(side === 'buy' || side === 'sell') || !price || !amount) return null;
  const info = (trade.info ?? {}) as Readonly<Record<string, unknown>>;
  if (profile.isFill?.(info) === false) return null;
  const fee = trade.fee?.cost !== undefined && trade.fee?.cost !== null ? trade.fee : trade.fees?.[0];
  const given = info.clientOrderId ?? info.c ?? info.orderLinkId ?? info.clOrdId ?? info.cl_ord_id ?? info.cloid;
  const clientId = typeof given === 'string' ? given : null;
  const charged = profile.feeOf?.(trade);
  const spec = market(symbol);
  return {
    pair: symbol,
    exchangeId: id,
    orderId: order ?? '',
    clientOrderId: decodeOrderId(clientId, profile.idForm),
    side,
    price,
    amount: scaledAmount(amount, spec?.contractSize ?? 1)!,
    fee: charged?.fee ?? fee?.cost ?? Number.NaN,
    feeAsset: charged?.asset ?? fee?.currency ?? spec?.settle ?? '',
    isMaker: trade.takerOrMaker === 'maker',
    isLiquidation: (profile.liquidationIds?.test(clientId ?? '') ?? false) || (profile.isLiquidation?.(info) ?? false),
    at: trade.timestamp ?? 0,
  };
}

/** A funding payment of ccxt; null without pair, time or amount. */
export function paymentOf(row: CcxtFundingPayment, profile: VenueProfile): FundingPayment | null {
  const { symbol, timestamp } = row;
  const amount = profile.paymentAmount?.(row) ?? row.amount;
  if (!symbol || timestamp === undefined || timestamp === null || amount === undefined || amount === null) return null;
  const named = profile.paymentsHaveIds === false ? null : row.id;
  return { id: named ?? `${symbol}/${timestamp}`, pair: symbol, at: timestamp, amount, asset: row.code ?? '' };
}

/** An open position of ccxt; null for a closed one. */
export function positionOf(position: CcxtPosition, { market }: ParseContext): ExchangePosition | null {
  const { symbol, side, contracts } = position;
  if (!symbol || !(side === 'long' || side === 'short') || !contracts) return null;
  const mode = position.marginMode;
  return {
    pair: symbol,
    side,
    amount: scaledAmount(Math.abs(contracts), market(symbol)?.contractSize ?? 1)!,
    entryPrice: position.entryPrice ?? Number.NaN,
    markPrice: positive(position.markPrice) ?? null,
    liquidationPrice: positive(position.liquidationPrice) ?? null,
    leverage: positive(position.leverage) ?? null,
    marginMode: mode === 'isolated' || mode === 'cross' ? mode : null,
  };
}

/** A ticker of ccxt; null without a pair. Prices of 0 are no prices: NaN. */
export function tickerOf(ticker: CcxtTicker, receivedAt: number): TickerEvent | null {
  if (!ticker.symbol) return null;
  return {
    pair: ticker.symbol,
    exchangeTime: ticker.timestamp ?? receivedAt,
    receivedAt,
    last: positive(ticker.last) ?? Number.NaN,
    bid: positive(ticker.bid) ?? Number.NaN,
    ask: positive(ticker.ask) ?? Number.NaN,
    quoteVolume: ticker.quoteVolume ?? Number.NaN,
    change: ticker.percentage === undefined || ticker.percentage === null ? Number.NaN : ticker.percentage / 100,
  };
}

function positive(value: number | undefined | null): number | undefined {
  return value !== undefined && value !== null && value > 0 ? value : undefined;
}

function scaledAmount(contracts: number | undefined | null, size: number): number | undefined {
  if (contracts === undefined || contracts === null) return undefined;
  return size === 1 ? contracts : Number((contracts * size).toPrecision(15));
}
