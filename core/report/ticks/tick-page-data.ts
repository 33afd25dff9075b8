/** What the page of a run on ticks is drawn from: plain data, a column per sample. Prices in quote, amounts in base units, times ms UTC. */
export interface TickPageData {
  readonly title: string;
  readonly pair: string;
  readonly dataKind: 'real' | 'synthetic';
  /** Units of money and of amounts. */
  readonly currency: string;
  readonly base: string;
  readonly from: number;
  readonly to: number;
  readonly tick: number;
  readonly numbers: readonly { readonly name: string; readonly value: string; readonly under: string }[];
  readonly notes: readonly string[];
  readonly hash: string;
  readonly time: readonly number[];
  /** Per sample, rows of price and amount. */
  readonly bids: readonly (readonly (readonly [number, number])[])[];
  readonly asks: readonly (readonly (readonly [number, number])[])[];
  /** Per sample, rows of side, price, amount and amount ahead in the queue. */
  readonly own: readonly (readonly (readonly [number, number, number, number])[])[];
  readonly lines: Readonly<Record<string, readonly (number | null)[]>>;
  readonly features: Readonly<Record<string, readonly (number | null)[]>>;
  readonly fills: readonly {
    readonly time: number;
    readonly side: 'buy' | 'sell';
    readonly price: number;
    readonly amount: number;
    readonly isMaker: boolean;
  }[];
  readonly markouts: readonly { readonly seconds: number; readonly fills: number; readonly bps: number }[];
  readonly gates: readonly { readonly name: string; readonly passed: number; readonly refused: number }[];
  readonly decisions: readonly {
    readonly time: number;
    readonly gate: string;
    readonly passed: boolean;
    readonly reason: string;
    readonly value: number | null;
  }[];
}
