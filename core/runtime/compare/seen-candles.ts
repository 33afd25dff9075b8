import { type CandleTable, lowerBound } from '../../domain/candles.ts';
import { EVENT } from '../../engine/events.ts';
import type { TradeReader } from '../../ports/trade-store.ts';

/** Rows of a journal that are read at a time. */
const PAGE = 2_000;

/** The parts of journalled events that are looked at here. */
interface SeenBody {
  readonly type?: string;
  readonly terms?: { readonly pairs?: readonly string[] };
  readonly entry?: { readonly kind?: number; readonly candles?: readonly SeenCandle[] };
  readonly opens?: readonly number[];
}
interface SeenCandle {
  readonly pair: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** The candles that a bot traded on, from its journal, beside the stored ones. */
export class SeenCandles {
  readonly #seen = new Map<string, Map<number, SeenCandle>>();
  readonly #stored: ReadonlyMap<string, CandleTable>;
  readonly #candleOf: (time: number) => number;

  /** @param stored candles of each pair in the strategies' timeframe */
  constructor(reader: TradeReader, stored: ReadonlyMap<string, CandleTable>, candleOf: (time: number) => number) {
    this.#stored = stored;
    this.#candleOf = candleOf;
    let pairs: readonly string[] = [];
    for (let after = 0; ; ) {
      const page = reader.journal(after, PAGE);
      for (const { seq, body } of page) {
        after = seq;
        const { type, terms, entry, opens } = (body ?? {}) as SeenBody;
        if (type === 'start') pairs = terms?.pairs ?? [];
        if (type === 'event' && entry?.kind === EVENT.candles) this.#take(pairs, entry.candles ?? [], opens ?? []);
      }
      if (page.length < PAGE) break;
    }
  }

  #take(pairs: readonly string[], candles: readonly SeenCandle[], opens: readonly number[]): void {
    for (const [k, candle] of candles.entries()) {
      const pair = pairs[candle.pair];
      const open = opens[k];
      if (pair === undefined || open === undefined) continue;
      let seen = this.#seen.get(pair);
      if (!seen) {
        seen = new Map();
        this.#seen.set(pair, seen);
      }
      seen.set(open, candle);
    }
  }

  /** Candles that were seen and differ from the stored ones, or that one side lacks. */
  get differing(): number {
    let count = 0;
    for (const [pair, seen] of this.#seen)
      for (const open of seen.keys()) if (this.#compare(pair, open) !== null) count++;
    return count;
  }

  get count(): number {
    return [...this.#seen.values()].reduce((sum, seen) => sum + seen.size, 0);
  }

  /** How the candle that had closed last at a moment differs, in words; null where it does not, or nothing was journalled. */
  difference(pair: string, time: number): string | null {
    return this.#compare(pair, this.#candleOf(this.#candleOf(time) - 1));
  }

  #compare(pair: string, open: number): string | null {
    const all = this.#seen.get(pair);
    const table = this.#stored.get(pair);
    if (!all || !table) return null;
    const row = lowerBound(table.time, open);
    const isStored = table.time[row] === open;
    const seen = all.get(open);
    const when = new Date(open).toISOString().slice(0, 16).replace('T', ' ');
    if (!seen) return isStored ? `the bot did not get the candle of ${when}` : null;
    if (!isStored) return `the candle of ${when} is not stored`;
    for (const field of ['close', 'high', 'low', 'open', 'volume'] as const)
      if (!isSame(seen[field], table[field][row]!))
        return `the candle of ${when} had a ${field} of ${seen[field]}, stored is ${table[field][row]}`;
    return null;
  }
}

/** Sums of a volume made in another order differ in their last digits: no candle is another one for that. */
function isSame(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.abs(b);
}
