import { type BookTop, midOf } from './book-top.ts';
import { Cvd, type CvdOptions } from './cvd.ts';
import { type Agreement, agreement } from './ensemble-agreement.ts';
import { Flicker } from './flicker.ts';
import { FundingArbitrage } from './funding-arbitrage.ts';
import { RollingHurst } from './hurst.ts';
import { LiquidationCascade } from './liquidation-cascade.ts';
import { Liquidity, type LiquidityOptions } from './liquidity.ts';
import { LobFeatures } from './lob-features.ts';
import { lstmFallback } from './lstm-fallback.ts';
import { MicroRegime, type MicroRegimeOptions } from './micro-regime.ts';
import { type OfiOptions, OrderFlowImbalance } from './ofi.ts';
import { IcebergDetector, SweepDetector } from './order-detection.ts';
import { OuSignal, type OuSignalOptions } from './ou-signal.ts';
import { ParkinsonBlend, type ParkinsonOptions } from './parkinson-blend.ts';
import { KyleLambda } from './price-impact.ts';
import { requirePositive } from './state.ts';
import { type ClassifierOptions, TradeClassifier } from './trade-classifier.ts';
import { TradeIntensity } from './trade-intensity.ts';
import { TradeSpreads } from './trade-spreads.ts';
import { TradeStats } from './trade-stats.ts';
import { calibrateBucketVolume, Vpin } from './vpin.ts';

/** Options of all features of a market. What is left out has the document's defaults. */
export interface MicroOptions {
  readonly classifier?: ClassifierOptions;
  /** A bucket volume in base units, or the span of all buckets to calibrate it for, from the first `calibrateMs` of trades. */
  readonly vpin?: { readonly bucketVolume?: number; readonly windowMs?: number; readonly calibrateMs?: number };
  readonly ofi?: OfiOptions;
  readonly cvd?: CvdOptions;
  /** Mid returns are sampled on a clock: the exponent means nothing tick by tick. */
  readonly hurst?: { readonly sampleMs?: number; readonly window?: number; readonly minSamples?: number };
  readonly ou?: OuSignalOptions;
  /** Bars of mid for stops. */
  readonly parkinson?: ParkinsonOptions & { readonly barMs?: number };
  readonly regime?: MicroRegimeOptions;
  readonly liquidity?: LiquidityOptions;
  /** Age at which the book counts as stale, ms. */
  readonly staleAfterMs?: number;
  /** Levels of the book that features read. */
  readonly levels?: number;
}

/** Weight of a second in the volatility: about a minute is remembered. */
const FORGET = 1 / 60;

/** How far the book can be trusted. Anything but `live` means: do not trade on it. */
export type MicroState = 'empty' | 'live' | 'crossed' | 'stale';

/**
 * All microstructure features of one market as streaming objects, wired as the scalping document's interaction map has them: the classifier
 * feeds VPIN and CVD, Hurst gates OU, regime and liquidity watch the book. Features read the book less own resting orders.
 * Times in ms UTC of receipt. Feed trades before the book change that they caused.
 */
export class MicroMarket {
  readonly classifier: TradeClassifier;
  readonly ofi: OrderFlowImbalance;
  readonly cvd: Cvd;
  readonly hurst: RollingHurst;
  readonly ou: OuSignal;
  readonly parkinson: ParkinsonBlend;
  readonly lob: LobFeatures;
  readonly regime: MicroRegime;
  readonly liquidity: Liquidity;
  readonly spreads = new TradeSpreads();
  readonly kyle = new KyleLambda();
  readonly trades = new TradeStats();
  readonly sweeps = new SweepDetector();
  readonly bidIceberg = new IcebergDetector();
  readonly askIceberg = new IcebergDetector();
  readonly bidFlicker = new Flicker('bid');
  readonly askFlicker = new Flicker('ask');
  readonly cascade = new LiquidationCascade();
  readonly intensity = new TradeIntensity();
  readonly funding = new FundingArbitrage();
  /** The book as of the last update: read at once, never keep. */
  book: BookTop | null = null;
  /** Signed size of the last trade as classified; 0 before the first. */
  lastFlow = 0;
  #vpin: Vpin | null;
  readonly #vpinWindowMs: number;
  readonly #calibrateMs: number;
  #seenVolume = 0;
  #firstTrade = Number.NaN;
  readonly #sampleMs: number;
  readonly #barMs: number;
  readonly #staleAfterMs: number;
  readonly #flatLob = new Float64Array(21);
  #bookTime = Number.NEGATIVE_INFINITY;
  #mid = Number.NaN;
  #nextSample = Number.NEGATIVE_INFINITY;
  #sampledMid = Number.NaN;
  #nextBar = Number.NEGATIVE_INFINITY;
  #high = Number.NaN;
  #low = Number.NaN;
  #nextSecond = Number.NEGATIVE_INFINITY;
  #variance = 0;
  #changes = 0;

  constructor(options: MicroOptions = {}) {
    this.classifier = new TradeClassifier(options.classifier);
    this.ofi = new OrderFlowImbalance(options.ofi);
    this.cvd = new Cvd(options.cvd);
    this.hurst = new RollingHurst({
      window: options.hurst?.window ?? 256,
      minSamples: options.hurst?.minSamples ?? 50,
    });
    this.ou = new OuSignal(options.ou);
    this.parkinson = new ParkinsonBlend(options.parkinson);
    this.lob = new LobFeatures();
    this.regime = new MicroRegime(options.regime);
    this.liquidity = new Liquidity(options.liquidity);
    const { bucketVolume, windowMs, calibrateMs } = options.vpin ?? {};
    this.#vpin = bucketVolume === undefined ? null : new Vpin({ bucketVolume });
    this.#vpinWindowMs = requirePositive('vpin.windowMs', windowMs ?? 300_000);
    this.#calibrateMs = requirePositive('vpin.calibrateMs', calibrateMs ?? 30_000);
    this.#sampleMs = requirePositive('hurst.sampleMs', options.hurst?.sampleMs ?? 1000);
    this.#barMs = requirePositive('parkinson.barMs', options.parkinson?.barMs ?? 5000);
    this.#staleAfterMs = requirePositive('staleAfterMs', options.staleAfterMs ?? 5000);
  }

  /** null until its bucket volume is known. */
  get vpin(): Vpin | null {
    return this.#vpin;
  }

  get mid(): number {
    return this.#mid;
  }

  /** Deviation of mid changes, quote units per square root of a second, exponentially forgotten over about a minute; NaN under ten samples. */
  get volatility(): number {
    return this.#changes < 10 ? Number.NaN : Math.sqrt(this.#variance / (this.#sampleMs / 1000));
  }

  /** The direction that the book vector gives without a trained network: tanh of its mean; 0 until the normaliser is full or when stale. */
  bookDirection(now: number): number {
    return this.lob.isReady && this.lob.read(now, this.#flatLob) ? lstmFallback(this.#flatLob) : 0;
  }

  /** The book's state at `now`. */
  stateAt(now: number): MicroState {
    const { book } = this;
    if (book === null || book.bids === 0 || book.asks === 0) return 'empty';
    if (now - this.#bookTime > this.#staleAfterMs) return 'stale';
    return book.bidPrice[0]! >= book.askPrice[0]! ? 'crossed' : 'live';
  }

  /** Agreement of directions (-1..1 each) with weights, equal ones unless given; accepted from 0.6 on. */
  agreementOf(directions: ArrayLike<number>, weights?: ArrayLike<number>): Agreement {
    const n = directions.length;
    return agreement(directions, weights ?? Array.from({ length: n }, () => 1 / n));
  }

  /** Whatever speaks against relying on the features at `now`, in words. */
  warnings(now: number): string[] {
    const found: string[] = [];
    const state = this.stateAt(now);
    if (state !== 'live') found.push(`the book is ${state}`);
    if (this.classifier.warning) found.push(this.classifier.warning);
    if (this.#vpin === null || !this.#vpin.isReady) found.push('VPIN has not filled its buckets yet');
    if (Number.isNaN(this.hurst.value)) found.push('Hurst has too few samples');
    if (this.bidFlicker.score > 0.9 || this.askFlicker.score > 0.9)
      found.push('nearly all size that leaves the book leaves without trading: depth may not be real');
    return found;
  }

  /** @param flag the feed's aggressor: 1 buy, -1 sell, 0 not known. Returns the side that it is taken for. */
  onTrade(time: number, price: number, size: number, flag: number): 1 | -1 {
    const side = this.classifier.classify(price, flag);
    this.lastFlow = side * size;
    this.#feedVpin(time, size, side > 0);
    this.cvd.add(time, price, size, side);
    this.spreads.onTrade(time, price, side);
    this.kyle.addTrade(size, side);
    this.trades.add(time, size);
    this.intensity.onTrade(price, side);
    this.sweeps.add(time, price, size, side);
    if (side > 0) {
      this.askIceberg.onTrade(price, size);
      this.askFlicker.onTrade(size);
    } else {
      this.bidIceberg.onTrade(price, size);
      this.bidFlicker.onTrade(size);
    }
    this.advanceTo(time);
    return side;
  }

  /** A changed book. `top` is kept by reference for `book`; its owner refreshes it. */
  onBook(top: BookTop): void {
    const { time } = top;
    this.book = top;
    this.#bookTime = time;
    const mid = midOf(top);
    this.classifier.quote(top.bids > 0 ? top.bidPrice[0]! : 0, top.asks > 0 ? top.askPrice[0]! : 0);
    this.ofi.update(top);
    this.regime.update(top);
    this.liquidity.update(top);
    this.lob.update(top);
    this.bidFlicker.update(top);
    this.askFlicker.update(top);
    if (top.bids > 0) this.bidIceberg.onBest(top.bidPrice[0]!, top.bidSize[0]!);
    if (top.asks > 0) this.askIceberg.onBest(top.askPrice[0]!, top.askSize[0]!);
    if (mid > 0) {
      // What has been true until now is sampled before the new mid counts.
      this.advanceTo(time);
      if (mid !== this.#mid) this.spreads.onMid(time, mid);
      this.#mid = mid;
      if (!(mid <= this.#high)) this.#high = mid;
      if (!(mid >= this.#low)) this.#low = mid;
    }
  }

  /** A liquidation: a forced order of the venue. */
  onLiquidation(time: number, price: number, size: number, side: 1 | -1): void {
    this.cascade.add(time, price, size, side);
  }

  /** A funding rate, as a fraction per interval. */
  onFunding(rate: number): void {
    this.funding.add(rate);
  }

  /** A gap in the feed: order flow across it is not order flow. */
  onGap(): void {
    this.ofi.forgetBook();
    this.book = null;
  }

  /** Lets market time pass: samples mids, closes bars. */
  advanceTo(time: number): void {
    if (Number.isNaN(this.#mid)) {
      this.#nextSample = Math.floor(time / this.#sampleMs + 1) * this.#sampleMs;
      this.#nextBar = Math.floor(time / this.#barMs + 1) * this.#barMs;
      this.#nextSecond = Math.floor(time / 1000 + 1) * 1000;
      return;
    }
    while (time >= this.#nextSample) {
      this.#sample();
      this.#nextSample += this.#sampleMs;
    }
    while (time >= this.#nextBar) {
      this.parkinson.add(this.#high, this.#low, this.#mid, this.#nextBar - this.#barMs);
      this.#high = this.#mid;
      this.#low = this.#mid;
      this.#nextBar += this.#barMs;
    }
    while (time >= this.#nextSecond) {
      this.kyle.closeInterval(this.#mid);
      this.#nextSecond += 1000;
    }
    this.regime.advanceTo(time);
    this.intensity.advanceTo(time, this.#mid);
  }

  #sample(): void {
    const mid = this.#mid;
    if (!Number.isNaN(this.#sampledMid)) {
      this.hurst.add(Math.log(mid / this.#sampledMid));
      const weight = Math.max(1 / ++this.#changes, FORGET * (this.#sampleMs / 1000));
      this.#variance += Math.min(1, weight) * ((mid - this.#sampledMid) ** 2 - this.#variance);
    }
    this.#sampledMid = mid;
    this.ou.update(mid, this.hurst.value);
  }

  #feedVpin(time: number, size: number, isBuy: boolean): void {
    if (this.#vpin !== null) {
      this.#vpin.add(size, isBuy);
      return;
    }
    if (Number.isNaN(this.#firstTrade)) this.#firstTrade = time;
    this.#seenVolume += size;
    const span = time - this.#firstTrade;
    if (span < this.#calibrateMs) return;
    this.#vpin = new Vpin({ bucketVolume: calibrateBucketVolume(this.#seenVolume / span, this.#vpinWindowMs) });
  }
}
