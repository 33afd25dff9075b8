import type { CandleTable } from '../../domain/candles.ts';
import { seeded } from '../../foundation/rng.ts';
import { isForexOpen } from './forex-session.ts';

/** Typical rates; a pair that is not here starts at 1. */
const START: Readonly<Record<string, number>> = {
  'EUR/USD': 1.1,
  'GBP/USD': 1.27,
  'USD/JPY': 145,
  'USD/CHF': 0.88,
  'AUD/USD': 0.66,
};
const YEARLY_VOLATILITY = 0.08;

/**
 * One-minute candles of a forex pair: bid and ask columns (the prices are their middle), tick volume, no rows while the market is closed
 * (New York weekends), a gap when it opens again, a wider spread around the roll-over.
 */
export function forexCandles(seed: number | string, pair: string, from: number, minutes: number): CandleTable {
  const rng = seeded(seed).fork(`forex ${pair}`);
  const pointsPerUnit = pair.endsWith('/JPY') ? 1_000 : 100_000;
  const names = ['time', 'open', 'high', 'low', 'close', 'volume', ...QUOTES];
  const columns = Object.fromEntries(names.map((name) => [name, new Float64Array(minutes)]));
  const start = START[pair] ?? 1;
  const sigma = YEARLY_VOLATILITY / Math.sqrt(372_000);
  let length = 0;
  let [log, logScale, wasOpen] = [0, 0, true];
  let previous = Math.round(start * pointsPerUnit);
  for (let i = 0; i < minutes; i++) {
    const time = from + i * 60_000;
    const isOpen = i % 60 === 0 || (time / 60_000) % 60 === 0 ? isForexOpen(time) : wasOpen;
    const isReopening = isOpen && !wasOpen;
    wasOpen = isOpen;
    if (!isOpen) continue;
    logScale = 0.99 * logScale + 0.06 * rng.normal();
    const hour = (time / 3_600_000) % 24;
    const rhythm = 0.45 + 0.9 * Math.exp(-((hour - 14) ** 2) / 30);
    const scale = sigma * Math.exp(logScale) * rhythm;
    if (isReopening) {
      log += 20 * sigma * rng.normal();
      previous = Math.round(start * Math.exp(log) * pointsPerUnit);
    }
    log += scale * rng.normal() - 1e-6 * log;
    const end = Math.max(10, Math.round(start * Math.exp(log) * pointsPerUnit));
    const wick = scale * end;
    const high = Math.max(previous, end) + Math.round(wick * Math.abs(rng.normal()));
    const low = Math.min(previous, end) - Math.round(wick * Math.abs(rng.normal()));
    const half = 3 + rng.int(4) + (hour >= 20.9 && hour < 22.2 ? 12 : 0);
    columns.time![length] = time;
    columns.volume![length] = Math.max(1, Math.round(90 * rhythm * Math.exp(logScale + 0.3 * rng.normal())));
    PARTS.forEach((part, p) => {
      const points = [previous, high, low, end][p]!;
      columns[`bid${part}`]![length] = (points - half) / pointsPerUnit;
      columns[`ask${part}`]![length] = (points + half) / pointsPerUnit;
      columns[part.toLowerCase()]![length] = points / pointsPerUnit;
    });
    previous = end;
    length++;
  }
  const cut = Object.fromEntries(names.map((name) => [name, columns[name]!.slice(0, length)]));
  const { time, open, high, low, close, volume, ...extra } = cut;
  return {
    length,
    time: time!,
    open: open!,
    high: high!,
    low: low!,
    close: close!,
    volume: volume!,
    extra,
    volumeKind: 'tick',
  };
}

const PARTS = ['Open', 'High', 'Low', 'Close'] as const;
const QUOTES = PARTS.flatMap((part) => [`bid${part}`, `ask${part}`]);
