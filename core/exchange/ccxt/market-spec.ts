import type { InstrumentSpec, LeverageTier } from '../../domain/instrument.ts';
import type { CcxtMarket, CcxtTier } from './ccxt-client.ts';

/** ccxt's `TICK_SIZE` precision mode; in the others a precision is a number of decimals. */
const TICK_SIZE = 4;
const FUNDING_HOURS: Readonly<Record<string, number>> = { hyperliquid: 1 };
/** Hyperliquid rounds prices to five significant figures. */
const PRICE_FIGURES: Readonly<Record<string, number>> = { hyperliquid: 5 };

export interface SpecSource {
  readonly exchange: string;
  readonly kind: 'spot' | 'perpetual';
  readonly precisionMode: number;
  /** ms UTC. */
  readonly validFrom: number;
  readonly tiers?: readonly CcxtTier[] | undefined;
}

/**
 * The specification that a venue tells of a market. Amounts are base units: contracts times their size.
 * @returns null for another kind of market, an inverse contract, or one without tick or step: such cannot be traded here
 */
export function marketSpec(market: CcxtMarket, source: SpecSource): InstrumentSpec | null {
  const { exchange, kind, precisionMode, validFrom } = source;
  if (kind === 'spot' ? !market.spot : !market.swap || market.linear === false) return null;
  const step = (precision: number | undefined | null) =>
    precision === undefined || precision === null
      ? Number.NaN
      : precisionMode === TICK_SIZE
        ? precision
        : Number(`1e-${precision}`);
  const size = kind === 'perpetual' ? (market.contractSize ?? 1) : 1;
  const priceTick = step(market.precision?.price);
  const amountStep = scaled(step(market.precision?.amount), size);
  if (!(priceTick > 0) || !(amountStep > 0)) return null;
  const maxLeverage = kind === 'spot' ? 1 : (market.limits?.leverage?.max ?? 1);
  const tiers = kind === 'spot' ? [] : (source.tiers ?? []).map((tier) => tierOf(tier));
  const figures = PRICE_FIGURES[exchange];
  return {
    exchange,
    pair: market.symbol,
    kind,
    base: market.base,
    quote: market.quote,
    settle: market.settle ?? market.quote,
    validFrom,
    status: market.active === false ? 'halted' : 'trading',
    priceTick,
    ...(figures !== undefined && { priceFigures: figures }),
    amountStep,
    minAmount: Math.max(scaled(market.limits?.amount?.min ?? 0, size), amountStep),
    minCost: market.limits?.cost?.min ?? 0,
    contractSize: size,
    makerFee: market.maker ?? 0,
    takerFee: market.taker ?? 0,
    maxLeverage: Math.max(maxLeverage, ...tiers.map((tier) => tier.maxLeverage)),
    tiers,
    fundingIntervalHours: kind === 'spot' ? 0 : (FUNDING_HOURS[exchange] ?? 8),
  };
}

/** A product without the noise of binary fractions: 0.1 × 0.01 is 0.001. */
function scaled(value: number, factor: number): number {
  return factor === 1 ? value : Number((value * factor).toPrecision(12));
}

function tierOf(tier: CcxtTier): LeverageTier {
  const info = (tier.info ?? {}) as Readonly<Record<string, unknown>>;
  const minNotional = tier.minNotional ?? 0;
  const rate = tier.maintenanceMarginRate ?? 0;
  return {
    minNotional,
    maxNotional: tier.maxNotional ?? Number.MAX_VALUE,
    maintenanceMarginRate: rate,
    maxLeverage: tier.maxLeverage ?? 1,
    maintenanceAmount: Number(info.cum ?? info.deduction ?? 0),
  };
}
