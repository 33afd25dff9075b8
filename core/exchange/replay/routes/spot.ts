import { clientIdParam, idParam, need, spotRequest } from '../order-params.ts';
import { Refusal } from '../refusal.ts';
import type { ReplayExchange } from '../replay-exchange.ts';
import { isOpen, type ReplayOrder } from '../replay-order.ts';
import type { ReplaySymbol } from '../replay-symbol.ts';
import type { Route, Routes } from '../rest.ts';
import { spotAccountJson, spotCancelJson, spotNewOrderJson, spotOrderJson, spotTradeJson } from '../spot-json.ts';
import { page } from './futures-orders.ts';
import { listenKeyRoutes } from './listen-key.ts';
import { cancelledListJson } from './spot-lists.ts';

const signed = (weight: number, handle: Route['handle'], orders = 0): Route => ({
  venue: 'spot',
  security: 'signed',
  weight,
  orders,
  handle,
});

function symbolOf(x: ReplayExchange, params: URLSearchParams): ReplaySymbol {
  return x.spot.market(need(params, 'symbol').toUpperCase()).symbol;
}

function place(x: ReplayExchange, params: URLSearchParams): object {
  const order = x.spot.place(spotRequest(params, symbolOf(x, params), () => x.faults.madeId()));
  x.faults.onPlaced(order.id);
  const usual = order.type === 'MARKET' || order.type === 'LIMIT' ? 'FULL' : 'ACK';
  return spotNewOrderJson(order, params.get('newOrderRespType') ?? usual);
}

function find(
  x: ReplayExchange,
  params: URLSearchParams,
  code: -2011 | -2013,
  prefix: 'orig' | 'cancelOrig' = 'orig',
): ReplayOrder {
  const symbol = symbolOf(x, params);
  const id = idParam(params, prefix === 'orig' ? 'orderId' : 'cancelOrderId');
  const clientId = params.get(`${prefix}ClientOrderId`);
  if (id === null && !clientId)
    throw new Refusal(-1102, "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!");
  const order = x.spot.orders.find(symbol.id, id, clientId);
  if (!order || x.faults.isUnseen(order.id))
    throw new Refusal(code, code === -2011 ? 'Unknown order sent.' : 'Order does not exist.');
  return order;
}

function cancel(x: ReplayExchange, params: URLSearchParams, prefix: 'orig' | 'cancelOrig' = 'orig'): object {
  const order = find(x, params, -2011, prefix);
  x.faults.onCancelling(order);
  const before = spotOrderJson(order);
  x.spot.cancel(order);
  x.faults.onCancelled(order.id, before);
  if (order.list) return cancelledListJson(x, order.list);
  return spotCancelJson(
    order,
    clientIdParam(params, prefix === 'orig' ? 'newClientOrderId' : 'cancelNewClientOrderId', () => x.faults.madeId()),
  );
}

/** Cancels one order and places another; STOP_ON_FAILURE places nothing when the cancel fails. */
function cancelReplace(x: ReplayExchange, params: URLSearchParams): object {
  const mode = need(params, 'cancelReplaceMode');
  let cancelResponse: object;
  let cancelResult = 'SUCCESS';
  try {
    cancelResponse = cancel(x, params, 'cancelOrig');
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    cancelResponse = error.body();
    cancelResult = 'FAILURE';
    if (mode === 'STOP_ON_FAILURE')
      throw withData(new Refusal(-2022, 'Order cancel-replace failed.'), {
        cancelResult,
        newOrderResult: 'NOT_ATTEMPTED',
        cancelResponse,
        newOrderResponse: null,
      });
  }
  try {
    return { cancelResult, newOrderResult: 'SUCCESS', cancelResponse, newOrderResponse: place(x, params) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw withData(new Refusal(-2021, 'Order cancel-replace partially failed.', 409), {
      cancelResult,
      newOrderResult: 'FAILURE',
      cancelResponse,
      newOrderResponse: error.body(),
    });
  }
}

function withData(refusal: Refusal, data: object): Refusal {
  return Object.assign(refusal, { body: () => ({ code: refusal.code, msg: refusal.message, data }) });
}

/** Orders and balances of the spot market. */
export const SPOT_ROUTES: Routes = {
  // The old way to the account's stream, which some clients still take.
  ...listenKeyRoutes('spot', '/api/v3/userDataStream'),
  'GET /api/v3/account': signed(20, (x) => spotAccountJson(x.spot.wallet, x.now)),
  'POST /api/v3/order': signed(1, place, 1),
  'POST /api/v3/order/test': signed(1, () => ({})),
  'GET /api/v3/order': signed(4, (x, params) => {
    const order = find(x, params, -2013);
    return x.faults.staleOrder(order.id) ?? spotOrderJson(order);
  }),
  'DELETE /api/v3/order': signed(1, (x, params) => cancel(x, params)),
  'POST /api/v3/order/cancelReplace': signed(1, cancelReplace, 1),
  'GET /api/v3/openOrders': signed(6, (x, params) =>
    x.spot.orders
      .open(params.get('symbol') ? symbolOf(x, params).id : undefined)
      .filter((order) => !x.faults.isUnseen(order.id))
      .map(spotOrderJson),
  ),
  'DELETE /api/v3/openOrders': signed(1, (x, params) => {
    const open = x.spot.orders.open(symbolOf(x, params).id);
    if (open.length === 0) throw new Refusal(-2011, 'Unknown order sent.');
    // One of a list takes the other with it.
    return open.flatMap((order) => {
      if (!isOpen(order)) return [];
      x.spot.cancel(order);
      return [order.list ? cancelledListJson(x, order.list) : spotCancelJson(order, x.faults.madeId())];
    });
  }),
  'GET /api/v3/allOrders': signed(20, (x, params) =>
    page(
      x.spot.orders.all(symbolOf(x, params).id).filter((order) => !x.faults.isUnseen(order.id)),
      params,
      'orderId',
      (order) => order.id,
      (order) => order.time,
    ).map(spotOrderJson),
  ),
  'GET /api/v3/myTrades': signed(20, (x, params) => {
    const { id } = symbolOf(x, params);
    const orderId = params.get('orderId');
    const fills = x.spot.orders.fills.filter((f) => f.symbol.id === id && (!orderId || String(f.orderId) === orderId));
    return page(
      fills,
      params,
      'fromId',
      (f) => BigInt(f.id),
      (f) => f.time,
    ).map(spotTradeJson);
  }),
  'GET /api/v3/rateLimit/order': signed(40, (x) =>
    x.limits.spot.orderCounts().map((row) => ({ rateLimitType: 'ORDERS', ...row })),
  ),
  'GET /api/v3/account/commission': signed(20, (x, params) => {
    const symbol = symbolOf(x, params);
    const rates = { maker: String(symbol.makerFee), taker: String(symbol.takerFee), buyer: '0', seller: '0' };
    return {
      symbol: symbol.id,
      standardCommission: rates,
      taxCommission: { maker: '0', taker: '0', buyer: '0', seller: '0' },
      discount: { enabledForAccount: false, enabledForSymbol: false, discountAsset: 'BNB', discount: '0' },
    };
  }),
};
