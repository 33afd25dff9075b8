import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { FittedWindow } from '../../ml/walk/fit-window.ts';
import type { Market } from '../../strategy/market.ts';
import { Strategy } from '../../strategy/strategy.ts';
import { loadRegistry } from '../load-registry.ts';
import { seriesOf } from '../prepare.ts';
import { cachedTrainer } from './cached-trainer.ts';
import { LearnedRun } from './learned-run.ts';
import { modelContent } from './make-model.ts';
import type { TrainingJob } from './trainer.ts';

const registry = await loadRegistry();
const file = join(mkdtempSync(join(tmpdir(), 'tidegate-')), 'model.txt');

/** Names of the learned series of a strategy whose model is in the file. */
async function keys(name: string): Promise<string[]> {
  class Given extends Strategy {
    override timeframe = '1h';
    learnt = this.train({
      brain: {
        features: (m: Market) => ({ close: m.candles.close }),
        label: { name: 'direction', horizon: 1 },
        model: { name, file },
        window: '2d',
        every: '1d',
      },
    });
    override features(m: Market) {
      return { said: m.model(this.learnt.brain).direction };
    }
  }
  const strategy = new Given();
  const services = { registry, jobs: 1, stored: () => expect.unreachable() };
  const run = await LearnedRun.open(services, [strategy], 'A/USDT');
  seriesOf(strategy, 'Given', 'A/USDT', run);
  return [...run.nodes.keys()];
}

it.each(['onnx-file', 'xgboost-file', 'lightgbm-file'])(
  '%s: the content of the file is part of what a run is made of',
  async (name) => {
    writeFileSync(file, 'one');
    const [before, same] = [await keys(name), await keys(name)];
    writeFileSync(file, 'another');
    expect(same).toEqual(before);
    expect(await keys(name)).not.toEqual(before);
    const content = await modelContent(registry, { name, file });
    expect(content).toMatch(/^[0-9a-f]{64}$/);
    await expect(modelContent(registry, { name, file: `${file}.gone` })).rejects.toThrow(/MODEL_FILE/);
  },
);

it('a model that reads no file has no content', async () => {
  expect(await modelContent(registry, 'naive-bayes')).toBeNull();
});

it('a training is not taken from what was kept once the content of the file has changed', async () => {
  let content: string | null = 'one';
  let fits = 0;
  const fitted = { saved: { name: 'm', version: 1, meta: {}, arrays: {} } } as unknown as FittedWindow;
  const none = new Float64Array(0);
  const inner = {
    share: () => 0,
    fit: async () => {
      fits++;
      return fitted;
    },
    end: async () => undefined,
  };
  const trainer = cachedTrainer(inner, 'code of this test', undefined, async () => content);
  trainer.share({ columns: [none], names: ['x'], target: none, availableAt: none, labelAt: none } as never);
  const job = { dataset: 0, model: { name: 'm', file }, recipe: {}, job: { at: 1, window: 1 } };
  const train = () => trainer.fit(job as unknown as TrainingJob);
  for (const one of ['one', 'one', 'another', 'one', null]) {
    content = one;
    await train();
  }
  expect(fits).toBe(3);
});
