import { decimal, div, mul, toNumber } from './decimal.ts';

/** Largest product of whole numbers that doubles hold exactly. */
const EXACT = Number.MAX_SAFE_INTEGER;
const POWERS = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8] as const;

/**
 * The double nearest to a × b × c / divisor, reckoned in decimal from what the numbers print as. `divisor` must be a positive number.
 * Numbers of few digits, the usual case, take one division of exact whole numbers; others go through big integers.
 */
export function exactProduct(a: number, b: number, c = 1, divisor = 1): number {
  const scaleA = scaleOf(a);
  const scaleB = scaleOf(b);
  const scaleC = scaleOf(c);
  if (scaleA > 0 && scaleB > 0 && scaleC > 0 && Number.isInteger(divisor)) {
    const ab = Math.round(a * scaleA) * Math.round(b * scaleB);
    const above = ab * Math.round(c * scaleC);
    // Powers of ten up to 22 are exact doubles; with another divisor the whole must stay a safe integer.
    const tens = scaleA * scaleB * scaleC;
    const below = tens * divisor;
    const isBelowExact = divisor === 1 ? tens <= 1e22 : below <= EXACT;
    if (ab <= EXACT && above <= EXACT && isBelowExact) return above / below;
  }
  const product = mul(mul(decimal(a), decimal(b)), decimal(c));
  return toNumber(divisor === 1 ? product : div(product, decimal(divisor)));
}

/** The smallest power of ten that makes a non-negative number whole, 0 when it has more than 8 decimals or 15 digits. */
function scaleOf(x: number): number {
  if (x < 0) return 0;
  for (const scale of POWERS) {
    const whole = Math.round(x * scale);
    if (whole >= 1e15) return 0;
    if (whole / scale === x) return scale;
  }
  return 0;
}
