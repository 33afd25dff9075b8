import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type BacktestFile, runBacktestFile } from '../vectors/backtests.ts';
import { runScenario, type Scenario } from '../vectors/scenarios.ts';

const shared = join(import.meta.dirname, '../../../shared');
const vectors = process.env.TIDEGATE_VECTORS ?? join(shared, 'vectors');
const data = process.env.TIDEGATE_DATA ?? join(shared, 'data');

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

const scenarioFiles = ['backtest-scenarios.json', 'backtest-scenarios-random.json']
  .map((name) => join(vectors, name))
  .filter(existsSync);
const folder = join(vectors, 'backtests');
const backtestFiles =
  existsSync(folder) && existsSync(data) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
if (scenarioFiles.length === 0) console.log(`skipped: no backtest scenarios in ${vectors}`);
if (backtestFiles.length === 0) console.log(`skipped: no golden backtests in ${folder} or no data in ${data}`);

describe.each(scenarioFiles)('%s', (path) => {
  const { scenarios } = readJson(path) as { readonly scenarios: readonly Scenario[] };
  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s trades as recorded', (_, scenario) => {
    expect(runScenario(scenario).mismatches).toEqual([]);
  });
});

describe.skipIf(backtestFiles.length === 0)('golden backtests', () => {
  it.each(backtestFiles.length > 0 ? backtestFiles : ['none'])('%s trades as recorded', (name) => {
    const file = readJson(join(folder, name)) as BacktestFile;
    expect(runBacktestFile(file, data).mismatches).toEqual([]);
  });
});
