import { PriceLadder } from './ladder.ts';

/** How far a live book can be trusted. Anything but `live` means: do not trade on it. */
export type BookState = 'waiting' | 'live' | 'gap' | 'crossed' | 'stale';

/** What became of a change: `applied`, `old` (already in the book), `early` (kept out until a snapshot comes) or `gap`. */
export type DiffOutcome = 'applied' | 'old' | 'early' | 'gap' | 'outOfOrder';

/** Options of a book feed. */
export interface BookFeedOptions {
  readonly ladderWindow?: number;
  /** Silence after which the book counts as stale, ms. */
  readonly staleAfterMs?: number;
  /** How long a crossed book is tolerated before it counts as broken, ms: the two sides' changes come in separate messages. */
  readonly crossedAfterMs?: number;
}

/** One message of changes with its sequence numbers. */
export interface DiffMessage {
  /** First and last change number in it. */
  readonly first: number;
  readonly last: number;
  /** The message before it, where the venue says (Binance futures `pu`); otherwise `first` must follow the last number. */
  readonly previous?: number;
  /** Exchange time, ms. */
  readonly time: number;
  /** Rows of side (1 bid, -1 ask), tick, lots. */
  readonly rows: readonly (readonly [1 | -1, number, number])[];
}

/**
 * A live book from a snapshot and numbered changes. It never guesses: a missing number makes it a `gap` until the next snapshot, changes
 * that come before the snapshot are held back and applied after it, and silence, crossing and time going back are states to be asked for.
 */
export class BookFeed {
  readonly ladder: PriceLadder;
  /** Counts of what went wrong, for logs. */
  readonly counts = { gaps: 0, outOfOrder: 0, old: 0, crossed: 0 };
  readonly #staleAfterMs: number;
  readonly #crossedAfterMs: number;
  #early: DiffMessage[] = [];
  #state: 'waiting' | 'live' | 'gap' = 'waiting';
  #last = Number.NaN;
  #isFirstAfterSnapshot = false;
  #time = Number.NEGATIVE_INFINITY;
  #crossedSince = Number.NaN;

  constructor(options: BookFeedOptions = {}) {
    this.ladder = new PriceLadder(options.ladderWindow);
    this.#staleAfterMs = options.staleAfterMs ?? 5000;
    this.#crossedAfterMs = options.crossedAfterMs ?? 1000;
  }

  /** The state as of `now` (ms, the clock of the messages' times). */
  stateAt(now: number): BookState {
    if (this.#state !== 'live') return this.#state;
    if (now - this.#time > this.#staleAfterMs) return 'stale';
    const isCrossed = now - this.#crossedSince > this.#crossedAfterMs;
    return isCrossed || !this.ladder.hasBoth ? 'crossed' : 'live';
  }

  /** Starts anew from a full book whose last change is number `last`. Held-back changes that follow it are applied. */
  snapshot(last: number, time: number, rows: DiffMessage['rows']): BookState {
    this.ladder.clear();
    this.#state = 'live';
    this.#last = last;
    this.#isFirstAfterSnapshot = true;
    this.#crossedSince = Number.NaN;
    this.#time = Math.max(time, this.#time);
    this.#set(rows);
    const early = this.#early;
    this.#early = [];
    for (const message of early) this.diff(message);
    return this.stateAt(this.#time);
  }

  /** Takes a message of changes. After a `gap`, fetch a snapshot. */
  diff(message: DiffMessage): DiffOutcome {
    if (this.#state !== 'live') return this.#holdBack(message);
    if (message.last <= this.#last) return this.#count('old');
    if (!this.#follows(message)) {
      this.#state = 'gap';
      this.#early = [message];
      return this.#count('gap');
    }
    // Numbers follow each other, so the changes are right even where the clock is not: they are applied, and the jump is told.
    const isBack = message.time < this.#time;
    this.#last = message.last;
    this.#isFirstAfterSnapshot = false;
    this.#time = Math.max(this.#time, message.time);
    this.#set(message.rows);
    return isBack ? this.#count('outOfOrder') : 'applied';
  }

  #follows(message: DiffMessage): boolean {
    // The first message after a snapshot may begin before it, as long as it reaches beyond it.
    if (this.#isFirstAfterSnapshot) return message.first <= this.#last + 1;
    return message.previous === undefined ? message.first === this.#last + 1 : message.previous === this.#last;
  }

  #holdBack(message: DiffMessage): DiffOutcome {
    this.#early.push(message);
    if (this.#early.length > 10_000) this.#early.shift();
    return 'early';
  }

  #count(outcome: 'old' | 'gap' | 'outOfOrder'): DiffOutcome {
    this.counts[outcome === 'gap' ? 'gaps' : outcome]++;
    return outcome;
  }

  #set(rows: DiffMessage['rows']): void {
    const { ladder } = this;
    for (const [side, tick, lots] of rows) {
      ladder.set(side, tick, lots);
    }
    this.#noteCrossing();
  }

  #noteCrossing(): void {
    if (!this.ladder.isCrossed) this.#crossedSince = Number.NaN;
    else if (Number.isNaN(this.#crossedSince)) {
      this.#crossedSince = this.#time;
      this.counts.crossed++;
    }
  }
}
