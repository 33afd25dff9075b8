import { describe, expect, it } from 'vitest';
import { BUILTIN_PLUGINS } from '../runtime/builtin-plugins.ts';
import { checkRisk } from '../testing/risk-contract.ts';
import { checkSizing } from '../testing/sizing-contract.ts';

const of = (kind: string) => BUILTIN_PLUGINS.filter((p) => p.kind === kind);

describe('built-in sizing modules keep the contract', () => {
  it.each(of('sizing').map((p) => [p.name, p] as const))('%s', async (_name, plugin) => {
    expect(checkSizing(await plugin.load())).toEqual([]);
  });
});

/** Options under which a module has something to decide in the contract's random histories. */
const RISK_OPTIONS: Readonly<Record<string, Record<string, unknown>>> = {
  limits: { maxOpen: 2, maxSameSide: 1, maxLeverage: 10, maxNotional: 500, maxGrossExposure: 2, minStake: 1 },
  'max-drawdown': { maxDrawdown: 0.02, durationMinutes: 120, lookbackMinutes: 600 },
  'consecutive-losses': { losses: 2 },
};

describe('built-in risk modules keep the contract', () => {
  it.each(of('risk').map((p) => [p.name, p] as const))('%s', async (name, plugin) => {
    expect(checkRisk(await plugin.load())).toEqual([]);
    const options = RISK_OPTIONS[name];
    if (options) expect(checkRisk(await plugin.load(), { options })).toEqual([]);
  });
});
