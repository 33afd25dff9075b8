import type { ClosedTrades } from '../ports/trading-modules.ts';

/**
 * Realised profit over the closed trades, kept so that no trade is summed twice: what drawdown and loss limits reckon with. Like the locks, it
 * follows from the closed trades alone. Trades are named by `k` as in `ClosedTrades`: 0 is the latest. Money in stake currency.
 */
export class RealisedBalance {
  #trades: ClosedTrades | null = null;
  /** Sum of profits after trade i (0 = oldest), and the highest such sum so far (0 at the start). */
  readonly #sums: number[] = [];
  readonly #peaks: number[] = [];

  /** Profit of all trades up to and including trade `k`; 0 before the first. */
  after(trades: ClosedTrades, k: number): number {
    this.#read(trades);
    return this.#sums[trades.count - 1 - k] ?? 0;
  }

  /**
   * Highest sum of profits as of trade `k` since `from` (ms UTC, exclusive; what it was at `from` counts too), and how many trades closed since.
   * -Infinity: since the start, where the sum is 0.
   */
  peak(trades: ClosedTrades, k: number, from: number): { readonly profit: number; readonly count: number } {
    this.#read(trades);
    const last = trades.count - 1 - k;
    if (from === Number.NEGATIVE_INFINITY) return { profit: this.#peaks[last] ?? 0, count: last + 1 };
    let top = Number.NEGATIVE_INFINITY;
    let i = last;
    for (; i >= 0 && trades.closeTime(trades.count - 1 - i) > from; i--) top = Math.max(top, this.#sums[i]!);
    return { profit: Math.max(top, i >= 0 ? this.#sums[i]! : 0), count: last - i };
  }

  #read(trades: ClosedTrades): void {
    if (trades !== this.#trades || trades.count < this.#sums.length) {
      this.#sums.length = 0;
      this.#peaks.length = 0;
      this.#trades = trades;
    }
    for (let i = this.#sums.length; i < trades.count; i++) {
      const sum = (this.#sums[i - 1] ?? 0) + trades.profitAbs(trades.count - 1 - i);
      this.#sums.push(sum);
      this.#peaks.push(Math.max(this.#peaks[i - 1] ?? 0, sum));
    }
  }
}
