import { didYouMean, TidegateError } from '../foundation/errors.ts';

export type BarKind = 'tick' | 'vol' | 'dollar' | 'range' | 'renko' | 'imbalance';

/**
 * Bars that end by what was traded instead of by the clock: `tick:500` trades, `vol:1000` base volume, `dollar:1e6` quote volume, `range:50` quote
 * units between high and low, `renko:20` quote units of movement, `imbalance:300` base volume more bought than sold or the reverse. A `%` after
 * the size of range and renko bars takes it of the price at which the bar began.
 */
export interface BarSpec {
  readonly kind: BarKind;
  readonly size: number;
  /** The size is a fraction of price. */
  readonly isRelative: boolean;
}

const KINDS: readonly BarKind[] = ['tick', 'vol', 'dollar', 'range', 'renko', 'imbalance'];

/**
 * Reads the name of such bars.
 * @returns undefined for a name without a colon, which is a timeframe of the clock
 * @throws TidegateError TIMEFRAME_VALUE for an unknown kind or a size that is no positive number
 */
export function barSpec(name: string): BarSpec | undefined {
  const at = name.indexOf(':');
  if (at < 0) return undefined;
  const kind = name.slice(0, at) as BarKind;
  const text = name.slice(at + 1);
  if (!KINDS.includes(kind))
    throw new TidegateError('TIMEFRAME_VALUE', `"${name}" is not a kind of bars`, {
      remedy: `${didYouMean(kind, KINDS)} Use ${KINDS.map((k) => `${k}:SIZE`).join(', ')}.`.trim(),
    });
  const isRelative = text.endsWith('%') && (kind === 'range' || kind === 'renko');
  const size = Number(isRelative ? text.slice(0, -1) : text) / (isRelative ? 100 : 1);
  const isWhole = kind !== 'tick' || Number.isInteger(size);
  if (text.trim() === '' || !(size > 0) || !Number.isFinite(size) || !isWhole)
    throw new TidegateError('TIMEFRAME_VALUE', `"${name}" has no usable size`, {
      remedy: 'Give a positive number after the colon: tick:500, vol:1000, dollar:1e6, range:50, renko:0.5%.',
    });
  return { kind, size, isRelative };
}
