import type { Route, Routes } from '../rest.ts';
import { moneyText } from '../units.ts';

const signed = (handle: Route['handle']): Route => ({ venue: 'spot', security: 'signed', weight: 1, handle });

/** Wallet endpoints that clients call around trading. */
export const SAPI_ROUTES: Routes = {
  'GET /sapi/v1/system/status': {
    venue: 'spot',
    security: 'public',
    weight: 1,
    handle: (x) => (x.isDown ? { status: 1, msg: 'system_maintenance' } : { status: 0, msg: 'normal' }),
  },
  'GET /sapi/v1/capital/config/getall': signed((x) => {
    const assets = new Set<string>();
    for (const venue of ['spot', 'futures'] as const)
      for (const { symbol } of x.markets(venue).values()) assets.add(symbol.base).add(symbol.quote);
    return [...assets].map((coin) => ({
      coin,
      name: coin,
      depositAllEnable: true,
      withdrawAllEnable: false,
      free: '0',
      locked: '0',
      isLegalMoney: false,
      trading: true,
      networkList: [],
    }));
  }),
  'GET /sapi/v1/margin/allPairs': signed(() => []),
  'GET /sapi/v1/margin/isolated/allPairs': signed(() => []),
  'GET /sapi/v1/account/apiRestrictions': signed((x, _params, request) => {
    const key = x.session.key(request.apiKey);
    return {
      ipRestrict: true,
      createTime: 1_577_836_800_000,
      enableReading: true,
      enableWithdrawals: key.canWithdraw ?? false,
      enableInternalTransfer: key.canWithdraw ?? false,
      enableMargin: false,
      enableFutures: key.canTrade ?? true,
      permitsUniversalTransfer: key.canWithdraw ?? false,
      enableVanillaOptions: false,
      enableFixApiTrade: false,
      enableFixReadOnly: false,
      enableSpotAndMarginTrading: key.canTrade ?? true,
      enablePortfolioMarginTrading: false,
    };
  }),
  'POST /sapi/v3/asset/getUserAsset': signed((x, params) => {
    const asked = params.get('asset');
    return [...x.spot.wallet.balances]
      .filter(([asset, b]) => (asked ? asset === asked : b.free + b.locked > 0))
      .map(([asset, b]) => ({
        asset,
        free: moneyText(b.free),
        locked: moneyText(b.locked),
        freeze: '0',
        withdrawing: '0',
        ipoable: '0',
        btcValuation: '0',
      }));
  }),
  'GET /sapi/v1/asset/tradeFee': signed((x) =>
    [...x.markets('spot').values()].map(({ symbol }) => ({
      symbol: symbol.id,
      makerCommission: String(symbol.makerFee),
      takerCommission: String(symbol.takerFee),
    })),
  ),
  'GET /sapi/v1/account/status': signed(() => ({ data: 'Normal' })),
};
