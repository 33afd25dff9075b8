import { RollingMoments } from './rolling-moments.ts';
import { type Savable, StateReader } from './state.ts';

/**
 * The five indicators of the book vector over a stream of mids, as its document defines them: exponential means seeded with the first
 * mid, RSI(14) and ATR(14) smoothed as Wilder does with the mean of the first 14 changes as seed (the true range of a mid is |change|),
 * Bollinger width (upper - lower) / middle over 20 mids with the population deviation. Neutral values (50, 0, 0) before the seeds are full.
 */
export class MidIndicators implements Savable {
  rsi = 50;
  ema12 = Number.NaN;
  ema26 = Number.NaN;
  atr = 0;
  bollingerWidth = 0;
  readonly #mids = new RollingMoments(20);
  #last = Number.NaN;
  #changes = 0;
  #gain = 0;
  #loss = 0;

  update(mid: number): void {
    if (Number.isNaN(this.#last)) {
      this.ema12 = mid;
      this.ema26 = mid;
    } else {
      this.ema12 += (2 / 13) * (mid - this.ema12);
      this.ema26 += (2 / 27) * (mid - this.ema26);
      this.#wilder(mid - this.#last);
    }
    this.#last = mid;
    this.#mids.push(mid);
    if (this.#mids.isFull) this.bollingerWidth = (4 * this.#mids.deviation(0)) / this.#mids.mean;
  }

  #wilder(change: number): void {
    const gain = Math.max(change, 0);
    const loss = change < 0 ? -change : 0;
    this.#changes++;
    if (this.#changes <= 14) {
      this.#gain += gain / 14;
      this.#loss += loss / 14;
      if (this.#changes < 14) return;
    } else {
      this.#gain += (gain - this.#gain) / 14;
      this.#loss += (loss - this.#loss) / 14;
    }
    this.atr = this.#gain + this.#loss;
    this.rsi = this.atr > 0 ? (100 * this.#gain) / this.atr : 50;
  }

  save(): number[] {
    const outputs = [this.rsi, this.ema12, this.ema26, this.atr, this.bollingerWidth];
    return [...outputs, this.#last, this.#changes, this.#gain, this.#loss, ...this.#mids.save()];
  }

  load(state: ArrayLike<number> | StateReader): void {
    const reader = StateReader.of(state);
    this.rsi = reader.next();
    this.ema12 = reader.next();
    this.ema26 = reader.next();
    this.atr = reader.next();
    this.bollingerWidth = reader.next();
    this.#last = reader.next();
    this.#changes = reader.next();
    this.#gain = reader.next();
    this.#loss = reader.next();
    this.#mids.load(reader);
  }
}
