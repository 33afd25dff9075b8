import { type InstrumentSpec, pairToFileName } from '../../domain/instrument.ts';
import { TidegateError } from '../../foundation/errors.ts';
import { hash32 } from '../../foundation/rng.ts';
import { SYNTHETIC } from '../../ports/market-data.ts';
import { defaultSpec, tiersFrom } from '../specs/default-spec.ts';

/** What distinguishes one synthetic asset from another. */
export interface Asset {
  readonly base: string;
  /** Price at the start, in quote. */
  readonly price: number;
  /** Standard deviation of log returns a year in a calm market. */
  readonly volatility: number;
  /** Share of the market's return that it takes. */
  readonly beta: number;
  /** Mean turnover a minute, in quote. */
  readonly turnover: number;
  /** Decimals of price and amount. */
  readonly priceDecimals: number;
  readonly amountDecimals: number;
}

const asset = (
  base: string,
  price: number,
  volatility: number,
  beta: number,
  turnover: number,
  priceDecimals: number,
  amountDecimals: number,
): Asset => ({ base, price, volatility, beta, turnover, priceDecimals, amountDecimals });

const KNOWN: readonly Asset[] = [
  asset('BTC', 40_000, 0.55, 0.9, 6e6, 1, 3),
  asset('ETH', 2_500, 0.7, 1.05, 4e6, 2, 3),
  asset('SOL', 90, 1.0, 1.2, 1.5e6, 3, 0),
  asset('BNB', 350, 0.6, 0.8, 5e5, 2, 2),
  asset('XRP', 0.6, 0.85, 0.9, 8e5, 4, 1),
  asset('ADA', 0.45, 0.9, 1.0, 3e5, 5, 0),
];

/** The asset of a base currency; one that is not in the table gets parameters that follow from its name. */
export function assetOf(base: string): Asset {
  const known = KNOWN.find((a) => a.base === base);
  if (known) return known;
  const draw = (what: string) => hash32(base, what) / 2 ** 32;
  const price = 10 ** (draw('price') * 4 - 1);
  const priceDecimals = Math.max(0, 4 - Math.floor(Math.log10(price)));
  return asset(
    base,
    price,
    0.6 + 0.6 * draw('volatility'),
    0.6 + 0.7 * draw('beta'),
    1e5 + 5e5 * draw('turnover'),
    priceDecimals,
    price > 100 ? 3 : 0,
  );
}

/** A plausible specification of a synthetic pair, valid from the beginning of time. */
export function syntheticSpec(pair: string): InstrumentSpec {
  const spec = defaultSpec(SYNTHETIC, pair);
  if (spec.kind === 'forex') return { ...spec, amountStep: 1000, minAmount: 1000 };
  const { priceDecimals, amountDecimals } = assetOf(spec.base);
  const amountStep = Number(`1e-${amountDecimals}`);
  const common = { ...spec, priceTick: Number(`1e-${priceDecimals}`), amountStep, minAmount: amountStep, minCost: 5 };
  return spec.kind === 'spot' ? common : { ...common, tiers: TIERS, maxLeverage: 50 };
}

const TIERS = tiersFrom([
  [100_000, 0.01, 50],
  [500_000, 0.02, 25],
  [2_000_000, 0.05, 10],
  [10_000_000, 0.1, 5],
  [100_000_000, 0.25, 2],
]);

/** @throws TidegateError DATA_PAIR for text that is no pair */
export function checkPair(pair: string): void {
  if (/^[^/:\s]+\/[^/:\s]+(:[^/:\s]+)?$/.test(pair) && pairToFileName(pair).length < 60) return;
  throw new TidegateError('DATA_PAIR', `"${pair}" is not a pair`, {
    remedy: 'Write spot as BTC/USDT, a perpetual as BTC/USDT:USDT, forex as EUR/USD.',
  });
}
