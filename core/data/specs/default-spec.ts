import type { InstrumentSpec, LeverageTier } from '../../domain/instrument.ts';

/** Tiers in the shape that large perpetuals have; maintenance amounts make the margin continuous. Used only where nothing is stored. */
const TIER_SHAPE: readonly (readonly [cap: number, rate: number, leverage: number])[] = [
  [50_000, 0.005, 100],
  [250_000, 0.01, 50],
  [1_000_000, 0.025, 20],
  [5_000_000, 0.05, 10],
  [20_000_000, 0.1, 5],
  [100_000_000, 0.125, 4],
  [1_000_000_000, 0.25, 2],
];

/** Tiers of a table of (notional cap, maintenance margin rate, largest leverage), with continuous maintenance amounts. */
export function tiersFrom(shape: readonly (readonly [number, number, number])[]): readonly LeverageTier[] {
  const tiers: LeverageTier[] = [];
  let minNotional = 0;
  let maintenanceAmount = 0;
  let previousRate = 0;
  for (const [maxNotional, maintenanceMarginRate, maxLeverage] of shape) {
    // Rounded, since the difference of two rates has noise in its last digits.
    maintenanceAmount += Math.round(minNotional * (maintenanceMarginRate - previousRate) * 1e6) / 1e6;
    tiers.push({ minNotional, maxNotional, maintenanceMarginRate, maxLeverage, maintenanceAmount });
    minNotional = maxNotional;
    previousRate = maintenanceMarginRate;
  }
  return tiers;
}

const FIAT = new Set([
  'USD',
  'EUR',
  'GBP',
  'JPY',
  'CHF',
  'AUD',
  'NZD',
  'CAD',
  'SEK',
  'NOK',
  'CNH',
  'SGD',
  'HKD',
  'MXN',
  'ZAR',
]);

/**
 * A plausible specification for a pair of which nothing is stored: spot 0.1 % fees, perpetual 0.02 % maker and 0.05 % taker with
 * funding every 8 hours (Binance's public base rates), forex without commission (the spread is in the quotes). Results say "assumed".
 */
export function defaultSpec(exchange: string, pair: string): InstrumentSpec {
  const [market = pair, settle] = pair.split(':');
  const [base = market, quote = ''] = market.split('/');
  const common = { exchange, pair, base, quote, validFrom: 0, status: 'trading' as const, contractSize: 1 };
  if (settle !== undefined)
    return {
      ...common,
      kind: 'perpetual',
      settle,
      priceTick: 1e-8,
      amountStep: 1e-8,
      minAmount: 1e-8,
      minCost: 5,
      makerFee: 0.0002,
      takerFee: 0.0005,
      maxLeverage: 100,
      tiers: tiersFrom(TIER_SHAPE),
      fundingIntervalHours: 8,
    };
  const isForex = FIAT.has(base) && FIAT.has(quote);
  return {
    ...common,
    kind: isForex ? 'forex' : 'spot',
    settle: quote,
    priceTick: isForex ? (quote === 'JPY' ? 0.001 : 0.00001) : 1e-8,
    amountStep: isForex ? 1 : 1e-8,
    minAmount: isForex ? 1 : 1e-8,
    minCost: isForex ? 0 : FIAT.has(quote) || /^(USD|BUSD|FDUSD|DAI|TUSD)/.test(quote) ? 5 : 0,
    makerFee: isForex ? 0 : 0.001,
    takerFee: isForex ? 0 : 0.001,
    maxLeverage: isForex ? 30 : 1,
    tiers: isForex ? tiersFrom([[1e12, 1 / 60, 30]]) : [],
    fundingIntervalHours: 0,
  };
}
