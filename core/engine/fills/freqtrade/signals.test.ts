import { describe, expect, it } from 'vitest';
import { SIGNAL } from './ports.ts';
import { entryDirection, hasExit } from './signals.ts';

const { enterLong, exitLong, enterShort, exitShort } = SIGNAL;

describe('entryDirection', () => {
  it('needs the flag of one side alone', () => {
    expect(entryDirection(enterLong, true)).toBe(1);
    expect(entryDirection(enterShort, true)).toBe(-1);
    expect(entryDirection(enterLong | enterShort, true)).toBe(0);
    expect(entryDirection(enterLong | exitLong, true)).toBe(0);
    expect(entryDirection(enterShort | exitShort, true)).toBe(0);
  });

  it('lets the exit of the other side pass', () => {
    expect(entryDirection(enterLong | exitShort, true)).toBe(1);
    expect(entryDirection(enterShort | exitLong, true)).toBe(-1);
  });

  it('does not see short flags where shorting is off', () => {
    expect(entryDirection(enterLong | enterShort, false)).toBe(1);
    expect(entryDirection(enterShort, false)).toBe(0);
  });
});

describe('hasExit', () => {
  it('is blocked by an entry flag of the same side', () => {
    expect(hasExit(exitLong, 1)).toBe(true);
    expect(hasExit(exitLong | enterLong, 1)).toBe(false);
    expect(hasExit(exitLong | enterShort, 1)).toBe(true);
    expect(hasExit(exitLong, -1)).toBe(false);
  });
});
