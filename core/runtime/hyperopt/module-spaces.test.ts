import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { configSchema } from '../../config/schema.ts';
import { definePlugin } from '../../registry/define-plugin.ts';
import { Registry } from '../../registry/registry.ts';
import { Strategy } from '../../strategy/strategy.ts';
import { withTunedModules } from '../assemble.ts';
import { withOptions } from '../tuned-options.ts';
import { moduleSpaces } from './module-spaces.ts';
import { strategySpace } from './strategy-space.ts';

class Bare extends Strategy {
  override protections = [{ name: 'pause', hours: 8 }];
}

const registry = new Registry('1.0.0');
const never = () => {
  throw new Error('not made here');
};
registry.register(
  definePlugin({
    kind: 'sizing',
    name: 'share',
    version: '1.0.0',
    doc: 'a share',
    options: z.object({
      fraction: z.number().gt(0).max(1).default(0.5),
      mode: z.enum(['equity', 'free']).default('equity'),
      isCapped: z.boolean().default(false),
      note: z.string().default(''),
      cap: z.number().positive().optional(),
      rows: z
        .int()
        .min(2)
        .max(1000)
        .default(100)
        .meta({ search: [20, 200] }),
    }),
    create: never,
  }),
  'test',
);
registry.register(
  definePlugin({
    kind: 'risk',
    name: 'pause',
    version: '1.0.0',
    doc: 'a pause',
    options: z.object({ hours: z.int().min(1).max(24).default(2) }),
    create: never,
  }),
  'test',
);

registry.register(
  definePlugin({
    kind: 'model',
    name: 'boosted',
    version: '1.0.0',
    doc: 'trees',
    options: z.object({
      leaves: z.int().min(2).max(1000).default(20),
      seed: z.int().min(0).default(3),
      isDeep: z.boolean().default(false),
    }),
    create: never,
  }),
  'test',
);

const tunedLeaves = { tune: 'int', low: 3, high: 31, default: 7 };

class Learner extends Strategy {
  brain = this.train({
    brain: {
      features: [{ name: 'ema', period: { tune: 'int', low: 5, high: 50 } }, 'rsi'],
      label: { name: 'direction', horizon: 6 },
      model: { name: 'boosted', leaves: tunedLeaves },
    },
    market: { regime: { name: 'hmm', states: { tune: 'choice', values: [2, 3] } } },
  });
}

class Untuned extends Strategy {
  brain = this.train({ brain: { model: 'boosted' } });
}

const spaces = (config: Record<string, unknown>) => moduleSpaces(configSchema.parse(config), new Bare(), registry);

describe('the options of modules', () => {
  it('are searched within what a module accepts, from a quarter to four times the value as it is', async () => {
    const { written, generated } = await spaces({ sizing: { name: 'share', fraction: 0.4 } });
    expect(written).toEqual({});
    expect(generated.sizing).toMatchObject({
      'sizing.fraction': { kind: 'real', low: 0.1, high: 1, fallback: 0.4, log: true },
      'sizing.mode': { kind: 'choice', values: ['equity', 'free'], fallback: 'equity' },
      'sizing.isCapped': { kind: 'bool', fallback: false },
      'sizing.rows': { kind: 'int', low: 20, high: 200, fallback: 100 },
    });
    expect(Object.keys(generated.sizing!)).not.toContain('sizing.cap');
    expect(generated.protections).toMatchObject({ 'protections.pause.hours': { low: 2, high: 24, fallback: 8 } });
  });

  it('are searched as written where something is written, and others of that group then keep their values', async () => {
    const config = {
      sizing: { name: 'share', fraction: { tune: 'real', low: 0.2, high: 0.6, default: 0.3 } },
      risk: ['pause', { name: 'pause', hours: { tune: 'int', low: 1, high: 5, space: 'custom' } }],
    };
    const modules = await spaces(config);
    expect(Object.keys(modules.written)).toEqual(['sizing.fraction', 'risk.pause2.hours']);
    expect(modules.generated.sizing).toBeUndefined();
    const { space, groups, start } = strategySpace(new Bare(), 'Bare', undefined, {}, modules);
    expect(groups).toEqual(['sizing', 'custom']);
    expect(space.dims.map((d) => d.name)).toEqual(['sizing.fraction', 'risk.pause2.hours']);
    expect(start).toEqual({ 'sizing.fraction': 0.3, 'risk.pause2.hours': 1 });
    const protections = strategySpace(new Bare(), 'Bare', ['protections'], {}, modules);
    expect(protections.space.dims.map((d) => d.name)).toEqual(['risk.pause.hours', 'protections.pause.hours']);
  });

  it('depend on each other where a condition says so', async () => {
    const modules = await spaces({
      sizing: {
        name: 'share',
        mode: { tune: 'choice', values: ['equity', 'free'] },
        fraction: { tune: 'real', low: 0.2, high: 0.6, when: { mode: 'free' } },
      },
    });
    const { space } = strategySpace(new Bare(), 'Bare', ['sizing'], {}, modules);
    expect(space.decode([0, 0.5])).toEqual({ 'sizing.mode': 'equity' });
    expect(space.decode([1, 0.5])).toEqual({ 'sizing.mode': 'free', 'sizing.fraction': 0.4 });
  });

  it('take the values of a trial by path, and defaults where nothing is given', () => {
    const settings = {
      sizing: { name: 'share', fraction: { tune: 'real', low: 0.2, high: 0.6, default: 0.3 } },
      risk: ['pause', 'pause'],
      execution: { entry: 'twap' },
    };
    const used = new Set<string>();
    expect(
      withOptions(settings, { 'risk.pause2.hours': 4, 'execution.entry.slices': 3, 'sizing2.x': 1 }, used),
    ).toEqual({
      sizing: { name: 'share', fraction: 0.3 },
      risk: ['pause', { name: 'pause', hours: 4 }],
      execution: { entry: { name: 'twap', slices: 3 } },
    });
    expect([...used]).toEqual(['risk.pause2.hours', 'execution.entry.slices']);
  });

  it('of train blocks are searched in the group model, and their references keep standing for them', async () => {
    const modules = await moduleSpaces(configSchema.parse({}), new Learner(), registry);
    expect(modules.written).toMatchObject({
      'train.brain.features.ema.period': { kind: 'int', low: 5, high: 50, space: 'model' },
      'train.brain.model.leaves': { kind: 'int', low: 3, high: 31, fallback: 7, space: 'model' },
      'train.market.regime.states': { kind: 'choice', values: [2, 3], space: 'model' },
    });
    const source = { name: 'Learner', create: () => new Learner(), codeHash: '' };
    const used = new Set<string>();
    const values = { 'train.brain.model.leaves': 15, 'train.market.regime.states': 3 };
    const made = withTunedModules(source, values, used);
    expect([...used]).toEqual(Object.keys(values));
    const { brain } = made.create({}) as Learner;
    expect(brain.brain.settings).toMatchObject({
      features: [{ name: 'ema', period: 5 }, 'rsi'],
      label: { name: 'direction', horizon: 6 },
      model: { name: 'boosted', leaves: 15 },
    });
    expect(brain.market.settings.regime).toEqual({ name: 'hmm', states: 3 });
    expect((made.asWritten!({}) as Learner).brain.brain.settings.model).toEqual({
      name: 'boosted',
      leaves: tunedLeaves,
    });
  });

  it('of models in train blocks have ranges of their own where nothing is written', async () => {
    const { written, generated } = await moduleSpaces(configSchema.parse({}), new Untuned(), registry);
    expect(written).toEqual({});
    expect(generated.model).toMatchObject({ 'train.brain.model.leaves': { kind: 'int', low: 5, high: 80 } });
    expect(Object.keys(generated.model!)).toEqual(['train.brain.model.leaves']);
  });

  it('are refused where what is written is no range', async () => {
    await expect(spaces({ sizing: { name: 'share', fraction: { tune: 'real', low: 0.2 } } })).rejects.toThrow(
      /CONFIG_VALUE: sizing\.fraction\.high.*"tune": "int"/s,
    );
    await expect(spaces({ sizing: { name: 'share', fraction: { tune: 'real', low: 2, high: 1 } } })).rejects.toThrow(
      /PARAM_RANGE/,
    );
  });
});
