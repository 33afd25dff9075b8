import type { Side } from '../domain/trade.ts';
import { SIGNAL } from '../strategy/strategy.ts';

/** True when a candle's signals say to leave a position of `sign`: its exit counts unless the same side is entered on the same candle. */
export function saysLeave(flags: number, sign: number): boolean {
  const out = sign > 0 ? SIGNAL.exitLong : SIGNAL.exitShort;
  const enter = sign > 0 ? SIGNAL.enterLong : SIGNAL.enterShort;
  return (flags & out) !== 0 && (flags & enter) === 0;
}

/** The side that a candle's signals say to enter: one counts unless the other side is entered, or this side is left, on the same candle. */
export function saysEnter(flags: number): Side | null {
  const { enterLong, exitLong, enterShort, exitShort } = SIGNAL;
  if ((flags & (enterLong | enterShort | exitLong)) === enterLong) return 'long';
  if ((flags & (enterShort | enterLong | exitShort)) === enterShort) return 'short';
  return null;
}
