import { expect, it } from 'vitest';
import { EVENT, EventBuilder, SEE, sliceEvents } from '../../book/book-events.ts';
import { randomMarket } from '../../book/random-market.ts';
import { ClaimsMeter } from './measure-claims.ts';

const grid = { tickSize: 0.1, lotSize: 0.001 };

/** A book of one level a side whose bid side `grows` by 100 lots each 100 ms and moves up a tick for it, or shrinks and moves down. */
function walk(grows: readonly boolean[]) {
  const builder = new EventBuilder(1_700_000_000_000);
  const put = (ms: number, kind: number, side: number, tick: number, lots: number) =>
    builder.push(SEE.both, kind, side, ms * 1e6, ms * 1e6, tick, lots);
  let tick = 10_000;
  put(0, EVENT.depth, 1, tick, 100);
  put(0, EVENT.depth, -1, tick + 2, 100);
  grows.forEach((isUp, k) => {
    const ms = (k + 1) * 100;
    const next = tick + (isUp ? 1 : -1);
    put(ms, EVENT.trade, isUp ? 1 : -1, isUp ? tick + 2 : tick, 1);
    put(ms, EVENT.depth, 1, tick, 0);
    put(ms, EVENT.depth, -1, tick + 2, 0);
    put(ms, EVENT.depth, 1, next, 100);
    put(ms, EVENT.depth, -1, next + 2, 100);
    tick = next;
  });
  return builder.events();
}

it('finds all of a move explained by flow that alone makes it, and nothing of the next one', () => {
  const meter = new ClaimsMeter(grid);
  meter.play(walk(Array.from({ length: 120 }, (_, k) => k % 4 > 1)));
  const { flow, classifier, trades } = meter.claims('BTC/USDT', 100);
  const [tenth] = flow;
  expect(tenth!.n).toBe(119);
  expect(tenth!.best).toBeCloseTo(1, 9);
  // Down, down, up, up: what came says nothing of what comes.
  expect(tenth!.bestNext).toBeLessThan(0.01);
  expect(trades).toBe(120);
  expect(classifier).toEqual({ trades: 120, byQuote: 120, rightQuote: 120, rightLeeReady: 120, rightTick: 119 });
});

it('says the same of ticks that come in parts', () => {
  const events = randomMarket({ seed: 9, length: 4_000 });
  const whole = new ClaimsMeter(grid);
  whole.play(events);
  const parted = new ClaimsMeter(grid);
  for (const [from, to] of [
    [0, 1_111],
    [1_111, 1_112],
    [1_112, events.length],
  ] as const)
    parted.play(sliceEvents(events, from, to));
  expect(parted.claims('x', 100)).toEqual(whole.claims('x', 100));
});

it('classifies nothing where no trade tells who took, and explains nothing without a book', () => {
  const builder = new EventBuilder(0);
  for (let k = 0; k < 9; k++) builder.push(SEE.both, EVENT.trade, 0, k * 1e8, k * 1e8, 100 + k, 1);
  const meter = new ClaimsMeter(grid);
  meter.play(builder.events());
  const { classifier, flow, trades, parkinson } = meter.claims('x', 100);
  expect([classifier, trades, flow[0]!.n, flow[0]!.best]).toEqual([null, 9, 0, Number.NaN]);
  // Theory: 5.2 without steps.
  expect(parkinson.efficiency).toBeGreaterThan(3);
  expect(parkinson.efficiency).toBeLessThan(6);
});
