import { expect, it } from 'vitest';
import { z } from 'zod';
import type { AnyPlugin } from './define-plugin.ts';
import { Registry, satisfies } from './registry.ts';

const sizing = (name: string, more: Partial<AnyPlugin> = {}): AnyPlugin => ({
  kind: 'sizing',
  name,
  version: '1.0.0',
  doc: `sizes by ${name}`,
  options: z.object({ share: z.number().min(0).max(1).default(0.5) }),
  create: ({ share }) => ({ name, stake: () => share as number }),
  ...more,
});

it.each([
  ['1.2.3', '1.2.3', true],
  ['1.2.4', '1.2.3', false],
  ['1.2.3', '^1.2.3', true],
  ['1.2.2', '^1.2.3', false],
  ['1.3.0', '^1.2.3', true],
  ['1.1.9', '^1.2.3', false],
  ['2.2.3', '^1.2.3', false],
  ['1.2.0', '^1', true],
  ['0.1.5', '^0.1.2', true],
  ['0.2.5', '^0.1.2', false],
])('version %s satisfies %s: %s', (version, range, isSo) => {
  expect(satisfies(version, range)).toBe(isSo);
});

it("a user's module takes the place of a built-in one; two of the user's are refused", async () => {
  const registry = new Registry('0.1.0');
  registry.registerLazy({ kind: 'sizing', name: 'kelly', doc: 'built in', load: async () => sizing('kelly') });
  registry.register(sizing('kelly', { doc: 'mine' }), 'mine.ts');
  expect(registry.list('sizing')).toEqual([{ kind: 'sizing', name: 'kelly', doc: 'mine', origin: 'mine.ts' }]);
  expect((await registry.find('sizing', 'kelly')).origin).toBe('mine.ts');
  expect(() => registry.register(sizing('kelly'), 'other.ts')).toThrow('PLUGIN_DUPLICATE');
});

it('refuses kinds that are none, versions that are not wanted, and anything once it is closed', () => {
  const registry = new Registry('0.1.0');
  expect(() => registry.register(sizing('x', { kind: 'sizin' as never }), 'x.ts')).toThrow('Did you mean "sizing"?');
  expect(() => registry.register(sizing('x', { core: '^0.2.0' }), 'x.ts')).toThrow('PLUGIN_CORE');
  registry.register(sizing('x', { requires: ['risk:limits'] }), 'x.ts');
  expect(() => registry.close()).toThrow('PLUGIN_REQUIRES');
  registry.registerLazy({ kind: 'risk', name: 'limits', doc: '', load: () => Promise.reject(new Error('not asked')) });
  registry.close();
  expect(() => registry.register(sizing('y'), 'y.ts')).toThrow('PLUGIN_LATE');
});

it('makes a module from its name or its name with options, and says what it cannot take', async () => {
  const registry = new Registry('0.1.0');
  registry.register(sizing('kelly'), 'mine.ts');
  const stake = async (choice: Parameters<Registry['create']>[1]) =>
    (await registry.create('sizing', choice, 'sizing')).stake({} as never, {} as never);
  expect(await stake('kelly')).toBe(0.5);
  expect(await stake({ name: 'kelly', share: 0.25 })).toBe(0.25);
  await expect(stake({ name: 'kelly', shar: 1 })).rejects.toThrow(/PLUGIN_OPTION.*"shar".*Did you mean "share"/s);
  await expect(stake({ name: 'kelly', share: 2 })).rejects.toThrow(/PLUGIN_OPTION.*share = 2.*\(sizing\)/s);
  await expect(stake('keley')).rejects.toThrow(/PLUGIN_UNKNOWN.*Did you mean "kelly"/s);
});

it('says which part a module lacks that `create` returned, and what it threw', async () => {
  const made = async (kind: AnyPlugin['kind'], answer: () => unknown) => {
    const registry = new Registry('0.1.0');
    registry.register(sizing('mine', { kind, options: z.object({}), create: answer as never }), 'mine.ts');
    return registry.create(kind, 'mine', 'config.yaml > here');
  };
  for (const answer of [undefined, null, 'x', {}, Promise.resolve({ stake: () => 1 })])
    await expect(made('sizing', () => answer)).rejects.toThrow(
      /^PLUGIN_MADE: create of sizing "mine" returned .*, without stake \(config.yaml > here\)\. A sizing module has stake: a function/,
    );
  await expect(made('sizing', () => ({ stake: 5 }))).rejects.toThrow('was made with stake = 5');
  const label = { label: () => new Float64Array(1), classes: 2 };
  await expect(made('label', () => ({ ...label, horizon: Number.NaN }))).rejects.toThrow('made with horizon = NaN');
  await expect(made('label', () => ({ ...label, horizon: 3 }))).resolves.toBeDefined();
  await expect(made('regime', () => ({ advance() {}, states: [] }))).rejects.toThrow('made with states = []');
  const thrown = made('sizing', () => {
    throw new Error('boom');
  });
  await expect(thrown).rejects.toThrow(/^PLUGIN_FAILED: sizing "mine" threw in create: boom \(config.yaml > here/);
});
