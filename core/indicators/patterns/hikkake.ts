import type { CandleView } from './candle-view.ts';
import { definePattern } from './pattern.ts';

/**
 * Follows a pattern until its confirmation: a close beyond the previous candle's high (bullish) or low (bearish) within three rows doubles it, once.
 * It remembers the value of the pending pattern (0: none), its age in rows and the level to pass.
 */
function confirm(v: CandleView, i: number, value: number, m: Float64Array): number {
  if (value !== 0) {
    m[0] = value;
    m[1] = 0;
    m[2] = value > 0 ? v.h[i - 1]! : v.l[i - 1]!;
    return value;
  }
  const pending = m[0]!;
  if (pending === 0) return 0;
  m[1]!++;
  if (m[1]! > 3) m[0] = 0;
  else if (pending > 0 ? v.c[i]! > m[2]! : v.c[i]! < m[2]!) {
    m[0] = 0;
    return 2 * pending;
  }
  return 0;
}

/** Hikkake: an inside candle, then a false break of it. ±100, and ±200 when confirmed within three rows. */
export const cdlHikkake = definePattern({
  name: 'cdl-hikkake',
  doc: 'Hikkake: false break of an inside candle, and its confirmation',
  extra: 3,
  prelude: 3,
  shapes: [
    [100, 'h<h1 l>l1', 'h<h1 l<l1'],
    [-100, 'h<h1 l>l1', 'h>h1 l>l1'],
  ],
  follow: confirm,
});

/** Modified hikkake: two inside candles, the first closing near the end that is then falsely broken. ±100, and ±200 when confirmed. */
export const cdlHikkakeMod = definePattern({
  name: 'cdl-hikkake-mod',
  doc: 'Modified hikkake: false break after two inside candles',
  extra: 3,
  prelude: 3,
  shapes: [
    [100, 'h<h1 l>l1 c<=l+near', 'h<h1 l>l1', 'h<h1 l<l1'],
    [-100, 'h<h1 l>l1 c>=h-near', 'h<h1 l>l1', 'h>h1 l>l1'],
  ],
  follow: confirm,
});
