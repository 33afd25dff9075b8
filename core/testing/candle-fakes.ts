import { type CandleTable, candleTable } from '../domain/candles.ts';
import { seeded } from '../foundation/rng.ts';

/** Five-minute candles of a seeded walk whose trend and volatility change now and then; prices start at 100. */
export function testCandles(rows: number, seed = 1): CandleTable {
  const rng = seeded(`candles-${seed}`);
  const table = candleTable(rows);
  let price = 100;
  let drift = 0;
  let deviation = 0.004;
  for (let i = 0; i < rows; i++) {
    if (i % 150 === 0) {
      drift = 0.0015 * rng.normal();
      deviation = 0.001 + 0.008 * rng.next();
    }
    const open = price;
    price *= Math.exp(drift + deviation * rng.normal());
    table.time[i] = Date.UTC(2024, 0, 1) + i * 300_000;
    table.open[i] = open;
    table.close[i] = price;
    table.high[i] = Math.max(open, price) * (1 + deviation * rng.next());
    table.low[i] = Math.min(open, price) * (1 - deviation * rng.next());
    table.volume[i] = 20 + 400 * rng.next() ** 2 * (1 + 100 * deviation);
  }
  return table;
}
