import { describe, expect, it } from 'vitest';
import { BUILTIN_PLUGINS } from '../runtime/builtin-plugins.ts';
import { checkExecution } from '../testing/execution-contract.ts';
import { checkPairlist } from '../testing/pairlist-contract.ts';
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
  'volatility-halt': { candles: 3, maxVolatility: 0.005, holdCandles: 2 },
  'news-blackout': { events: [{ time: '2024-01-01T12:00:00Z' }], minutesBefore: 300, minutesAfter: 300 },
};

describe('built-in risk modules keep the contract', () => {
  it.each(of('risk').map((p) => [p.name, p] as const))('%s', async (name, plugin) => {
    expect(checkRisk(await plugin.load())).toEqual([]);
    const options = RISK_OPTIONS[name];
    if (options) expect(checkRisk(await plugin.load(), { options })).toEqual([]);
  });
});

/** Besides the defaults. */
const EXECUTION_OPTIONS: Readonly<Record<string, Record<string, unknown>>> = {
  limit: { afterwards: 'market', timeoutMinutes: 3, offsetBps: -5 },
  'limit-chase': { afterwards: 'give-up', maxChases: 0 },
  twap: { slices: 7, minutes: 0 },
  iceberg: { visible: 0.01, variation: 0.9, seed: 4 },
};

describe('built-in execution modules keep the contract', () => {
  it.each(of('execution').map((p) => [p.name, p] as const))('%s', async (name, plugin) => {
    expect(checkExecution(await plugin.load())).toEqual([]);
    const options = EXECUTION_OPTIONS[name];
    if (options) expect(checkExecution(await plugin.load(), { options, seed: 2 })).toEqual([]);
  });
});

/** They read a document: plugins/pairlists/documents.test.ts makes them some. */
const READ_DOCUMENTS = ['market-cap', 'producer', 'remote'];
const PAIRLIST_OPTIONS: Readonly<Record<string, Record<string, unknown>>> = {
  age: { minDays: 5 },
  correlation: { timeframe: '1d', candles: 20, minCommon: 5, max: 0.1 },
  'percent-change': { candles: 5, min: -0.1 },
  spread: { timeframe: '1d', max: 0.02 },
  volatility: { candles: 5, order: 'rising' },
  volume: { count: 3 },
};

describe('built-in pair lists keep the contract', () => {
  const modules = of('pairlist').filter((p) => !READ_DOCUMENTS.includes(p.name));
  it.each(modules.map((p) => [p.name, p] as const))('%s', async (name, plugin) => {
    expect(await checkPairlist(await plugin.load())).toEqual([]);
    const options = PAIRLIST_OPTIONS[name];
    if (options) expect(await checkPairlist(await plugin.load(), { options })).toEqual([]);
  });
});
