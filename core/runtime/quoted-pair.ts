import type { CandleTable } from '../domain/candles.ts';
import type { PairFeed } from '../engine/fills/honest/pair-feed.ts';
import { QUOTE_COLUMNS, Quotes } from '../engine/quotes.ts';
import type { BacktestOptions } from './backtest-options.ts';
import type { PreparedPair } from './prepare.ts';

type Quoted = Pick<PairFeed, 'candles' | 'detail' | 'markHigh' | 'markLow'> & { readonly quotes: Quotes };

/**
 * The feed of a pair whose candles (and detail candles) have bid and ask: takers buy at the ask and sell at the bid. Nothing for others and for
 * perpetuals, whose positions are judged on mark prices; a note where quotes are there but not in every row.
 */
export function quotedPair(prep: PreparedPair, { costs }: BacktestOptions, notes: string[]): Partial<Quoted> {
  const { quotedSpread = 1 } = costs;
  const { candles, detail, pair } = prep;
  const tables = detail ? [candles, detail] : [candles];
  if (quotedSpread === 0 || prep.spec.kind === 'perpetual' || !tables.every(hasQuotes)) return {};
  const missing = tables.reduce((sum, table) => sum + unquotedRows(table), 0);
  if (missing > 0) {
    notes.push(`${pair}: ${missing} candles lack bid or ask, or have them crossed: costs.spreadBps is assumed in all`);
    return {};
  }
  const times = quotedSpread === 1 ? '' : `, ${quotedSpread} times as far apart as they were`;
  notes.push(`${pair}: buys fill at the ask of the data, sells at its bid${times}`);
  const [main, fine] = tables.map((table) => withSpread(table, quotedSpread));
  const { askHigh, bidLow } = (fine ?? main)!.extra!;
  return {
    candles: main!,
    ...(fine && { detail: fine }),
    // What an order or a close-out may meet in a candle.
    markHigh: askHigh!,
    markLow: bidLow!,
    quotes: new Quotes(),
  };
}

const hasQuotes = ({ extra }: CandleTable): boolean => QUOTE_COLUMNS.every((name) => extra?.[name] !== undefined);

function unquotedRows({ extra, length }: CandleTable): number {
  let rows = 0;
  for (let i = 0; i < length; i++) {
    const isSound = PARTS.every(
      (part) => extra![`bid${part}`]![i]! > 0 && extra![`ask${part}`]![i]! >= extra![`bid${part}`]![i]!,
    );
    if (!isSound) rows++;
  }
  return rows;
}

const PARTS = ['Open', 'High', 'Low', 'Close'] as const;

/** Bid and ask, so many times as far from their middle. */
function withSpread(table: CandleTable, times: number): CandleTable {
  if (times === 1) return table;
  const extra: Record<string, Float64Array> = { ...table.extra };
  for (const part of PARTS) {
    const [bid, ask] = [table.extra![`bid${part}`]!, table.extra![`ask${part}`]!];
    const away = (from: Float64Array, other: Float64Array) =>
      from.map((price, i) => (price + other[i]!) / 2 + (times * (price - other[i]!)) / 2);
    extra[`bid${part}`] = away(bid, ask);
    extra[`ask${part}`] = away(ask, bid);
  }
  return { ...table, extra };
}
