import { type Timeframe, timeframe } from '../domain/timeframe.ts';
import type { CandleEvent } from '../ports/exchange.ts';

/** A candle as a venue tells it: opening time (ms UTC), open, high, low, close, volume. */
export type CandleRow = readonly [number, number, number, number, number, number];

/** What the closer asks its surroundings. */
export interface CandleCloserParts {
  readonly pair: string;
  readonly timeframe: string;
  /** Market time after a close at which REST is asked, ms. */
  readonly graceMs: number;
  /** The venue flags closed candles: a later candle without the flag means that a message is late or lost, and REST is asked. */
  readonly hasFlag: boolean;
  /** Rows that open at or after a time, the forming one included, oldest first. */
  readonly fetchRows: (since: number) => Promise<readonly CandleRow[]>;
  readonly marketNow: () => number;
  readonly wallNow: () => number;
  readonly deliver: (candle: CandleEvent) => void;
  readonly revised: (delivered: CandleEvent, later: CandleEvent) => void;
}

/** Delivered candles that are remembered, so that revisions are noticed. */
const REMEMBERED = 3;

/**
 * Decides when a candle of one pair is closed and delivers each once, oldest first: by the venue's closed flag; else when a later candle is seen (where
 * there are flags: when REST agrees); else when market time is `graceMs` past its close and REST told the same candle twice in a row. A hole before a
 * candle is filled from REST first; it stays a hole when REST did not know it twice. What was delivered is final: later changes are reported only.
 */
export class CandleCloser {
  readonly #parts: CandleCloserParts;
  readonly #tf: Timeframe;
  /** Candle that is forming, by the latest news. */
  #forming: CandleRow | null = null;
  /** Opening time of the next candle to deliver; NaN before the first news. */
  #next = Number.NaN;
  readonly #delivered: CandleEvent[] = [];
  /** Candles that wait for a hole before them to be filled, by opening time. */
  readonly #held = new Map<number, CandleEvent>();
  /** What REST told of the next candle when it was last asked. */
  #restSaid: CandleRow | null = null;
  /** Times in a row that REST knew later candles but not the next one. */
  #timesAbsent = 0;
  #isAsking = false;

  constructor(parts: CandleCloserParts) {
    this.#parts = parts;
    this.#tf = timeframe(parts.timeframe);
  }

  /** Starts after a candle that the caller has already from elsewhere: the next to deliver opens at `openTime`. */
  startAt(openTime: number): void {
    if (Number.isNaN(this.#next)) this.#next = openTime;
  }

  /** News from the stream. `isClosed`: the venue's flag, null where it has none. */
  update(row: CandleRow, isClosed: boolean | null, exchangeTime: number): void {
    if (!isSound(row)) return;
    const [openTime] = row;
    if (Number.isNaN(this.#next)) this.#next = openTime;
    if (openTime < this.#next) return this.#revise(row, exchangeTime);
    const forming = this.#forming;
    if (forming && openTime > forming[0]) {
      if (!this.#parts.hasFlag) this.#close(forming, 'next-open', exchangeTime);
      else if (isClosed !== true && !this.#isAsking) void this.#ask(exchangeTime, forming);
    }
    if (isClosed === true) {
      this.#close(row, 'flag', exchangeTime);
      if (this.#forming && this.#forming[0] <= openTime) this.#forming = null;
    } else if (!this.#forming || openTime >= this.#forming[0]) this.#forming = row;
  }

  /** The stream was cut: what is known of the forming candle is incomplete from now on. */
  interrupted(): void {
    this.#forming = null;
  }

  /** To be called now and then: asks REST for a candle that should be closed by now. True when REST answered. */
  async check(): Promise<boolean> {
    const now = this.#parts.marketNow();
    if (this.#isAsking || Number.isNaN(this.#next) || now < this.#tf.closeOf(this.#next) + this.#parts.graceMs)
      return false;
    return this.#ask(now);
  }

  #close(row: CandleRow, closedBy: CandleEvent['closedBy'], exchangeTime: number): void {
    if (row[0] < this.#next || this.#held.has(row[0])) return;
    this.#held.set(row[0], this.#event(row, closedBy, exchangeTime));
    this.#flush();
    // A hole: REST may know what the stream lost.
    if (this.#held.size > 0 && !this.#isAsking) void this.#ask(exchangeTime);
  }

  /** Delivers what is held without a hole before it. */
  #flush(): void {
    for (let candle = this.#held.get(this.#next); candle; candle = this.#held.get(this.#next)) {
      this.#held.delete(this.#next);
      this.#next = this.#tf.closeOf(this.#next);
      this.#restSaid = null;
      this.#timesAbsent = 0;
      this.#delivered.push(candle);
      if (this.#delivered.length > REMEMBERED) this.#delivered.shift();
      this.#parts.deliver(candle);
    }
  }

  /** `seen`: a candle that a later one followed without its flag; it stands where REST cannot be asked. */
  async #ask(now: number, seen: CandleRow | null = null): Promise<boolean> {
    this.#isAsking = true;
    try {
      const rows = (await this.#parts.fetchRows(this.#next)).filter(isSound);
      this.#heard(rows, Math.max(now, this.#parts.marketNow()));
      return true;
    } catch {
      // The next check asks again; the feed's staleness says so meanwhile.
      if (seen) this.#close(seen, 'next-open', now);
      return false;
    } finally {
      this.#isAsking = false;
    }
  }

  #heard(rows: readonly CandleRow[], now: number): void {
    const latest = rows.at(-1)?.[0] ?? Number.NaN;
    // A later candle in the same answer proves that one is closed.
    for (const row of rows) if (row[0] < latest) this.#close(row, 'rest', now);
    const last = rows.find((row) => row[0] === this.#next && row[0] === latest);
    if (last) {
      if (this.#tf.closeOf(last[0]) + this.#parts.graceMs > now) return;
      if (this.#restSaid && sameRow(this.#restSaid, last)) this.#close(last, 'grace', now);
      else this.#restSaid = last;
      return;
    }
    // Where nothing is traded some venues have no candle.
    const after = Math.min(...this.#held.keys(), ...rows.map(([time]) => time).filter((time) => time > this.#next));
    if (!Number.isFinite(after) || ++this.#timesAbsent < 2) return;
    this.#timesAbsent = 0;
    this.#next = after;
    this.#flush();
  }

  #revise(row: CandleRow, exchangeTime: number): void {
    const delivered = this.#delivered.find(({ openTime }) => openTime === row[0]);
    if (!delivered || sameRow(rowOf(delivered), row)) return;
    this.#parts.revised(delivered, this.#event(row, delivered.closedBy, exchangeTime));
  }

  #event(row: CandleRow, closedBy: CandleEvent['closedBy'], exchangeTime: number): CandleEvent {
    const [openTime, open, high, low, close, volume] = row;
    const { pair, wallNow } = this.#parts;
    return { pair, openTime, open, high, low, close, volume, closedBy, exchangeTime, receivedAt: wallNow() };
  }
}

function rowOf({ openTime, open, high, low, close, volume }: CandleEvent): CandleRow {
  return [openTime, open, high, low, close, volume];
}

function sameRow(a: CandleRow, b: CandleRow): boolean {
  return a.every((value, i) => value === b[i]);
}

/** A price of 0 or NaN is no candle: it would look like a stop hit. */
function isSound(row: CandleRow): boolean {
  const [time, open, high, low, close] = row;
  return Number.isFinite(time) && open > 0 && high > 0 && low > 0 && close > 0 && high >= low;
}
