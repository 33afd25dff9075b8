import type { CandleEvent } from '../../ports/exchange.ts';

/** Candles of one close time. */
export interface ReadyBatch {
  readonly openTime: number;
  readonly candles: readonly CandleEvent[];
  /** It came after its batch had been processed. */
  readonly isLate: boolean;
}

/**
 * Gathers closed candles: those of one opening time are one batch, ready once every pair's is there or the wait is over. A late candle is a batch
 * of its own; one that is older than what its pair has already shown is refused.
 */
export class CandleBatches {
  readonly #pairs: readonly string[];
  readonly #waitMs: number;
  readonly #waiting = new Map<number, { readonly candles: Map<string, CandleEvent>; readonly since: number }>();
  readonly #last = new Map<string, number>();
  #released = Number.NEGATIVE_INFINITY;

  /** @param pairs in the order in which a batch is processed */
  constructor(pairs: readonly string[], waitMs: number) {
    this.#pairs = pairs;
    this.#waitMs = waitMs;
  }

  /** A pair's history reaches up to here: what opens at or before is known. */
  begin(pair: string, lastOpenTime: number): void {
    this.#last.set(pair, lastOpenTime);
  }

  /** Takes a candle. False when the pair has shown it, or a later one, already. */
  add(candle: CandleEvent, wallMs: number): boolean {
    const { pair, openTime } = candle;
    if (openTime <= (this.#last.get(pair) ?? Number.NEGATIVE_INFINITY)) return false;
    this.#last.set(pair, openTime);
    let batch = this.#waiting.get(openTime);
    if (batch === undefined) {
      batch = { candles: new Map(), since: wallMs };
      this.#waiting.set(openTime, batch);
    }
    batch.candles.set(pair, candle);
    return true;
  }

  /** Batches that can be processed now, in order of time. */
  take(wallMs: number): ReadyBatch[] {
    const ready: ReadyBatch[] = [];
    for (const openTime of [...this.#waiting.keys()].sort((a, b) => a - b)) {
      const { candles, since } = this.#waiting.get(openTime)!;
      const isLate = openTime <= this.#released;
      const isDue = isLate || candles.size === this.#pairs.length || wallMs - since >= this.#waitMs;
      // A later batch never overtakes an earlier one.
      if (!isDue) break;
      this.#waiting.delete(openTime);
      if (!isLate) this.#released = openTime;
      ready.push({
        openTime,
        isLate,
        candles: this.#pairs.flatMap((pair) => candles.get(pair) ?? []),
      });
    }
    return ready;
  }

  /** When, by the wall clock, the oldest waiting batch is due; Infinity when none waits. */
  get dueAt(): number {
    let due = Number.POSITIVE_INFINITY;
    for (const { since } of this.#waiting.values()) due = Math.min(due, since + this.#waitMs);
    return due;
  }
}
