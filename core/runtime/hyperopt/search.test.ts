import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { configSchema } from '../../config/schema.ts';
import { withDerivedTimeframes } from '../../data/derived-timeframes.ts';
import { synthMarket } from '../../data/synth/synth-market.ts';
import { backtest } from '../backtest.ts';
import { crossValidate } from './cross-validate.ts';
import { nameOf, reportSearch } from './report-search.ts';
import { evaluateOn, loadSearch, runSearch, type SearchPlan } from './search.ts';
import { sameThread, ThreadPool } from './thread-pool.ts';

const START = Date.UTC(2024, 0, 1);
const market = () =>
  withDerivedTimeframes(
    synthMarket({
      seed: 3,
      pairs: ['BTC/USDT'],
      from: START,
      days: 12,
      tickMinutes: 0,
    }),
  );
const plan = (more: Partial<SearchPlan> = {}): SearchPlan => ({
  config: configSchema.parse({ strategy: 'EmaCross', pairs: ['BTC/USDT'], timeframe: '15m' }),
  places: { userdir: 'none', dataFolder: 'none' },
  epochs: 14,
  sampler: 'tpe',
  objectives: ['sharpe'],
  seed: 1,
  lag: 8,
  jobs: 1,
  minTrades: 1,
  holdOut: 0,
  ...more,
});

describe('a search', () => {
  it('is the same study, bit for bit, on 1, 2 and 4 threads at lag 1 and 8', { timeout: 60_000 }, async () => {
    enableCompileCache();
    const searchAt = (lag: number) =>
      loadSearch(plan({ lag, pruner: 'median', spaces: ['entry', 'roi', 'stoploss', 'trailing'] }), market());
    const [one, eight] = [await searchAt(1), await searchAt(8)];
    const setup = { setting: one.setting, snapshot: await one.market.snapshot() };
    const crews = [sameThread(one.evaluator.run), new ThreadPool(setup, 2), new ThreadPool(setup, 4)];
    for (const search of [one, eight]) {
      const hashes = new Set<string>();
      for (const crew of crews) hashes.add((await runSearch(search, crew)).hash);
      expect(hashes.size).toBe(1);
    }
    for (const crew of crews) await crew.end();
  });

  it('searches the options of configured modules, and runs them', async () => {
    const config = configSchema.parse({
      ...plan().config,
      sizing: { name: 'fixed-fraction', fraction: { tune: 'real', low: 0.05, high: 0.4, default: 0.1 } },
    });
    const search = await loadSearch(plan({ config, spaces: ['sizing'] }), market());
    expect(search.space.space.dims.map((d) => d.name)).toEqual(['sizing.fraction']);
    const crew = sameThread(search.evaluator.run);
    const { from, to } = search.period;
    const profits: number[] = [];
    for (const fraction of [0.1, 0.2]) {
      const params = { ...search.space.start, 'sizing.fraction': fraction };
      const { metrics } = await crew.run({ params, from, to, plan: { bounds: [], isOnce: false } });
      profits.push(metrics.profit);
    }
    // Twice the stake in each of the same trades: about twice the profit or loss.
    expect(profits[1]! / profits[0]!).toBeGreaterThan(1.6);
    expect(profits[1]! / profits[0]!).toBeLessThan(2.4);
  });

  it('is another study where the code of its own modules is other', async () => {
    const userdir = mkdtempSync(join(tmpdir(), 'tidegate-search-'));
    onTestFinished(() => rmSync(userdir, { recursive: true }));
    mkdirSync(join(userdir, 'plugins'));
    const own = (kind: string, body: string) => `import { definePlugin, z } from 'tidegate';
      export default definePlugin({ kind: '${kind}', name: 'mine', version: '1.0.0', doc: 'mine', options: z.object({}), create: () => ({ name: 'mine', ${body} }) });`;
    const config = configSchema.parse({ ...plan().config, sizing: 'mine' });
    const identityWith = async (stake: string, score: string) => {
      writeFileSync(join(userdir, 'plugins/a.ts'), own('sizing', `stake: () => ${stake}`));
      writeFileSync(join(userdir, 'plugins/b.ts'), own('objective', `score: () => ${score}`));
      const places = { userdir, dataFolder: 'none' };
      return (await loadSearch(plan({ config, places, objectives: ['mine'] }), market())).identity.plugins;
    };
    const first = await identityWith('70', '1');
    expect(Object.keys(first as object).sort()).toEqual(['objective:mine', 'sizing:mine']);
    expect(await identityWith('71', '1')).not.toEqual(first);
    expect(await identityWith('70', '2')).not.toEqual(first);
    expect(await identityWith('70', '1')).toEqual(first);
    expect((await loadSearch(plan(), market())).identity).not.toHaveProperty('plugins');
  });

  it('searches the options of models that a pipeline trains', async () => {
    const block = {
      features: 'rsi',
      label: { name: 'direction', horizon: 4 },
      model: { name: 'decision-tree', maxDepth: { tune: 'int', low: 1, high: 8, default: 1 } },
      ...{ window: '4d', every: '4d' },
    };
    const config = configSchema.parse({
      ...plan().config,
      strategy: 'PipelineStrategy',
      pipeline: { timeframe: '15m', models: { tree: block }, predict: 'tree', direction: 0 },
    });
    const userdir = mkdtempSync(join(tmpdir(), 'tidegate-search-'));
    onTestFinished(() => rmSync(userdir, { recursive: true }));
    const places = { userdir, dataFolder: 'none' };
    const search = await loadSearch(plan({ config, places, spaces: ['model'] }), market());
    expect(search.space.space.dims.map((d) => d.name)).toEqual(['train.tree.model.maxDepth']);
    expect(search.space.start['train.tree.model.maxDepth']).toBe(1);
    const { from, to } = search.period;
    const profitOf = async (depth: number) => {
      const params = { ...search.space.start, 'train.tree.model.maxDepth': depth };
      return (await search.evaluator.run({ params, from, to, plan: { bounds: [], isOnce: false } })).metrics.profit;
    };
    const [few, many] = [await profitOf(1), await profitOf(8)];
    expect(many).not.toBe(few);
    expect(await profitOf(1)).toBe(few);
  });

  it('holds the best against the strategy as it is, whose own ROI table and stops no trial has', async () => {
    const search = await loadSearch(plan({ spaces: ['roi', 'trailing'], epochs: 3, holdOut: 0.25 }), market());
    const crew = sameThread(search.evaluator.run);
    const { rows } = await reportSearch(search, crew, 'study', await runSearch(search, crew, { train: search.train }));
    const own = rows.find((row) => row.name === 'as it is')!;
    expect(nameOf(own)).toBe('as it is');
    for (const [span, said] of [
      [search.train, own.train],
      [search.test!, own.test!],
    ] as const) {
      const { result } = await backtest({ ...search.options, ...span });
      expect(said.metrics.profit).toBeCloseTo(result.equity.equity.at(-1)! / search.options.startingBalance - 1, 12);
      const first = await evaluateOn(crew, search.space.start, span);
      expect(first.metrics.profit).not.toBeCloseTo(said.metrics.profit, 4);
    }
  });

  it('makes the sampler with its options', async () => {
    const { sampler } = await loadSearch(plan({ samplerOptions: { startTrials: 20 } }), market());
    expect(sampler.options).toMatchObject({ startTrials: 20 });
    await expect(loadSearch(plan({ sampler: 'tpi' }), market())).rejects.toThrow('Did you mean "tpe"');
  });

  it('is cross-validated: every part of the time is traded out of sample on every path', {
    timeout: 60_000,
  }, async () => {
    const search = await loadSearch(plan({ epochs: 6 }), market());
    const crew = sameThread(search.evaluator.run);
    const report = await crossValidate(search, crew, { groups: 4, testGroups: 2 });
    expect([report.splits.length, report.paths.length]).toEqual([6, 3]);
    expect(report.purgeMs).toBeGreaterThan(0);
    expect(report.embargoMs).toBeGreaterThan(0);
    for (const { train, test } of report.splits)
      for (const t of test)
        for (const span of train) {
          if (span.to <= t.from) expect(t.from - span.to).toBeGreaterThanOrEqual(report.purgeMs);
          else expect(span.from - t.to).toBeGreaterThanOrEqual(report.embargoMs);
        }
    // One split again, by hand: its trials saw its training only.
    const split = report.splits[0]!;
    const again = await runSearch(search, crew, {
      train: { from: split.train[0]!.from, to: split.train.at(-1)!.to },
      spans: split.train,
    });
    expect(again.best?.params).toEqual(split.best?.params);
    await expect(crossValidate(search, crew, { groups: 4, testGroups: 4 })).rejects.toThrow(/HPO_WINDOWS/);
  });

  it.each([
    [{ spaces: ['entri'] }, /SPACE_GROUP.*Did you mean "entry"\?/s],
    [{ objectives: ['sharp'] }, /OBJECTIVE_UNKNOWN.*Did you mean "sharpe"\?/s],
    [{ holdOut: 1 }, /HPO_OPTION.*--hold-out is 1/s],
    [{ spaces: ['sizing'] }, /SPACE_GROUP/],
  ])('refuses %j', async (more, message) => {
    await expect(loadSearch(plan(more), market())).rejects.toThrow(message);
  });
});
