import { short } from './sample-curve.ts';

/** What stands for an undefined number. */
const DASH = '–';

/** From here on a number is written by its powers of ten: four days that go well are a CAGR of forty figures, which no table holds. */
const HUGE = 1e15;

/** As `Intl` writes it in English, whose tables take longer to load than a page to write. */
function fixed(value: number, digits: number): string {
  if (Math.abs(value) >= HUGE) return value.toExponential(2).replace('e+', 'e');
  const text = grouped(rounded(value, digits));
  return text.startsWith('-') && /^-[0.,]+$/.test(text) ? text.slice(1) : text;
}

/**
 * `toFixed` rounds the double, a reader its shortest decimal: they part where that decimal lies half way (1.005), and where doubles are further apart
 * than the decimals that are shown.
 */
function rounded(value: number, digits: number): string {
  // With more decimals than one further, which is nearly always, the two agree.
  const scaled = Math.abs(value) * POWERS[digits + 1]!;
  if (scaled < 1e12 && Math.abs(scaled - Math.round(scaled)) > 1e-3) return value.toFixed(digits);
  const shortest = plain(String(value));
  const point = shortest.indexOf('.');
  const decimals = point < 0 ? 0 : shortest.length - point - 1;
  if (decimals === 0) return value.toFixed(digits);
  if (decimals <= digits) return shortest + '0'.repeat(digits - decimals);
  // Half way is rounded away from zero.
  const isHalfWay = decimals === digits + 1 && shortest.endsWith('5');
  return isHalfWay ? Number(`${shortest.slice(0, -1)}6`).toFixed(digits) : value.toFixed(digits);
}

const POWERS = Array.from({ length: 22 }, (_, k) => 10 ** k);

/** A decimal without exponent: `1.5e-7` as `0.00000015`. */
function plain(text: string): string {
  if (!text.includes('e-')) return text;
  const [figures, exponent] = text.split('e-');
  const sign = text.startsWith('-') ? '-' : '';
  return `${sign}0.${'0'.repeat(Number(exponent) - 1)}${figures!.replace(/[-.]/g, '')}`;
}

/** Thousands set apart by commas. */
function grouped(text: string): string {
  const point = text.indexOf('.');
  let end = point < 0 ? text.length : point;
  const first = text.startsWith('-') ? 1 : 0;
  let out = text.slice(end);
  for (; end - first > 3; end -= 3) out = `,${text.slice(end - 3, end)}${out}`;
  return text.slice(0, end) + out;
}

/** A plain number with a fixed count of decimals and grouped thousands. */
export function number(value: number, digits = 2): string {
  return Number.isFinite(value) ? fixed(value, digits) : DASH;
}

/** A fraction as per cent. */
export function percent(fraction: number, digits = 2): string {
  return Number.isFinite(fraction) ? `${fixed(fraction * 100, digits)} %` : DASH;
}

/** A drawdown that is kept as a positive share, as drawdowns are shown everywhere: below zero. */
export function fall(share: number): string {
  return percent(share === 0 ? 0 : -share);
}

/** The same with a plus sign before gains. */
export function signedPercent(fraction: number, digits = 2): string {
  return plus(fraction) + percent(fraction, digits);
}

/** An amount of stake currency: two decimals from 1 on, four significant figures below (for stakes in BTC). */
export function money(value: number): string {
  if (!Number.isFinite(value)) return DASH;
  if (value === 0 || Math.abs(value) >= 1) return fixed(value, 2);
  const digits = Math.min(8, 3 - Math.floor(Math.log10(Math.abs(value))));
  return fixed(value, digits).replace(/(\.\d\d\d*?)0+$/, '$1');
}

/** The same with a plus sign before gains. */
export function signedMoney(value: number): string {
  return plus(value) + money(value);
}

function plus(value: number): string {
  return value > 0 && Number.isFinite(value) ? '+' : '';
}

/** A price with the figures that it has, at most eight significant ones. */
export function price(value: number): string {
  return Number.isFinite(value) ? String(short(value, 8)) : DASH;
}

/** A length of time in its two largest units: `3 d 4 h`, `12 min`, `45 s`. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return DASH;
  const units: readonly (readonly [string, number])[] = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1000],
  ];
  const first = units.findIndex(([, size]) => ms >= size);
  if (first < 0) return `${Math.round(ms)} ms`;
  const [unit, size] = units[first]!;
  const whole = Math.floor(ms / size);
  const next = units[first + 1];
  const rest = next ? Math.floor((ms - whole * size) / next[1]) : 0;
  return rest > 0 && next ? `${whole} ${unit} ${rest} ${next[0]}` : `${whole} ${unit}`;
}

/** `2024-03-05 02:00`, UTC; seconds only where there are any. */
export function dateTime(time: number): string {
  if (!Number.isFinite(time)) return DASH;
  const text = new Date(time).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, time % 60_000 === 0 ? 16 : 19)}`;
}

/** `2024-03-05`, UTC. */
export function date(time: number): string {
  return Number.isFinite(time) ? new Date(time).toISOString().slice(0, 10) : DASH;
}

/** A stretch of time: `2024-03-05 to 2024-04-01`, with the hour where it is shorter than two days. */
export function stretch({ from, to }: { readonly from: number; readonly to: number }): string {
  const text = to - from < 2 * 86_400_000 ? dateTime : date;
  return `${text(from)} to ${text(to)}`;
}

/** `1 trade`, `2 trades` */
export function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

/** Text cut to `limit` characters, with an ellipsis where something is missing. */
export function clip(text: string, limit: number): string {
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}
