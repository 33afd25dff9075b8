import type { InstrumentSpec, LeverageTier } from './instrument.ts';

/** What a liquidation price is reckoned from: long 1 or short -1, base units held, their average price, margin locked for them. */
interface IsolatedPosition {
  readonly sign: number;
  readonly amount: number;
  readonly openRate: number;
  readonly margin: number;
}

/**
 * A specification made ready for the engine: exact conversion between prices and integer ticks, amounts and integer lots.
 * Ticks and lots are integers held in Float64. Where 1/tick is an integer, `ticks / inverse` is the double nearest to the decimal price;
 * `ticks * tick` would not be (3 × 0.1).
 */
export class Instrument {
  // Not readonly: terms that a later specification changes.
  spec: InstrumentSpec;
  readonly pair: string;
  readonly tick: number;
  readonly lot: number;
  minLots: number;
  minCost: number;
  makerFee: number;
  takerFee: number;
  /** Derivatives and forex have leverage, shorts, funding (forex: the roll-over) and liquidation; spot has none of them. */
  readonly isMargined: boolean;
  readonly #tickInverse: number;
  readonly #lotInverse: number;
  /** At least one. */
  #tiers: readonly LeverageTier[];

  constructor(spec: InstrumentSpec) {
    this.spec = spec;
    this.pair = spec.pair;
    this.tick = spec.priceTick;
    this.lot = spec.amountStep;
    this.#tickInverse = inverseOf(spec.priceTick);
    this.#lotInverse = inverseOf(spec.amountStep);
    this.minLots = minLotsOf(spec);
    this.minCost = spec.minCost;
    this.makerFee = spec.makerFee;
    this.takerFee = spec.takerFee;
    this.isMargined = spec.kind !== 'spot';
    this.#tiers = tiersOf(spec);
  }

  /** Takes the fees, minima and tiers of a later specification. Its tick and step must be the same. */
  change(spec: InstrumentSpec): void {
    this.spec = spec;
    this.minLots = minLotsOf(spec);
    this.minCost = spec.minCost;
    this.makerFee = spec.makerFee;
    this.takerFee = spec.takerFee;
    this.#tiers = tiersOf(spec);
  }

  price(ticks: number): number {
    return this.#tickInverse > 0 ? ticks / this.#tickInverse : ticks * this.tick;
  }

  amount(lots: number): number {
    return this.#lotInverse > 0 ? lots / this.#lotInverse : lots * this.lot;
  }

  /** Ticks at or above a price (a millionth of a tick is taken for binary noise). */
  ticksUp(price: number): number {
    return Math.ceil((this.#tickInverse > 0 ? price * this.#tickInverse : price / this.tick) - 1e-6);
  }

  /** Ticks at or below a price. */
  ticksDown(price: number): number {
    return Math.floor((this.#tickInverse > 0 ? price * this.#tickInverse : price / this.tick) + 1e-6);
  }

  ticksNear(price: number): number {
    return Math.floor((this.#tickInverse > 0 ? price * this.#tickInverse : price / this.tick) + 0.5);
  }

  /** Whole lots in an amount, rounded down. */
  lots(amount: number): number {
    return Math.floor((this.#lotInverse > 0 ? amount * this.#lotInverse : amount / this.lot) + 1e-6);
  }

  /** Fewest lots that the venue takes in one order at a price, and at least one. */
  leastLots(price: number): number {
    return Math.max(1, this.minLots, Math.ceil(this.minCost / (price * this.lot)));
  }

  /** The tier that holds for a notional: floor < notional <= cap. */
  tier(notional: number): LeverageTier {
    const tiers = this.#tiers;
    let k = tiers.length - 1;
    while (k > 0 && !(notional > tiers[k]!.minNotional)) k--;
    return tiers[k]!;
  }

  /** Highest leverage that the venue allows for a notional. */
  maxLeverage(notional: number): number {
    if (!this.isMargined) return 1;
    return Math.min(this.spec.maxLeverage, this.tier(notional).maxLeverage);
  }

  /**
   * Price at which an isolated position is liquidated: margin + sign·amount·(P − open rate) = maintenance margin at P, the tier being the one of the
   * notional at that price (Binance USDⓈ-M, isolated, one-way). 0 where no positive price liquidates.
   */
  liquidationPrice({ sign, amount, openRate, margin }: IsolatedPosition): number {
    const tiers = this.#tiers;
    for (let k = 0; k < tiers.length; k++) {
      const tier = tiers[k]!;
      const price =
        (margin + tier.maintenanceAmount - sign * amount * openRate) /
        (amount * tier.maintenanceMarginRate - sign * amount);
      // Maintenance margin is continuous over tiers: one tier is consistent with the price that it gives.
      if (price > 0 && this.tier(amount * price) === tier) return price;
    }
    return 0;
  }
}

const OPEN_TIER: LeverageTier = {
  minNotional: 0,
  maxNotional: Number.MAX_VALUE,
  maintenanceMarginRate: 0,
  maxLeverage: 1,
  maintenanceAmount: 0,
};

function tiersOf({ tiers }: InstrumentSpec): readonly LeverageTier[] {
  return tiers.length > 0 ? tiers : [OPEN_TIER];
}

function minLotsOf({ minAmount, amountStep }: InstrumentSpec): number {
  return Math.ceil(minAmount / amountStep - 1e-9);
}

/** 1/step where that is an integer (0.001 -> 1000), else 0. */
function inverseOf(step: number): number {
  const inverse = Math.round(1 / step);
  return inverse > 0 && Math.abs(inverse * step - 1) < 1e-9 ? inverse : 0;
}
