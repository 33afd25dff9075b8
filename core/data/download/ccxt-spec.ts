import type { InstrumentSpec } from '../../domain/instrument.ts';
import { defaultSpec } from '../specs/default-spec.ts';
import type { CcxtMarket } from './ccxt-handle.ts';

/** ccxt's `TICK_SIZE` precision mode; in the others a precision is a number of decimals. */
const TICK_SIZE = 4;

/**
 * A market specification from what ccxt says of a market, valid from `validFrom` on. Leverage tiers need a key at most exchanges: where
 * ccxt has none the built-in shape stands in.
 * @returns null for an inverse contract, which is not supported
 */
export function specOf(
  exchange: string,
  market: CcxtMarket,
  precisionMode: number,
  validFrom: number,
): InstrumentSpec | null {
  if (market.swap && market.linear === false) return null;
  const usual = defaultSpec(exchange, market.symbol);
  const step = (precision: number | undefined, fallback: number) =>
    precision === undefined ? fallback : precisionMode === TICK_SIZE ? precision : Number(`1e-${precision}`);
  const amountStep = step(market.precision?.amount, usual.amountStep);
  return {
    ...usual,
    base: market.base,
    quote: market.quote,
    settle: market.settle ?? market.quote,
    validFrom,
    status: market.active === false ? 'halted' : 'trading',
    priceTick: step(market.precision?.price, usual.priceTick),
    amountStep,
    minAmount: market.limits?.amount?.min ?? amountStep,
    minCost: market.limits?.cost?.min ?? usual.minCost,
    contractSize: market.contractSize ?? 1,
    makerFee: market.maker ?? usual.makerFee,
    takerFee: market.taker ?? usual.takerFee,
    maxLeverage: market.limits?.leverage?.max ?? usual.maxLeverage,
    tiers: market.tiers ?? usual.tiers,
  };
}
