import type { BookTable, CandleTable, TradeTable } from '../../domain/candles.ts';
import { type Rng, seeded } from '../../foundation/rng.ts';
import { assetOf } from './assets.ts';
import { GrowingTable } from './growing-table.ts';
import { LevelBook } from './level-book.ts';

/** Trades and book changes of a stretch of time, consistent with each other and with the candles they were made along. */
export interface Ticks {
  readonly trades: TradeTable;
  readonly book: BookTable;
}

export interface TickOptions {
  readonly seed: number | string;
  readonly pair: string;
  /** Milliseconds between steps of the latent price; levels change and trades happen at these times, jittered. */
  readonly stepMs?: number;
}

/**
 * Plays one-minute candles as a stream: a latent price walks from open to close through both extremes; when it leaves the spread, takers
 * eat the levels in between; else they trade at the touch now and then; makers add and cancel around. The last trade of a minute is at
 * its close. A trade never exceeds what stood at its price, and the book never crosses. A snapshot opens the stream and every minute.
 */
export function synthTicks(candles: CandleTable, options: TickOptions): Ticks {
  const { seed, pair, stepMs = 500 } = options;
  const [base = pair] = pair.split(/[/:]/);
  const asset = assetOf(base);
  const ticksPerUnit = 10 ** asset.priceDecimals;
  const lotsPerUnit = 10 ** asset.amountDecimals;
  const rng = seeded(seed).fork(`ticks ${pair}`);
  const trades = new GrowingTable(['time', 'price', 'amount', 'side']);
  const changes = new GrowingTable(['time', 'kind', 'side', 'price', 'amount']);
  const steps = Math.max(4, Math.floor(60_000 / stepMs));
  const usualLots = Math.max(2, ((asset.turnover / asset.price) * lotsPerUnit) / 40);
  const book = new LevelBook(rng, usualLots, {
    change: (time, kind, side, tick, lots) => changes.add(time, kind, side, tick / ticksPerUnit, lots / lotsPerUnit),
    trade: (time, tick, lots, side) => trades.add(time, tick / ticksPerUnit, lots / lotsPerUnit, side),
  });
  for (let i = 0; i < candles.length; i++) {
    const start = candles.time[i]!;
    const ticksOf = (price: number) => Math.round(price * ticksPerUnit);
    const path = minutePath(
      rng,
      ticksOf(candles.open[i]!),
      ticksOf(candles.high[i]!),
      ticksOf(candles.low[i]!),
      ticksOf(candles.close[i]!),
      steps,
    );
    book.snapshot(start, path[0]!);
    for (let s = 1; s < steps; s++) {
      const time = start + Math.floor(((s + 0.9 * rng.next()) * 60_000) / (steps + 1));
      book.step(time, path[s]!, s === steps - 1);
    }
  }
  const t = trades.columns();
  const b = changes.columns();
  return {
    trades: { length: trades.length, time: t.time!, price: t.price!, amount: t.amount!, side: t.side! },
    book: { length: changes.length, time: b.time!, kind: b.kind!, side: b.side!, price: b.price!, amount: b.amount! },
  };
}

/** Tick prices over a minute: open first, close last, both extremes in between, straight lines with noise kept inside [low, high]. */
function minutePath(rng: Rng, open: number, high: number, low: number, close: number, steps: number): Float64Array {
  const path = new Float64Array(steps);
  const isHighFirst = close < open ? rng.next() < 0.7 : rng.next() < 0.3;
  const first = 1 + rng.int(Math.max(1, Math.floor(steps / 2) - 1));
  const second = first + 1 + rng.int(Math.max(1, steps - first - 2));
  const corners = [
    [0, open],
    [first, isHighFirst ? high : low],
    [Math.min(second, steps - 2), isHighFirst ? low : high],
    [steps - 1, close],
  ] as const;
  const noise = (high - low) / 12;
  for (let c = 1; c < corners.length; c++) {
    const [from, a] = corners[c - 1]!;
    const [to, b] = corners[c]!;
    for (let s = from; s <= to; s++) {
      const line = to === from ? b : a + ((b - a) * (s - from)) / (to - from);
      const isCorner = s === from || s === to;
      const wobble = isCorner ? 0 : noise * rng.normal();
      path[s] = Math.min(high, Math.max(low, Math.round(line + wobble)));
    }
  }
  return path;
}
