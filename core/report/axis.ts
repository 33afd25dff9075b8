import { duration, number, percent } from './format.ts';

/** The next of 1, 2, 5, 10, 20, … (times any power of ten) from `rough` on, which must be above 0. */
export function roundStep(rough: number): number {
  const unit = 10 ** Math.floor(Math.log10(rough));
  const times = rough / unit;
  // What rounding adds must not make of a step the next one.
  return (times > 5 + 1e-9 ? 10 : times > 2 + 1e-9 ? 5 : times > 1 + 1e-9 ? 2 : 1) * unit;
}

const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000];
const LENGTHS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
];

/** The same for lengths of time in ms: steps that clocks have, 1-2-5 below a second and from a day on. */
export function durationStep(rough: number): number {
  if (rough <= SECOND / 2) return roundStep(rough);
  return LENGTHS.find((length) => length >= rough) ?? DAY * roundStep(rough / DAY);
}

/** Round values from `low` to `high`, some `most` of them at most, and how far they are apart. */
export function ticks(
  low: number,
  high: number,
  { most = 7, stepOf = roundStep }: { readonly most?: number; readonly stepOf?: (rough: number) => number } = {},
): { readonly values: readonly number[]; readonly step: number } {
  const step = stepOf((high - low) / most);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.max(0, Math.floor(high / step + 1e-9) - first + 1);
  return { values: Array.from({ length: count }, (_, k) => (first + k) * step), step };
}

/** A value on an axis, given how far its ticks are apart: with the decimals that tell it from its neighbours. */
export type ShowTick = (value: number, step: number) => string;

const decimals = (step: number) => Math.min(8, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));

/** A plain number as a tick. */
export const numberTick: ShowTick = (value, step) => number(value, decimals(step));

/** A count as a tick, short enough to stand beside an axis: `400`, `1.5k`, `200k`, `2M`. */
export const countTick: ShowTick = (value) =>
  value >= 1e6 ? `${value / 1e6}M` : value >= 1000 ? `${value / 1000}k` : String(value);

/** A fraction as a tick in per cent. */
export const percentTick: ShowTick = (value, step) => percent(value, decimals(100 * step));

/** A length of time (ms) as a tick. */
export const durationTick: ShowTick = (value) => (value === 0 ? '0' : duration(value));
