import { expect, it } from 'vitest';
import { signalled } from './signalled.ts';

/** Signals and a clock in the test's hands. */
function make() {
  const hearers: Record<string, () => void> = {};
  const exits: number[] = [];
  const clock = { ms: 50 };
  const ended = signalled({
    on: (signal, hear) => Object.assign(hearers, { [signal]: hear }),
    now: () => clock.ms,
    exit: (code) => exits.push(code),
  });
  const send = (signal: 'SIGINT' | 'SIGTERM', ms: number) => {
    clock.ms = ms;
    hearers[signal]!();
  };
  return { ended, exits, send };
}

it('the first signal asks for an end, and comes twice where npx hands it on', async () => {
  const { ended, exits, send } = make();
  send('SIGTERM', 100);
  send('SIGTERM', 101);
  send('SIGINT', 900);
  expect([await ended, exits]).toEqual(['SIGTERM', []]);
});

it('one that comes later ends the process at once', () => {
  const { exits, send } = make();
  send('SIGINT', 100);
  send('SIGINT', 1_100);
  send('SIGTERM', 2_000);
  expect(exits).toEqual([130, 143]);
});
