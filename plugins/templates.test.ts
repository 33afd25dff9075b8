import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { openCatalogue } from '../core/data/catalogue/catalogue.ts';
import { stepCandles } from '../core/data/step-candles.ts';
import { seeded } from '../core/foundation/rng.ts';
import type { Sampler } from '../core/hyperopt/index.ts';
import { KINDS } from '../core/registry/kinds.ts';
import {
  type ContractViolation,
  checkExecution,
  checkFeatureSet,
  checkLabel,
  checkModel,
  checkObjective,
  checkPairlist,
  checkRegime,
  checkRisk,
  checkSizing,
  checkVolatility,
} from '../core/testing/index.ts';
import execution from '../templates/execution.ts';
import feature from '../templates/feature.ts';
import label from '../templates/label.ts';
import model from '../templates/model.ts';
import notifier from '../templates/notifier.ts';
import objective from '../templates/objective.ts';
import pairlist from '../templates/pairlist.ts';
import regime from '../templates/regime.ts';
import risk from '../templates/risk.ts';
import sampler from '../templates/sampler.ts';
import sizing from '../templates/sizing.ts';
import source from '../templates/source.ts';
import volatility from '../templates/volatility.ts';

const contracts: Readonly<Record<string, () => ContractViolation[] | Promise<ContractViolation[]>>> = {
  execution: () => checkExecution(execution),
  feature: () => checkFeatureSet(feature),
  label: () => checkLabel(label),
  model: () => checkModel(model, { target: 'direction' }),
  objective: () => checkObjective(objective),
  pairlist: () => checkPairlist(pairlist),
  regime: () => checkRegime(regime),
  risk: () => checkRisk(risk),
  sizing: () => checkSizing(sizing),
  volatility: () => checkVolatility(volatility),
};

it.each(Object.keys(contracts))('the template of kind %s keeps the contract of its kind', async (kind) => {
  expect(await contracts[kind]!()).toEqual([]);
});

it('there is one for each kind', () => {
  const others = [notifier, sampler, source].map((plugin) => plugin.kind);
  expect([...Object.keys(contracts), ...others].sort()).toEqual(Object.keys(KINDS).sort());
});

it('the sampler follows a random point by its mirror image, and is random again where that was tried', () => {
  const run = (sampler.create({}) as Sampler).start({ space: { dims: [{}, {}] }, objectives: 1, seed: 1 } as never);
  const first = Float64Array.from(run.suggest(0, seeded(1), 0)!.unit);
  run.noted({ number: 0, unit: first, memo: {} });
  const mirrored = Array.from(run.suggest(1, seeded(2), 0)!.unit);
  expect(mirrored).toEqual(Array.from(first, (x) => 1 - x));
  expect(Array.from(run.suggest(1, seeded(2), 1)!.unit)).not.toEqual(mirrored);
  run.noted({ number: 1, unit: Float64Array.from(mirrored), memo: {} });
  expect(Array.from(run.suggest(2, seeded(3), 0)!.unit)).not.toEqual(Array.from(first));
});

it('the source shows the pairs of one currency, with their candles', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-source-template-'));
  try {
    const catalogue = await openCatalogue(folder);
    for (const pair of ['A/USDT', 'B/USDT:USDT', 'C/BTC'])
      await catalogue.writeCandles('binance', pair, '1m', stepCandles(0, 5, 60_000));
    const data = await source.create({ folder, quote: 'USDT' }).open();
    expect((await data.list()).map(({ pair }) => pair).sort()).toEqual(['A/USDT', 'B/USDT:USDT']);
    expect((await data.candles('binance', 'A/USDT', '1m')).length).toBe(5);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('the notifier rings where it is serious', async () => {
  const written: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  const { notify } = notifier.create({ bell: true });
  await notify({ level: 'info', title: 'entry', text: 'BTC/USDT', time: 0 });
  await notify({ level: 'critical', title: 'failure', text: 'no orders', time: 0 });
  write.mockRestore();
  expect(written).toEqual([
    '1970-01-01T00:00:00.000Z entry: BTC/USDT\n',
    '\u00071970-01-01T00:00:00.000Z failure: no orders\n',
  ]);
});
