import { SIGNAL } from './ports.ts';

const { enterLong, exitLong, enterShort, exitShort } = SIGNAL;
/** Bits that can open a trade. */
export const ENTRY_BITS = enterLong | enterShort;

/**
 * Direction that a candle's flags open: 1 long, -1 short, 0 none. An entry needs its flag and neither the exit flag of its side nor the
 * other side's entry flag; short flags count only where shorting is on.
 */
export function entryDirection(flags: number, canShort: boolean): 1 | -1 | 0 {
  const seen = canShort ? flags : flags & ~(enterShort | exitShort);
  if ((seen & (enterLong | exitLong | enterShort)) === enterLong) return 1;
  if ((seen & (enterShort | exitShort | enterLong)) === enterShort) return -1;
  return 0;
}

/** Whether flags hold an entry signal of the side `direction`. */
export function hasEntry(flags: number, direction: 1 | -1): boolean {
  return (flags & (direction > 0 ? enterLong : enterShort)) !== 0;
}

/** Whether flags leave a position of the side `direction`: its exit flag without an entry flag of that side. */
export function hasExit(flags: number, direction: 1 | -1): boolean {
  return (flags & (direction > 0 ? exitLong : exitShort)) !== 0 && !hasEntry(flags, direction);
}
