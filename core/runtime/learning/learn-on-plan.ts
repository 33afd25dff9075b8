import { lowerBound } from '../../domain/candles.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { FeaturePlan } from '../../indicators/plan.ts';
import type { PreparedPair } from '../prepare.ts';
import type { LearnedRun } from './learned-run.ts';
import { makeTrainer } from './make-trainer.ts';
import { trainAll } from './train-all.ts';
import type { Training } from './training-log.ts';

/** A pair with its candles, and when each of them became known. */
type LearningPair = Pick<PreparedPair, 'pair' | 'candles'> & {
  readonly grid: { readonly available: { readonly values: Float64Array } };
};

/**
 * Computes what is learned from, and trains: the plan then only has to be brought up to date once more for the answers.
 * @param needed when trading begins, ms UTC; absent: as soon as there are answers
 * @throws TidegateError as `trainAll`, TRAIN_HISTORY where the answers would come after the last candle
 */
export async function learnOnPlan(
  learned: LearnedRun,
  plan: FeaturePlan,
  pairs: readonly LearningPair[],
  needed: number | undefined,
): Promise<Training[]> {
  if (learned.nodes.size === 0) return [];
  const trainer = makeTrainer(learned.services);
  try {
    const candles = (pair: string) => pairs.find((p) => p.pair === pair)!.candles;
    const log: Training[] = [];
    for (const nodes of learned.stages()) {
      for (const { inputs } of nodes) for (const series of inputs) plan.add(series);
      plan.advance();
      log.push(
        ...(await trainAll({ run: learned, plan, candles, trainer, ...(needed !== undefined && { needed }) }, nodes)),
      );
    }
    for (const { pair, grid } of pairs) expectAnswers(learned, pair, grid.available.values);
    return log;
  } finally {
    await trainer.end();
  }
}

function expectAnswers(learned: LearnedRun, pair: string, known: Float64Array): void {
  const from = learned.answersFrom(pair);
  if (lowerBound(known, from) < known.length - 1) return;
  throw new TidegateError(
    'TRAIN_HISTORY',
    `what is learned for ${pair} answers from ${new Date(from).toISOString().slice(0, 16)} on only, the candles end before`,
    {
      remedy: 'Use a later or longer time range: a stored model answers only for what came after its training.',
    },
  );
}
