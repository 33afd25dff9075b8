import { isListOpen, type ReplayOrderList } from '../order-list.ts';
import { idParam, need, numberParam, ocoRequests, oldOcoRequests } from '../order-params.ts';
import { Refusal } from '../refusal.ts';
import type { ReplayExchange } from '../replay-exchange.ts';
import type { OrderRequest } from '../replay-order.ts';
import type { ReplaySymbol } from '../replay-symbol.ts';
import type { Route, Routes } from '../rest.ts';
import { orderListJson, spotCancelJson, spotNewOrderJson } from '../spot-json.ts';

const signed = (weight: number, handle: Route['handle'], orders = 0): Route => ({
  venue: 'spot',
  security: 'signed',
  weight,
  orders,
  handle,
});

type ReadLegs = (
  params: URLSearchParams,
  symbol: ReplaySymbol,
  madeId: () => string,
) => readonly [OrderRequest, OrderRequest];

const place =
  (read: ReadLegs): Route['handle'] =>
  (x, params) => {
    const madeId = () => x.faults.madeId();
    const { symbol } = x.spot.market(need(params, 'symbol').toUpperCase());
    const [above, below] = read(params, symbol, madeId);
    const list = x.spot.placeList(above, below, params.get('listClientOrderId') || madeId());
    for (const leg of list.legs) x.faults.onPlaced(leg.id);
    const type = params.get('newOrderRespType') ?? 'RESULT';
    return orderListJson(
      list,
      x.now,
      list.legs.map((leg) => spotNewOrderJson(leg, type)),
    );
  };

/** The list that `orderListId` or the parameter `clientName` names. */
function find(x: ReplayExchange, params: URLSearchParams, clientName: string, unknown: Refusal): ReplayOrderList {
  const id = idParam(params, 'orderListId');
  const clientId = params.get(clientName);
  if (id === null && !clientId)
    throw new Refusal(-1102, `Param '${clientName}' or 'orderListId' must be sent, but both were empty/null!`);
  const list = x.spot.lists.find(id, clientId);
  if (!list || list.legs.some((leg) => x.faults.isUnseen(leg.id))) throw unknown;
  return list;
}

/** A list that is gone, with what became of its orders: as every cancel of one of them answers, too. */
export function cancelledListJson(x: ReplayExchange, list: ReplayOrderList): object {
  return orderListJson(
    list,
    x.now,
    list.legs.map((leg) => spotCancelJson(leg, x.faults.madeId())),
  );
}

/** Orders of which one cancels the other (OCO). */
export const SPOT_LIST_ROUTES: Routes = {
  'POST /api/v3/orderList/oco': signed(1, place(ocoRequests), 2),
  // The old way, which many clients still take.
  'POST /api/v3/order/oco': signed(1, place(oldOcoRequests), 2),
  'GET /api/v3/orderList': signed(4, (x, params) => {
    const list = find(x, params, 'origClientOrderId', new Refusal(-2018, 'Order list does not exist.'));
    return orderListJson(list, list.time);
  }),
  'DELETE /api/v3/orderList': signed(1, (x, params) => {
    const list = find(x, params, 'listClientOrderId', new Refusal(-2011, 'Unknown order list sent.'));
    const symbolId = need(params, 'symbol').toUpperCase();
    if (list.symbolId !== symbolId || !isListOpen(list)) throw new Refusal(-2011, 'Unknown order list sent.');
    const open = list.legs.find((leg) => leg.status === 'NEW' || leg.status === 'PARTIALLY_FILLED')!;
    x.faults.onCancelling(open);
    x.spot.cancel(open);
    return cancelledListJson(x, list);
  }),
  'GET /api/v3/openOrderList': signed(6, (x) =>
    x.spot.lists
      .all()
      .filter(isListOpen)
      .map((list) => orderListJson(list, list.time)),
  ),
  'GET /api/v3/allOrderList': signed(20, (x, params) => {
    const from = idParam(params, 'fromId');
    const [start, end] = [
      numberParam(params, 'startTime', 0),
      numberParam(params, 'endTime', Number.POSITIVE_INFINITY),
    ];
    const limit = Math.min(1_000, numberParam(params, 'limit', 500));
    const found = x.spot.lists
      .all()
      .filter(({ id, time }) => (from === null ? time >= start && time <= end : BigInt(id) >= from));
    const isPlain = from === null && !params.get('startTime');
    return (isPlain ? found.slice(-limit) : found.slice(0, limit)).map((list) => orderListJson(list, list.time));
  }),
};
