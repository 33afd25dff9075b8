import type { ExchangeCapabilities } from '../../ports/exchange.ts';
import type { CcxtClient } from './ccxt-client.ts';
import type { VenueProfile } from './venue-profile.ts';

/** What an adapter offers at a venue: what ccxt says that it has, corrected by the profile. Acceptance cases hold each of these. */
export function capabilitiesOf(
  client: Pick<CcxtClient, 'has'>,
  profile: VenueProfile,
  kind: 'spot' | 'perpetual',
): ExchangeCapabilities {
  const has = (name: string) => client.has[name] === true;
  const isPerpetual = kind === 'perpetual';
  return {
    streams: {
      candles: has('watchOHLCV'),
      trades: has('watchTrades'),
      book: has('watchOrderBook'),
      tickers: has('watchTickers') || has('watchTicker'),
      funding: isPerpetual && (has('watchMarkPrices') || has('watchFundingRates')),
      liquidations: isPerpetual && (has('watchLiquidationsForSymbols') || has('watchLiquidations')),
      account: has('watchOrders'),
    },
    openInterest: isPerpetual && has('fetchOpenInterest'),
    shorts: isPerpetual,
    leverage: isPerpetual && has('setLeverage'),
    marginModes: isPerpetual && has('setMarginMode') ? ['isolated', 'cross'] : [],
    stops: profile.stopCall !== undefined,
    stopReplace: 'gap',
    stopTrigger: ['last'],
    amend: has('editOrder'),
    amendInPlace: false,
    pairedExits: profile.placePair !== undefined,
    postOnly: true,
    reduceOnly: isPerpetual,
    timeInForce: ['GTC', 'IOC', 'FOK'],
    lookUpByClientId: true,
    fundingPayments: isPerpetual && has('fetchFundingHistory'),
    keyPermissions: false,
    deadMansSwitch: false,
    ...profile.capabilities,
  };
}
