import type { PairState } from '../../slot.ts';

/** What resting limits may get of the volume of each candle: they share it, pair by pair. */
export class VolumeShare {
  readonly #share: number;
  /** By pair: lots that are left of the candle. */
  readonly #lots: Float64Array;
  readonly #candles: Float64Array;

  /** @param share of a candle's volume */
  constructor(pairs: number, share: number) {
    this.#share = share;
    this.#lots = new Float64Array(pairs);
    this.#candles = new Float64Array(pairs).fill(-1);
  }

  /** Takes up to `lots` from the candle at hand, whose number is `candle`. Returns what there is. */
  take(pair: PairState, candle: number, lots: number): number {
    if (!pair.volumeLimits) return lots;
    const p = pair.index;
    if (this.#candles[p] !== candle) {
      this.#candles[p] = candle;
      this.#lots[p] = pair.instrument.lots(this.#share * pair.volume);
    }
    const taken = Math.min(lots, this.#lots[p]!);
    if (taken >= 1) this.#lots[p]! -= taken;
    return taken;
  }
}
