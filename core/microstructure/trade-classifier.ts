import { Ring } from './ring.ts';
import { type Savable, StateReader } from './state.ts';

/** aggressor: the feed's own flag, Lee-Ready where it is missing; leeReady: quotes, then ticks; tick: price changes only. */
export type ClassifierMode = 'aggressor' | 'leeReady' | 'tick';
export type ClassifiedBy = 'aggressor' | 'quote' | 'tick' | 'default';

/** Options of the trade classifier. */
export interface ClassifierOptions {
  readonly mode?: ClassifierMode;
  /** Prices nearer to mid than this count as at mid. */
  readonly midTolerance?: number;
  /** Trades over which the fallback share is watched. */
  readonly window?: number;
  /** Share of tick-rule fallbacks above which quotes must be stale (0.4). */
  readonly maxFallbackShare?: number;
}

const METHODS: readonly ClassifiedBy[] = ['aggressor', 'quote', 'tick', 'default'];

/**
 * Says whether a trade was started by its buyer or its seller (Lee and Ready, Journal of Finance 46(2), 1991): above the mid of the
 * latest quote a buy, below it a sell; at mid, or without a quote, an uptick is a buy, a zero tick repeats the last change's side;
 * with no change yet it is a buy by default. VPIN and CVD are worth what this is worth: do not use them while `isUnreliable`.
 */
export class TradeClassifier implements Savable {
  readonly mode: ClassifierMode;
  readonly counts: Readonly<Record<ClassifiedBy, number>>;
  readonly #counts: Record<ClassifiedBy, number> = { aggressor: 0, quote: 0, tick: 0, default: 0 };
  readonly #midTolerance: number;
  readonly #maxFallbackShare: number;
  readonly #recent: Ring;
  #recentFallbacks = 0;
  #mid = Number.NaN;
  #lastPrice = Number.NaN;
  #lastTick = 0;
  #lastMethod: ClassifiedBy = 'default';

  constructor(options: ClassifierOptions = {}) {
    this.mode = options.mode ?? 'aggressor';
    this.#midTolerance = options.midTolerance ?? 1e-12;
    this.#maxFallbackShare = options.maxFallbackShare ?? 0.4;
    this.#recent = new Ring(options.window ?? 500);
    this.counts = this.#counts;
  }

  get lastMethod(): ClassifiedBy {
    return this.#lastMethod;
  }

  /** Share of the last trades that neither a flag nor a quote classified; 0 before the first trade. */
  get fallbackShare(): number {
    return this.#recent.length === 0 ? 0 : this.#recentFallbacks / this.#recent.length;
  }

  /** True while more than 40 % of at least 50 recent trades fell back to ticks; never in `tick` mode, which asked for it. */
  get isUnreliable(): boolean {
    return this.mode !== 'tick' && this.#recent.length >= 50 && this.fallbackShare > this.#maxFallbackShare;
  }

  /** One line for the log while unreliable, else null. */
  get warning(): string | null {
    if (!this.isUnreliable) return null;
    const percent = (100 * this.fallbackShare).toFixed(0);
    return `${percent} % of recent trades were classified by the tick rule: quotes are stale or late, VPIN and CVD are not to be used.`;
  }

  /** Takes the latest quote. A crossed or empty one makes trades fall back to ticks until a good one comes. */
  quote(bid: number, ask: number): void {
    this.#mid = bid > 0 && ask >= bid ? (bid + ask) / 2 : Number.NaN;
  }

  /**
   * Classifies a trade and returns 1 for a buy, -1 for a sell.
   * @param flag the feed's aggressor: 1 buy, -1 sell, 0 not known
   */
  classify(price: number, flag = 0): 1 | -1 {
    const change = price - this.#lastPrice;
    if (change > 0) this.#lastTick = 1;
    else if (change < 0) this.#lastTick = -1;
    this.#lastPrice = price;
    return this.#decide(price, flag);
  }

  #decide(price: number, flag: number): 1 | -1 {
    if (this.mode === 'aggressor' && flag !== 0) return this.#note('aggressor', flag > 0 ? 1 : -1);
    const distance = this.mode === 'tick' ? Number.NaN : price - this.#mid;
    if (Math.abs(distance) > this.#midTolerance) return this.#note('quote', distance > 0 ? 1 : -1);
    if (this.#lastTick !== 0) return this.#note('tick', this.#lastTick > 0 ? 1 : -1);
    return this.#note('default', 1);
  }

  #note(method: ClassifiedBy, side: 1 | -1): 1 | -1 {
    this.#counts[method]++;
    this.#lastMethod = method;
    const isFallback = method === 'tick' || method === 'default' ? 1 : 0;
    const dropped = this.#recent.push(isFallback);
    this.#recentFallbacks += isFallback - (dropped === 1 ? 1 : 0);
    return side;
  }

  save(): number[] {
    const counts = METHODS.map((method) => this.#counts[method]);
    const last = METHODS.indexOf(this.#lastMethod);
    return [this.#mid, this.#lastPrice, this.#lastTick, last, ...counts, this.#recentFallbacks, ...this.#recent.save()];
  }

  load(state: ArrayLike<number> | StateReader): void {
    const reader = StateReader.of(state);
    this.#mid = reader.next();
    this.#lastPrice = reader.next();
    this.#lastTick = reader.next();
    this.#lastMethod = METHODS[reader.next()] ?? 'default';
    for (const method of METHODS) this.#counts[method] = reader.next();
    this.#recentFallbacks = reader.next();
    this.#recent.load(reader);
  }
}
