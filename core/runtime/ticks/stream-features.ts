import { type BookTop, midOf } from '../../microstructure/book-top.ts';
import { TradeClassifier } from '../../microstructure/trade-classifier.ts';
import type { TickFeature, TickHost, TickTrade } from '../../ports/tick-features.ts';

/**
 * The declared streaming features of one market: one classifier tells them who took, each is fed what it lives on. Nothing is called that a
 * feature has no method for.
 */
export class StreamFeatures {
  readonly host: TickHost;
  readonly classifier = new TradeClassifier();
  readonly #byKey = new Map<string, TickFeature>();
  readonly #all: TickFeature[] = [];
  readonly #onTrade: TickFeature[] = [];
  readonly #onBook: TickFeature[] = [];
  readonly #onTime: TickFeature[] = [];
  readonly #trade: { -readonly [K in keyof TickTrade]: TickTrade[K] } = { time: 0, price: 0, size: 0, side: 1 };
  #mid = Number.NaN;

  constructor(market: Pick<TickHost, 'pair' | 'priceTick'>) {
    this.host = { ...market, fallbackShare: () => this.classifier.fallbackShare };
  }

  get count(): number {
    return this.#all.length;
  }

  /** The feature of a declaration: made once, however often it is declared. */
  join(key: string, make: () => TickFeature): TickFeature {
    let feature = this.#byKey.get(key);
    if (feature === undefined) {
      feature = make();
      this.#byKey.set(key, feature);
      this.#add(feature);
    }
    return feature;
  }

  #add(feature: TickFeature): void {
    this.#all.push(feature);
    if (feature.onTrade) this.#onTrade.push(feature);
    if (feature.onBook) this.#onBook.push(feature);
    if (feature.onTime) this.#onTime.push(feature);
  }

  /** Time in ms UTC; `flag` is the feed's aggressor: 1 buy, -1 sell, 0 not known. */
  onTrade(time: number, price: number, size: number, flag: number): void {
    if (this.#all.length === 0) return;
    this.advanceTo(time);
    const trade = this.#trade;
    trade.time = time;
    trade.price = price;
    trade.size = size;
    trade.side = this.classifier.classify(price, flag);
    for (let k = 0; k < this.#onTrade.length; k++) this.#onTrade[k]!.onTrade!(trade);
  }

  onBook(top: BookTop): void {
    if (this.#all.length === 0) return;
    this.advanceTo(top.time);
    this.classifier.quote(top.bids > 0 ? top.bidPrice[0]! : 0, top.asks > 0 ? top.askPrice[0]! : 0);
    for (let k = 0; k < this.#onBook.length; k++) this.#onBook[k]!.onBook!(top);
    this.#mid = midOf(top);
  }

  advanceTo(time: number): void {
    for (let k = 0; k < this.#onTime.length; k++) this.#onTime[k]!.onTime!(time, this.#mid);
  }

  onFunding(rate: number, time: number): void {
    for (const feature of this.#all) feature.onFunding?.(rate, time);
  }

  onLiquidation(time: number, price: number, size: number, side: 1 | -1): void {
    for (const feature of this.#all) feature.onLiquidation?.(time, price, size, side);
  }

  onOpenInterest(amount: number, time: number): void {
    for (const feature of this.#all) feature.onOpenInterest?.(amount, time);
  }

  onGap(): void {
    for (const feature of this.#all) feature.onGap?.();
  }
}
