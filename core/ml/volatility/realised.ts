import { TidegateError } from '../../foundation/errors.ts';

/**
 * Realised variance of each block of `perBlock` consecutive log returns: the sum of their squares (Andersen and Bollerslev 1998). A last
 * incomplete block is left out; NaN in a block gives NaN.
 */
export function realisedVariance(logReturns: ArrayLike<number>, perBlock: number): Float64Array {
  const blocks = blockCount(logReturns.length, perBlock);
  return Float64Array.from({ length: blocks }, (_, b) => {
    let sum = 0;
    for (let i = b * perBlock; i < (b + 1) * perBlock; i++) sum += logReturns[i]! ** 2;
    return sum;
  });
}

/**
 * Realised range variance of each block of candles: the sum of ln(high/low)² / (4 ln 2) (Christensen and Podolskij 2007), five times as
 * precise as squared returns of the same candles while prices are continuous.
 */
export function realisedRange(high: ArrayLike<number>, low: ArrayLike<number>, perBlock: number): Float64Array {
  if (high.length !== low.length)
    throw new TidegateError('VOLATILITY_DATA', `${high.length} highs and ${low.length} lows`, {
      remedy: 'Give one of each per candle.',
    });
  const blocks = blockCount(high.length, perBlock);
  return Float64Array.from({ length: blocks }, (_, b) => {
    let sum = 0;
    for (let i = b * perBlock; i < (b + 1) * perBlock; i++) sum += Math.log(high[i]! / low[i]!) ** 2;
    return sum / (4 * Math.LN2);
  });
}

function blockCount(length: number, perBlock: number): number {
  if (!(Number.isInteger(perBlock) && perBlock >= 1))
    throw new TidegateError('VOLATILITY_OPTION', `perBlock is ${perBlock}`, {
      remedy: 'Give a whole number of rows from 1.',
    });
  return Math.floor(length / perBlock);
}
