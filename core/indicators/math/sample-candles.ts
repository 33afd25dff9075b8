/** Candles for the tests of this folder, made of eighths so that every value is exact in any language; the golden values beside them come from TA-Lib on the same candles. */
export function sampleCandles(rows = 120): Record<'open' | 'high' | 'low' | 'close' | 'volume', Float64Array> {
  const make = (f: (i: number) => number) => Float64Array.from({ length: rows }, (_, i) => f(i));
  const close = make((i) => 100 + ((i * i * 7 + i * 13) % 97) / 8 + ((i * 5) % 11) / 4);
  const open = make((i) => (i === 0 ? 100 : close[i - 1]! + ((i * 3) % 5) / 8 - 0.25));
  return {
    open,
    close,
    high: make((i) => Math.max(open[i]!, close[i]!) + ((i * 11) % 7) / 8),
    low: make((i) => Math.min(open[i]!, close[i]!) - ((i * 17) % 9) / 8),
    volume: make((i) => 50 + ((i * i * 3 + i) % 89)),
  };
}
