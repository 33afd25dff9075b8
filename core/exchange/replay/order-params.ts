import { missing, Refusal } from './refusal.ts';
import type { OrderRequest, PositionSide } from './replay-order.ts';
import type { ReplaySymbol } from './replay-symbol.ts';
import { stepsOf } from './units.ts';

const CLIENT_ID = /^[.A-Z:/a-z0-9_-]{1,36}$/;

/** A required parameter. */
export function need(params: URLSearchParams, name: string): string {
  const value = params.get(name);
  if (value === null || value === '') throw missing(name);
  return value;
}

/** An integer id, exact above 2^53; `null` when it is absent. */
export function idParam(params: URLSearchParams, name: string): bigint | null {
  const text = params.get(name);
  if (text === null || text === '') return null;
  if (!/^\d+$/.test(text)) throw missing(name);
  return BigInt(text);
}

export function numberParam(params: URLSearchParams, name: string, fallback: number): number {
  const text = params.get(name);
  if (text === null || text === '') return fallback;
  const value = Number(text);
  if (!Number.isFinite(value)) throw missing(name);
  return value;
}

export function sideParam(params: URLSearchParams): 1 | -1 {
  const side = need(params, 'side').toUpperCase();
  if (side !== 'BUY' && side !== 'SELL') throw new Refusal(-1117, 'Invalid side.');
  return side === 'BUY' ? 1 : -1;
}

export function positionSideParam(params: URLSearchParams): PositionSide {
  const side = (params.get('positionSide') ?? 'BOTH').toUpperCase();
  if (side !== 'BOTH' && side !== 'LONG' && side !== 'SHORT') throw new Refusal(-1116, 'Invalid positionSide.');
  return side;
}

/** A client's own id, or one of the exchange's making. */
export function clientIdParam(params: URLSearchParams, name: string, made: () => string): string {
  const id = params.get(name);
  if (id === null || id === '') return made();
  if (!CLIENT_ID.test(id)) throw new Refusal(-4015, 'Client order id length should be less than 36 chars');
  return id;
}

/** A price in ticks. @throws Refusal -1111, -4014, -4013 (spot: -1111, -1013 PRICE_FILTER) */
export function priceParam(params: URLSearchParams, name: string, symbol: ReplaySymbol): number {
  const ticks = steps(need(params, name), symbol.tickSize, symbol.priceDecimals, name, symbol, () =>
    symbol.venue === 'spot'
      ? new Refusal(-1013, 'Filter failure: PRICE_FILTER')
      : new Refusal(-4014, 'Price not increased by tick size.'),
  );
  if (ticks > 0) return ticks;
  throw symbol.venue === 'spot'
    ? new Refusal(-1013, 'Filter failure: PRICE_FILTER')
    : new Refusal(-4013, `Price less than min price.`);
}

/** A quantity in lots. @throws Refusal -1111, -4023 (spot: -1111, -1013 LOT_SIZE) */
export function quantityParam(params: URLSearchParams, symbol: ReplaySymbol): number {
  return steps(need(params, 'quantity'), symbol.stepSize, symbol.amountDecimals, 'quantity', symbol, () =>
    symbol.venue === 'spot'
      ? new Refusal(-1013, 'Filter failure: LOT_SIZE')
      : new Refusal(-4023, 'Quantity not increased by step size.'),
  );
}

function steps(
  text: string,
  step: number,
  decimals: number,
  name: string,
  symbol: ReplaySymbol,
  uneven: () => Refusal,
): number {
  const count = stepsOf(text, step);
  if (count === null) throw missing(name);
  const digits = (text.split('.')[1] ?? '').replace(/0+$/, '').length;
  if (digits > decimals)
    throw symbol.venue === 'spot'
      ? new Refusal(-1111, `Parameter '${name}' has too much precision.`)
      : new Refusal(-1111, 'Precision is over the maximum defined for this asset.');
  if (Number.isNaN(count)) throw uneven();
  return count;
}

const FUTURES_TYPES = ['LIMIT', 'MARKET'];
const ALGO_ONLY = ['STOP', 'STOP_MARKET', 'TAKE_PROFIT', 'TAKE_PROFIT_MARKET', 'TRAILING_STOP_MARKET'];

/** A futures order from its parameters. */
export function futuresRequest(params: URLSearchParams, symbol: ReplaySymbol, madeId: () => string): OrderRequest {
  const type = need(params, 'type').toUpperCase();
  if (ALGO_ONLY.includes(type))
    throw new Refusal(
      -4120,
      'Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.',
    );
  if (!FUTURES_TYPES.includes(type)) throw new Refusal(-1116, 'Invalid orderType.');
  const isMarket = type === 'MARKET';
  const timeInForce = isMarket ? 'GTC' : need(params, 'timeInForce').toUpperCase();
  if (!['GTC', 'IOC', 'FOK', 'GTX', 'GTD'].includes(timeInForce)) throw new Refusal(-1115, 'Invalid timeInForce.');
  return {
    symbol,
    side: sideParam(params),
    type,
    timeInForce,
    tick: isMarket ? 0 : priceParam(params, 'price', symbol),
    lots: quantityParam(params, symbol),
    reduceOnly: params.get('reduceOnly') === 'true',
    closePosition: false,
    positionSide: positionSideParam(params),
    clientId: clientIdParam(params, 'newClientOrderId', madeId),
    stopTick: 0,
    stopText: '',
    origin: 'client',
  };
}

const SPOT_TYPES = [
  'LIMIT',
  'MARKET',
  'LIMIT_MAKER',
  'STOP_LOSS',
  'STOP_LOSS_LIMIT',
  'TAKE_PROFIT',
  'TAKE_PROFIT_LIMIT',
];

/** A spot order from its parameters. */
export function spotRequest(params: URLSearchParams, symbol: ReplaySymbol, madeId: () => string): OrderRequest {
  const type = need(params, 'type').toUpperCase();
  if (!SPOT_TYPES.includes(type)) throw new Refusal(-1116, 'Invalid orderType.');
  const isLimit = type.includes('LIMIT');
  const isStop = type.startsWith('STOP') || type.startsWith('TAKE');
  const timeInForce = isLimit && type !== 'LIMIT_MAKER' ? need(params, 'timeInForce').toUpperCase() : 'GTC';
  if (!['GTC', 'IOC', 'FOK'].includes(timeInForce)) throw new Refusal(-1115, 'Invalid timeInForce.');
  const quote = type === 'MARKET' && params.get('quantity') === null ? Number(need(params, 'quoteOrderQty')) : null;
  return {
    symbol,
    side: sideParam(params),
    type,
    timeInForce,
    tick: isLimit ? priceParam(params, 'price', symbol) : 0,
    lots: quote === null ? quantityParam(params, symbol) : 0,
    ...(quote !== null && { quoteMoney: Math.round(quote * 1e8) }),
    reduceOnly: false,
    closePosition: false,
    positionSide: 'BOTH',
    clientId: clientIdParam(params, 'newClientOrderId', madeId),
    stopTick: isStop ? priceParam(params, 'stopPrice', symbol) : 0,
    stopText: isStop ? need(params, 'stopPrice') : '',
    origin: 'client',
  };
}

const LEG_TYPES = SPOT_TYPES.filter((type) => type !== 'LIMIT' && type !== 'MARKET');

/** One order of an order list; `names` are the list's parameters for it. */
function legRequest(
  params: URLSearchParams,
  symbol: ReplaySymbol,
  madeId: () => string,
  type: string,
  names: Readonly<Record<'price' | 'stopPrice' | 'timeInForce' | 'newClientOrderId', string>>,
): OrderRequest {
  if (!LEG_TYPES.includes(type)) throw new Refusal(-1116, 'Invalid orderType.');
  const own = new URLSearchParams({ side: need(params, 'side'), quantity: need(params, 'quantity'), type });
  for (const [name, from] of Object.entries(names)) {
    const value = params.get(from);
    if (value !== null && value !== '') own.set(name, value);
  }
  const needed = [type.includes('LIMIT') && 'price', type !== 'LIMIT_MAKER' && 'stopPrice'] as const;
  for (const name of needed) if (name) need(params, names[name]);
  const unused = (['price', 'stopPrice', 'timeInForce'] as const).find(
    (name) => own.has(name) && !(name === 'timeInForce' ? type.endsWith('_LIMIT') : needed.includes(name)),
  );
  if (unused) throw new Refusal(-1106, `Parameter '${names[unused]}' sent when not required.`);
  return spotRequest(own, symbol, madeId);
}

/** The two orders of `/api/v3/orderList/oco`. */
export function ocoRequests(
  params: URLSearchParams,
  symbol: ReplaySymbol,
  madeId: () => string,
): readonly [OrderRequest, OrderRequest] {
  const leg = (which: 'above' | 'below') =>
    legRequest(params, symbol, madeId, need(params, `${which}Type`).toUpperCase(), {
      price: `${which}Price`,
      stopPrice: `${which}StopPrice`,
      timeInForce: `${which}TimeInForce`,
      newClientOrderId: `${which}ClientOrderId`,
    });
  return [leg('above'), leg('below')];
}

/** The same of the older `/api/v3/order/oco`, which knows a limit order and a stop. */
export function oldOcoRequests(
  params: URLSearchParams,
  symbol: ReplaySymbol,
  madeId: () => string,
): readonly [OrderRequest, OrderRequest] {
  const none = '-';
  const limit = legRequest(params, symbol, madeId, 'LIMIT_MAKER', {
    price: 'price',
    stopPrice: none,
    timeInForce: none,
    newClientOrderId: 'limitClientOrderId',
  });
  const stop = legRequest(params, symbol, madeId, params.get('stopLimitPrice') ? 'STOP_LOSS_LIMIT' : 'STOP_LOSS', {
    price: 'stopLimitPrice',
    stopPrice: 'stopPrice',
    timeInForce: params.get('stopLimitPrice') ? 'stopLimitTimeInForce' : none,
    newClientOrderId: 'stopClientOrderId',
  });
  return limit.side < 0 ? [limit, stop] : [stop, limit];
}
