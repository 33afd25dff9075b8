import { type Timeframe, timeframe } from '../domain/timeframe.ts';
import { GridData } from './grid-data.ts';

/**
 * Builds the candles of a longer timeframe from those of a shorter one, causally and incrementally: a long candle is appended once a row
 * is known that closes at or after its end. A first candle whose beginning was not seen is left out, so that values don't depend on where the
 * loaded history happens to cut it.
 */
export class Resampler {
  readonly source: GridData;
  readonly target: GridData;
  readonly #frame: Timeframe;
  #done = 0;
  #openTime = Number.NaN;
  #end = Number.NaN;
  #open = 0;
  #high = 0;
  #low = 0;
  #close = 0;
  #volume = 0;

  constructor(source: GridData, targetKey: string, frame: Timeframe, rows: number, keep: number) {
    this.source = source;
    this.#frame = frame;
    this.target = GridData.growing(targetKey, ['time', 'open', 'high', 'low', 'close', 'volume'], rows, keep);
    this.target.hasVolume = source.hasVolume;
  }

  /** Consumes the source's new rows. */
  advance(): void {
    const { source } = this;
    const field = (name: string) => source.fields.get(name)!.values;
    const [time, open, high, low, close, volume] = ['time', 'open', 'high', 'low', 'close', 'volume'].map(field) as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    const available = source.available.values;
    const base = source.available.base;
    let end = this.#end;
    for (let row = this.#done; row < source.end; row++) {
      const i = row - base;
      const t = time[i]!;
      if (!(t < end)) {
        if (!Number.isNaN(this.#openTime)) this.#emit();
        const opened = this.#frame.openOf(t);
        end = this.#frame.closeOf(opened);
        // The first candle of the history counts only when seen from its start.
        this.#openTime = row === 0 && t !== opened ? Number.NaN : opened;
        this.#open = open[i]!;
        this.#high = high[i]!;
        this.#low = low[i]!;
        this.#volume = 0;
      }
      if (high[i]! > this.#high) this.#high = high[i]!;
      if (low[i]! < this.#low) this.#low = low[i]!;
      this.#close = close[i]!;
      this.#volume += volume[i]!;
      if (available[i]! >= end) {
        if (!Number.isNaN(this.#openTime)) this.#emit();
        this.#openTime = Number.NaN;
        end = Number.NaN;
      }
    }
    this.#done = source.end;
    this.#end = end;
  }

  #emit(): void {
    const { target } = this;
    const at = target.grow();
    const set = (name: string, value: number) => {
      target.fields.get(name)!.values[at] = value;
    };
    set('time', this.#openTime);
    set('open', this.#open);
    set('high', this.#high);
    set('low', this.#low);
    set('close', this.#close);
    set('volume', this.#volume);
    target.available.values[at] = this.#frame.closeOf(this.#openTime);
  }
}

/** Rows that a resampled grid may need for a source of `rows` rows. */
export function resampledRows(rows: number, from: string, to: string): number {
  if (timeframe(from).bars) return rows;
  return Math.min(rows, Math.ceil((rows * timeframe(from).ms) / timeframe(to).ms) * 2 + 4);
}
