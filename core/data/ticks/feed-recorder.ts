import { FundingClock } from './funding-clock.ts';

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

/** Mark and index prices with the funding rate that runs and when it is due. `timestamp` and `nextAt` in ms. */
export interface LiveFunding {
  readonly timestamp: number;
  readonly mark: number;
  readonly index: number;
  readonly rate: number;
  readonly nextAt: number;
}

/** Where the rows go, as text. */
export interface RecorderOutput {
  readonly l2: (text: string) => void;
  readonly trades: (text: string) => void;
  /** Marks, indexes, funding, open interest and liquidations of a perpetual. */
  readonly reference?: (text: string) => void;
}

/**
 * Writes a live feed in the capture format (exch_ns, local_ns, …) that `ticks import` reads: the first book as a snapshot, then what changed
 * between two books. A level that leaves the window is written as removed. After `restart` the next book is a snapshot again.
 */
export class FeedRecorder {
  rows = 0;
  readonly #l2: (text: string) => void;
  readonly #trades: (text: string) => void;
  readonly #reference: (text: string) => void;
  readonly #funding = new FundingClock();
  #bids = new Map<number, number>();
  #asks = new Map<number, number>();
  #isFresh = true;

  constructor(out: RecorderOutput) {
    this.#l2 = out.l2;
    this.#trades = out.trades;
    this.#l2('exch_ns,local_ns,kind,side,price,qty\n');
    this.#trades('exch_ns,local_ns,aggressor,price,qty\n');
    this.#reference = out.reference ?? (() => {});
    this.#reference('exch_ns,local_ns,what,side,price,value\n');
  }

  /** Marks as they come; a payment is written at the rate that was told last before its moment. */
  funding({ timestamp, mark, index, rate, nextAt }: LiveFunding, localNs: bigint): void {
    const paid = this.#funding.heard(rate, nextAt);
    if (mark > 0) this.#beside(timestamp, localNs, 'mark', '', mark, 0);
    if (index > 0) this.#beside(timestamp, localNs, 'index', '', index, 0);
    if (paid !== null && mark > 0) this.#beside(timestamp, localNs, 'funding', '', mark, paid);
  }

  /** Open contracts in base units. */
  openInterest(timestamp: number, amount: number, localNs: bigint): void {
    this.#beside(timestamp, localNs, 'openInterest', '', 0, amount);
  }

  /** A forced order: `side` is what it did. */
  liquidation({ timestamp, side, price, amount }: LiveTrade, localNs: bigint): void {
    this.#beside(timestamp, localNs, 'liquidation', side === 'sell' ? 'sell' : 'buy', price, amount);
  }

  #beside(ms: number | undefined, localNs: bigint, what: string, side: string, price: number, value: number): void {
    this.rows++;
    this.#reference(`${nsOf(ms, localNs)},${localNs},${what},${side},${price},${value}\n`);
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
