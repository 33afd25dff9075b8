import { expect, it } from 'vitest';
import { type SearchFlags, searchPlan } from './search-flags.ts';

const flags: SearchFlags = {
  strategy: 'EmaCross',
  userdir: 'none',
  epochs: '10',
  objective: 'sharpe',
  seed: '1',
  lag: '8',
  minTrades: '10',
  holdOut: '0.25',
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

it.each([
  [{ sampler: 'tpe:{startTrials:20}' }, /HPO_OPTIONS.*are not JSON/s],
  [{ epochs: '0' }, /CONFIG_VALUE.*--epochs cannot be "0"/s],
  [{ holdOut: '1' }, /CONFIG_VALUE.*--hold-out cannot be "1"/s],
  [{ maxDrawdown: '30' }, /CONFIG_VALUE.*--max-drawdown cannot be "30"/s],
  [{ jobs: 'two' }, /CONFIG_VALUE.*--jobs cannot be "two"/s],
])('refuses %j', async (more, message) => {
  await expect(searchPlan({ ...flags, ...more })).rejects.toThrow(message);
});
