import { expect, it } from 'vitest';
import type { CcxtClient } from './ccxt-client.ts';
import { VenueClock } from './venue-clock.ts';

const HOUR = 3_600_000;

/** A machine whose clocks the test sets, and a venue that is two seconds ahead of its right time. */
function make() {
  const machine = { wall: 10 * HOUR, steady: 500, right: 10 * HOUR };
  const answers: (() => void)[] = [];
  const client = { has: { fetchTime: true }, options: {} } as unknown as CcxtClient;
  const clock = new VenueClock({
    client,
    clock: { now: () => machine.wall, steady: () => machine.steady, after: () => () => {} },
    ask: () => new Promise((resolve) => answers.push(() => resolve(machine.right + 2_000))),
    jumped: () => {},
  });
  const pass = (ms: number, stepMs = 0) => {
    machine.right += ms;
    machine.steady += ms;
    machine.wall += ms + stepMs;
  };
  const answer = async () => {
    for (const one of answers.splice(0)) one();
    await new Promise((done) => setImmediate(done));
  };
  return { clock, client, machine, answers, pass, answer };
}

it.each([HOUR, -HOUR])(
  'goes on as before when the machine clock steps by %d ms, and asks the venue once',
  async (step) => {
    const { clock, client, answers, pass, answer } = make();
    const first = clock.sync();
    await answer();
    await first;
    expect(clock.now()).toBe(10 * HOUR + 2_000);
    pass(1_000, step);
    expect([clock.now(), clock.now(), answers.length]).toEqual([10 * HOUR + 3_000, 10 * HOUR + 3_000, 1]);
    await answer();
    pass(1_000);
    expect([clock.now(), answers.length]).toEqual([10 * HOUR + 4_000, 0]);
    expect(client.options.timeDifference).toBe(step - 2_000);
  },
);

it('asks again after five seconds where the venue does not answer', async () => {
  const { clock, answers, pass, answer } = make();
  const first = clock.sync();
  await answer();
  await first;
  pass(0, HOUR);
  for (let k = 0; k < 12; k++) {
    clock.now();
    pass(1_000);
  }
  expect(answers.length).toBe(3);
});

it('after a sleep, in which its steady clock stood still, it has the time from the venue', async () => {
  const { clock, machine, pass, answer } = make();
  const first = clock.sync();
  await answer();
  await first;
  machine.wall += 8 * HOUR;
  machine.right += 8 * HOUR;
  expect(clock.now()).toBe(10 * HOUR + 2_000);
  await answer();
  pass(500);
  expect(clock.now()).toBe(18 * HOUR + 2_500);
});
