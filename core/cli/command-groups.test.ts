import { expect, it } from 'vitest';
import { groupOf } from './command-groups.ts';
import { COMMANDS } from './commands.ts';

it('every command stands under a heading of --help', () => {
  expect(COMMANDS.map((entry) => entry.name).filter((name) => groupOf(name) === 'Commands:')).toEqual([]);
});
