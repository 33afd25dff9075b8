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

/** Prices below it have grids of their own: at 1e-8 a tick is a ten-thousandth of it. */
const SMALL = 1e-4;

/**
 * A default specification of a pair at its prices. Where they go below 1e-4, its tick is the step that they show, if that is finer (a tick of 1e-8 would
 * make prices below it zero), and a lot is worth 1e-8 to 1e-7 of the quote, so that amounts stay numbers of lots that a double counts exactly.
 * @param closes prices in quote
 */
export function defaultAtPrices(spec: InstrumentSpec, closes: Float64Array): InstrumentSpec {
  let lowest = Number.POSITIVE_INFINITY;
  for (const price of closes) if (price > 0 && price < lowest) lowest = price;
  if (!(lowest < SMALL) || spec.kind === 'forex') return spec;
  const zeros = Math.ceil(-Math.log10(lowest));
  const amountStep = Number(`1e${zeros - 8}`);
  // Eight figures: what was computed, not quoted, has no step.
  return {
    ...spec,
    priceTick: Math.min(spec.priceTick, inferTick(closes, zeros + 8)),
    amountStep,
    minAmount: amountStep,
  };
}

/**
 * The decimal price tick that a sample of prices shows: the largest power of ten of which all are multiples. It never is coarser than
 * the real one by more than the sample's luck; used only to better a built-in default, and flagged as assumed.
 * @param finest decimals at most
 */
export function inferTick(prices: Float64Array, finest = 8, sampleSize = 2_000): number {
  const stride = Math.max(1, Math.floor(prices.length / sampleSize));
  let decimals = 0;
  for (let i = 0; i < prices.length && decimals < finest; i += stride) {
    const price = prices[i]!;
    if (!Number.isFinite(price)) continue;
    while (decimals < finest && !isMultiple(price, decimals)) decimals++;
  }
  return Number(`1e-${decimals}`);
}

function isMultiple(price: number, decimals: number): boolean {
  const scaled = price * 10 ** decimals;
  // Doubles near a decimal are off by some units in the last place. Nothing but zero is zero times a step.
  return (
    (price === 0 || Math.round(scaled) !== 0) &&
    Math.abs(scaled - Math.round(scaled)) <= Math.abs(scaled) * 4e-16 + 1e-12
  );
}
