import type { PredictionScores } from '../ml/scores/prediction-scores.ts';
import type { Dataset, Predictions } from '../ports/learning-modules.ts';
import type { TrainingPage } from '../report/training/training-page.ts';
import type { Training } from '../runtime/learning/train-model.ts';
import { FIGURES, LABELS } from './model-table.ts';

/** Shares of the training rows that the learning curve is drawn from. */
const SHARES = [0.1, 0.2, 0.4, 0.7, 1];

/** What the page of a training shows; trains the model again on the first rows, a few times, for its learning curve. */
export async function trainingPageData(training: Training, onProgress: (done: number) => void): Promise<TrainingPage> {
  const { document, built, said, learnedFrom } = training;
  const { lineage, scores, importance, featureNames, tuning, rows } = document;
  const isReal = built.labelModule.classes === 0;
  const figure = isReal ? 'information coefficient' : 'log loss';
  const of = (s: PredictionScores) => (isReal ? s.ic : s.logLoss);
  const points: TrainingPage['learning']['points'][number][] = [];
  for (const [k, share] of SHARES.entries()) {
    onProgress(k / SHARES.length);
    const point = await learnedFrom(share);
    if (point) points.push({ rows: point.rows, train: of(point.train), validation: of(point.validation) });
  }
  onProgress(1);
  const parts = <T>(make: (part: 'train' | 'validation' | 'test') => T) => ({
    train: make('train'),
    validation: make('validation'),
    test: make('test'),
  });
  const { classes } = built.labelModule;
  return {
    title: `${document.name}${document.version > 0 ? `@${document.version}` : ''}`,
    lead: `${lineage.model.name} on ${lineage.label.name}, ${featureNames.length} features, ${lineage.exchange} ${lineage.pairs.join(', ')} ${lineage.timeframe}`,
    isSynthetic: lineage.dataKind === 'synthetic',
    chips: [
      `${rows.train + rows.validation + rows.test} rows, ${rows.purged} purged`,
      `dataset ${lineage.datasetHash.slice(0, 12)}`,
      `seed ${lineage.seed ?? 'none'}`,
      ...(tuning ? [`${tuning.trials} trials`] : []),
    ],
    spans: parts((part) => [
      said[part].rows.availableAt[0] ?? Number.NaN,
      said[part].rows.availableAt.at(-1) ?? Number.NaN,
    ]),
    isReal,
    scores: parts((part) =>
      Object.fromEntries(
        FIGURES.flatMap((name) => {
          const figure = scores[part][name];
          return figure === undefined ? [] : [[LABELS[name] ?? name, figure]];
        }),
      ),
    ),
    byConfidence: parts((part) => scores[part].byConfidence),
    odds: {
      validation: oddsOf(said.validation, classes),
      test: oddsOf(said.test, classes),
    },
    importance: (importance ?? [])
      .map((share, c) => ({ share, name: featureNames[c]! }))
      .sort((a, b) => b.share - a.share || (a.name < b.name ? -1 : 1)),
    learning: { figure, points },
    tuning: tuning ?? null,
  };
}

/** P(up) and whether it went up, of the rows that ask "up or down?". */
function oddsOf({ rows, said }: { readonly rows: Dataset; readonly said: Predictions }, classes: number) {
  const top = rows.target.reduce((most, y) => (y > most ? y : most), Number.NEGATIVE_INFINITY);
  const asked = Array.from(rows.target.keys()).filter(
    (i) =>
      !Number.isNaN(said.direction[i]!) && !Number.isNaN(rows.target[i]!) && (classes === 2 || rows.target[i] !== 0),
  );
  return {
    said: Float64Array.from(asked, (i) => (1 + said.direction[i]!) / 2),
    up: Float64Array.from(asked, (i) => ((classes === 2 ? rows.target[i] === top : rows.target[i]! > 0) ? 1 : 0)),
  };
}
