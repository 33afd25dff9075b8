import { afterAll, describe, expect, it } from 'vitest';
import { hintingMarket } from '../../../tests/fixtures/hinting-market.ts';
import { memoryMarket } from '../../../tests/fixtures/memory-market.ts';
import { PLAIN_RUN } from '../../../tests/fixtures/plain-run.ts';
import { sliceCandles } from '../../domain/candles.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { Market } from '../../strategy/market.ts';
import { Strategy, type StrategyContext } from '../../strategy/strategy.ts';
import type { LearnedRef } from '../../strategy/train-block.ts';
import { testSpec } from '../../testing/trading-fakes.ts';
import type { BacktestOptions } from '../backtest-options.ts';
import { loadRegistry } from '../load-registry.ts';
import { prepare, seriesOf } from '../prepare.ts';
import { LearnedRun } from './learned-run.ts';
import { type Activation, LiveLearning } from './live-learning.ts';
import { makeTrainer } from './make-trainer.ts';
import { trainUpTo } from './train-up-to.ts';

const HOUR = 3_600_000;
const registry = await loadRegistry();
const calm = hintingMarket(1500);

class Learner extends Strategy {
  override timeframe = '1h';
  learnt = this.train({
    brain: {
      features: [{ name: 'vroc', period: 1 }],
      label: { name: 'direction', horizon: 1, classes: 2 },
      model: 'logistic-regression',
      window: '20d',
      every: '5d',
    },
    calm: { volatility: 'ewma', window: '10d', every: '5d' },
  });
  override features(m: Market) {
    return { brain: m.model(this.learnt.brain), calm: m.volatility(this.learnt.calm) };
  }
}

/** The options of a run whose data ends where `rows` says at the moment that it is asked. */
const options = (
  rows: () => number,
  table = calm,
  learner: new (c: StrategyContext) => Strategy = Learner,
): BacktestOptions => ({
  strategies: [{ name: 'Learner', create: (context: StrategyContext) => new learner(context), codeHash: 'code' }],
  data: {
    ...memoryMarket({
      'A/USDT': { spec: testSpec({ pair: 'A/USDT', kind: 'spot', minCost: 1 }), candles: { '1h': table } },
    }),
    candles: async (_exchange, _pair, _frame, { from = 0, to = Number.POSITIVE_INFINITY } = {}) => {
      const closed = sliceCandles(table, 0, rows());
      const at = (time: number) => closed.time.subarray(0, closed.length).findIndex((t) => t >= time);
      const [first, end] = [at(from), at(to)];
      return sliceCandles(closed, Math.max(0, first), end < 0 ? closed.length : end);
    },
  },
  pairs: ['A/USDT'],
  ...PLAIN_RUN,
  learning: { registry, jobs: 1, stored: () => expect.unreachable() },
});

describe('learning live', () => {
  let rows = 800;
  const live = options(() => rows);
  const ended: LiveLearning[] = [];
  afterAll(() => {
    for (const one of ended) one.end();
  });

  it('trains the models of a backtest, at the same moments, and hands them over without waiting', async () => {
    const strategy = new Learner();
    const learned = await LearnedRun.open(live.learning!, [strategy], 'A/USDT');
    seriesOf(strategy, 'Learner', 'A/USDT', learned);
    const problems: unknown[] = [];
    const learning = new LiveLearning({
      learned,
      open: async () => {
        const trainer = makeTrainer(live.learning!, true);
        return {
          add: () => {},
          train: (time, inCharge) => trainUpTo(live, time, trainer, inCharge),
          end: () => trainer.end(),
        };
      },
      onProblem: (error) => problems.push(error),
    });
    ended.push(learning);
    const closeOf = (row: number) => calm.time[row]! + HOUR;
    const first = await learning.start(closeOf(rows - 1));
    const plain = ({ node: { ref }, record: { hash, trainedAt, from } }: Activation) => {
      return { block: (ref as LearnedRef).name, hash, trainedAt, from };
    };
    const log = first.map(plain);
    expect(log.map((a) => a.block)).toEqual(['brain', 'calm']);
    for (rows = 801; rows < 1200; rows++) {
      const time = closeOf(rows - 1);
      for (const one of learning.advance(time).map(plain)) {
        // Ready at the candle after the one at which it fell due.
        expect([one.from, one.trainedAt]).toEqual([time, time - HOUR]);
        log.push(one);
      }
      learning.heard(time);
      await learning.settled();
    }
    expect(problems).toEqual([]);
    const { trainings } = await prepare(options(() => 1200));
    const due = trainings.filter((t) => t.at > first[0]!.record.trainedAt);
    expect(log.length).toBe(first.length + due.length);
    for (const { block, hash, trainedAt } of log)
      expect(trainings.find((t) => t.block === block && t.at === trainedAt)?.hash, `${block} at ${trainedAt}`).toBe(
        hash,
      );
    // Data that cannot be had is told, and nothing changes.
    rows = 10;
    learning.heard(closeOf(1400));
    await learning.settled();
    expect(String(problems[0])).toMatch(/TRAIN_HISTORY|DATASET_ROWS|DATA/);
    expect(learning.advance(closeOf(1401))).toEqual([]);
    const [brain] = learned.nodes.values();
    const times = brain!.timeline.learned.map((l) => l.from);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it.each([
    ['drift', { retrain: { hitRate: 0.6, rows: 40, pause: '1d' } }],
    ['a shadow', { shadow: '1d' }],
    ['a rollback', { rollback: '1d' }],
  ] as const)('decides as a backtest does, with %s', async (_, more) => {
    class Careful extends Strategy {
      override timeframe = '1h';
      learnt = this.train({
        brain: {
          features: [{ name: 'vroc', period: 1 }],
          label: { name: 'direction', horizon: 1, classes: 2 },
          model: 'logistic-regression',
          window: '10d',
          // A hundredth of it is an hour: it is looked at each candle.
          every: '4d',
          handoverDelay: '1h',
          ...more,
        },
      });
      override features(m: Market) {
        return { brain: m.model(this.learnt.brain) };
      }
    }
    // From row 500 on the volume hints at nothing.
    const changing = hintingMarket(700, { seed: 'live' });
    const other = hintingMarket(700, { seed: 'live', isPlanted: false });
    changing.volume.set(other.volume.subarray(500), 500);
    let rows = 400;
    const going = options(() => rows, changing, Careful);
    const strategy = new Careful();
    const learned = await LearnedRun.open(going.learning!, [strategy], 'A/USDT');
    seriesOf(strategy, 'Careful', 'A/USDT', learned);
    const trainer = makeTrainer(going.learning!);
    const learning = new LiveLearning({
      learned,
      open: async () => ({
        add: () => {},
        train: (time, inCharge) => trainUpTo(going, time, trainer, inCharge),
        end: () => trainer.end(),
      }),
      onProblem: (error) => expect.unreachable(String(error)),
    });
    ended.push(learning);
    const closeOf = (row: number) => changing.time[row]! + HOUR;
    // Right after a scheduled moment, so that both begin with the same model.
    while (closeOf(rows - 1) % (4 * 24 * HOUR) !== 0) rows++;
    const took = (await learning.start(closeOf(rows - 1))).map(({ record }) => record.hash);
    const from = closeOf(rows - 1);
    for (rows++; rows < 700; rows++) {
      for (const { record } of learning.advance(closeOf(rows - 1))) took.push(`${record.from} ${record.hash}`);
      learning.heard(closeOf(rows - 1));
      await learning.settled();
    }
    const { trainings } = await prepare({ ...options(() => 699, changing, Careful), from: from + HOUR });
    const [first, ...later] = trainings.filter((t) => t.failure === undefined && t.from <= closeOf(698));
    expect(took).toEqual([first!.hash, ...later.map((t) => `${t.from} ${t.hash}`)]);
    // It was put to use, not only declared.
    expect(trainings.some((t) => t.failure !== undefined || t.cause !== undefined)).toBe(true);
  });

  it('begins with another learner where one has died, and tells', async () => {
    const strategy = new Learner();
    const learned = await LearnedRun.open(live.learning!, [strategy], 'A/USDT');
    seriesOf(strategy, 'Learner', 'A/USDT', learned);
    const problems: unknown[] = [];
    const heard: unknown[] = [];
    let opened = 0;
    const learning = new LiveLearning({
      learned,
      open: async () => {
        const isDead = ++opened === 1;
        return {
          add: (rows) => heard.push(rows),
          train: async () => {
            if (isDead) throw new Error('out of memory');
            return {
              newest: [null, null],
              log: [],
              served: [],
              failed: [{ block: 'brain', message: 'one class only' }],
            };
          },
          end: async () => {},
        };
      },
      onProblem: (error) => problems.push(String(error)),
    });
    expect(await learning.start(calm.time[800]!)).toEqual([]);
    learning.hear({ pair: 'A/USDT', type: 'candles', timeframe: '1h', columns: {} });
    learning.heard(calm.time[1000]!);
    await learning.settled();
    expect([opened, problems]).toEqual([2, ['Error: out of memory', 'Error: brain: one class only']]);
    // Nobody heard it: the next learner gathers what it missed by itself.
    expect(heard).toEqual([]);
  });

  it('leaves stored models alone', async () => {
    class UsesStored extends Strategy {
      override timeframe = '1h';
      override features(m: Market) {
        return { hints: m.model('hints@1', { fallback: 'no-opinion' }) };
      }
    }
    const stored = () => {
      throw new TidegateError('MODEL_UNKNOWN', 'there is none');
    };
    const strategy = new UsesStored();
    const learned = await LearnedRun.open({ registry, jobs: 1, stored }, [strategy], 'A/USDT');
    seriesOf(strategy, 'UsesStored', 'A/USDT', learned);
    const learning = new LiveLearning({
      learned,
      open: () => expect.unreachable(),
      onProblem: (error) => expect.unreachable(String(error)),
    });
    expect(learning.isAnswering).toBe(true);
    learning.heard(calm.time[1000]!);
    await learning.settled();
    expect(learning.advance(calm.time[1001]!)).toEqual([]);
  });
});
