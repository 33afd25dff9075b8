import { isListOpen, type ReplayOrderList } from './order-list.ts';
import type { ReplayFill, ReplayOrder } from './replay-order.ts';
import { lotsText, priceText } from './replay-symbol.ts';
import type { SpotWallet } from './spot-wallet.ts';
import { moneyText } from './units.ts';

const sideName = (side: 1 | -1) => (side > 0 ? 'BUY' : 'SELL');

/** An order as `/api/v3/order` answers queries. */
export function spotOrderJson(order: ReplayOrder): object {
  const { symbol } = order;
  return {
    symbol: symbol.id,
    orderId: order.id,
    orderListId: order.list?.id ?? -1,
    clientOrderId: order.clientId,
    price: priceText(symbol, order.tick),
    origQty: lotsText(symbol, order.lots),
    executedQty: lotsText(symbol, order.filled),
    origQuoteOrderQty: '0.00000000',
    cummulativeQuoteQty: moneyText(order.cost),
    status: order.status,
    timeInForce: order.timeInForce,
    type: order.type,
    side: sideName(order.side),
    stopPrice: order.stopText || '0.00000000',
    icebergQty: '0.00000000',
    time: order.time,
    updateTime: order.updateTime,
    isWorking: order.stopTick === 0,
    workingTime: order.time,
    selfTradePreventionMode: 'EXPIRE_MAKER',
  };
}

/** The answer to a new order: ACK, RESULT or FULL. */
export function spotNewOrderJson(order: ReplayOrder, type: string): object {
  const { symbol } = order;
  const ack = {
    symbol: symbol.id,
    orderId: order.id,
    orderListId: order.list?.id ?? -1,
    clientOrderId: order.clientId,
    transactTime: order.updateTime,
  };
  if (type === 'ACK') return ack;
  const fills = order.fills.map((fill) => ({
    price: priceText(symbol, fill.tick),
    qty: lotsText(symbol, fill.lots),
    commission: moneyText(fill.fee),
    commissionAsset: fill.feeAsset,
    tradeId: fill.id,
  }));
  return { ...spotOrderJson(order), ...ack, ...(type === 'FULL' && { fills }) };
}

/** A cancelled order, as DELETE answers. */
export function spotCancelJson(order: ReplayOrder, requestId: string): object {
  return {
    ...spotOrderJson(order),
    origClientOrderId: order.clientId,
    clientOrderId: requestId,
    transactTime: order.updateTime,
  };
}

/** A fill as `/api/v3/myTrades` answers it. */
export function spotTradeJson(fill: ReplayFill): object {
  return {
    symbol: fill.symbol.id,
    id: fill.id,
    orderId: fill.orderId,
    orderListId: fill.listId ?? -1,
    price: priceText(fill.symbol, fill.tick),
    qty: lotsText(fill.symbol, fill.lots),
    quoteQty: moneyText(fill.cost),
    commission: moneyText(fill.fee),
    commissionAsset: fill.feeAsset,
    time: fill.time,
    isBuyer: fill.side > 0,
    isMaker: fill.isMaker,
    isBestMatch: true,
  };
}

/** `executionReport`. */
export function executionReportJson(
  order: ReplayOrder,
  execution: string,
  fill: ReplayFill | null,
  time: number,
  reason = 'NONE',
): object {
  const { symbol } = order;
  return {
    e: 'executionReport',
    E: time,
    s: symbol.id,
    c: order.clientId,
    S: sideName(order.side),
    o: order.type,
    f: order.timeInForce,
    q: lotsText(symbol, order.lots),
    p: priceText(symbol, order.tick),
    P: order.stopText || '0.00000000',
    F: '0.00000000',
    g: order.list?.id ?? -1,
    C: execution === 'CANCELED' ? order.clientId : '',
    x: execution,
    X: order.status,
    r: reason,
    i: order.id,
    l: lotsText(symbol, fill?.lots ?? 0),
    z: lotsText(symbol, order.filled),
    L: priceText(symbol, fill?.tick ?? 0),
    n: moneyText(fill?.fee ?? 0),
    N: fill?.feeAsset ?? null,
    T: time,
    t: fill?.id ?? -1,
    I: fill?.id ?? 0,
    w: execution === 'NEW' && order.stopTick === 0,
    m: fill?.isMaker ?? false,
    M: false,
    O: order.time,
    Z: moneyText(order.cost),
    Y: moneyText(fill?.cost ?? 0),
    Q: '0.00000000',
    V: 'EXPIRE_MAKER',
  };
}

/** How far an order list is, in Binance's two words for it. */
function listState(list: ReplayOrderList): readonly [string, string] {
  return isListOpen(list) ? ['EXEC_STARTED', 'EXECUTING'] : ['ALL_DONE', 'ALL_DONE'];
}

/** An order list as `/api/v3/orderList` answers it; with `reports` as its placing and its cancel do. */
export function orderListJson(list: ReplayOrderList, time: number, reports?: readonly object[]): object {
  const [listStatusType, listOrderStatus] = listState(list);
  return {
    orderListId: list.id,
    contingencyType: 'OCO',
    listStatusType,
    listOrderStatus,
    listClientOrderId: list.clientId,
    transactionTime: time,
    symbol: list.symbolId,
    orders: list.legs.map(({ id, clientId }) => ({ symbol: list.symbolId, orderId: id, clientOrderId: clientId })),
    ...(reports && { orderReports: reports }),
  };
}

/** `listStatus`. */
export function listStatusJson(list: ReplayOrderList, time: number): object {
  const [l, L] = listState(list);
  return {
    e: 'listStatus',
    E: time,
    s: list.symbolId,
    g: list.id,
    c: 'OCO',
    l,
    L,
    r: 'NONE',
    C: list.clientId,
    T: time,
    O: list.legs.map(({ id, clientId }) => ({ s: list.symbolId, i: id, c: clientId })),
  };
}

/** `outboundAccountPosition` of the assets that changed. */
export function accountPositionJson(wallet: SpotWallet, assets: readonly string[], time: number): object {
  return {
    e: 'outboundAccountPosition',
    E: time,
    u: time,
    B: assets.map((a) => ({ a, f: moneyText(wallet.of(a).free), l: moneyText(wallet.of(a).locked) })),
  };
}

/** `/api/v3/account`. */
export function spotAccountJson(wallet: SpotWallet, time: number): object {
  return {
    makerCommission: 10,
    takerCommission: 10,
    buyerCommission: 0,
    sellerCommission: 0,
    canTrade: true,
    canWithdraw: false,
    canDeposit: true,
    brokered: false,
    updateTime: time,
    accountType: 'SPOT',
    balances: [...wallet.balances].map(([asset, b]) => ({
      asset,
      free: moneyText(b.free),
      locked: moneyText(b.locked),
    })),
    permissions: ['SPOT'],
    uid: 1,
  };
}
