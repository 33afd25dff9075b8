import { type CandleTable, candleTable, type EventTable } from '../../domain/candles.ts';
import { seeded } from '../../foundation/rng.ts';
import type { Asset } from './assets.ts';
import type { AssetPath, MarketPath } from './market-path.ts';

const FUNDING_MS = 8 * 3_600_000;
const OI_MINUTES = 5;
/** Interest part of a payment and the clamp around it: Binance's published funding formula. */
const INTEREST = 0.0001;
const CLAMP = 0.0005;

/** Premium of a perpetual over its index, one element per minute: mean-reverting, positive when the market runs up. */
export function premiumPath(seed: number | string, asset: Asset, market: MarketPath): Float64Array {
  const rng = seeded(seed).fork(`premium ${asset.base}`);
  const premium = new Float64Array(market.minutes);
  const lean = [0, 0.00025, -0.0002, 0];
  let value = 0;
  for (let i = 0; i < premium.length; i++) {
    value += 0.004 * (lean[market.regime[i]!]! - value) + 0.000025 * market.scale[i]! * rng.normal();
    premium[i] = value;
  }
  return premium;
}

/** Mark price candles: index price and half of the premium, without the perpetual's own noise. Volume 0. */
export function markCandles(path: AssetPath, premium: Float64Array, from: number, decimals: number): CandleTable {
  const table = candleTable(path.price.length);
  const unit = 10 ** (decimals + 2);
  let previous = Math.round(path.price[0]! * unit);
  for (let i = 0; i < table.length; i++) {
    const end = Math.max(1, Math.round(path.price[i]! * (1 + premium[i]! / 2) * unit));
    const wick = Math.round(path.sigma[i]! * end * 0.4);
    table.time[i] = from + i * 60_000;
    table.open[i] = previous / unit;
    table.close[i] = end / unit;
    table.high[i] = (Math.max(previous, end) + wick) / unit;
    table.low[i] = Math.max(1, Math.min(previous, end) - wick) / unit;
    previous = end;
  }
  return table;
}

/**
 * Funding at 00, 08 and 16 UTC: mean premium P of the eight hours before, plus clamp(interest - P, ±0.05 %), rounded to 1e-8.
 * A payment needs its full eight hours inside the market.
 */
export function fundingEvents(premium: Float64Array, from: number): EventTable {
  const sums = new Float64Array(premium.length + 1);
  for (let i = 0; i < premium.length; i++) sums[i + 1] = sums[i]! + premium[i]!;
  const times: number[] = [];
  const rates: number[] = [];
  const end = from + premium.length * 60_000;
  for (let t = Math.ceil((from + FUNDING_MS) / FUNDING_MS) * FUNDING_MS; t <= end; t += FUNDING_MS) {
    const to = (t - from) / 60_000;
    const mean = (sums[to]! - sums[to - 480]!) / 480;
    const rate = mean + Math.min(CLAMP, Math.max(-CLAMP, INTEREST - mean));
    times.push(t);
    rates.push(Math.round(rate * 1e8) / 1e8);
  }
  return { length: times.length, time: Float64Array.from(times), values: { rate: Float64Array.from(rates) } };
}

/** Open interest every five minutes: grows in trends, shrinks in violent moves. `amount` in base units, `value` in quote. */
export function openInterestEvents(
  seed: number | string,
  asset: Asset,
  path: AssetPath,
  market: MarketPath,
  from: number,
): EventTable {
  const rng = seeded(seed).fork(`open interest ${asset.base}`);
  const length = Math.floor(path.price.length / OI_MINUTES);
  const time = new Float64Array(length);
  const amount = new Float64Array(length);
  const value = new Float64Array(length);
  const unit = 10 ** asset.amountDecimals;
  const usual = (asset.turnover * 400) / asset.price;
  const growth = [-0.00002, 0.00012, 0.00006, -0.00015];
  let log = 0;
  for (let i = 0; i < length; i++) {
    const at = (i + 1) * OI_MINUTES - 1;
    log += growth[market.regime[at]!]! - 0.0005 * log + 0.0015 * rng.normal();
    time[i] = from + (at + 1) * 60_000;
    amount[i] = Math.max(1, Math.round(usual * Math.exp(log) * unit)) / unit;
    value[i] = Math.round(amount[i]! * path.price[at]! * 100) / 100;
  }
  return { length, time, values: { amount, value } };
}

/** Forced orders: when a minute moves by more than three of its deviations, positions on the losing side are closed near its extreme. */
export function liquidationEvents(
  seed: number | string,
  asset: Asset,
  candles: CandleTable,
  path: AssetPath,
): EventTable {
  const rng = seeded(seed).fork(`liquidations ${asset.base}`);
  const rows: number[][] = [];
  const unit = 10 ** asset.amountDecimals;
  for (let i = 0; i < candles.length; i++) {
    const move = Math.log(candles.close[i]! / candles.open[i]!) / path.sigma[i]!;
    if (Math.abs(move) < 3) continue;
    const side = move > 0 ? 1 : -1;
    const count = 1 + rng.int(Math.min(12, Math.ceil(Math.abs(move))));
    const times = Array.from({ length: count }, () => rng.int(60_000)).sort((a, b) => a - b);
    for (const offset of times) {
      const amount = Math.max(1, Math.round(candles.volume[i]! * (0.0005 + 0.004 * rng.next()) * unit)) / unit;
      rows.push([candles.time[i]! + offset, side, side > 0 ? candles.high[i]! : candles.low[i]!, amount]);
    }
  }
  const column = (c: number) => Float64Array.from(rows, (row) => row[c]!);
  return { length: rows.length, time: column(0), values: { side: column(1), price: column(2), amount: column(3) } };
}
