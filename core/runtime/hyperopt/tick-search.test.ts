import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { randomMarket } from '../../book/random-market.ts';
import { configSchema } from '../../config/schema.ts';
import { byDay } from '../../data/ticks/tick-columns.ts';
import { writeTickDay } from '../../data/ticks/tick-store.ts';
import { assembleTicks } from '../ticks/assemble-ticks.ts';
import { runTicks } from '../ticks/tick-run.ts';
import { runSearch, type SearchPlan } from './search.ts';
import { sameThread } from './thread-pool.ts';
import { loadTickSearch } from './tick-search.ts';
import { walkForward } from './walk-forward.ts';

const root = mkdtempSync(join(tmpdir(), 'tidegate-tick-search-'));
afterAll(() => rmSync(root, { recursive: true }));
const places = { userdir: join(root, 'user'), dataFolder: join(root, 'data') };
const key = { exchange: 'binance', pair: 'BTC/USDT:USDT' };
const market = randomMarket({ seed: 5, length: 2_000, meanGapNs: 100e6 });

mkdirSync(join(places.userdir, 'strategies'), { recursive: true });
writeFileSync(
  join(places.userdir, 'strategies', 'two-sided.ts'),
  `import { type BookTop, int, Strategy } from 'tidegate';
export default class TwoSided extends Strategy {
  override stoploss = -1;
  override canShort = true;
  p = this.tune({ lots: int(1, 9, 3), away: int(0, 5, 0) });
  override onBook({ bid, ask }: BookTop) {
    const amount = this.p.lots / 1000;
    this.quote({ bids: [{ price: bid - this.p.away / 10, amount }], asks: [{ price: ask + this.p.away / 10, amount }] });
  }
}`,
);
for (const { day, events } of byDay(market))
  await writeTickDay(places.dataFolder, key, day, events, { tickSize: 0.1, lotSize: 0.001 });

const config = configSchema.parse({ strategy: 'TwoSided', pairs: [key.pair] });
const plan: SearchPlan = {
  ...{ config, places, epochs: 2, sampler: 'random', objectives: ['profit'], seed: 1, lag: 1, jobs: 1, minTrades: 1 },
  ...{ holdOut: 0.25 },
};

it('a trial is the backtest on ticks of its parameters in its time', async () => {
  const search = await loadTickSearch(plan);
  const { train, test, period, evaluator } = search;
  const last = market.originMs + market.localTime[market.length - 1]! / 1e6;
  expect([train.from, train.to, test!.to]).toEqual([period.from, test!.from, period.to]);
  expect(period.to).toBeGreaterThan(last);
  const params = { lots: 7, away: 1 };
  const { metrics, values } = await evaluator.run({ params, ...test!, plan: { bounds: [], isOnce: false } });
  const run = await assembleTicks({ ...config, parameters: params }, places, test);
  const { result } = await runTicks(run);
  expect(metrics.trades).toBe(result.trades.length);
  expect(metrics.trades).toBeGreaterThan(0);
  expect(metrics.profit).toBe(result.equity.equity.at(-1)! / 10_000 - 1);
  expect(values[0]).toBeCloseTo(metrics.profit, 12);
});

it('is another study where the code of its own modules is other', async () => {
  const file = join(places.userdir, 'plugins/mine.ts');
  mkdirSync(join(places.userdir, 'plugins'));
  const pluginsWith = async (score: number) => {
    writeFileSync(
      file,
      `import { definePlugin, z } from 'tidegate';
export default definePlugin({ kind: 'objective', name: 'mine', version: '1.0.0', doc: 'mine', options: z.object({}), create: () => ({ name: 'mine', score: () => ${score} }) });`,
    );
    return (await loadTickSearch({ ...plan, objectives: ['mine'] })).identity.plugins;
  };
  const first = await pluginsWith(1);
  expect(Object.keys(first as object)).toEqual(['objective:mine']);
  expect(await pluginsWith(2)).not.toEqual(first);
  rmSync(file);
  expect((await loadTickSearch(plan)).identity).not.toHaveProperty('plugins');
});

it('finds the best of its trials, and walks forward over parts of a day', async () => {
  const search = await loadTickSearch({ ...plan, holdOut: 0 });
  const crew = sameThread(search.evaluator.run);
  const { best, trials } = await runSearch(search, crew);
  expect(trials).toHaveLength(2);
  expect(best!.values[0]).toBe(Math.max(...trials.map((t) => t.values[0]!)));
  const { steps, tuned } = await walkForward(search, crew, {
    trainMs: 80e3,
    testMs: 40e3,
    kind: 'rolling',
    embargoMs: 0,
  });
  expect(steps.map(({ window: { test } }) => (test.from - search.period.from) / 1e3)).toEqual([80, 120]);
  expect([...tuned.time].every((time, i, all) => i === 0 || time >= all[i - 1]!)).toBe(true);
  expect(tuned.time.at(-1)).toBe(steps.at(-1)!.window.test.to);
  expect(tuned.sharpePerDay).toBeNaN();
});

it('refuses what trials on ticks cannot do', async () => {
  await expect(loadTickSearch({ ...plan, pruner: 'median' })).rejects.toThrow(
    'HPO_OPTION: trials on ticks are not given up early',
  );
  const { evaluator, train } = await loadTickSearch(plan);
  const job = { params: {}, ...train, plan: { bounds: [], isOnce: false }, changes: { feeFactor: 2 } };
  await expect(evaluator.run(job)).rejects.toThrow('HPO_OPTION');
});
