import type { InstrumentSpec } from '../../domain/instrument.ts';
import { decimalsOf, toMoney } from './units.ts';

/** Which of the two markets of the replay exchange. */
export type VenueName = 'spot' | 'futures';

/** One row of a maintenance margin table, as `leverageBracket` shows it. */
export interface ReplayBracket {
  readonly notionalFloor: number;
  readonly notionalCap: number;
  readonly initialLeverage: number;
  readonly maintMarginRatio: number;
  readonly cum: number;
}

/** A traded symbol: filters, fees and brackets. Prices in quote, quantities in base, fees and rates as fractions. */
export interface ReplaySymbol {
  readonly venue: VenueName;
  /** The exchange's id, `BTCUSDT`. */
  readonly id: string;
  readonly base: string;
  readonly quote: string;
  readonly tickSize: number;
  readonly stepSize: number;
  readonly minLots: number;
  readonly maxLots: number;
  readonly marketMaxLots: number;
  readonly minNotional: number;
  /** Limit prices may lie within (1 - band) and (1 + band) times the mark (spot: last) price. */
  readonly priceBand: number;
  readonly makerFee: number;
  readonly takerFee: number;
  readonly brackets: readonly ReplayBracket[];
  readonly priceDecimals: number;
  readonly amountDecimals: number;
  /** Money units (1e-8 quote) of one lot at a price of one tick. */
  readonly moneyPerTickLot: number;
}

/** What can be left out has Binance's usual value. */
export interface SymbolOptions {
  readonly venue: VenueName;
  readonly base: string;
  readonly quote?: string;
  readonly tickSize: number;
  readonly stepSize: number;
  readonly minQty?: number;
  readonly maxQty?: number;
  readonly marketMaxQty?: number;
  readonly minNotional?: number;
  readonly priceBand?: number;
  readonly makerFee?: number;
  readonly takerFee?: number;
  readonly brackets?: readonly ReplayBracket[];
}

/** A symbol from its options. */
export function replaySymbol(options: SymbolOptions): ReplaySymbol {
  const { venue, base, quote = 'USDT', tickSize, stepSize } = options;
  const isSpot = venue === 'spot';
  const lots = (qty: number) => Math.round(qty / stepSize);
  const maxQty = options.maxQty ?? stepSize * 1e7;
  return {
    venue,
    id: `${base}${quote}`,
    base,
    quote,
    tickSize,
    stepSize,
    minLots: Math.max(1, lots(options.minQty ?? stepSize)),
    maxLots: lots(maxQty),
    marketMaxLots: lots(options.marketMaxQty ?? maxQty * 0.12),
    minNotional: options.minNotional ?? 5,
    priceBand: options.priceBand ?? (isSpot ? 0.8 : 0.05),
    makerFee: options.makerFee ?? (isSpot ? 0.001 : 0.0002),
    takerFee: options.takerFee ?? (isSpot ? 0.001 : 0.0005),
    brackets: options.brackets ?? USUAL_BRACKETS,
    priceDecimals: decimalsOf(tickSize),
    amountDecimals: decimalsOf(stepSize),
    moneyPerTickLot: toMoney(tickSize * stepSize),
  };
}

/** A symbol of the replay exchange from a stored instrument specification. Perpetuals become USDⓈ-M futures. */
export function symbolFromSpec(spec: InstrumentSpec): ReplaySymbol {
  return replaySymbol({
    venue: spec.kind === 'spot' ? 'spot' : 'futures',
    base: spec.base,
    quote: spec.quote,
    tickSize: spec.priceTick,
    stepSize: spec.amountStep,
    minQty: spec.minAmount,
    minNotional: spec.minCost,
    makerFee: spec.makerFee,
    takerFee: spec.takerFee,
    ...(spec.tiers.length > 0 && {
      brackets: spec.tiers.map((tier) => ({
        notionalFloor: tier.minNotional,
        notionalCap: tier.maxNotional,
        initialLeverage: tier.maxLeverage,
        maintMarginRatio: tier.maintenanceMarginRate,
        cum: tier.maintenanceAmount,
      })),
    }),
  });
}

/** The price of `ticks` as text with the symbol's digits. */
export function priceText(symbol: ReplaySymbol, ticks: number): string {
  return (ticks * symbol.tickSize).toFixed(symbol.priceDecimals);
}

/** The quantity of `lots` as text with the symbol's digits. */
export function lotsText(symbol: ReplaySymbol, lots: number): string {
  return (lots * symbol.stepSize).toFixed(symbol.amountDecimals);
}

/** Cost of `lots` at `ticks` in money units of 1e-8 quote. */
export function costOf(symbol: ReplaySymbol, ticks: number, lots: number): number {
  return Math.round(ticks * lots * symbol.moneyPerTickLot);
}

/** The bracket that a notional (quote) falls in. */
export function bracketOf(symbol: ReplaySymbol, notional: number): ReplayBracket {
  return symbol.brackets.find((b) => notional < b.notionalCap) ?? symbol.brackets[symbol.brackets.length - 1]!;
}

/** A plain table of our own: rates rise with size, `cum` makes the maintenance margin continuous. */
const USUAL_BRACKETS: readonly ReplayBracket[] = brackets([
  [50_000, 125, 0.004],
  [500_000, 100, 0.005],
  [4_000_000, 50, 0.01],
  [20_000_000, 20, 0.025],
  [100_000_000, 10, 0.05],
  [500_000_000, 2, 0.125],
]);

function brackets(rows: readonly (readonly [cap: number, leverage: number, rate: number])[]): ReplayBracket[] {
  const table: ReplayBracket[] = [];
  let floor = 0;
  let cum = 0;
  let before = 0;
  for (const [cap, leverage, rate] of rows) {
    cum += floor * (rate - before) * (before === 0 ? 0 : 1);
    table.push({
      notionalFloor: floor,
      notionalCap: cap,
      initialLeverage: leverage,
      maintMarginRatio: rate,
      cum: Math.round(cum * 1e6) / 1e6,
    });
    floor = cap;
    before = rate;
  }
  return table;
}
