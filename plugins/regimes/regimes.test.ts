import { candlesFrom, seeded } from 'tidegate';
import { describe, expect, it } from 'vitest';
import adaptive from './adaptive/index.ts';
import hurst from './hurst/index.ts';

/** Candles of stretches with a drift and a deviation per candle. */
function stretches(rows: readonly (readonly [drift: number, deviation: number, count: number])[]) {
  const rng = seeded(5);
  const closes: number[] = [];
  let price = 100;
  for (const [drift, deviation, count] of rows)
    for (let i = 0; i < count; i++) {
      price *= Math.exp(drift + deviation * rng.normal());
      closes.push(price);
    }
  return candlesFrom(closes.map((close, i) => ({ time: i, open: close, high: close, low: close, close, volume: 1 })));
}

/** How often each state is named in rows [from, to), as shares. */
function shares(
  module: ReturnType<typeof adaptive.create>,
  candles: ReturnType<typeof stretches>,
  from: number,
  to: number,
) {
  const { state } = module.advance(candles);
  const out: Record<string, number> = Object.fromEntries(module.states.map((name) => [name, 0]));
  for (let i = from; i < to; i++) out[module.states[state[i]!]!]! += 1 / (to - from);
  return out;
}

describe('adaptive', () => {
  const module = adaptive.create(adaptive.options.parse({ window: 400 }));

  it('names each of the four states where it holds', () => {
    const calm = [0, 0.002, 400] as const;
    expect(shares(module, stretches([calm, calm, [0.004, 0.0015, 100]]), 830, 900).trending).toBeGreaterThan(0.8);
    expect(shares(module, stretches([calm, calm, [0, 0.02, 100]]), 830, 900).volatile).toBeGreaterThan(0.5);
    expect(shares(module, stretches([calm, calm, [0.02, 0.012, 100]]), 830, 900)['trending-volatile']).toBeGreaterThan(
      0.7,
    );
    const wild = [0.01, 0.02, 400] as const;
    expect(shares(module, stretches([wild, wild, [0, 0.001, 100]]), 830, 900).ranging).toBeGreaterThan(0.4);
  });

  it('keeps a state until another has led for long enough', () => {
    const candles = stretches([[0, 0.01, 3000]]);
    const changes = (minDwell: number) => {
      const { state } = adaptive.create(adaptive.options.parse({ minDwell })).advance(candles);
      const runs: number[] = [];
      let since = 0;
      for (let i = 1; i < state.length; i++) {
        if (state[i] === state[i - 1] || Number.isNaN(state[i - 1]!)) continue;
        if (since > 0) runs.push(i - since);
        since = i;
      }
      return runs;
    };
    expect(changes(10).length).toBeLessThan(changes(1).length / 2);
    expect(changes(10).length).toBeGreaterThan(0);
  });
});

describe('hurst', () => {
  /** Returns that follow (weight > 0) or undo (weight < 0) a share of the last one. */
  function chained(weight: number) {
    const rng = seeded(9);
    let change = 0;
    let price = 100;
    const closes = Array.from({ length: 2000 }, () => {
      change = weight * change + 0.01 * rng.normal();
      price *= Math.exp(change);
      return price;
    });
    return candlesFrom(closes.map((close, i) => ({ time: i, open: close, high: close, low: close, close, volume: 1 })));
  }
  const module = hurst.create(hurst.options.parse({}));
  const share = (weight: number, name: string) => {
    const { state } = module.advance(chained(weight));
    return state.filter((x) => module.states[x] === name).length / (2000 - 128);
  };

  it('tells returns that go on from returns that are undone', () => {
    expect(share(0.7, 'trending')).toBeGreaterThan(0.8);
    expect(share(0.7, 'mean-reverting')).toBeLessThan(0.01);
    expect(share(-0.7, 'mean-reverting')).toBeGreaterThan(share(0, 'mean-reverting') + 0.3);
    expect(share(-0.7, 'trending')).toBeLessThan(0.05);
  });
});
