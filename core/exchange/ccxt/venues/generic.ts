import type { VenueProfile } from '../venue-profile.ts';

/** Any other exchange of ccxt: only what ccxt unifies. No stop of its own can be moved without a gap, and nothing is known of its codes. */
export function generic(isPerpetual: boolean): VenueProfile {
  return {
    options: { defaultType: isPerpetual ? 'swap' : 'spot', fetchCurrencies: false },
    burstMs: 1_000,
    idForm: 'plain',
    idParam: 'clientOrderId',
    cancelNeedsId: true,
    findBy: 'fetchOrder',
    hasSeparateTriggers: false,
    marketNeedsPrice: false,
    stopCall: ({ price }) => ({ type: 'market', params: { stopLossPrice: price } }),
    capabilities: { stopReplace: 'gap', stopTrigger: ['last'] },
    codeOf: (message) => /"(?:code|retCode|error_code)":\s*"?(-?\d+)/.exec(message)?.[1] ?? null,
    refusals: {},
    fillsPerPair: true,
  };
}
