/** One row of an exchange's maintenance margin table. Notionals in settle currency; rates are fractions. */
export interface LeverageTier {
  readonly minNotional: number;
  readonly maxNotional: number;
  readonly maintenanceMarginRate: number;
  readonly maxLeverage: number;
  /** Subtracted from notional × rate, so that the maintenance margin is continuous over tiers. */
  readonly maintenanceAmount: number;
}

export type InstrumentKind = 'spot' | 'perpetual' | 'forex';

/**
 * What an exchange says of a pair, from `validFrom` (ms UTC) on. Part of a run's input hash.
 * Linear contracts only. Fees are fractions of notional; steps and minima are in base units (ticks in quote).
 */
export interface InstrumentSpec {
  readonly exchange: string;
  /** ccxt's unified symbol: `BTC/USDT`, `BTC/USDT:USDT`, `EUR/USD`. */
  readonly pair: string;
  readonly kind: InstrumentKind;
  readonly base: string;
  readonly quote: string;
  /** Currency of margin and profit: the quote on spot. */
  readonly settle: string;
  readonly validFrom: number;
  readonly status: 'trading' | 'halted' | 'delisted';
  readonly priceTick: number;
  /** Some venues round prices to significant figures instead of a tick (Hyperliquid: 5). */
  readonly priceFigures?: number;
  readonly amountStep: number;
  readonly minAmount: number;
  readonly minCost: number;
  readonly contractSize: number;
  readonly makerFee: number;
  readonly takerFee: number;
  readonly maxLeverage: number;
  readonly tiers: readonly LeverageTier[];
  /** Hours between funding payments; 0 where there is none. */
  readonly fundingIntervalHours: number;
}

/**
 * A pair as part of a file name: `/` and `:` become `_`, other unsafe characters (`_` itself among them) the %XX of their UTF-8 bytes.
 * `BTC/USDT:USDT` -> `BTC_USDT_USDT`.
 */
export function pairToFileName(pair: string): string {
  const escaped = (c: string) => Array.from(new TextEncoder().encode(c), hex).join('');
  return pair.replace(/[^A-Za-z0-9.\-/:]/gu, escaped).replace(/[/:]/g, '_');
}

function hex(byte: number): string {
  return `%${byte.toString(16).padStart(2, '0').toUpperCase()}`;
}
