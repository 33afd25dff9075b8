/**
 * The decimal price tick that a sample of prices shows: the largest power of ten of which all are multiples. It never is coarser than
 * the real one by more than the sample's luck; used only to better a built-in default, and flagged as assumed.
 * @returns 1e-8 at the finest
 */
export function inferTick(prices: Float64Array, sampleSize = 2_000): number {
  const stride = Math.max(1, Math.floor(prices.length / sampleSize));
  let decimals = 0;
  for (let i = 0; i < prices.length && decimals < 8; i += stride) {
    const price = prices[i]!;
    if (!Number.isFinite(price)) continue;
    while (decimals < 8 && !isMultiple(price, decimals)) decimals++;
  }
  return Number(`1e-${decimals}`);
}

function isMultiple(price: number, decimals: number): boolean {
  const scaled = price * 10 ** decimals;
  // Doubles near a decimal are off by some units in the last place.
  return Math.abs(scaled - Math.round(scaled)) <= Math.abs(scaled) * 4e-16 + 1e-12;
}
