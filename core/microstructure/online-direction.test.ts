import { expect, it } from 'vitest';
import { seeded } from '../foundation/rng.ts';
import { OnlineDirection } from './online-direction.ts';

interface Row {
  readonly time: number;
  readonly mid: number;
  readonly bidSize: number;
  readonly askSize: number;
}

/** A book of one level whose mid moves a tick each 100 ms, with `bias` of the time to the side that showed more size 300 ms before. */
function market(seed: number, bias: number, rows: number): Row[] {
  const rng = seeded(seed);
  const out: Row[] = [];
  let mid = 1_000;
  for (let i = 0; i < rows; i++) {
    const leader = out[i - 3];
    const follows = rng.next() < bias;
    const isUp = leader ? leader.bidSize > leader.askSize === follows : rng.next() < 0.5;
    mid += isUp ? 0.1 : -0.1;
    out.push({ time: 1e12 + i * 100, mid, bidSize: 1 + 9 * rng.next(), askSize: 1 + 9 * rng.next() });
  }
  return out;
}

function play(rows: readonly Row[], model = new OnlineDirection({ horizonMs: 300, minSamples: 100 })) {
  const told: number[] = [];
  let mid = Number.NaN;
  for (const row of rows) {
    model.onTime(row.time, mid);
    model.onBook({
      time: row.time,
      bids: 1,
      asks: 1,
      bidPrice: [row.mid - 0.05],
      bidSize: [row.bidSize],
      askPrice: [row.mid + 0.05],
      askSize: [row.askSize],
    });
    mid = row.mid;
    told.push(model.direction);
  }
  return { model, told };
}

it('finds what foretells the mid, and says how often it was right beforehand', () => {
  const { model, told } = play(market(1, 0.9, 6_000));
  expect(model.hitRate).toBeGreaterThan(0.58);
  expect(Math.abs(told.at(-1)!)).toBeLessThanOrEqual(1);
  expect(told.findIndex((value) => !Number.isNaN(value))).toBeGreaterThan(100);
});

it('claims nothing where there is nothing to find', () => {
  const { model } = play(market(2, 0.5, 6_000));
  expect(Math.abs(model.hitRate - 0.5)).toBeLessThan(0.07);
});

it('is changed by nothing that comes later', () => {
  const rows = market(3, 0.8, 3_000);
  const whole = play(rows).told;
  const other = play([
    ...rows.slice(0, 2_000),
    ...market(4, 0.2, 1_000).map((r) => ({ ...r, time: r.time + 2e5 })),
  ]).told;
  expect(other.slice(0, 2_000)).toEqual(whole.slice(0, 2_000));
});

it('asks by the clock of the market, however often it is told of the time', () => {
  const rows = market(5, 0.8, 2_000);
  const [once, often] = [new OnlineDirection({ horizonMs: 300 }), new OnlineDirection({ horizonMs: 300 })];
  let mid = Number.NaN;
  for (const { time, mid: next, bidSize, askSize } of rows) {
    for (const part of [25, 50, 75]) often.onTime(time - 100 + part, mid);
    for (const model of [once, often]) {
      model.onTime(time, mid);
      const top = { bidPrice: [next - 0.05], bidSize: [bidSize], askPrice: [next + 0.05], askSize: [askSize] };
      model.onBook({ time, bids: 1, asks: 1, ...top });
    }
    mid = next;
  }
  expect([often.direction, often.hitRate, often.samples]).toEqual([once.direction, once.hitRate, once.samples]);
});

it('learns from what it is given beside the book, or from that alone', () => {
  const rows = market(5, 0.5, 6_000);
  let at = 0;
  // Known 300 ms ahead, and unknown now and then.
  const tip = { names: ['tip'], read: (into: Float64Array) => (into[0] = at % 50 === 0 ? Number.NaN : ahead()) };
  const ahead = () => 100 * Math.sign((rows[at + 3]?.mid ?? rows[at]!.mid) - rows[at]!.mid);
  const model = new OnlineDirection({ horizonMs: 300, minSamples: 100, fromBook: false, more: tip });
  let mid = Number.NaN;
  for (; at < rows.length; at++) {
    const row = rows[at]!;
    const [bidPrice, askPrice] = [[row.mid - 0.05], [row.mid + 0.05]];
    model.onBook({ time: row.time, bids: 1, asks: 1, bidPrice, bidSize: [1], askPrice, askSize: [1] });
    model.onTime(row.time, mid);
    mid = row.mid;
  }
  expect(model.hitRate).toBeGreaterThan(0.7);
});
