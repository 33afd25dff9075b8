import { createHash } from 'node:crypto';
import { type CandleTable, lowerBound, sliceCandles } from '../../domain/candles.ts';
import { TidegateError } from '../../foundation/errors.ts';
import { decodeSaved, encodeSaved } from '../../ml/walk/saved-bytes.ts';
import type { Learned } from '../../ml/walk/timeline.ts';
import { trainPoints } from '../../ml/walk/train-points.ts';
import type { RegimeModule, SavedModel, VolatilityModule } from '../../ports/learning-modules.ts';
import type { Registry } from '../../registry/registry.ts';
import type { RegimeRef, VolatilityRef } from '../../strategy/train-block.ts';
import { type LearnedNode, scheduleMs } from './learned-run.ts';
import type { TrainingGround } from './train-models.ts';
import type { Training } from './training-log.ts';

/** Codes of what can be wrong with a window's candles: what was learned before goes on answering. */
const BAD_CANDLES: readonly string[] = ['VOLATILITY_DATA', 'REGIME_DATA', 'REGIME_COVARIANCE'];

/**
 * Trains a regime or a volatility module at every moment of its schedule, on the candles that had closed by then.
 * @throws TidegateError TRAIN_HISTORY when no training fits in, what the module throws where none succeeds
 */
export async function trainOnCandles(ground: TrainingGround, node: LearnedNode): Promise<Training[]> {
  const ref = node.ref as RegimeRef | VolatilityRef;
  const { symbol, timeframe } = node.market;
  const candles = ground.candles(symbol);
  const known = ground.plan.add(node.inputs[0]!).values;
  const spans = scheduleMs(ref.settings, timeframe);
  const points = trainPoints({
    first: known[0]!,
    last: known[candles.length - 1]!,
    ...spans,
    ...(ground.needed !== undefined && !ground.run.isLearnedFrom([node]) && { needed: ground.needed }),
  });
  const before = ground.run.isLearnedFrom([node]) ? undefined : ground.inCharge?.(node);
  if (points.length === 0)
    throw new TidegateError(
      'TRAIN_HISTORY',
      `the train block "${ref.name}" sees ${ref.settings.window} of history, which the candles of ${symbol} do not hold`,
      {
        where: `train.${ref.name}`,
        remedy: 'Load more history, or set a shorter window.',
      },
    );
  const log: Training[] = [];
  let failure: TidegateError | undefined;
  for (const at of points) {
    if (before && at <= before.decided) continue;
    const from = at + spans.handoverDelay;
    const first = ref.settings.anchored ? 0 : lowerBound(known, at - spans.window + 1);
    const end = lowerBound(known, at + 1);
    const past = sliceCandles(candles, first, end);
    const one = { block: ref.name, pairs: [symbol], at, from };
    try {
      const hash = hashOf(node.hash, at, past);
      // Modules of another user's folder may have the same names.
      const learned = await remembered(`${ground.run.services.userdir} ${hash}`, () =>
        learnt(ground, ref, past, at, ref.settings.anchored ? Number.NEGATIVE_INFINITY : at - spans.window),
      );
      node.timeline.learned.push({ trainedAt: at, from, hash, ...learned });
      log.push({ ...one, hash, rows: past.length, labelsUntil: at });
    } catch (error) {
      if (!(error instanceof TidegateError && BAD_CANDLES.includes(error.code))) throw error;
      failure = error;
      log.push({ ...one, failure: error.message });
    }
  }
  if (failure && node.timeline.learned.length === 0 && !before?.learned.length) throw failure;
  return log;
}

/** What was learned, apart from when. */
type Taught = Pick<Learned, 'answer' | 'bytes'>;

/** What this process learned, by what it was learned from, the least recently used going first. */
const answers = new Map<string, Promise<Taught>>();
const MOST_ANSWERS = 1_000;

function remembered(key: string, learn: () => Promise<Taught>): Promise<Taught> {
  const answer = answers.get(key) ?? learn();
  answers.delete(key);
  answers.set(key, answer);
  if (answers.size > MOST_ANSWERS) answers.delete(answers.keys().next().value!);
  // A failure is not remembered.
  answer.catch(() => answers.delete(key));
  return answer;
}

function hashOf(block: string, at: number, { open, high, low, close, volume, time }: CandleTable): string {
  const hash = createHash('sha256').update(`${block} ${at}`);
  for (const column of [time, open, high, low, close, volume])
    hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  return hash.digest('hex');
}

async function learnt(
  { run }: TrainingGround,
  ref: RegimeRef | VolatilityRef,
  past: CandleTable,
  at: number,
  after: number,
): Promise<Taught> {
  const { registry } = run.services;
  if (ref.kind === 'volatility') {
    const module = await registry.create('volatility', ref.settings.volatility);
    module.fit(past);
    return {
      answer: volatilityAnswer(module, at, ref.settings.horizon),
      bytes: () => encodeSaved(module.save()),
    };
  }
  const module = await registry.create('regime', ref.settings.regime);
  module.fit?.(past);
  const { name } = module;
  const { length, extra: _, ...columns } = past;
  const again = (): SavedModel => {
    const arrays = module.fit ? { ...columns } : {};
    return { name, version: REFIT, meta: {}, arrays: { ...arrays, after: Float64Array.of(after) } };
  };
  const saved = (): SavedModel => {
    if (!module.save) return again();
    const own = module.save();
    return { ...own, arrays: { ...own.arrays, after: Float64Array.of(after) } };
  };
  return { answer: regimeAnswer(module, after), bytes: () => encodeSaved(saved()) };
}

/** Version under which candles are kept for modules that are fitted again. */
const REFIT = 0;

/**
 * What a training on candles left, made ready again.
 * @throws TidegateError MODEL_CORRUPT, MODEL_MISMATCH
 */
export async function revivedFromCandles(
  registry: Registry,
  ref: RegimeRef | VolatilityRef,
  bytes: Uint8Array,
  trainedAt: number,
): Promise<Taught> {
  const saved = decodeSaved(bytes, `train.${ref.name}`);
  const kept = { bytes: () => bytes };
  if (ref.kind === 'volatility') {
    const module = await registry.create('volatility', ref.settings.volatility);
    module.load(saved);
    return { answer: volatilityAnswer(module, trainedAt, ref.settings.horizon), ...kept };
  }
  const module = await registry.create('regime', ref.settings.regime);
  const { after, ...arrays } = saved.arrays;
  if (saved.version !== REFIT) module.load?.({ ...saved, arrays });
  else if (arrays.time) module.fit?.({ ...arrays, length: arrays.time.length } as unknown as CandleTable);
  return { answer: regimeAnswer(module, after![0]!), ...kept };
}

/** States of rows, filtered from the start of the training window on. */
function regimeAnswer(module: RegimeModule, after: number): Learned['answer'] {
  return (inputs, [state, confidence], from, to) => {
    const start = lowerBound(inputs[0]!.subarray(0, to), after + 1);
    const first = Math.min(start, from);
    const said = module.advance(tableOf(inputs, first, to));
    for (let i = from; i < to; i++) {
      const s = said.state[i - first]!;
      state![i] = s;
      confidence![i] = Number.isNaN(s) ? Number.NaN : said.probabilities[s]![i - first]!;
    }
  };
}

/** Deviation of the return over the horizon, expected at each row by a module that was shown every candle since its training. */
function volatilityAnswer(module: VolatilityModule, at: number, horizon: number): Learned['answer'] {
  const saved = module.save();
  return (inputs, [deviation], from, to) => {
    module.load(saved);
    const candles = tableOf(inputs, 0, to);
    for (let row = lowerBound(inputs[0]!.subarray(0, to), at + 1); row < to; row++) {
      if (row > 0) module.update(candles, row);
      if (row >= from) deviation![row] = Math.sqrt(module.forecast(horizon).reduce((sum, v) => sum + v, 0));
    }
  };
}

/** The candles of buffer rows [from, to): inputs are when they were known, then their columns. */
function tableOf(inputs: readonly Float64Array[], from: number, to: number): CandleTable {
  const [, time, open, high, low, close, volume] = inputs.map((column) => column.subarray(from, to));
  return { length: to - from, time: time!, open: open!, high: high!, low: low!, close: close!, volume: volume! };
}
