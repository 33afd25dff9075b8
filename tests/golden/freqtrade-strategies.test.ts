import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BacktestFile } from '../vectors/backtests.ts';
import { runBacktestFileThroughStrategies } from '../vectors/backtests-through-strategies.ts';
import type { Scenario } from '../vectors/scenarios.ts';
import { runScenarioThroughBacktest } from '../vectors/scenarios-through-backtest.ts';

const shared = join(import.meta.dirname, '../../../shared');
const vectors = process.env.TIDEGATE_VECTORS ?? join(shared, 'vectors');
const data = process.env.TIDEGATE_DATA ?? join(shared, 'data');
const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

const scenarioFiles = ['backtest-scenarios.json', 'backtest-scenarios-random.json']
  .map((name) => join(vectors, name))
  .filter(existsSync);
const folder = join(vectors, 'backtests');
const backtestFiles =
  existsSync(folder) && existsSync(data) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
if (scenarioFiles.length === 0) console.log(`skipped: no backtest scenarios in ${vectors}`);
if (backtestFiles.length === 0) console.log(`skipped: no golden backtests in ${folder} or no data in ${data}`);

describe.each(scenarioFiles)('SignalFile through backtest(): %s', (path) => {
  const { scenarios } = read(path) as { readonly scenarios: readonly Scenario[] };
  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
    '%s trades as recorded',
    async (_, scenario) => {
      expect((await runScenarioThroughBacktest(scenario)).mismatches).toEqual([]);
    },
  );
});

describe.skipIf(backtestFiles.length === 0)('strategy classes through backtest()', () => {
  it.each(backtestFiles.length > 0 ? backtestFiles : ['none'])('%s trades as recorded', async (name) => {
    const file = read(join(folder, name)) as BacktestFile;
    expect((await runBacktestFileThroughStrategies(file, data)).mismatches).toEqual([]);
  });
});
