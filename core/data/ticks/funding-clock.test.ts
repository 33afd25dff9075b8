import { expect, it } from 'vitest';
import { FundingClock } from './funding-clock.ts';

it('tells a payment once, when the next one is named, at the rate told last before it', () => {
  const clock = new FundingClock();
  expect(clock.heard(0.0001, 8)).toBeNull();
  expect(clock.heard(0.0002, 8)).toBeNull();
  expect(clock.heard(0.0005, 16)).toBe(0.0002);
  expect(clock.heard(0.0005, 16)).toBeNull();
  expect(clock.heard(-0.0001, 24)).toBe(0.0005);
});
