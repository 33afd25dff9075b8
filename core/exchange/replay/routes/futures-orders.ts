import { ALGO_TYPES, type AlgoOrder } from '../algo-order.ts';
import { checkFilters } from '../futures-checks.ts';
import { algoOrderJson, futuresOrderJson } from '../futures-json.ts';
import {
  clientIdParam,
  futuresRequest,
  idParam,
  need,
  numberParam,
  positionSideParam,
  priceParam,
  quantityParam,
  sideParam,
} from '../order-params.ts';
import { missing, Refusal } from '../refusal.ts';
import type { ReplayExchange } from '../replay-exchange.ts';
import { isOpen, type ReplayOrder } from '../replay-order.ts';
import type { ReplaySymbol } from '../replay-symbol.ts';
import type { Route, Routes } from '../rest.ts';

const signed = (weight: number, handle: Route['handle'], orders = 0): Route => ({
  venue: 'futures',
  security: 'signed',
  weight,
  orders,
  handle,
});

/** The named futures symbol. */
export function futuresSymbol(exchange: ReplayExchange, params: URLSearchParams): ReplaySymbol {
  return exchange.futures.market(need(params, 'symbol').toUpperCase()).symbol;
}

function place(exchange: ReplayExchange, params: URLSearchParams): object {
  const symbol = futuresSymbol(exchange, params);
  const request = futuresRequest(params, symbol, () => exchange.faults.madeId());
  const order = exchange.futures.place(request);
  exchange.faults.onPlaced(order.id);
  const json = futuresOrderJson(order);
  // Without newOrderRespType=RESULT the answer is the acknowledgement: the order as it was accepted.
  if (params.get('newOrderRespType') === 'RESULT') return json;
  return { ...json, status: 'NEW', executedQty: '0', cumQty: '0', cumQuote: '0', avgPrice: '0.00' };
}

function find(exchange: ReplayExchange, params: URLSearchParams, code: -2011 | -2013): ReplayOrder {
  const symbol = futuresSymbol(exchange, params);
  const id = idParam(params, 'orderId');
  const clientId = params.get('origClientOrderId');
  if (id === null && !clientId)
    throw new Refusal(-1102, "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!");
  const order = exchange.futures.orders.find(symbol.id, id, clientId);
  if (!order || exchange.faults.isUnseen(order.id))
    throw new Refusal(code, code === -2011 ? 'Unknown order sent.' : 'Order does not exist.');
  return order;
}

function cancel(exchange: ReplayExchange, params: URLSearchParams): object {
  const order = find(exchange, params, -2011);
  exchange.faults.onCancelling(order);
  const before = futuresOrderJson(order);
  exchange.futures.cancel(order);
  exchange.faults.onCancelled(order.id, before);
  return futuresOrderJson(order);
}

function amend(exchange: ReplayExchange, params: URLSearchParams): object {
  const order = find(exchange, params, -2013);
  const tick = priceParam(params, 'price', order.symbol);
  const lots = quantityParam(params, order.symbol);
  return futuresOrderJson(exchange.futures.amend(order, tick, lots));
}

function batch(params: URLSearchParams, name: string, one: (params: URLSearchParams) => object): object[] {
  const items = JSON.parse(need(params, name)) as Record<string, unknown>[];
  if (!Array.isArray(items) || items.length > 10) throw missing(name);
  return items.map((item) => {
    try {
      return one(new URLSearchParams(Object.entries(item).map(([key, value]) => [key, String(value)])));
    } catch (error) {
      if (error instanceof Refusal) return error.body();
      throw error;
    }
  });
}

/** Rows of a history call: by id, by time, or the last ones. */
export function page<T>(
  rows: readonly T[],
  params: URLSearchParams,
  idName: string,
  idOf: (row: T) => bigint,
  timeOf: (row: T) => number,
): T[] {
  const limit = Math.min(1_000, Math.max(1, numberParam(params, 'limit', 500)));
  const fromId = idParam(params, idName);
  const [from, to] = [numberParam(params, 'startTime', 0), numberParam(params, 'endTime', Infinity)];
  const found = rows.filter(
    (row) => (fromId === null || idOf(row) >= fromId) && timeOf(row) >= from && timeOf(row) <= to,
  );
  return fromId !== null || params.has('startTime') ? found.slice(0, limit) : found.slice(-limit);
}

function algoJson(exchange: ReplayExchange, algo: AlgoOrder): object {
  const child = algo.childId === null ? undefined : exchange.futures.orders.find(algo.symbol.id, algo.childId, null);
  return algoOrderJson(algo, child);
}

function placeAlgo(exchange: ReplayExchange, params: URLSearchParams): object {
  const symbol = futuresSymbol(exchange, params);
  if (need(params, 'algoType') !== 'CONDITIONAL') throw missing('algoType');
  const type = need(params, 'type').toUpperCase();
  if (!ALGO_TYPES.includes(type)) throw new Refusal(-1116, 'Invalid orderType.');
  const isTrailing = type === 'TRAILING_STOP_MARKET';
  const isLimit = type === 'STOP' || type === 'TAKE_PROFIT';
  const closePosition = params.get('closePosition') === 'true';
  const callback = isTrailing ? Number(need(params, 'callbackRate')) / 100 : 0;
  if (isTrailing && !(callback >= 0.001 && callback <= 0.1)) throw new Refusal(-2007, 'Invalid callBack rate.');
  if (closePosition && params.has('quantity'))
    throw new Refusal(-4137, 'Quantity must be zero with closePosition equals true.');
  const activation = params.get('activatePrice')
    ? 'activatePrice'
    : params.get('activationPrice')
      ? 'activationPrice'
      : null;
  const request = {
    symbol,
    type,
    side: sideParam(params),
    positionSide: positionSideParam(params),
    timeInForce: (params.get('timeInForce') ?? 'GTC').toUpperCase(),
    triggerTick: isTrailing ? 0 : priceParam(params, 'triggerPrice', symbol),
    tick: isLimit ? priceParam(params, 'price', symbol) : 0,
    lots: closePosition ? 0 : quantityParam(params, symbol),
    reduceOnly: params.get('reduceOnly') === 'true',
    closePosition,
    isMark: params.get('workingType') === 'MARK_PRICE',
    callback,
    activationTick: activation ? priceParam(params, activation, symbol) : 0,
    clientId: clientIdParam(params, 'clientAlgoId', () => exchange.faults.madeId()),
  };
  if (!closePosition && !request.reduceOnly) {
    const tick = request.tick || request.triggerTick || exchange.futures.market(symbol.id).lastTick;
    checkFilters(exchange.futures.market(symbol.id), {
      ...request,
      tick,
      stopTick: 0,
      stopText: '',
      origin: 'client',
      side: -request.side as 1 | -1,
    });
  }
  return algoJson(exchange, exchange.futures.algos.place(request));
}

function findAlgo(exchange: ReplayExchange, params: URLSearchParams, code: -2011 | -2013): AlgoOrder {
  const id = idParam(params, 'algoId');
  const clientId = params.get('clientAlgoId');
  if (id === null && !clientId) throw missing('algoId');
  const algo = exchange.futures.algos.find(id, clientId);
  if (!algo) throw new Refusal(code, code === -2011 ? 'Unknown order sent.' : 'Order does not exist.');
  return algo;
}

const done = (msg: string) => ({ code: 200, msg });

/** Orders of the futures market, ordinary and conditional. */
export const FUTURES_ORDER_ROUTES: Routes = {
  'POST /fapi/v1/order': signed(0, place, 1),
  'POST /fapi/v1/order/test': signed(0, () => ({})),
  'PUT /fapi/v1/order': signed(1, amend, 1),
  'GET /fapi/v1/order': signed(1, (x, params) => {
    const order = find(x, params, -2013);
    return x.faults.staleOrder(order.id) ?? futuresOrderJson(order);
  }),
  'DELETE /fapi/v1/order': signed(1, cancel),
  'POST /fapi/v1/batchOrders': signed(5, (x, params) => batch(params, 'batchOrders', (p) => place(x, p)), 5),
  'PUT /fapi/v1/batchOrders': signed(5, (x, params) => batch(params, 'batchOrders', (p) => amend(x, p)), 5),
  'DELETE /fapi/v1/batchOrders': signed(1, (x, params) => {
    const ids = JSON.parse(
      params.get('orderIdList')?.replace(/\d+/g, '"$&"') ?? params.get('origClientOrderIdList') ?? '[]',
    ) as string[];
    const key = params.has('orderIdList') ? 'orderId' : 'origClientOrderId';
    return ids.map((id) => {
      try {
        return cancel(x, new URLSearchParams({ symbol: need(params, 'symbol'), [key]: id }));
      } catch (error) {
        if (error instanceof Refusal) return error.body();
        throw error;
      }
    });
  }),
  'DELETE /fapi/v1/allOpenOrders': signed(1, (x, params) => {
    for (const order of x.futures.orders.open(futuresSymbol(x, params).id)) if (isOpen(order)) x.futures.cancel(order);
    return done('The operation of cancel all open order is done.');
  }),
  'POST /fapi/v1/countdownCancelAll': signed(10, (x, params) => {
    const { id } = futuresSymbol(x, params);
    const countdown = numberParam(params, 'countdownTime', 0);
    x.faults.armCountdown(id, countdown);
    return { symbol: id, countdownTime: String(countdown) };
  }),
  'GET /fapi/v1/openOrder': signed(1, (x, params) => {
    const order = find(x, params, -2013);
    if (!isOpen(order)) throw new Refusal(-2013, 'Order does not exist.');
    return futuresOrderJson(order);
  }),
  'GET /fapi/v1/openOrders': signed(1, (x, params) =>
    x.futures.orders
      .open(params.get('symbol') ? futuresSymbol(x, params).id : undefined)
      .filter((order) => !x.faults.isUnseen(order.id))
      .map(futuresOrderJson),
  ),
  'GET /fapi/v1/allOrders': signed(5, (x, params) =>
    page(
      x.futures.orders.all(futuresSymbol(x, params).id).filter((order) => !x.faults.isUnseen(order.id)),
      params,
      'orderId',
      (order) => order.id,
      (order) => order.time,
    ).map(futuresOrderJson),
  ),
  'POST /fapi/v1/algoOrder': signed(0, placeAlgo, 1),
  'GET /fapi/v1/algoOrder': signed(1, (x, params) => algoJson(x, findAlgo(x, params, -2013))),
  'DELETE /fapi/v1/algoOrder': signed(1, (x, params) => {
    const algo = findAlgo(x, params, -2011);
    x.futures.algos.end(algo, 'CANCELED');
    return { algoId: algo.id, clientAlgoId: algo.clientId, code: '200', msg: 'success' };
  }),
  'GET /fapi/v1/openAlgoOrders': signed(1, (x, params) =>
    x.futures.algos
      .open(params.get('symbol') ? futuresSymbol(x, params).id : undefined)
      .map((algo) => algoJson(x, algo)),
  ),
  'GET /fapi/v1/allAlgoOrders': signed(5, (x, params) =>
    page(
      x.futures.algos.all(futuresSymbol(x, params).id),
      params,
      'algoId',
      (algo) => algo.id,
      (algo) => algo.time,
    ).map((algo) => algoJson(x, algo)),
  ),
  'DELETE /fapi/v1/algoOpenOrders': signed(1, (x, params) => {
    for (const algo of x.futures.algos.open(futuresSymbol(x, params).id)) x.futures.algos.end(algo, 'CANCELED');
    return done('The operation of cancel all open order is done.');
  }),
};
