import { type CandleTable, candleTable } from '../domain/candles.ts';

/** Small, valid candles for tests: closes walk up and down by one, opening where the last closed. */
export function stepCandles(from: number, length: number, stepMs: number, seed = 1): CandleTable {
  const table = candleTable(length);
  let price = 100;
  for (let i = 0; i < length; i++) {
    const next = Math.max(2, price + (((i * 7 + seed * 3) % 5) - 2));
    table.time[i] = from + i * stepMs;
    table.open[i] = price;
    table.close[i] = next;
    table.high[i] = Math.max(price, next) + 0.5;
    table.low[i] = Math.min(price, next) - 0.5;
    table.volume[i] = 1 + ((i * 13 + seed) % 17);
    price = next;
  }
  return table;
}
