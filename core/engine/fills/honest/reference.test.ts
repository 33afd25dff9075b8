import { expect, it } from 'vitest';
import { type Rng, seeded } from '../../../foundation/rng.ts';
import { type ReferenceCase, referenceTrades } from './reference-fixture.ts';
import { runOne } from './run-fixture.ts';

const CANDLES = 120;

/** A wild market with gaps, and settings of all kinds. */
function drawCase(rng: Rng): ReferenceCase {
  const pick = <T>(...of: readonly T[]): T => of[rng.int(of.length)]!;
  const tenth = (price: number) => Math.round(price * 10) / 10;
  const size = pick(0.002, 0.005, 0.01);
  let price = 400;
  const candles = Array.from({ length: CANDLES }, () => {
    const open = tenth(price * (rng.next() < 0.3 ? 1 + size * 1.5 * rng.normal() : 1));
    const close = tenth(open * (1 + size * rng.normal()));
    const high = tenth(Math.max(open, close) * (1 + size * 0.6 * Math.abs(rng.normal())));
    const low = tenth(Math.min(open, close) * (1 - size * 0.6 * Math.abs(rng.normal())));
    price = close;
    return [open, high, low, close] as const;
  });
  const positive = pick(null, 0.005, 0.02);
  const hasOffset = positive !== null && rng.next() < 0.7;
  return {
    candles,
    enters: candles.map(() => (rng.next() < 0.4 ? pick(1, -1) : 0)),
    leaves: candles.map(() => rng.next() < 0.1),
    limitAt: pick(null, 0, 0.003, -0.003),
    timeoutMinutes: pick(5, 15, 60),
    leverage: pick(1, 3),
    stoploss: -pick(0.01, 0.03, 0.1),
    roi: pick<ReferenceCase['roi']>(
      [],
      [[0, 0.02]],
      [
        [0, 0.03],
        [20, 0.01],
      ],
      [
        [0, 0.1],
        [30, -0.5],
      ],
      [[15, 0.005]],
    ),
    trailing:
      rng.next() < 0.5
        ? { positive, offset: hasOffset ? positive + 0.005 : 0, only: hasOffset && rng.next() < 0.5 }
        : null,
    latencyMs: pick(0, 250, 250, 30_000, 150_000),
    cost: pick(0, 0.0001, 0.001),
    fees: pick({ maker: 0, taker: 0 }, { maker: 0.0002, taker: 0.0005 }, { maker: 0.001, taker: 0.001 }),
  };
}

function runEngine(of: ReferenceCase) {
  const { trailing: t, limitAt } = of;
  const attributes = {
    stoploss: of.stoploss,
    minimalRoi: Object.fromEntries(of.roi),
    ...(t && {
      trailingStop: true,
      trailingStopPositive: t.positive,
      trailingStopPositiveOffset: t.offset,
      trailingOnlyOffsetIsReached: t.only,
    }),
    leverage: () => of.leverage,
    unfilledTimeout: { entry: of.timeoutMinutes, exit: 60 },
    ...(limitAt !== null && {
      entryPrice: ({ rate, side }: { rate: number; side: string }) =>
        rate * (1 - (side === 'long' ? limitAt : -limitAt)),
    }),
  };
  const { trades } = runOne(
    of.candles,
    (i, act, { position }) => {
      if (position !== null) {
        if (of.leaves[i] && position.side === 'long') act.exit.long();
        if (of.leaves[i] && position.side === 'short') act.exit.short();
      } else if (of.enters[i] === 1) act.enter.long();
      else if (of.enters[i] === -1) act.enter.short();
    },
    attributes,
    {
      venue: { latency: of.latencyMs * 1e6, halfSpread: of.cost, volumeShare: 1 },
      market: { spec: { makerFee: of.fees.maker, takerFee: of.fees.taker } },
    },
  );
  return trades.map((t) => [t.opened, t.closed, t.openRate, t.closeRate, t.profit] as const);
}

type Trades = readonly (readonly number[])[];

/** The first trade in which two runs differ; undefined: none. */
const difference = (ours: Trades, theirs: Trades) =>
  Array.from({ length: Math.max(ours.length, theirs.length) }, (_, k) => ({ ours: ours[k], theirs: theirs[k] })).find(
    ({ ours: a, theirs: b }) =>
      a === undefined || b === undefined || a.some((x, k) => !(Math.abs(x - b[k]!) < 1e-7 * (1 + Math.abs(x)))),
  );

it('runs with random markets and settings have the trades that the rules say, reckoned a second time', () => {
  const rng = seeded('honest reference');
  let count = 0;
  for (let k = 0; k < 80; k++) {
    const of = drawCase(rng.fork(k));
    const { candles, enters, leaves, ...settings } = of;
    const trades = runEngine(of);
    expect(difference(trades, referenceTrades(of)), `case ${k}: ${JSON.stringify(settings)}`).toBeUndefined();
    count += trades.length;
  }
  expect(count).toBeGreaterThan(1200);
});
