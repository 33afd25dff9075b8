import { type Decimal, decimal, div, mul, pow10, toNumber } from './decimal.ts';

/** A decimal step, such as a price tick or an amount step, taken apart: step = unit / scale with whole numbers. */
export interface Grid {
  readonly step: number;
  readonly unit: number;
  readonly scale: number;
  readonly decimals: number;
}

const known = new Map<number, Grid>();

/** The grid of a step such as 0.01, 1e-8, 0.25 or 10, cached per step. A step of 0 leaves numbers as they are. */
export function grid(step: number): Grid {
  const found = known.get(step);
  if (found) return found;
  const parts = decimal(step);
  const made = { step, unit: Number(parts.digits), scale: 10 ** parts.scale, decimals: parts.scale };
  known.set(step, made);
  return made;
}

type Mode = 'down' | 'up' | 'half-up';

/** The largest multiple of the step that is <= x, for x >= 0, in decimal: what x prints as decides, never its binary value. */
export function floorTo(x: number, g: Grid): number {
  return snap(x, g, 'down');
}

/** The smallest multiple of the step that is >= x, for x >= 0, in decimal. */
export function ceilTo(x: number, g: Grid): number {
  return snap(x, g, 'up');
}

/** The nearest multiple of the step, halves up, for x >= 0, in decimal. */
export function roundTo(x: number, g: Grid): number {
  return snap(x, g, 'half-up');
}

/** Exact a × b / c, cut after 18 decimals, as a double, and then down to the step. */
export function floorRatioTo(a: number, b: number, c: number, g: Grid): number {
  const ratio = div(mul(decimal(a), decimal(b)), decimal(c));
  return floorTo(toNumber(ratio), g);
}

function snap(x: number, g: Grid, mode: Mode): number {
  if (g.unit === 0) return x;
  const steps = (x * g.scale) / g.unit;
  const whole = Math.floor(steps);
  const part = steps - whole;
  // How far binary arithmetic can have moved `steps`. Nearer than that to where the answer jumps, only decimal arithmetic knows.
  const doubt = steps * 1e-15 + 1e-12;
  if (steps * g.unit < 1e15) {
    if (mode === 'half-up') {
      if (Math.abs(part - 0.5) > doubt) return ((part < 0.5 ? whole : whole + 1) * g.unit) / g.scale;
    } else if (part > doubt && part < 1 - doubt) return ((mode === 'down' ? whole : whole + 1) * g.unit) / g.scale;
  }
  return exactly(decimal(x), g, mode);
}

function exactly(x: Decimal, g: Grid, mode: Mode): number {
  const unit = BigInt(g.unit) * pow10(x.scale);
  const value = x.digits * pow10(g.decimals);
  let count = value / unit;
  const rest = value - count * unit;
  if (mode === 'up' ? rest > 0n : mode === 'half-up' && rest * 2n >= unit) count += 1n;
  return toNumber({ digits: count * BigInt(g.unit), scale: g.decimals });
}

/**
 * Rounds to 8 decimals as printing with eight decimals does: of the binary value, exact halves to even.
 * `near` is how far x may be off in absolute terms; where that leaves the last digit open, `exact` is asked for the number to round.
 */
export function round8(x: number, near = 0, exact?: () => number): number {
  const scaled = x * 1e8;
  const part = scaled - Math.floor(scaled);
  const doubt = near * 1e8 + Math.abs(scaled) * 1e-15 + 1e-9;
  if (Math.abs(part - 0.5) > doubt) return Math.round(scaled) / 1e8 + 0;
  const value = exact ? exact() : x;
  const halves = value * 512;
  if (Number.isInteger(halves) && halves % 2 !== 0) return Number(halfToEven(value)) / 1e8;
  return Number(value.toFixed(8)) + 0;
}

/** x × 1e8 for an odd multiple of 1/512 (the only doubles that lie exactly between two eight-decimal numbers), half to even. */
function halfToEven(x: number): bigint {
  const twice = BigInt(x * 512) * 390_625n;
  const low = (twice - 1n) / 2n;
  return low % 2n === 0n ? low : low + 1n;
}
