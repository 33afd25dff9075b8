import { Refusal } from './refusal.ts';
import type { ReplayExchange } from './replay-exchange.ts';
import type { RestDesk } from './rest.ts';
import type { StreamConnection } from './stream-hub.ts';

/** Requests of the spot WebSocket API that are REST calls in another coat. */
const AS_REST: Readonly<Record<string, string>> = {
  'order.place': 'POST /api/v3/order',
  'order.test': 'POST /api/v3/order/test',
  'order.status': 'GET /api/v3/order',
  'order.cancel': 'DELETE /api/v3/order',
  'order.cancelReplace': 'POST /api/v3/order/cancelReplace',
  'orderList.place': 'POST /api/v3/order/oco',
  'orderList.place.oco': 'POST /api/v3/orderList/oco',
  'orderList.status': 'GET /api/v3/orderList',
  'orderList.cancel': 'DELETE /api/v3/orderList',
  'openOrderLists.status': 'GET /api/v3/openOrderList',
  allOrderLists: 'GET /api/v3/allOrderList',
  'openOrders.status': 'GET /api/v3/openOrders',
  'openOrders.cancelAll': 'DELETE /api/v3/openOrders',
  allOrders: 'GET /api/v3/allOrders',
  myTrades: 'GET /api/v3/myTrades',
  'account.status': 'GET /api/v3/account',
  'account.rateLimits.orders': 'GET /api/v3/rateLimit/order',
  'account.commission': 'GET /api/v3/account/commission',
  ping: 'GET /api/v3/ping',
  time: 'GET /api/v3/time',
  exchangeInfo: 'GET /api/v3/exchangeInfo',
  depth: 'GET /api/v3/depth',
  'trades.recent': 'GET /api/v3/trades',
  'trades.aggregate': 'GET /api/v3/aggTrades',
  klines: 'GET /api/v3/klines',
  'ticker.24hr': 'GET /api/v3/ticker/24hr',
  'ticker.price': 'GET /api/v3/ticker/price',
  'ticker.book': 'GET /api/v3/ticker/bookTicker',
};

/** Answers one request of `/ws-api/v3`. Signatures are over the parameters in alphabetical order. */
export function answerWsApi(
  exchange: ReplayExchange,
  rest: RestDesk,
  connection: StreamConnection,
  message: Readonly<Record<string, unknown>>,
): string {
  const id = JSON.stringify(message.id ?? null);
  const params = new URLSearchParams(
    Object.entries((message.params ?? {}) as Record<string, unknown>).map(([key, value]) => [key, String(value)]),
  );
  const method = String(message.method);
  try {
    if (method === 'userDataStream.subscribe.signature') {
      checkSigned(exchange, params);
      connection.subscriptionId = connection.id;
      return `{"id":${id},"status":200,"result":{"subscriptionId":${connection.id}}}`;
    }
    if (method === 'userDataStream.unsubscribe') {
      connection.subscriptionId = null;
      return `{"id":${id},"status":200,"result":{}}`;
    }
    const path = AS_REST[method];
    if (path === undefined) throw new Refusal(-1020, 'This operation is not supported.');
    const answer = rest.call(path, params, () => checkSigned(exchange, params));
    if (answer.status === 200) return `{"id":${id},"status":200,"result":${answer.body}}`;
    return `{"id":${id},"status":${answer.status},"error":${answer.body || '{"code":-1000,"msg":""}'}}`;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return `{"id":${id},"status":${error.status},"error":${JSON.stringify(error.body())}}`;
  }
}

function checkSigned(exchange: ReplayExchange, params: URLSearchParams): string {
  const { session } = exchange;
  const key = session.key(params.get('apiKey'));
  session.checkTime(params.get('timestamp'), params.get('recvWindow'));
  const rest = [...params].filter(([name]) => name !== 'signature').sort(([a], [b]) => (a < b ? -1 : 1));
  session.checkSignature(key, new URLSearchParams(rest).toString(), params.get('signature'));
  return key.apiKey;
}
