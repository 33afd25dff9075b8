import { expect, it } from 'vitest';
import { checkExecution } from '../../../core/testing/execution-contract.ts';
import plugin from './index.ts';

it('keeps the contract of execution modules', () => {
  expect(checkExecution(plugin)).toEqual([]);
});
