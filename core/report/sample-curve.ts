import type { EquityCurve } from '../domain/run-result.ts';

/** An equity curve thinned out for drawing. Times in whole seconds UTC, strictly rising; drawdowns and exposure in per cent. */
export interface CurveSample {
  readonly t: number[];
  readonly equity: number[];
  readonly held: number[];
  readonly drawdown: number[];
  readonly heldDrawdown: number[];
  readonly exposure: number[];
}

/**
 * At most `limit` points of a curve. Each stands for a stretch of points: the last equity, but the deepest drawdown and the highest
 * exposure, so that thinning hides no risk.
 */
export function sampleCurve(curve: EquityCurve, startBalance: number, limit = 2500): CurveSample {
  const n = curve.time.length;
  const step = Math.max(1, Math.ceil(n / limit));
  const fall = new Falls(curve.equity, startBalance);
  const heldFall = new Falls(curve.buyAndHold, startBalance);
  const out: CurveSample = { t: [], equity: [], held: [], drawdown: [], heldDrawdown: [], exposure: [] };
  for (let from = 0; from < n; from += step) {
    const to = Math.min(n, from + step);
    const seconds = Math.round(curve.time[to - 1]! / 1000);
    // Points of one second are one: what is open at the end is closed at the last candle's close.
    const isSame = seconds === out.t.at(-1);
    const at = isSame ? out.t.length - 1 : out.t.length;
    const held = (values: readonly number[]) => (isSame ? values[at]! : 0);
    out.t[at] = seconds;
    out.equity[at] = short(curve.equity[to - 1]!);
    out.held[at] = short(curve.buyAndHold[to - 1]!);
    out.drawdown[at] = Math.min(held(out.drawdown), short(fall.deepest(from, to) * 100, 5));
    out.heldDrawdown[at] = Math.min(held(out.heldDrawdown), short(heldFall.deepest(from, to) * 100, 5));
    out.exposure[at] = Math.max(held(out.exposure), short(highest(curve.exposure, from, to) * 100, 4));
  }
  return out;
}

/** Drawdowns of a curve, asked for by stretches in order: a short function that is called often is compiled sooner than one long loop. */
class Falls {
  readonly #values: Float64Array;
  #peak: number;

  constructor(values: Float64Array, start: number) {
    this.#values = values;
    this.#peak = start;
  }

  /** The deepest of a stretch as a negative fraction of the peak before, 0 where there is none. */
  deepest(from: number, to: number): number {
    const values = this.#values;
    let peak = this.#peak;
    let deepest = 0;
    for (let i = from; i < to; i++) {
      const value = values[i]!;
      if (value > peak) peak = value;
      const fall = value / peak - 1;
      if (fall < deepest) deepest = fall;
    }
    this.#peak = peak;
    return deepest;
  }
}

function highest(values: Float64Array, from: number, to: number): number {
  let most = 0;
  for (let i = from; i < to; i++) {
    const size = Math.abs(values[i]!);
    if (size > most) most = size;
  }
  return most;
}

/** A number with at most `digits` significant figures: what a drawing needs, and no more bytes. */
export function short(value: number, digits = 7): number {
  const places = digits - 1 - Math.floor(Math.log10(Math.abs(value)));
  // A whole number below 2^53 over a power of ten that a double holds is the double nearest to the decimal: what reading its text gives.
  if (places >= 0 && places <= 22) {
    const power = POWERS[places]!;
    const scaled = value * power;
    const whole = Math.round(scaled);
    if (Math.abs(Math.abs(scaled - whole) - 0.5) > 1e-6) return whole / power;
  }
  return Number(value.toPrecision(digits));
}

const POWERS = Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));
