import { type EventTable, lowerBound } from '../../domain/candles.ts';
import { timeframe } from '../../domain/timeframe.ts';
import { drawAt } from '../../foundation/rng.ts';
import type { PriceWalk } from './price-walk.ts';
import { scriptedWalk } from './price-walk.ts';
import type { RecordedBook } from './recorded-book.ts';
import type { MarketBook } from './replay-book.ts';
import { isOpen, type ReplayOrder } from './replay-order.ts';
import type { ReplaySymbol } from './replay-symbol.ts';

/** The length of the candles that everything else is made of. */
export const MINUTE_MS = 60_000;

/** A candle as numbers: times in ms, prices in quote, volume in base. */
export interface Kline {
  time: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  trades: number;
}

/** A public trade. */
export interface PublicTrade {
  readonly id: number;
  readonly time: number;
  readonly tick: number;
  readonly lots: number;
  /** The taker sold. */
  readonly buyerIsMaker: boolean;
}

/** How a candle is withheld or altered (fault F30). */
export type CandleTamper = { readonly kind: 'missing' } | { readonly kind: 'late' | 'revised'; readonly until: number };

/** The venue that a symbol is traded on, as a recording needs it. */
export interface MatchingVenue {
  readonly orders: { open(symbolId: string): readonly ReplayOrder[] };
  /** Fills a resting order at its own price, with no more than it may have. */
  fillResting(order: ReplayOrder, lots: number): void;
  onMarket(market: SymbolMarket): void;
}

const KEPT_TRADES = 1_000;

/** Everything public about one symbol at the present market time. Moves only by `step`. */
export class SymbolMarket {
  readonly symbol: ReplaySymbol;
  readonly book: MarketBook;
  readonly klines: Kline[] = [];
  readonly trades: PublicTrade[] = [];
  readonly tampered = new Map<number, CandleTamper>();
  readonly #walk: PriceWalk;
  readonly #seed: string | number;
  readonly #funding: EventTable | null;
  #script: PriceWalk | null = null;
  #tradeId = 1;
  /** The first trade of the step at hand. */
  #firstNew = 1;
  #fundingRate: number | null = null;
  status = 'TRADING';
  /** Last traded price in ticks; 0 shows a feed that went wrong (fault F27). */
  lastTick = 0;
  /** Mark price is the last price times 1 + this. */
  markPremium = 0;
  lastUpdateId = 1_000;
  /** The final id of the depth event before the present one. */
  previousUpdateId = 1_000;
  fundingHours = 8;

  constructor(
    symbol: ReplaySymbol,
    walk: PriceWalk,
    book: MarketBook,
    seed: string | number,
    funding: EventTable | null = null,
  ) {
    this.#funding = funding;
    this.symbol = symbol;
    this.#walk = walk;
    this.book = book;
    this.#seed = seed;
  }

  /** Replaces the price path from now on; `null` goes back to the recorded one. */
  script(points: readonly (readonly [number, number])[] | null): void {
    this.#script = points && scriptedWalk(points);
  }

  /** Moves to market time `time`, `stepMs` after the step before, and tells the venue when there was a market. */
  step(time: number, stepMs: number, venue: MatchingVenue): void {
    this.#firstNew = this.#tradeId;
    if (this.book.queues) this.#play(this.book as RecordedBook, time, stepMs, venue);
    else if (this.#walkOn(time, stepMs)) venue.onMarket(this);
  }

  /** Trades of the last step, oldest first. */
  get newTrades(): readonly PublicTrade[] {
    return this.trades.slice(this.trades.length - Math.min(this.trades.length, this.#tradeId - this.#firstNew));
  }

  #play(book: RecordedBook, time: number, stepMs: number, venue: MatchingVenue): void {
    const before = book.changes;
    const goesOn = book.play(time, {
      own: () => venue.orders.open(this.symbol.id),
      fill: (order, lots) => {
        if (isOpen(order) && this.status === 'TRADING') venue.fillResting(order, lots);
      },
      trade: (side, tick, lots, at) => {
        this.lastTick = tick;
        this.#candle(at, this.last, lots * this.symbol.stepSize);
        this.#addTrade(at, lots, side < 0);
        venue.onMarket(this);
      },
      mark: (tick) => {
        if (this.lastTick > 0) this.markPremium = tick / this.lastTick - 1;
      },
    });
    // A minute without a trade has a candle too.
    if (goesOn && this.lastTick > 0 && time % MINUTE_MS === 0 && (this.klines.at(-1)?.time ?? 0) < time - MINUTE_MS)
      this.#candle(time - stepMs, this.last, 0);
    if (book.changes > before) this.touchBook(10);
  }

  #walkOn(time: number, stepMs: number): boolean {
    const base = this.#walk.at(time, stepMs);
    const scripted = this.#script?.at(time, stepMs);
    const step = scripted ? { price: scripted.price, volume: base?.volume ?? 1 } : base;
    if (step === null) return false;
    this.setPrice(step.price);
    this.#candle(time - stepMs, step.price, step.volume);
    this.#trade(time, step.volume);
    this.touchBook(10);
    return true;
  }

  /** The price of this instant, in quote. */
  setPrice(price: number): void {
    const before = this.lastTick;
    this.lastTick = Math.round(price / this.symbol.tickSize);
    this.book.move(this.lastTick);
    if (before === 0 || this.lastTick === 0) return;
  }

  /** The book has changed: the next depth event covers `ids` update ids. */
  touchBook(ids: number): void {
    this.previousUpdateId = this.lastUpdateId;
    this.lastUpdateId += ids;
  }

  get last(): number {
    return this.lastTick * this.symbol.tickSize;
  }

  get mark(): number {
    return this.last * (1 + this.markPremium);
  }

  /** The rate of the next funding payment; drawn from the seed unless set. */
  fundingRate(time: number): number {
    if (this.#fundingRate !== null) return this.#fundingRate;
    const recorded = this.#recordedRate(this.nextFunding(time));
    if (recorded !== null) return recorded;
    return Math.round((drawAt(this.#seed, this.symbol.id, 'funding', this.nextFunding(time)) * 4 - 1.5) * 1e4) / 1e8;
  }

  /** The stored rate of a payment, when one lies within a minute of it. */
  #recordedRate(due: number): number | null {
    if (this.#funding === null) return null;
    const i = lowerBound(this.#funding.time, due - MINUTE_MS);
    return i < this.#funding.length && this.#funding.time[i]! <= due + MINUTE_MS
      ? this.#funding.values.rate![i]!
      : null;
  }

  setFundingRate(rate: number): void {
    this.#fundingRate = rate;
  }

  /** The first funding time after `time`, ms. */
  nextFunding(time: number): number {
    const ms = this.fundingHours * 3_600_000;
    return (Math.floor(time / ms) + 1) * ms;
  }

  openInterest(time: number): number {
    const wave = Math.sin(time / 9e7) + drawAt(this.#seed, this.symbol.id, 'oi', Math.floor(time / 300_000)) * 0.1;
    return Math.round((20_000 + 4_000 * wave) * 1e3) / 1e3;
  }

  #candle(openedAt: number, price: number, volume: number): void {
    const open = Math.floor(openedAt / MINUTE_MS) * MINUTE_MS;
    const close = this.lastTick * this.symbol.tickSize;
    const last = this.klines[this.klines.length - 1];
    if (last && last.time === open) {
      last.high = Math.max(last.high, close);
      last.low = Math.min(last.low, close);
      last.close = close;
      last.volume += volume;
      last.trades++;
    } else if (price > 0)
      this.klines.push({ time: open, open: close, high: close, low: close, close, volume, trades: 1 });
  }

  #trade(time: number, volume: number): void {
    const before = this.trades[this.trades.length - 1];
    const buyerIsMaker = before ? this.lastTick < before.tick : false;
    this.#addTrade(time, Math.max(1, Math.round(volume / this.symbol.stepSize)), buyerIsMaker);
  }

  #addTrade(time: number, lots: number, buyerIsMaker: boolean): void {
    this.trades.push({ id: this.#tradeId++, time, tick: this.lastTick, lots, buyerIsMaker });
    if (this.trades.length > 2 * KEPT_TRADES) this.trades.splice(0, KEPT_TRADES);
  }

  /**
   * Candles of a timeframe, oldest first; the last one is still forming unless `now` lies on its end.
   * @param from,to opening times, ms, both inclusive
   */
  candles(interval: string, from: number, to: number, limit: number, now: number): Kline[] {
    const frame = timeframe(interval);
    const out: Kline[] = [];
    const newestFirst = !Number.isFinite(from);
    const open = newestFirst
      ? Math.max(0, this.klines.length - (limit + 1) * Math.max(1, frame.ms / MINUTE_MS) * 1.2)
      : firstFrom(this.klines, from);
    for (let i = Math.floor(open); i < this.klines.length; i++) {
      const k = this.klines[i]!;
      const tamper = this.tampered.get(k.time);
      if (k.time > to || tamper?.kind === 'missing' || (tamper?.kind === 'late' && now < tamper.until)) continue;
      const at = frame.openOf(k.time);
      if (at < from) continue;
      const last = out[out.length - 1];
      if (last && last.time === at) merge(last, k);
      else if (!newestFirst && out.length === limit) break;
      else out.push({ ...k, time: at });
      const tail = out[out.length - 1]!;
      if (tamper?.kind === 'revised' && now < tamper.until) tail.close += this.symbol.tickSize * 3;
    }
    return out.slice(-limit);
  }

  /** The last 24 hours as one candle; `null` before the first. */
  day(now: number): Kline | null {
    let day: Kline | null = null;
    for (let i = Math.max(0, this.klines.length - 1_440); i < this.klines.length; i++) {
      const k = this.klines[i]!;
      if (k.time < now - 86_400_000) continue;
      if (day) merge(day, k);
      else day = { ...k };
    }
    return day;
  }
}

/** Index of the first kline that opens at or after a time: they are in order, and a long replay has many. */
function firstFrom(klines: readonly Kline[], time: number): number {
  let [low, high] = [0, klines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (klines[middle]!.time < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function merge(into: Kline, k: Kline): void {
  into.high = Math.max(into.high, k.high);
  into.low = Math.min(into.low, k.low);
  into.close = k.close;
  into.volume += k.volume;
  into.trades += k.trades;
}
