import { Command } from 'commander';
import { expect, it } from 'vitest';
import { addSearchOptions, type SearchFlags, searchPlan } from './search-flags.ts';

const flags: SearchFlags = {
  strategy: ['EmaCross'],
  userdir: 'none',
  epochs: 10,
  objective: 'sharpe',
  seed: '1',
  lag: 8,
  minTrades: 10,
  holdOut: 0.25,
};

it('takes several objectives with NSGA-II and one with TPE, and groups with spaces or commas', async () => {
  expect((await searchPlan(flags)).sampler).toBe('tpe');
  const plan = await searchPlan({ ...flags, objective: 'sharpe, low-drawdown', spaces: ['entry,exit', 'roi'] });
  expect(plan).toMatchObject({
    sampler: 'nsga2',
    objectives: ['sharpe', 'low-drawdown'],
    spaces: ['entry', 'exit', 'roi'],
    seed: 1,
  });
});

it('takes options of the sampler as JSON', async () => {
  const plan = await searchPlan({ ...flags, sampler: 'tpe:{"startTrials":20}' });
  expect(plan).toMatchObject({ sampler: 'tpe', samplerOptions: { startTrials: 20 } });
});

it('refuses options of the sampler that are no JSON', async () => {
  await expect(searchPlan({ ...flags, sampler: 'tpe:{startTrials:20}' })).rejects.toThrow(
    /USAGE_MODULE.*are no JSON object/s,
  );
});

it.each([
  ['--epochs', '0'],
  ['--hold-out', '1'],
  ['--max-drawdown', '30'],
  ['--jobs', 'two'],
  ['--max-open-trades', '0'],
])('refuses %s %s before anything is loaded', (option, value) => {
  const command = addSearchOptions(new Command(), 50).exitOverride();
  expect(() => command.parse([option, value], { from: 'user' })).toThrow(
    `USAGE_NUMBER: ${option} cannot be "${value}".`,
  );
});
