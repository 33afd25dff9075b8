import type { AlgoOrder } from './algo-order.ts';
import type { FuturesAccount, FuturesPosition } from './futures-account.ts';
import { averageTicks, type ReplayFill, type ReplayOrder } from './replay-order.ts';
import { lotsText, priceText } from './replay-symbol.ts';
import type { SymbolMarket } from './symbol-market.ts';
import { fromMoney, moneyText } from './units.ts';

const sideName = (side: 1 | -1) => (side > 0 ? 'BUY' : 'SELL');

/** An order as `/fapi/v1/order` answers it. */
export function futuresOrderJson(order: ReplayOrder): object {
  const { symbol } = order;
  return {
    orderId: order.id,
    symbol: symbol.id,
    status: order.status,
    clientOrderId: order.clientId,
    price: priceText(symbol, order.tick),
    avgPrice: (averageTicks(order) * symbol.tickSize).toFixed(symbol.priceDecimals + 3),
    origQty: lotsText(symbol, order.lots),
    executedQty: lotsText(symbol, order.filled),
    cumQty: lotsText(symbol, order.filled),
    cumQuote: moneyText(order.cost),
    timeInForce: order.timeInForce,
    type: order.type,
    reduceOnly: order.reduceOnly,
    closePosition: order.closePosition,
    side: sideName(order.side),
    positionSide: order.positionSide,
    stopPrice: '0',
    workingType: 'CONTRACT_PRICE',
    priceMatch: 'NONE',
    selfTradePreventionMode: 'NONE',
    goodTillDate: 0,
    priceProtect: false,
    origType: order.type,
    time: order.time,
    updateTime: order.updateTime,
  };
}

/** A fill as `/fapi/v1/userTrades` answers it. */
export function futuresTradeJson(fill: ReplayFill): object {
  return {
    symbol: fill.symbol.id,
    id: fill.id,
    orderId: fill.orderId,
    side: sideName(fill.side),
    price: priceText(fill.symbol, fill.tick),
    qty: lotsText(fill.symbol, fill.lots),
    realizedPnl: moneyText(fill.realised),
    quoteQty: moneyText(fill.cost),
    commission: moneyText(fill.fee),
    commissionAsset: fill.feeAsset,
    time: fill.time,
    positionSide: fill.positionSide,
    buyer: fill.side > 0,
    maker: fill.isMaker,
  };
}

/** `ORDER_TRADE_UPDATE`. `status` overrides the order's own (NEW_ADL). */
export function orderUpdateJson(
  order: ReplayOrder,
  execution: string,
  fill: ReplayFill | null,
  time: number,
  status?: string,
): object {
  const { symbol } = order;
  return {
    e: 'ORDER_TRADE_UPDATE',
    E: time,
    T: time,
    o: {
      s: symbol.id,
      c: order.clientId,
      S: sideName(order.side),
      o: order.type,
      f: order.timeInForce,
      q: lotsText(symbol, order.lots),
      p: priceText(symbol, order.tick),
      ap: (averageTicks(order) * symbol.tickSize).toFixed(symbol.priceDecimals + 3),
      sp: '0',
      x: execution,
      X: status ?? order.status,
      i: order.id,
      l: lotsText(symbol, fill?.lots ?? 0),
      z: lotsText(symbol, order.filled),
      L: priceText(symbol, fill?.tick ?? 0),
      ...(fill && { N: fill.feeAsset, n: moneyText(fill.fee) }),
      T: time,
      t: fill?.id ?? 0,
      b: '0',
      a: '0',
      m: fill?.isMaker ?? false,
      R: order.reduceOnly,
      wt: 'CONTRACT_PRICE',
      ot: order.type,
      ps: order.positionSide,
      cp: order.closePosition,
      rp: moneyText(fill?.realised ?? 0),
      pP: false,
      si: 0,
      ss: 0,
      V: 'NONE',
      pm: 'NONE',
      gtd: 0,
    },
  };
}

const entryPrice = (p: FuturesPosition) =>
  p.lots === 0
    ? '0'
    : (fromMoney(p.entryCost) / (Math.abs(p.lots) * p.symbol.stepSize)).toFixed(p.symbol.priceDecimals + 4);

/** `ACCOUNT_UPDATE`. */
export function accountUpdateJson(
  account: FuturesAccount,
  reason: string,
  positions: readonly FuturesPosition[],
  change: number,
  time: number,
): object {
  return {
    e: 'ACCOUNT_UPDATE',
    E: time,
    T: time,
    a: {
      m: reason,
      B: [
        {
          a: account.asset,
          wb: moneyText(account.wallet),
          cw: moneyText(account.crossWallet),
          bc: reason === 'ORDER' || reason === 'FUNDING_FEE' ? '0' : moneyText(change),
        },
      ],
      P: positions.map((p) => ({
        s: p.symbol.id,
        pa: lotsText(p.symbol, p.lots),
        ep: entryPrice(p),
        bep: entryPrice(p),
        cr: moneyText(p.realised),
        up: account.unrealised(p).toFixed(8),
        mt: account.settings(p.symbol.id).isIsolated ? 'isolated' : 'cross',
        iw: moneyText(p.isolatedWallet),
        ps: p.side,
        ma: account.asset,
      })),
    },
  };
}

/** A conditional order as `/fapi/v1/algoOrder` answers it. */
export function algoOrderJson(algo: AlgoOrder, child: ReplayOrder | undefined): object {
  const { symbol } = algo;
  return {
    algoId: algo.id,
    clientAlgoId: algo.clientId,
    algoType: 'CONDITIONAL',
    orderType: algo.type,
    symbol: symbol.id,
    side: sideName(algo.side),
    positionSide: algo.positionSide,
    timeInForce: algo.timeInForce,
    quantity: lotsText(symbol, algo.lots),
    algoStatus: algo.status,
    actualOrderId: child ? String(child.id) : '',
    actualPrice: child ? (averageTicks(child) * symbol.tickSize).toFixed(symbol.priceDecimals) : '0',
    triggerPrice: priceText(symbol, algo.triggerTick),
    price: priceText(symbol, algo.tick),
    icebergQuantity: null,
    selfTradePreventionMode: 'NONE',
    workingType: algo.isMark ? 'MARK_PRICE' : 'CONTRACT_PRICE',
    priceMatch: 'NONE',
    closePosition: algo.closePosition,
    priceProtect: false,
    reduceOnly: algo.reduceOnly,
    ...(algo.callback > 0 && {
      callbackRate: String(algo.callback * 100),
      activatePrice: priceText(symbol, algo.activationTick),
    }),
    createTime: algo.time,
    updateTime: algo.updateTime,
    triggerTime: algo.triggerTime,
    goodTillDate: 0,
  };
}

/** `ALGO_UPDATE`. */
export function algoUpdateJson(algo: AlgoOrder, child: ReplayOrder | undefined, time: number): object {
  const { symbol } = algo;
  return {
    e: 'ALGO_UPDATE',
    T: time,
    E: time,
    o: {
      caid: algo.clientId,
      aid: algo.id,
      at: 'CONDITIONAL',
      o: algo.type,
      s: symbol.id,
      S: sideName(algo.side),
      ps: algo.positionSide,
      f: algo.timeInForce,
      q: lotsText(symbol, algo.lots),
      X: algo.status,
      ai: child ? String(child.id) : '',
      ...(child && {
        ap: (averageTicks(child) * symbol.tickSize).toFixed(symbol.priceDecimals),
        aq: lotsText(symbol, child.filled),
        act: child.type,
      }),
      tp: priceText(symbol, algo.triggerTick),
      p: priceText(symbol, algo.tick),
      V: 'NONE',
      wt: algo.isMark ? 'MARK_PRICE' : 'CONTRACT_PRICE',
      pm: 'NONE',
      cp: algo.closePosition,
      pP: false,
      R: algo.reduceOnly,
      tt: algo.triggerTime,
      gtd: 0,
      ...(algo.reason !== '' && { rm: algo.reason }),
    },
  };
}

/** `/fapi/v3/positionRisk`; v2 has leverage and margin type too, and they do no harm in v3's readers. */
export function positionRiskJson(
  account: FuturesAccount,
  p: FuturesPosition,
  market: SymbolMarket,
  isV2: boolean,
): object {
  const { symbol } = p;
  const settings = account.settings(symbol.id);
  const margin = account.initialMargin(p);
  return {
    symbol: symbol.id,
    positionSide: p.side,
    positionAmt: lotsText(symbol, p.lots),
    entryPrice: entryPrice(p),
    breakEvenPrice: entryPrice(p),
    markPrice: market.mark.toFixed(8),
    unRealizedProfit: account.unrealised(p).toFixed(8),
    liquidationPrice: account.liquidationPrice(p).toFixed(8),
    isolatedMargin: settings.isIsolated ? (fromMoney(p.isolatedWallet) + account.unrealised(p)).toFixed(8) : '0',
    notional: account.notional(p).toFixed(8),
    marginAsset: account.asset,
    isolatedWallet: moneyText(p.isolatedWallet),
    initialMargin: (margin.position + margin.orders).toFixed(8),
    maintMargin: account.maintenance(p).toFixed(8),
    positionInitialMargin: margin.position.toFixed(8),
    openOrderInitialMargin: margin.orders.toFixed(8),
    adl: 1,
    bidNotional: '0',
    askNotional: '0',
    updateTime: p.updateTime,
    ...(isV2 && {
      leverage: String(settings.leverage),
      marginType: settings.isIsolated ? 'isolated' : 'cross',
      isAutoAddMargin: 'false',
      maxNotionalValue: String(
        symbol.brackets.findLast((b) => b.initialLeverage >= settings.leverage)?.notionalCap ?? 0,
      ),
    }),
  };
}

/** `/fapi/v3/account` (and v2). */
export function futuresAccountJson(account: FuturesAccount, time: number, positions: readonly object[]): object {
  const t = account.totals();
  const wallet = moneyText(account.wallet);
  const sums = {
    initialMargin: (t.positionMargin + t.orderMargin).toFixed(8),
    maintMargin: t.maintenance.toFixed(8),
    marginBalance: (fromMoney(account.wallet) + t.unrealised).toFixed(8),
    positionInitialMargin: t.positionMargin.toFixed(8),
    openOrderInitialMargin: t.orderMargin.toFixed(8),
    crossWalletBalance: moneyText(account.crossWallet),
    crossUnPnl: t.crossUnrealised.toFixed(8),
    availableBalance: Math.max(0, t.free).toFixed(8),
    maxWithdrawAmount: Math.max(0, t.free).toFixed(8),
  };
  return {
    totalInitialMargin: sums.initialMargin,
    totalMaintMargin: sums.maintMargin,
    totalWalletBalance: wallet,
    totalUnrealizedProfit: t.unrealised.toFixed(8),
    totalMarginBalance: sums.marginBalance,
    totalPositionInitialMargin: sums.positionInitialMargin,
    totalOpenOrderInitialMargin: sums.openOrderInitialMargin,
    totalCrossWalletBalance: sums.crossWalletBalance,
    totalCrossUnPnl: sums.crossUnPnl,
    availableBalance: sums.availableBalance,
    maxWithdrawAmount: sums.maxWithdrawAmount,
    feeTier: 0,
    canTrade: true,
    canDeposit: true,
    canWithdraw: false,
    multiAssetsMargin: false,
    updateTime: time,
    assets: [
      {
        asset: account.asset,
        walletBalance: wallet,
        unrealizedProfit: t.unrealised.toFixed(8),
        ...sums,
        marginAvailable: true,
        updateTime: time,
      },
    ],
    positions,
  };
}
