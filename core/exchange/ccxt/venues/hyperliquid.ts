import type { VenueProfile } from '../venue-profile.ts';

/** Hyperliquid perpetuals (hyperliquid.gitbook.io). Signs with a wallet's key; an agent wallet cannot withdraw, but the venue does not say what a key is. */
export const HYPERLIQUID: VenueProfile = {
  options: { defaultType: 'swap', fetchMarkets: { types: ['swap'] }, fetchCurrencies: false },
  burstMs: 15_000,
  // Their hashes are all zero.
  paymentsHaveIds: false,
  idForm: 'cloid',
  idParam: 'clientOrderId',
  findBy: 'fetchOrder',
  hasSeparateTriggers: false,
  marginModePerRequest: true,
  cancelNeedsId: true,
  // A modified order is a new one.
  amendReplaces: true,
  isLiquidation: ({ liquidation }) => liquidation !== undefined,
  // With the user's key ccxt would approve a fee for its makers and name them as referrer.
  prepare: (client) => {
    client.handleBuilderFeeApproval = async () => true;
    client.setRef = async () => ({});
  },
  // A market order is a limit that takes within ccxt's slippage bound of 5 %.
  marketNeedsPrice: true,
  marketCall: (_request, reference) => ({ type: 'market', price: reference, params: {} }),
  stopCall: ({ price }) => ({ type: 'market', price, params: { stopLossPrice: price } }),
  capabilities: { stopReplace: 'amend', stopTrigger: ['mark'], deadMansSwitch: true, timeInForce: ['GTC', 'IOC'] },
  codeOf: (message) =>
    /"error":\s*"([^"]+)"/.exec(message)?.[1] ?? /"response":\s*"([^"]+)"/.exec(message)?.[1] ?? null,
  refusals: {},
  refusalWords: [
    [/Insufficient margin|Insufficient spot balance/i, 'insufficient-funds'],
    [/minimum value of/i, 'below-minimum'],
    [/Post only order would have immediately matched/i, 'would-take'],
    [/Reduce only order would increase/i, 'reduce-only'],
    [/Invalid TP\/SL price|trigger/i, 'would-trigger'],
    [/tick size|Order has invalid size|invalid price/i, 'precision'],
    [/too far from (the )?(reference|oracle)|could not immediately match/i, 'price-limit'],
    [/never placed, already canceled, or filled|unknownOid/i, 'order-not-found'],
    [/(User or API Wallet|Must deposit)/i, 'key'],
    [/duplicate cloid|already used/i, 'duplicate-id'],
    [/Too many (cumulative )?requests/i, 'rate-limit'],
  ],
  deadMansSwitch: (client, ms) => client.cancelAllOrdersAfter(Math.max(5_000, ms === 0 ? 86_000_000 : ms)),
  testnet: 'sandbox',
  fillsPerPair: false,
};
