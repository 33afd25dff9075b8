import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { drawAt } from '../../core/foundation/rng.ts';
import { BTC, planned, TestBot, testOptions, testVenue } from '../../core/runtime/trade/session-fixture.ts';

// TIDEGATE_SOAK_CANDLES five-minute candles; 2,016 are a week.
const CANDLES = Number(process.env.TIDEGATE_SOAK_CANDLES ?? 600);

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

it('a live session keeps its memory, its timers and its handles bounded', async () => {
  const strategy = planned((minute, act) => {
    const x = drawAt('soak', minute);
    if (x < 0.3) act.enter.long();
    else if (x > 0.6) act.exit.long();
  });
  const bot = new TestBot(testVenue(), testOptions(strategy, [BTC]));
  await bot.start();
  const heap: number[] = [];
  const handles: number[] = [];
  let price = 100;
  for (let i = 0; i < CANDLES; i++) {
    const close = Math.round(100 * (1 + 0.02 * (drawAt('price', i) - 0.5)) * 10) / 10;
    await bot.candle({ [BTC]: [price, Math.max(price, close) + 0.1, Math.min(price, close) - 0.1, close] });
    price = close;
    // What the venue itself remembers is not the bot's.
    for (const [key, rows] of bot.venue.candles) bot.venue.candles.set(key, rows.slice(-50));
    bot.lines.length = 0;
    if (i % 50 !== 49) continue;
    collect();
    heap.push(process.memoryUsage().heapUsed / 2 ** 20);
    handles.push(process.getActiveResourcesInfo().length);
  }
  const trades = bot.store.reader.trades({ state: 'closed' }).length;
  await bot.stop();
  // The first third warms up; what grows after it, per thousand candles.
  const late = heap.slice(Math.floor(heap.length / 3));
  const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;
  const middle = (late.length - 1) / 2;
  const slope =
    late.reduce((sum, mb, k) => sum + (k - middle) * (mb - mean(late)), 0) /
    late.reduce((sum, _, k) => sum + (k - middle) ** 2, 0);
  const perThousand = slope * 20;
  process.stdout.write(
    `${CANDLES} candles, ${trades} trades: heap ${heap[0]!.toFixed(1)} -> ${heap.at(-1)!.toFixed(1)} MB, ${perThousand.toFixed(2)} MB per 1,000 candles; handles ${handles[0]} -> ${handles.at(-1)}\n`,
  );
  expect(trades).toBeGreaterThan(CANDLES / 20);
  expect(perThousand).toBeLessThan(5);
  expect(handles.at(-1)!).toBeLessThanOrEqual(Math.max(...handles.slice(0, 3)) + 3);
});
