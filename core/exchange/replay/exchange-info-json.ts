import type { ReplaySymbol } from './replay-symbol.ts';
import { lotsText } from './replay-symbol.ts';
import type { SymbolMarket } from './symbol-market.ts';

function filters(symbol: ReplaySymbol): object[] {
  const price = {
    filterType: 'PRICE_FILTER',
    minPrice: symbol.tickSize.toFixed(symbol.priceDecimals),
    maxPrice: '1000000',
    tickSize: symbol.tickSize.toFixed(symbol.priceDecimals),
  };
  const lot = (filterType: string, maxLots: number) => ({
    filterType,
    minQty: lotsText(symbol, symbol.minLots),
    maxQty: lotsText(symbol, maxLots),
    stepSize: symbol.stepSize.toFixed(symbol.amountDecimals),
  });
  const band = { multiplierUp: (1 + symbol.priceBand).toFixed(4), multiplierDown: (1 - symbol.priceBand).toFixed(4) };
  if (symbol.venue === 'futures')
    return [
      price,
      lot('LOT_SIZE', symbol.maxLots),
      lot('MARKET_LOT_SIZE', symbol.marketMaxLots),
      { filterType: 'MAX_NUM_ORDERS', limit: 200 },
      { filterType: 'MAX_NUM_ALGO_ORDERS', limit: 10 },
      { filterType: 'MIN_NOTIONAL', notional: String(symbol.minNotional) },
      { filterType: 'PERCENT_PRICE', ...band, multiplierDecimal: '4' },
    ];
  return [
    price,
    lot('LOT_SIZE', symbol.maxLots),
    lot('MARKET_LOT_SIZE', symbol.marketMaxLots),
    {
      filterType: 'NOTIONAL',
      minNotional: String(symbol.minNotional),
      applyMinToMarket: true,
      maxNotional: '9000000',
      applyMaxToMarket: false,
      avgPriceMins: 5,
    },
    {
      filterType: 'PERCENT_PRICE_BY_SIDE',
      bidMultiplierUp: band.multiplierUp,
      bidMultiplierDown: band.multiplierDown,
      askMultiplierUp: band.multiplierUp,
      askMultiplierDown: band.multiplierDown,
      avgPriceMins: 5,
    },
    { filterType: 'MAX_NUM_ORDERS', maxNumOrders: 200 },
  ];
}

/** Rate limits as `exchangeInfo` states them. */
export interface StatedLimits {
  readonly weightPerMinute: number;
  readonly ordersPer10s: number;
  readonly ordersPerMinute: number;
  readonly ordersPerDay?: number;
}

/** `/fapi/v1/exchangeInfo`. */
export function futuresInfoJson(markets: Iterable<SymbolMarket>, limits: StatedLimits, time: number): object {
  const all = [...markets];
  return {
    timezone: 'UTC',
    serverTime: time,
    futuresType: 'U_MARGINED',
    rateLimits: [
      { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: limits.weightPerMinute },
      { rateLimitType: 'ORDERS', interval: 'MINUTE', intervalNum: 1, limit: limits.ordersPerMinute },
      { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: limits.ordersPer10s },
    ],
    exchangeFilters: [],
    assets: [...new Set(all.map((m) => m.symbol.quote))].map((asset) => ({
      asset,
      marginAvailable: true,
      autoAssetExchange: '-10000',
    })),
    symbols: all.map(({ symbol, status }) => ({
      symbol: symbol.id,
      pair: symbol.id,
      contractType: 'PERPETUAL',
      deliveryDate: 4133404800000,
      onboardDate: 1569398400000,
      status,
      maintMarginPercent: '2.5000',
      requiredMarginPercent: '5.0000',
      baseAsset: symbol.base,
      quoteAsset: symbol.quote,
      marginAsset: symbol.quote,
      pricePrecision: symbol.priceDecimals,
      quantityPrecision: symbol.amountDecimals,
      baseAssetPrecision: 8,
      quotePrecision: 8,
      underlyingType: 'COIN',
      underlyingSubType: ['PoW'],
      triggerProtect: '0.0500',
      liquidationFee: '0.012500',
      marketTakeBound: symbol.priceBand.toFixed(2),
      maxMoveOrderLimit: 10000,
      filters: filters(symbol),
      orderTypes: [
        'LIMIT',
        'MARKET',
        'STOP',
        'STOP_MARKET',
        'TAKE_PROFIT',
        'TAKE_PROFIT_MARKET',
        'TRAILING_STOP_MARKET',
      ],
      timeInForce: ['GTC', 'IOC', 'FOK', 'GTX', 'GTD'],
    })),
  };
}

/** `/api/v3/exchangeInfo`. */
export function spotInfoJson(markets: Iterable<SymbolMarket>, limits: StatedLimits, time: number): object {
  return {
    timezone: 'UTC',
    serverTime: time,
    rateLimits: [
      { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: limits.weightPerMinute },
      { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: limits.ordersPer10s },
      ...(limits.ordersPerDay === undefined
        ? []
        : [{ rateLimitType: 'ORDERS', interval: 'DAY', intervalNum: 1, limit: limits.ordersPerDay }]),
    ],
    exchangeFilters: [],
    symbols: [...markets].map(({ symbol, status }) => ({
      symbol: symbol.id,
      status: status === 'TRADING' ? status : 'BREAK',
      baseAsset: symbol.base,
      baseAssetPrecision: 8,
      quoteAsset: symbol.quote,
      quotePrecision: 8,
      quoteAssetPrecision: 8,
      baseCommissionPrecision: 8,
      quoteCommissionPrecision: 8,
      orderTypes: [
        'LIMIT',
        'LIMIT_MAKER',
        'MARKET',
        'STOP_LOSS',
        'STOP_LOSS_LIMIT',
        'TAKE_PROFIT',
        'TAKE_PROFIT_LIMIT',
      ],
      icebergAllowed: false,
      ocoAllowed: true,
      otoAllowed: false,
      quoteOrderQtyMarketAllowed: true,
      allowTrailingStop: false,
      cancelReplaceAllowed: true,
      amendAllowed: false,
      isSpotTradingAllowed: true,
      isMarginTradingAllowed: false,
      filters: filters(symbol),
      permissions: ['SPOT'],
      permissionSets: [['SPOT']],
      defaultSelfTradePreventionMode: 'EXPIRE_MAKER',
      allowedSelfTradePreventionModes: ['EXPIRE_MAKER'],
    })),
  };
}
