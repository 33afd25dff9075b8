import type { FuturesAccount } from './futures-account.ts';
import { Refusal } from './refusal.ts';
import type { OrderRequest, PositionSide } from './replay-order.ts';
import { bracketOf } from './replay-symbol.ts';
import type { SymbolMarket } from './symbol-market.ts';
import { crosses } from './taking.ts';

/** Lots of the position that an order of this side can close. */
export function closable(
  account: FuturesAccount,
  request: Pick<OrderRequest, 'symbol' | 'side' | 'positionSide'>,
): number {
  const { lots } = account.position(request.symbol, request.positionSide);
  return Math.sign(lots) === -request.side ? Math.abs(lots) : 0;
}

/** -4061 and -1106: the position side must fit the account's position mode. */
export function checkPositionSide(account: FuturesAccount, side: PositionSide, reduceOnly: boolean): void {
  if (account.isDual === (side === 'BOTH'))
    throw new Refusal(-4061, "Order's position side does not match user's setting.");
  if (account.isDual && reduceOnly) throw new Refusal(-1106, "Parameter 'reduceonly' sent when not required.");
}

/** In hedge mode an order against its position side can only close. */
export function isClosing(
  request: Pick<OrderRequest, 'side' | 'positionSide' | 'reduceOnly' | 'closePosition'>,
): boolean {
  const against = request.positionSide !== 'BOTH' && (request.positionSide === 'LONG') !== request.side > 0;
  return request.reduceOnly || request.closePosition || against;
}

/** Filters, reduce-only, post-only, margin: everything that can refuse a futures order, in the exchange's order and words. */
export function checkFuturesOrder(account: FuturesAccount, market: SymbolMarket, request: OrderRequest): void {
  checkPositionSide(account, request.positionSide, request.reduceOnly);
  if (market.status !== 'TRADING') {
    if (market.status !== 'SETTLING' || !isClosing(request))
      throw market.status === 'SETTLING'
        ? new Refusal(-4140, 'Invalid symbol status for opening position.')
        : new Refusal(-4108, 'Symbol is on delivering or delivered or settling or closed or pre-trading.');
  }
  checkFilters(market, request);
  if (isClosing(request)) {
    if (closable(account, request) === 0) throw new Refusal(-2022, 'ReduceOnly Order is rejected.');
  } else checkMargin(account, market, request);
  if (request.timeInForce === 'GTX' && crosses(market.book, request.side, request.tick))
    throw new Refusal(
      -5022,
      'Due to the order could not be executed as maker, the Post Only order will be rejected. The order will not be recorded in the order history',
    );
}

/** LOT_SIZE, MARKET_LOT_SIZE, PRICE_FILTER bounds, PERCENT_PRICE and MIN_NOTIONAL with their futures codes. */
export function checkFilters(market: SymbolMarket, request: OrderRequest): void {
  const { symbol } = market;
  const isMarket = request.tick === 0;
  if (request.lots <= 0) throw new Refusal(-4003, 'Quantity less than or equal to zero.');
  if (request.lots < symbol.minLots) throw new Refusal(-4004, 'Quantity less than min quantity.');
  if (request.lots > (isMarket ? symbol.marketMaxLots : symbol.maxLots))
    throw new Refusal(-4005, 'Quantity greater than max quantity.');
  const price = request.tick * symbol.tickSize;
  if (!isMarket) {
    if (price > market.mark * (1 + symbol.priceBand) && request.side > 0)
      throw new Refusal(
        -4016,
        `Limit price can't be higher than ${(market.mark * (1 + symbol.priceBand)).toFixed(symbol.priceDecimals)}.`,
      );
    if (price < market.mark * (1 - symbol.priceBand) && request.side < 0)
      throw new Refusal(
        -4024,
        `Limit price can't be lower than ${(market.mark * (1 - symbol.priceBand)).toFixed(symbol.priceDecimals)}.`,
      );
  } else {
    const best = request.side > 0 ? market.book.bestAsk : market.book.bestBid;
    if (best === 0 || Math.abs(best * symbol.tickSize - market.mark) > market.mark * symbol.priceBand)
      throw new Refusal(-4131, "The counterparty's best price does not meet the PERCENT_PRICE filter limit.");
  }
  const notional = (isMarket ? market.mark : price) * request.lots * symbol.stepSize;
  if (!isClosing(request) && notional < symbol.minNotional)
    throw new Refusal(
      -4164,
      `Order's notional must be no smaller than ${symbol.minNotional} (unless you choose reduce only).`,
    );
}

function checkMargin(account: FuturesAccount, market: SymbolMarket, request: OrderRequest): void {
  const { symbol, side, lots } = request;
  const position = account.position(symbol, request.positionSide);
  const price = request.tick > 0 ? request.tick * symbol.tickSize : market.mark;
  const notional = price * lots * symbol.stepSize;
  const demand = { buys: side > 0 ? notional : 0, sells: side < 0 ? notional : 0 };
  const before = account.initialMargin(position);
  const after = account.initialMargin(position, demand);
  if (after.orders <= before.orders) return;
  const { leverage } = account.settings(symbol.id);
  const reached = (after.position + after.orders) * leverage;
  if (bracketOf(symbol, reached).initialLeverage < leverage)
    throw new Refusal(-2027, 'Exceeded the maximum allowable position at current leverage.');
  const loss = Math.max(0, (price - market.mark) * side) * lots * symbol.stepSize;
  const fee = notional * symbol.takerFee;
  if (account.totals({ position, demand }).free - loss - fee < 0) throw new Refusal(-2019, 'Margin is insufficient.');
}
