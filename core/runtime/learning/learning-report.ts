import type { CandleTable } from '../../domain/candles.ts';
import type { FeaturePlan } from '../../indicators/plan.ts';
import { icAcross } from '../../ml/scores/ic-across.ts';
import { type PredictionScores, predictionScores } from '../../ml/scores/prediction-scores.ts';
import { broughtFrom } from '../../ml/store/model-document.ts';
import type { Predictions } from '../../ports/learning-modules.ts';
import type { LearnedNode, LearnedRun } from './learned-run.ts';
import type { Training } from './training-log.ts';

/** How a block fared on a pair, on rows that its models had not seen. */
export interface BlockReport {
  readonly block: string;
  readonly pair: string;
  readonly trainings: readonly Training[];
  readonly scores: PredictionScores;
  /** What was said of each candle. */
  readonly said: Predictions;
  /** The label of each candle, NaN where it is not known. */
  readonly target: Float64Array;
  readonly classes: number;
  /** The file of a model that was learned elsewhere. */
  readonly file?: string;
}

/** Scores what the models of a run said against what came, block by block and pair by pair. The plan must be up to date. */
export function learningReport(
  run: LearnedRun,
  plan: FeaturePlan,
  candlesOf: (pair: string) => CandleTable,
  trainings: readonly Training[],
): BlockReport[] {
  const models = [...run.nodes.values()].filter((node) => typeof node.ref !== 'string' && node.ref.kind === 'model');
  const reports = models.map((node) => {
    const { ref, market } = node as LearnedNode & { readonly ref: Parameters<typeof run.labels.get>[0] };
    const label = run.labels.get(ref)!;
    const { model } = ref.settings;
    const file = typeof model === 'string' ? null : broughtFrom(model);
    const [direction, confidence, volatility] = node.outputs.map((series) => plan.add(series).values);
    const said = { direction: direction!, confidence: confidence!, volatility: volatility! };
    const target = label.label(candlesOf(market.symbol));
    return {
      block: ref.name,
      pair: market.symbol,
      trainings: trainings.filter((t) => t.block === ref.name && t.pairs.includes(market.symbol)),
      scores: predictionScores(said, target, label.classes),
      said,
      target,
      classes: label.classes,
      ...(file !== null && { file }),
      times: candlesOf(market.symbol).time,
      isShared: ref.settings.per === 'all',
    };
  });
  return reports.map(({ times: _, isShared, ...report }) => {
    const together = reports.filter(({ block }) => isShared && block === report.block);
    if (together.length < 2) return report;
    return { ...report, scores: { ...report.scores, icAcross: icOf(together) } };
  });
}

/** How well the models of a block told its pairs from each other. */
function icOf(pairs: readonly (Pick<BlockReport, 'said' | 'target'> & { readonly times: Float64Array })[]): number {
  const joined = (of: (pair: (typeof pairs)[number]) => Float64Array) =>
    Float64Array.from(pairs.flatMap((pair) => Array.from(of(pair))));
  return icAcross(
    joined(({ said }) => said.direction),
    joined(({ target }) => target),
    joined(({ times }) => times),
  );
}

/** One line for each block and pair: how often it was trained, and what it was worth out of sample. */
export function learningNotes(reports: readonly BlockReport[]): string[] {
  return reports.map(({ block, pair, trainings, scores, file }) => {
    const count = (verdict: Training['verdict']) => trainings.filter((t) => t.verdict === verdict).length;
    const failed = trainings.filter((t) => t.failure !== undefined && t.verdict === undefined);
    const trials = trainings.reduce((sum, t) => sum + (t.trials ?? 0), 0);
    const trained = trainings.filter((t) => t.hash !== undefined && t.verdict !== 'put-back');
    const drift = trained.filter((t) => t.cause !== undefined).length;
    const { auc, accuracy, upShare, moved, icAcross: across } = scores;
    const figure = (x: number, digits = 3) => (Number.isNaN(x) ? 'none' : x.toFixed(digits));
    return [
      `${block} on ${pair}: ${trained.length} trainings`,
      ...(drift > 0 ? [` (${drift} after drift)`] : []),
      ...(count('worse') > 0 ? [`, ${count('worse')} of them worse in shadow runs and not taken`] : []),
      ...(count('put-back') > 0 ? [`, the model before put back ${times(count('put-back'))}`] : []),
      `, out of sample AUC ${figure(auc)}, hits ${figure(100 * accuracy, 1)} % of ${moved} moves (${figure(100 * upShare, 1)} % went up)`,
      ...(across === undefined ? [] : [`, rank correlation across pairs ${figure(across)}`]),
      ...(file === undefined ? [] : [`; learned elsewhere (${file}): whether it has seen these rows is not known`]),
      ...(trials > 0 ? [`; ${trials} settings tried in the windows`] : []),
      ...(failed.length > 0
        ? [
            `; ${failed.length} ${failed.length === 1 ? 'window' : 'windows'} taught nothing, the model before went on (${failed[0]!.failure})`,
          ]
        : []),
    ].join('');
  });
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);
