import { futuresAccountJson, futuresOrderJson, futuresTradeJson, positionRiskJson } from '../futures-json.ts';
import { need, numberParam } from '../order-params.ts';
import { missing, Refusal } from '../refusal.ts';
import type { ReplayExchange } from '../replay-exchange.ts';
import type { Route, Routes } from '../rest.ts';
import { moneyText } from '../units.ts';
import { futuresSymbol, page } from './futures-orders.ts';
import { listenKeyRoutes } from './listen-key.ts';

const signed = (weight: number, handle: Route['handle']): Route => ({
  venue: 'futures',
  security: 'signed',
  weight,
  handle,
});

const done = { code: 200, msg: 'success' };
const bool = (params: URLSearchParams, name: string) => {
  const text = need(params, name).toLowerCase();
  if (text !== 'true' && text !== 'false') throw missing(name);
  return text === 'true';
};

function positions(x: ReplayExchange, params: URLSearchParams, isV2: boolean): object[] {
  const { account } = x.futures;
  const symbol = params.get('symbol') ? futuresSymbol(x, params).id : undefined;
  const open = account.open(symbol);
  const rows = isV2
    ? [...x.markets('futures').values()]
        .filter((m) => symbol === undefined || m.symbol.id === symbol)
        .flatMap((m) =>
          (account.isDual ? (['LONG', 'SHORT'] as const) : (['BOTH'] as const)).map((side) =>
            account.position(m.symbol, side),
          ),
        )
    : open;
  return rows.map((p) => positionRiskJson(account, p, x.futures.market(p.symbol.id), isV2));
}

/** -2027 when the position would exceed what the new leverage allows. */
function setLeverage(x: ReplayExchange, params: URLSearchParams): object {
  const symbol = futuresSymbol(x, params);
  const leverage = numberParam(params, 'leverage', Number.NaN);
  const { account } = x.futures;
  const settings = account.settings(symbol.id);
  if (!Number.isInteger(leverage) || leverage < 1 || leverage > symbol.brackets[0]!.initialLeverage)
    throw new Refusal(-4028, `Leverage ${params.get('leverage')} is not valid`);
  const cap = symbol.brackets.findLast((b) => b.initialLeverage >= leverage)!.notionalCap;
  const held = account.open(symbol.id).reduce((sum, p) => sum + Math.abs(account.notional(p)), 0);
  if (held > cap) throw new Refusal(-2027, 'Exceeded the maximum allowable position at current leverage.');
  if (settings.isIsolated && held > 0 && leverage < settings.leverage)
    throw new Refusal(-4161, 'Leverage reduction is not supported in Isolated Margin Mode with open positions.');
  const before = settings.leverage;
  settings.leverage = leverage;
  if (account.totals().free < 0 && leverage < before) {
    settings.leverage = before;
    throw new Refusal(-2019, 'Margin is insufficient.');
  }
  if (leverage !== before) x.futures.output.settings(symbol.id, leverage);
  return { leverage, maxNotionalValue: String(cap), symbol: symbol.id };
}

function setMarginType(x: ReplayExchange, params: URLSearchParams): object {
  const symbol = futuresSymbol(x, params);
  const type = need(params, 'marginType').toUpperCase();
  if (type !== 'ISOLATED' && type !== 'CROSSED') throw missing('marginType');
  const { account, orders, algos } = x.futures;
  const settings = account.settings(symbol.id);
  if (settings.isIsolated === (type === 'ISOLATED')) throw new Refusal(-4046, 'No need to change margin type.');
  if (orders.hasOpen(symbol.id) || algos.open(symbol.id).length > 0)
    throw new Refusal(-4047, 'Margin type cannot be changed if there exists open orders.');
  if (account.open(symbol.id).length > 0)
    throw new Refusal(-4048, 'Margin type cannot be changed if there exists position.');
  settings.isIsolated = type === 'ISOLATED';
  return done;
}

function setPositionMode(x: ReplayExchange, params: URLSearchParams): object {
  const dual = bool(params, 'dualSidePosition');
  const { account, orders, algos } = x.futures;
  if (dual === account.isDual) throw new Refusal(-4059, 'No need to change position side.');
  if (orders.open().length > 0 || algos.open().length > 0)
    throw new Refusal(-4067, 'Position side cannot be changed if there exists open orders.');
  if (account.open().length > 0) throw new Refusal(-4068, 'Position side cannot be changed if there exists position.');
  account.isDual = dual;
  return done;
}

const account: Route['handle'] = (x, params) =>
  futuresAccountJson(x.futures.account, x.now, positions(x, params, false));

const positionMargin: Route['handle'] = (x, params) => {
  const symbol = futuresSymbol(x, params);
  const money = Math.round(numberParam(params, 'amount', 0) * 1e8);
  const type = numberParam(params, 'type', 0);
  const position = x.futures.account.open(symbol.id)[0];
  if (!position || !x.futures.account.settings(symbol.id).isIsolated)
    throw new Refusal(-4051, 'Cross balance insufficient.');
  if (money <= 0 || (type !== 1 && type !== 2)) throw missing('amount');
  if (type === 1 && money > x.futures.account.totals().free * 1e8)
    throw new Refusal(-4051, 'Cross balance insufficient.');
  if (type === 2 && money >= position.isolatedWallet) throw new Refusal(-4052, 'Isolated balance insufficient.');
  position.isolatedWallet += type === 1 ? money : -money;
  x.futures.output.account('MARGIN_TRANSFER', [position], 0);
  return { amount: moneyText(money), code: 200, msg: 'Successfully modify position margin.', type };
};

/**
 * Place in the queue for auto-deleveraging, 0 to 4, of positions: 0 for a loss, else by profit over margin in steps of a quarter. Binance ranks by the same
 * measure, but among all accounts.
 */
function adlQuantiles(x: ReplayExchange, params: URLSearchParams): object[] {
  const { account } = x.futures;
  const asked = params.get('symbol') ? futuresSymbol(x, params).id : undefined;
  const bySymbol = new Map<string, Record<string, number>>();
  for (const p of account.open(asked)) {
    const { leverage, isIsolated } = account.settings(p.symbol.id);
    const ratio = (account.unrealised(p) / Math.abs(account.notional(p))) * leverage;
    const row = bySymbol.get(p.symbol.id) ?? {
      LONG: 0,
      SHORT: 0,
      [account.isDual && !isIsolated ? 'HEDGE' : 'BOTH']: 0,
    };
    row[p.side] = ratio > 0 ? Math.min(4, 1 + Math.floor(ratio * 4)) : 0;
    bySymbol.set(p.symbol.id, row);
  }
  return [...bySymbol].map(([symbol, adlQuantile]) => ({ symbol, adlQuantile }));
}

/** Balances, positions, settings and history of the futures account. */
export const FUTURES_ACCOUNT_ROUTES: Routes = {
  'GET /fapi/v3/account': signed(5, account),
  'GET /fapi/v2/account': signed(5, account),
  'GET /fapi/v3/balance': signed(5, (x) =>
    (futuresAccountJson(x.futures.account, x.now, []) as { assets: object[] }).assets.map(asBalance),
  ),
  'GET /fapi/v2/balance': signed(5, (x) =>
    (futuresAccountJson(x.futures.account, x.now, []) as { assets: object[] }).assets.map(asBalance),
  ),
  'GET /fapi/v3/positionRisk': signed(5, (x, params) => positions(x, params, false)),
  'GET /fapi/v2/positionRisk': signed(5, (x, params) => positions(x, params, true)),
  'GET /fapi/v1/leverageBracket': signed(1, (x, params) => {
    const wanted = params.get('symbol');
    const rows = [...x.markets('futures').values()]
      .filter((m) => !wanted || m.symbol.id === wanted)
      .map(({ symbol }) => ({
        symbol: symbol.id,
        notionalCoef: 1,
        brackets: symbol.brackets.map((b, i) => ({ bracket: i + 1, ...b })),
      }));
    return wanted ? rows[0] : rows;
  }),
  'GET /fapi/v1/symbolConfig': signed(5, (x, params) =>
    [...x.markets('futures').values()]
      .filter((m) => !params.get('symbol') || m.symbol.id === params.get('symbol'))
      .map(({ symbol }) => {
        const s = x.futures.account.settings(symbol.id);
        const cap = symbol.brackets.findLast((b) => b.initialLeverage >= s.leverage)?.notionalCap ?? 0;
        return {
          symbol: symbol.id,
          marginType: s.isIsolated ? 'ISOLATED' : 'CROSSED',
          isAutoAddMargin: false,
          leverage: s.leverage,
          maxNotionalValue: String(cap),
        };
      }),
  ),
  'GET /fapi/v1/accountConfig': signed(5, (x) => ({
    feeTier: 0,
    canTrade: true,
    canDeposit: true,
    canWithdraw: false,
    dualSidePosition: x.futures.account.isDual,
    updateTime: 0,
    multiAssetsMargin: false,
    tradeGroupId: -1,
  })),
  'POST /fapi/v1/leverage': signed(1, setLeverage),
  'POST /fapi/v1/marginType': signed(1, setMarginType),
  'POST /fapi/v1/positionMargin': signed(1, positionMargin),
  'POST /fapi/v1/positionSide/dual': signed(1, setPositionMode),
  'GET /fapi/v1/positionSide/dual': signed(30, (x) => ({ dualSidePosition: x.futures.account.isDual })),
  'GET /fapi/v1/multiAssetsMargin': signed(30, () => ({ multiAssetsMargin: false })),
  'GET /fapi/v1/commissionRate': signed(20, (x, params) => {
    const symbol = futuresSymbol(x, params);
    return {
      symbol: symbol.id,
      makerCommissionRate: String(symbol.makerFee),
      takerCommissionRate: String(symbol.takerFee),
    };
  }),
  'GET /fapi/v1/adlQuantile': signed(5, adlQuantiles),
  'GET /fapi/v1/rateLimit/order': signed(1, (x) =>
    x.limits.futures.orderCounts().map(({ count: _, ...row }) => ({ rateLimitType: 'ORDERS', ...row })),
  ),
  'GET /fapi/v1/userTrades': signed(5, (x, params) => {
    const { id } = futuresSymbol(x, params);
    const orderId = params.get('orderId');
    const fills = x.futures.orders.fills.filter(
      (f) => f.symbol.id === id && (!orderId || String(f.orderId) === orderId),
    );
    return page(
      fills,
      params,
      'fromId',
      (f) => BigInt(f.id),
      (f) => f.time,
    ).map(futuresTradeJson);
  }),
  'GET /fapi/v1/income': signed(30, (x, params) => {
    const [type, symbol] = [params.get('incomeType'), params.get('symbol')];
    const rows = x.ledger.rows.filter(
      (r) => r.venue === 'futures' && (!type || r.type === type) && (!symbol || r.symbol === symbol),
    );
    return page(
      rows,
      params,
      'tranId',
      (r) => BigInt(r.tranId),
      (r) => r.time,
    ).map((r) => ({
      symbol: r.symbol,
      incomeType: r.type,
      income: moneyText(r.money),
      asset: r.asset,
      info: r.type,
      time: r.time,
      tranId: r.tranId,
      tradeId: r.tradeId === null ? '' : String(r.tradeId),
    }));
  }),
  'GET /fapi/v1/forceOrders': signed(20, (x, params) => {
    const type = params.get('autoCloseType');
    const wanted = type === 'ADL' ? ['adl'] : type === 'LIQUIDATION' ? ['liquidation'] : ['adl', 'liquidation'];
    return x.futures.orders
      .all(params.get('symbol') ? futuresSymbol(x, params).id : undefined)
      .filter((order) => wanted.includes(order.origin))
      .map(futuresOrderJson);
  }),
  ...listenKeyRoutes('futures', '/fapi/v1/listenKey'),
};

function asBalance(asset: object): object {
  const a = asset as Record<string, unknown>;
  return { accountAlias: 'replay', balance: a.walletBalance, ...a };
}
