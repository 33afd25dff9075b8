/** A book as ccxt hands it out: its best levels, best first. `timestamp` in ms. */
export interface LiveBook {
  readonly timestamp?: number | undefined;
  readonly bids: readonly (readonly [number, number])[];
  readonly asks: readonly (readonly [number, number])[];
}

export interface LiveTrade {
  readonly timestamp?: number | undefined;
  readonly price: number;
  readonly amount: number;
  readonly side?: string | undefined;
}

/**
 * Writes a live feed in the capture format (exch_ns, local_ns, …) that `ticks import` reads: the first book as a snapshot, then what changed
 * between two books. A level that leaves the window is written as removed. After `restart` the next book is a snapshot again.
 */
export class FeedRecorder {
  rows = 0;
  readonly #l2: (text: string) => void;
  readonly #trades: (text: string) => void;
  #bids = new Map<number, number>();
  #asks = new Map<number, number>();
  #isFresh = true;

  constructor(out: { readonly l2: (text: string) => void; readonly trades: (text: string) => void }) {
    this.#l2 = out.l2;
    this.#trades = out.trades;
    this.#l2('exch_ns,local_ns,kind,side,price,qty\n');
    this.#trades('exch_ns,local_ns,aggressor,price,qty\n');
  }

  /** The connection was lost: the next book stands for itself. */
  restart(): void {
    this.#isFresh = true;
  }

  book(book: LiveBook, localNs: bigint): void {
    const exchange = nsOf(book.timestamp, localNs);
    const lines: string[] = [];
    const write = (side: 'a' | 'b', price: number, amount: number) =>
      lines.push(`${exchange},${localNs},${this.#isFresh ? 'snapshot' : 'delta'},${side},${price},${amount}\n`);
    for (const [side, levels] of [
      ['b', book.bids],
      ['a', book.asks],
    ] as const) {
      const before = side === 'b' ? this.#bids : this.#asks;
      const after = new Map(levels.map(([price, amount]) => [price, amount]));
      if (!this.#isFresh) for (const price of before.keys()) if (!after.has(price)) write(side, price, 0);
      for (const [price, amount] of after)
        if (this.#isFresh || before.get(price) !== amount) write(side, price, amount);
      if (side === 'b') this.#bids = after;
      else this.#asks = after;
    }
    this.#isFresh = false;
    this.rows += lines.length;
    if (lines.length > 0) this.#l2(lines.join(''));
  }

  /** Trades without a side are written as the buyer's, as a classifier would begin. */
  trades(trades: readonly LiveTrade[], localNs: bigint): void {
    this.rows += trades.length;
    const lines = trades.map(
      ({ timestamp, side, price, amount }) =>
        `${nsOf(timestamp, localNs)},${localNs},${side === 'sell' ? 'sell' : 'buy'},${price},${amount}\n`,
    );
    if (lines.length > 0) this.#trades(lines.join(''));
  }
}

function nsOf(ms: number | undefined, localNs: bigint): bigint {
  return ms === undefined ? localNs : BigInt(Math.floor(ms)) * 1_000_000n;
}
