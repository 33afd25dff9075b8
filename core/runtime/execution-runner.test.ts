import { expect, it } from 'vitest';
import type { Slot } from '../engine/slot.ts';
import { Strategy } from '../strategy/strategy.ts';
import { executionModules } from './execution-runner.ts';
import { loadRegistry } from './load-registry.ts';

class Plain extends Strategy {}
class Slicing extends Strategy {
  execution = { entry: { name: 'twap', slices: 3 } };
}
const slotOf = (strategy: Strategy) => ({ strategy }) as unknown as Slot;

it('makes nothing for plain market and limit orders', async () => {
  const registry = await loadRegistry();
  const strategies = [{ name: 'Plain', strategy: new Plain() }];
  expect(await executionModules(registry, undefined, strategies)).toBeNull();
  expect(await executionModules(registry, { entry: 'market', exit: { name: 'market' } }, strategies)).toBeNull();
});

it('takes the strategy before the configuration', async () => {
  const registry = await loadRegistry();
  const plain = new Plain();
  const slicing = new Slicing();
  const choose = await executionModules(registry, { entry: 'iceberg', exit: 'limit-chase' }, [
    { name: 'Plain', strategy: plain },
    { name: 'Slicing', strategy: slicing },
  ]);
  const names = (strategy: Strategy) => {
    const choice = choose!(slotOf(strategy));
    return [choice?.entry?.name, choice?.exit?.name];
  };
  expect(names(plain)).toEqual(['iceberg', 'limit-chase']);
  expect(names(slicing)).toEqual(['twap', 'limit-chase']);
});

it('says where a wrong option is', async () => {
  const strategy = Object.assign(new Plain(), { execution: { exit: { name: 'twap', slice: 3 } } });
  await expect(executionModules(await loadRegistry(), undefined, [{ name: 'Mine', strategy }])).rejects.toThrow(
    'PLUGIN_OPTION: execution "twap" has no option "slice" (Mine.execution.exit). Did you mean "slices"?',
  );
});
