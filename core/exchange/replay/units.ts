/** Money of the replay exchange is kept as whole units of 1e-8, so that sums are exact and conservation can be asserted with `===`. */
const UNIT = 1e8;

/** A decimal amount as whole units of 1e-8, rounded to the nearest. */
export function toMoney(amount: number): number {
  return Math.round(amount * UNIT);
}

/** Units of 1e-8 as a number. */
export function fromMoney(units: number): number {
  return units / UNIT;
}

/** Units of 1e-8 as the exchange writes them: `-12.50000000`. */
export function moneyText(units: number): string {
  const abs = Math.abs(units);
  const whole = Math.floor(abs / UNIT);
  const rest = String(abs - whole * UNIT).padStart(8, '0');
  return `${units < 0 ? '-' : ''}${whole}.${rest}`;
}

/** Digits after the point of a step such as `0.001` (3) or `1e-7` (7). */
export function decimalsOf(step: number): number {
  for (let d = 0; d < 12; d++) if (Math.abs(Math.round(step * 10 ** d) - step * 10 ** d) < 1e-9) return d;
  return 12;
}

/**
 * How many whole steps a decimal text is.
 * @returns `null` when it is no number, `NaN` when it lies between two steps
 */
export function stepsOf(text: string, step: number): number | null {
  if (!/^-?\d*\.?\d+(e-?\d+)?$/i.test(text.trim())) return null;
  const steps = Number(text) / step;
  const near = Math.round(steps);
  return Math.abs(steps - near) < 1e-6 * Math.max(1, Math.abs(near) * 1e-6) ? near : Number.NaN;
}

/** Exact JSON: `bigint` ids are written as bare digits, as the exchange writes ids above 2^53. */
export function exactJson(value: unknown): string {
  return JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? rawJson(String(v)) : v));
}

const rawJson = (JSON as unknown as { rawJSON(text: string): object }).rawJSON;
