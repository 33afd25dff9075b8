import { Ring } from './ring.ts';
import { requireCount, requirePositive, type Savable, StateReader } from './state.ts';

/** Options of the cascade detector. */
export interface CascadeOptions {
  /** Liquidations further apart than this do not belong together, ms. */
  readonly maxGapMs?: number;
  /** Fewest liquidations of one side in a row. */
  readonly minCount?: number;
  /** Fewest mean liquidation notionals (of earlier ones) that they add up to. */
  readonly minMultiple?: number;
}

/**
 * Detects liquidation cascades: forced orders of one side that follow each other within `maxGapMs`, at least `minCount` of them and worth
 * `minMultiple` mean earlier liquidations together. Feed it the venue's liquidation events (most venues publish at most one a second and
 * symbol, so counts are lower bounds). Over when a gap or the other side breaks the run: ask `isActive(now)`.
 */
export class LiquidationCascade implements Savable {
  /** Of the run at hand: 1 when shorts are bought back, -1 when longs are sold; 0 before the first. */
  side: 1 | -1 | 0 = 0;
  count = 0;
  /** Quote units. */
  notional = 0;
  readonly #past = new Ring(100);
  readonly #maxGapMs: number;
  readonly #minCount: number;
  readonly #minMultiple: number;
  #lastTime = Number.NEGATIVE_INFINITY;

  constructor(options: CascadeOptions = {}) {
    this.#maxGapMs = requirePositive('maxGapMs', options.maxGapMs ?? 5000);
    this.#minCount = requireCount('minCount', options.minCount ?? 3, 2);
    this.#minMultiple = requirePositive('minMultiple', options.minMultiple ?? 5);
  }

  /** `side` is that of the forced order. Returns whether a cascade is under way. */
  add(time: number, price: number, size: number, side: 1 | -1): boolean {
    const notional = price * size;
    if (!(notional > 0)) return this.isActive(time);
    if (side !== this.side || time - this.#lastTime > this.#maxGapMs) {
      this.count = 0;
      this.notional = 0;
      this.side = side;
    }
    this.count++;
    this.notional += notional;
    this.#lastTime = time;
    this.#past.push(notional);
    return this.isActive(time);
  }

  isActive(now: number): boolean {
    if (this.count < this.#minCount || now - this.#lastTime > this.#maxGapMs) return false;
    const earlier = this.#past.length - this.count;
    if (earlier < 1) return true;
    let sum = 0;
    for (let i = 0; i < earlier; i++) sum += this.#past.at(i);
    return this.notional >= (this.#minMultiple * sum) / earlier;
  }

  save(): number[] {
    return [this.side, this.count, this.notional, this.#lastTime, ...this.#past.save()];
  }

  load(state: ArrayLike<number> | StateReader): void {
    const reader = StateReader.of(state);
    this.side = reader.next() as 1 | -1 | 0;
    this.count = reader.next();
    this.notional = reader.next();
    this.#lastTime = reader.next();
    this.#past.load(reader);
  }
}
