import { expect, it } from 'vitest';
import { refusalLevel } from './refusal-level.ts';

it("keeps a maker's daily refusals off the console, and no other", () => {
  expect(refusalLevel('would-take')).toBe('debug');
  for (const code of ['insufficient-funds', 'would-trigger', 'rate-limit', 'key'] as const)
    expect(refusalLevel(code)).toBe('warn');
});
