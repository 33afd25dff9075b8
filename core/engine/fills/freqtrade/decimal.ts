/** An exact decimal number, digits × 10^-scale. */
export interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

const powers: bigint[] = [1n];
/** 10^n as a bigint, cached. */
export function pow10(n: number): bigint {
  while (powers.length <= n) powers.push(powers[powers.length - 1]! * 10n);
  return powers[n]!;
}

/** The decimal that a number prints as (its shortest representation), not its binary value: 0.1 is one tenth. */
export function decimal(x: number): Decimal {
  const [mantissa, exponent] = String(x).split('e');
  const dot = mantissa!.indexOf('.');
  const digits = BigInt(dot < 0 ? mantissa! : mantissa!.slice(0, dot) + mantissa!.slice(dot + 1));
  const scale = (dot < 0 ? 0 : mantissa!.length - dot - 1) - (exponent ? Number(exponent) : 0);
  return scale < 0 ? { digits: digits * pow10(-scale), scale: 0 } : { digits, scale };
}

/** The double nearest to a decimal. */
export function toNumber(d: Decimal): number {
  return Number(`${d.digits}e-${d.scale}`);
}

/** a + b. */
export function add(a: Decimal, b: Decimal): Decimal {
  if (a.scale < b.scale) return add(b, a);
  return { digits: a.digits + b.digits * pow10(a.scale - b.scale), scale: a.scale };
}

/** a - b. */
export function sub(a: Decimal, b: Decimal): Decimal {
  return add(a, { digits: -b.digits, scale: b.scale });
}

/** a × b. */
export function mul(a: Decimal, b: Decimal): Decimal {
  return { digits: a.digits * b.digits, scale: a.scale + b.scale };
}

/** a / b cut after 18 decimals, as the reference engine divides. b must not be 0. */
export function div(a: Decimal, b: Decimal): Decimal {
  const shift = 18 + b.scale - a.scale;
  const digits = shift >= 0 ? (a.digits * pow10(shift)) / b.digits : a.digits / (b.digits * pow10(-shift));
  return { digits, scale: 18 };
}
